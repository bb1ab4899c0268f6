"""Inside the process that workers are forked from: one fork for every line of standard input.

A line asks with a JSON object, ``{"arguments": [...], "log": PATH}``, and two answer it:
``{"pid": 7}`` at once, and ``{"status": 0}`` when that process has ended.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Callable


def serve_forks(main: Callable[[list[str]], int]) -> int:
    """Answer until the input ends.

    Returns:
        The exit status: of the service, or inside a fork that of its ``main``.
    """
    _answer({"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            _redirect(request["log"])
            return main(request["arguments"])
        try:
            os.setpgid(pid, pid)  # here too: whoever reads the answer may signal the group at once
        except OSError:  # it has ended
            pass
        _answer({"pid": pid})
        _, status = os.waitpid(pid, 0)
        _answer({"status": _exit_status(status)})
    return 0


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
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 (the old one has read ahead)


def _answer(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _exit_status(status: int) -> int:
    """As `subprocess` gives it: negative for the signal that ended the process."""
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
