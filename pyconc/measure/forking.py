"""Inside the process that workers are forked from: one fork for every line of standard input.

That is a socket, which is answered through as well: into the standard output anything may print.

A line asks with a JSON object, ``{"arguments": [...], "log": PATH, "by_turns": true}``, and is
answered by ``{"pid": 7}`` at once and by ``{"status": 0, "left": []}`` when that process has ended,
with what it left behind, which is ended too. Between them ``{"measured": false}`` says that the
worker waits for its next turn, or with true that it has measured everything and waits for its last
one, and the line ``{"turn": true}`` gives it. The line ``{"end": true}`` ends the worker and all
that it started; so does the end of the input, for whoever asked was killed.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import sys
import threading
from collections.abc import Collection, Iterator
from typing import Any, Callable, NamedTuple, NoReturn

from pyconc.measure import kin, shared
from pyconc.measure.turns import MEASURED

#: The descriptor of standard input.
_ASKER = 0


class Pipes(NamedTuple):
    """Where a worker is given its turns, and where it ends them."""

    give: int
    over: int


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
    lines = _lines()
    for line in lines:
        request = json.loads(line)
        if "arguments" not in request:  # for a worker that had ended just then
            continue
        given, give = os.pipe()
        over, end = os.pipe()
        before = shared.names()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for ours in (awake, wake, give, over):
                os.close(ours)
            os.setpgid(0, 0)
            _redirect(request["log"])
            turns = [f"--turns={given},{end}"] if request["by_turns"] else []
            return main([*request["arguments"], *turns]) or _leave()
        os.close(given)
        try:
            os.setpgid(pid, pid)  # here too: whoever reads the answer may signal the group at once
        except OSError:  # it has ended
            pass
        _answer({"pid": pid})
        status = _attend(pid, awake, lines, Pipes(give, over), before)
        for pipe in (give, over, end):
            os.close(pipe)
        left = _end_leftovers(pid, before, patience=0.0 if status else kin.PATIENCE)
        _answer({"status": status, "left": left})
    return 0


def _leave() -> NoReturn:
    """End a fork that did what it should, as multiprocessing ends its own: whoever wants to be told
    of the end is, but the heap is not taken apart, which takes longer than many a round measures.
    """
    threading_: Any = threading
    threading_._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _lines() -> Iterator[bytes]:
    """Lines of standard input; nothing is read ahead, so that its end is seen while one waits."""
    line = b""
    with contextlib.suppress(ConnectionError):  # it has gone, and has not read all
        while read := os.read(_ASKER, 1 << 16):
            line += read
            if line.endswith(b"\n"):
                yield line
                line = b""


def _attend(
    pid: int, awake: int, lines: Iterator[bytes], pipes: Pipes, before: Collection[shared.Name]
) -> int:
    """Pass on turns of a worker and their ends, until it ends or is to be ended.

    Returns:
        Its exit status.
    """
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return _exit_status(status)
        ready, _, _ = select.select([_ASKER, awake, pipes.over], [], [])
        if awake in ready:
            os.read(awake, 1 << 10)
        elif pipes.over in ready:
            _answer({"measured": os.read(pipes.over, 1) == MEASURED})
        elif b"turn" in next(lines, b""):
            os.write(pipes.give, b".")
        else:
            shared.end_all(_descendants, before, pid)
            return _exit_status(os.waitpid(pid, 0)[1])


def _end_leftovers(worker: int, before: Collection[shared.Name], patience: float) -> list[str]:
    """End what a worker that has ended left behind, and name what would not end by itself."""
    if not kin.reap() and not shared.signed(worker):  # as a rule
        return []
    left = [f"process {kin.described(pid)}" for pid in kin.outlasting(_descendants, patience)]
    left += map(str, shared.end_all(_descendants, before, worker))
    kin.reap()
    return left


def _descendants() -> list[int]:
    return kin.descendants(os.getpid())


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
    with contextlib.suppress(ConnectionError):  # the end of its input says so too
        os.write(_ASKER, json.dumps(message, allow_nan=False).encode() + b"\n")


def _exit_status(status: int) -> int:
    """As `subprocess` gives it: negative for the signal that ended the process."""
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
