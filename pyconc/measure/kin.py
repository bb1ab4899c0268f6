"""The processes that one process started, wherever they went: found, named and ended.

On Linux a process can have orphans among its descendants come back to it (`adopting`), so that a
daemon, or a child in a session of its own, is still a descendant. Elsewhere those are found whose
parents still run, and those of a process group.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Callable, NamedTuple

#: Names what started a process in the variables that it and all that it starts inherit.
MARK = "PYCONC_STARTED_BY"
#: Seconds between asking processes to end and insisting.
GRACE = 1.0
#: Seconds in which what a case started must have ended by itself; more than a loaded machine needs.
PATIENCE = 5.0
_NUMBERS = itertools.count()
_PROC = Path("/proc")
#: Begin processes that libraries keep for later: they end with whoever started them.
_TRACKER, _FORKSERVER = "resource_tracker", "multiprocessing.forkserver"
_SUBREAPER, _DEATH_SIGNAL = 36, 1  # of prctl
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_MOST_SAID = 100


class _Entry(NamedTuple):
    parent: int
    group: int


def new_mark() -> str:
    """For what this process starts; all are as long."""
    return f"{os.getpid():010}-{next(_NUMBERS):06}"


def adopting() -> None:
    """Have orphans among the descendants of this process come back to it, and have it go on if it
    is stopped when its parent ends. Programs that it becomes keep that; only Linux has it.
    """
    _prctl(_SUBREAPER, 1)
    _prctl(_DEATH_SIGNAL, getattr(signal, "SIGCONT", 0))


def dies_with_parent() -> None:
    """Have this process be killed when its parent ends, where the system does that."""
    _prctl(_DEATH_SIGNAL, _KILL)


def _prctl(option: int, value: int) -> None:
    try:
        import ctypes

        ctypes.CDLL(None).prctl(option, int(value), 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass


def descendants(root: int) -> list[int]:
    """All that a process started and that runs, children first."""
    children: dict[int, list[int]] = {}
    for pid, entry in _running().items():
        children.setdefault(entry.parent, []).append(pid)
    found = list(children.get(root, ()))
    for pid in found:  # which grows
        found += children.get(pid, ())
    return found


def children(root: int) -> set[int]:
    """What a process started itself. One that has ended and was not waited for counts."""
    lists = _PROC / str(root) / "task"
    if not lists.exists():
        return {pid for pid, entry in _running().items() if entry.parent == root}
    try:
        return {int(p) for each in lists.glob("*/children") for p in each.read_text().split()}
    except OSError:  # a thread ended meanwhile
        return set()


def members(group: int) -> list[int]:
    """The processes of a group that run, where the system lists them."""
    return [pid for pid, entry in _running().items() if entry.group == group]


def marked(mark: str) -> list[int]:
    """The processes that inherited a mark, where the system shows their variables."""
    said = f"{MARK}={mark}".encode()
    found = []
    for pid in _running():
        try:
            variables = (_PROC / str(pid) / "environ").read_bytes()
        except OSError:  # another user's, or it has just ended
            continue
        if said in variables.split(b"\0"):
            found.append(pid)
    return found


def _running() -> dict[int, _Entry]:
    """Those that have ended and were not waited for are left out."""
    if (_PROC / "self" / "stat").exists():
        return dict(_of_proc())
    return dict(_of_ps()) if os.name == "posix" else {}


def _of_proc() -> Iterator[tuple[int, _Entry]]:
    for path in _PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text("utf-8", "replace").rpartition(")")[2]
            state, parent, group = fields.split()[:3]
        except (OSError, ValueError):  # it has just ended
            continue
        if state not in "ZX":
            yield int(path.parent.name), _Entry(int(parent), int(group))


def _of_ps() -> Iterator[tuple[int, _Entry]]:
    for line in _ps("-A", "-o", "pid=,ppid=,pgid=,stat="):
        pid, parent, group, state = line.split(None, 3)
        if not state.startswith("Z"):
            yield int(pid), _Entry(int(parent), int(group))


def _ps(*arguments: str) -> list[str]:
    """What ps prints, without itself."""
    try:
        with subprocess.Popen(
            ["ps", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            errors="replace",
        ) as process:  # fmt: skip
            lines = (process.communicate()[0] or "").splitlines()
    except OSError:
        return []
    return [line for line in lines if line.split(None, 1)[:1] != [str(process.pid)]]


def command_of(pid: int) -> str:
    """The command line of a process, or nothing."""
    if not (_PROC / "self" / "stat").exists():
        return " ".join(_ps("-ww", "-p", str(pid), "-o", "command=")) if os.name == "posix" else ""
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode("utf-8", "replace").strip()


def described(pid: int) -> str:
    """A process for a line: ``123 (python -c import time)``."""
    command = " ".join(command_of(pid).split())
    if not command:
        return f"{pid}"
    if len(command) > _MOST_SAID:
        command = f"{command[: _MOST_SAID // 2]} ... {command[-_MOST_SAID // 2 :]}"
    return f"{pid} ({command})"


def outlasting(find: Callable[[], Iterable[int]], patience: float = PATIENCE) -> list[int]:
    """What does not end by itself, and is not what libraries keep for later."""
    _wait_for(find, patience)
    kept = (_TRACKER, _FORKSERVER)
    return [pid for pid in find() if not any(name in command_of(pid) for name in kept)]


def end_all(find: Callable[[], Iterable[int]]) -> None:
    """Ask processes to end, then insist. One that is stopped is continued, or it would not be told.

    multiprocessing's resource tracker is spared till the end: it unlinks what the others leave.

    Args:
        find: those that still run; what they start meanwhile is among them.
    """

    def others() -> list[int]:
        return [pid for pid in find() if _TRACKER not in command_of(pid)]

    for pid in others():
        _signal(pid, signal.SIGTERM)
        _signal(pid, getattr(signal, "SIGCONT", 0))
    _wait_for(others, GRACE)
    deadline = time.monotonic() + GRACE
    while (left := others()) and time.monotonic() < deadline:
        for pid in left:
            _signal(pid, _KILL)
        time.sleep(0.005)
    _wait_for(find, PATIENCE)
    for pid in find():
        _signal(pid, _KILL)


def _wait_for(find: Callable[[], Iterable[int]], patience: float) -> None:
    deadline = time.monotonic() + patience
    while find() and time.monotonic() < deadline:
        time.sleep(0.005)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        pass


def reap() -> bool:
    """Wait for the children of this process that have ended; whether there are any that run."""
    while True:
        try:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                return True
        except ChildProcessError:
            return False


def become(command: list[str]) -> None:
    """Become another program, as if it had been started: Python ignores two signals."""
    for name in ("SIGPIPE", "SIGXFSZ"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.execve(command[0], command, given_variables())


def given_variables() -> dict[bytes, bytes]:
    """The variables that this process was given: Python sets one more for its own locale."""
    try:
        given = (_PROC / "self" / "environ").read_bytes().split(b"\0")
    except OSError:
        return dict(os.environb)
    return dict(each.split(b"=", 1) for each in given if b"=" in each)


if __name__ == "__main__":  # as a script, with a command: run it with its orphans coming back to it
    adopting()
    become(sys.argv[1:])
