"""Programs as the notes time them: workers created, started and joined inside the clock."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence
from time import perf_counter
from typing import Any, NamedTuple

from pyconc.errors import WorkerDiedError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics


class Program(NamedTuple):
    """What one run of a program took, in seconds, and what its invariant said beside."""

    seconds: float
    metrics: Metrics


def run_program(workload: Workload) -> Program:
    """The notes' way of timing: workers are created, started and joined inside the clock.

    Raises:
        WorkerDiedError: a worker raised, or its process ended with an error.
        InvariantError: from the workload's own check.
    """
    workload.reset()
    loops = workload.program_loops
    with _Raised() as raised:
        start = perf_counter()
        members = _members(workload, loops)
        for member in members:
            member.start()
        for member in members:
            member.join()
        seconds = perf_counter() - start
    raised.and_exited(members)
    return Program(seconds, workload.check(loops) or {})


def _members(workload: Workload, loops: int) -> Sequence[Any]:
    if workload.backend == "thread":
        library: Any = threading
        make = library.Thread
    else:
        library = multiprocessing.get_context(workload.start_method)
        make = library.Process
    return [make(target=workload.work, args=(i, loops)) for i in range(workload.workers)]


class _Raised:
    """Collects what threads raise, and what processes that raised leave as their exit codes."""

    def __enter__(self) -> _Raised:
        self._errors: list[str] = []
        self._hook = threading.excepthook
        threading.excepthook = lambda args: self._errors.append(repr(args.exc_value))
        return self

    def __exit__(self, *_: object) -> None:
        threading.excepthook = self._hook

    def and_exited(self, members: Sequence[Any]) -> None:
        codes = [getattr(member, "exitcode", 0) for member in members]
        self._errors += [f"exit code {code}" for code in codes if code]
        if self._errors:
            raise WorkerDiedError("a worker ended with " + ", ".join(self._errors))
