"""What a case leaves behind: threads, processes, interpreters, semaphores and shared memory."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from pyconc.errors import LeftoverError
from pyconc.measure.kin import children, described
from pyconc.measure.shared import held_by, names, sign, signed


class Leftovers:
    """Remembers what there was before a case."""

    def __init__(self) -> None:
        sign()
        self._before = set(_running())
        self._names = names()

    def refuse(self, case_id: str, kept: Sequence[str] = ()) -> None:
        """Raises LeftoverError if there is more now, naming it.

        Args:
            kept: how the names of threads begin that a library keeps by design.
        """
        keeps = tuple(f"thread '{name}" for name in kept)
        for patience in (0.0, 0.05, 0.2):
            left = [name for name in self._more() if not name.startswith(keeps)]
            if not left:
                return
            gc.collect()  # what only waits for it is not left
            time.sleep(patience)
        raise LeftoverError(f"{case_id} left behind: {', '.join(left)}")

    def _more(self) -> list[str]:
        new = names() - self._names
        held = held_by([os.getpid()]) if new else set()
        ours = {each for each in new if each.inode in held} | (new & signed(os.getpid()))
        return sorted({*_running()} - self._before) + sorted(map(str, ours))


def _running() -> Iterator[str]:
    known = {os.getpid()}
    for thread in threading.enumerate():
        yield f"thread {thread.name!r} ({thread.ident})"
    for process in multiprocessing.active_children():
        known.add(process.pid or 0)
        yield f"process {process.name!r} ({process.pid})"
    for pid in children(os.getpid()) - known - _helpers():
        yield f"child process {described(pid)}"
    interpreters: Any = sys.modules.get("concurrent.interpreters")
    if interpreters:
        for interpreter in set(interpreters.list_all()) - {interpreters.get_main()}:
            yield f"interpreter ({interpreter.id})"


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
