"""Programs as the notes time them: workers created, started and joined inside the clock."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from time import perf_counter
from typing import Any, Callable, NamedTuple

from pyconc.errors import WorkerDiedError
from pyconc.suite.case import INTERPRETER, THREAD, Workload
from pyconc.suite.metrics import Metrics

Work = Callable[[int, int], object]


class Program(NamedTuple):
    """What one run of a program took, in seconds, and what its invariant said beside."""

    seconds: float
    metrics: Metrics


def run_program(workload: Workload, clock: Callable[[], float] = perf_counter) -> Program:
    """The notes' way of timing: workers are created, started and joined inside the clock.

    Args:
        clock: read once at the start, and once at the end.

    Raises:
        WorkerDiedError: a worker raised, or its process ended with an error.
        InvariantError: from the workload's own check.
    """
    workload.reset()
    loops = workload.program_loops
    make, work = _member(workload)
    with _Raised() as raised:
        start = clock()
        members = [make(target=work, args=(i, loops)) for i in range(workload.workers)]
        for member in members:
            member.start()
        for member in members:
            member.join()
        seconds = clock() - start
    raised.and_exited(members)
    return Program(seconds, workload.check(loops) or {})


def _member(workload: Workload) -> tuple[Callable[..., Any], Work]:
    """What makes a worker, and what it runs."""
    if workload.backend == THREAD:
        return threading.Thread, workload.work
    if workload.backend == INTERPRETER:
        return threading.Thread, _in_an_interpreter_of_its_own(workload.work)
    context: Any = multiprocessing.get_context(workload.start_method)
    return context.Process, workload.work


def _in_an_interpreter_of_its_own(work: Work) -> Work:
    from concurrent import interpreters  # type: ignore[attr-defined,unused-ignore]

    def create_call_close(worker: int, loops: int) -> None:
        with closing(interpreters.create()) as interpreter:
            interpreter.exec(f"import sys; sys.path[:] = {sys.path!r}")
            interpreter.call(work, worker, loops)

    return create_call_close


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
