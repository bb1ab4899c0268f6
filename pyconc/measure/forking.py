"""Inside the process that workers are forked from: one fork for every line of standard input.

A line asks with a JSON object, ``{"arguments": [...], "log": PATH}``, and two answer it:
``{"pid": 7}`` at once, and ``{"status": 0}`` when that process has ended. When the input ends, for
whoever asked was killed, so does the worker of the moment, with all of its process group.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections.abc import Iterator
from typing import Callable

from pyconc.measure.process import end_group


def serve_forks(main: Callable[[list[str]], int]) -> int:
    """Answer until the input ends.

    Returns:
        The exit status: of the service, or inside a fork that of its ``main``.
    """
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)  # written to `wake` by the next line
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    _answer({"ready": True})
    for line in _lines():
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(awake)
            os.close(wake)
            os.setpgid(0, 0)
            _redirect(request["log"])
            return main(request["arguments"])
        try:
            os.setpgid(pid, pid)  # here too: whoever reads the answer may signal the group at once
        except OSError:  # it has ended
            pass
        _answer({"pid": pid})
        status = _wait(pid, awake)
        if status is None:
            return 1
        _answer({"status": status})
    return 0


def _lines() -> Iterator[bytes]:
    """Lines of standard input; nothing is read ahead, so that its end is seen while one waits."""
    line = b""
    while read := os.read(0, 1 << 16):
        line += read
        if line.endswith(b"\n"):
            yield line
            line = b""


def _wait(pid: int, awake: int) -> int | None:
    """The exit status of the worker, or None if it was ended because the input ended."""
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return _exit_status(status)
        ready, _, _ = select.select([0, awake], [], [])
        if awake in ready:
            os.read(awake, 1 << 10)
        elif 0 in ready:  # nothing is asked before the answer, so it is the end
            end_group(pid, lambda: os.waitpid(pid, os.WNOHANG)[0] != 0)
            return None


def _redirect(log: str) -> None:
    """Standard input is nothing, and what is said goes to the log."""
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND),
    ):
        opened = os.open(path, flags, 0o666)
        os.dup2(opened, number)
        os.close(opened)
    os.dup2(1, 2)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 (it lives as long as the process)


def _answer(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _exit_status(status: int) -> int:
    """As `subprocess` gives it: negative for the signal that ended the process."""
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
