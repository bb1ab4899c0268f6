"""What a case leaves behind: threads, processes, interpreters, semaphores and shared memory."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pyconc.errors import LeftoverError

_SHM = Path("/dev/shm")
#: The names that multiprocessing gives to semaphores and to shared memory.
_PREFIXES = {"sem.mp-": "semaphore", "psm_": "shared memory"}


class Leftovers:
    """Remembers what there was before a case."""

    def __init__(self) -> None:
        self._before = set(_running())

    def refuse(self, case_id: str, kept: Sequence[str] = ()) -> None:
        """Raises LeftoverError if there is more now, naming it.

        Args:
            kept: how the names of threads begin that a library keeps by design.
        """
        keeps = tuple(f"thread '{name}" for name in kept)
        for patience in (0.0, 0.05, 0.2):
            more = sorted(set(_running()) - self._before)
            left = [name for name in more if not name.startswith(keeps)]
            if not left:
                return
            gc.collect()  # what only waits for it is not left; a passing name of others' goes away
            time.sleep(patience)
        raise LeftoverError(f"{case_id} left behind: {', '.join(left)}")


def _running() -> Iterator[str]:
    known = {os.getpid()}
    for thread in threading.enumerate():
        yield f"thread {thread.name!r} ({thread.ident})"
    for process in multiprocessing.active_children():
        known.add(process.pid or 0)
        yield f"process {process.name!r} ({process.pid})"
    for pid in _child_pids() - known - _helpers():
        yield f"child process ({pid})"
    interpreters: Any = sys.modules.get("concurrent.interpreters")
    if interpreters:
        for interpreter in set(interpreters.list_all()) - {interpreters.get_main()}:
            yield f"interpreter ({interpreter.id})"
    yield from _shared_names()


def _child_pids() -> set[int]:
    """Children that run, where the system tells; one that ended and was not waited for counts."""
    try:
        lists = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
    except OSError:  # a thread ended meanwhile
        return set()
    return {int(pid) for text in lists for pid in text.split()}


def _helpers() -> set[int]:
    """Processes that multiprocessing and loky keep for later: they end with this one."""
    pids = set()
    for module, holder, attribute in (
        ("multiprocessing.forkserver", "_forkserver", "_forkserver_pid"),
        ("multiprocessing.resource_tracker", "_resource_tracker", "_pid"),
        ("joblib.externals.loky.backend.resource_tracker", "_resource_tracker", "_pid"),
    ):
        if module in sys.modules:
            pid = getattr(getattr(sys.modules[module], holder, None), attribute, None)
            pids.add(pid or 0)
    return pids


def _shared_names() -> Iterator[str]:
    """Named semaphores and shared memory of ours; those that others have mapped are theirs."""
    if not _SHM.is_dir():
        return
    for path in _SHM.iterdir():
        for prefix, kind in _PREFIXES.items():
            if path.name.startswith(prefix) and not _mapped_by_others(path):
                yield f"{kind} {path.name}"


def _mapped_by_others(path: Path) -> bool:
    """By inode: a semaphore is mapped under a name that it had before its own."""
    try:
        inode = str(path.stat().st_ino)
    except OSError:
        return True  # it has just gone
    for maps in Path("/proc").glob("[0-9]*/maps"):
        if maps.parent.name == str(os.getpid()):
            continue
        try:
            lines = maps.read_text().splitlines()
        except OSError:
            continue
        if any("/dev/shm/" in line and line.split()[4] == inode for line in lines):
            return True
    return False
