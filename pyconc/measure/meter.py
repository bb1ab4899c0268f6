"""One case, measured in this process: a value at a time, with its invariant and its metrics."""

from __future__ import annotations

import multiprocessing
import threading
from time import perf_counter
from typing import Any

from pyconc.errors import LeftoverError, OverlapError
from pyconc.suite.case import Case, Clock
from pyconc.suite.metrics import Metrics, Window, summarise, window
from pyconc.suite.team import Done, Team, make_team, run_program

#: A value whose window is too short is measured again with twice the loops, so many times at most.
_ATTEMPTS = 5
#: Calibration asks for a window this much longer, so that few values have to be measured again.
_HEADROOM = 1.25


class Meter:
    """Measures one case; use it as a context manager.

    `seconds` is a time function for pyperf. What it returns, divided by loops times
    ``inner_loops``, is the cost of one operation in seconds.

    Args:
        case: what to measure.
        min_window: seconds for which all workers of a contended case must run together.
        calibrating: small numbers of loops are being tried, so that a window may be missing.
    """

    def __init__(self, case: Case, min_window: float, *, calibrating: bool = False) -> None:
        self.case = case
        self.min_window = min_window
        self.calibrating = calibrating
        self.workload = case.make()
        #: Seconds inside the timed region of every value so far, warmups included.
        self.elapsed: list[float] = []
        self._values: list[Metrics] = []
        self._team: Team | None = None
        self._before = _running()

    @property
    def inner_loops(self) -> int:
        """Operations that one loop stands for: those of all workers, unless they share each."""
        workload = self.workload
        together = workload.clock is not Clock.WORK or workload.joint
        return workload.operations * (1 if together else workload.workers)

    def __enter__(self) -> Meter:
        self.workload.setup()
        try:
            if self.workload.clock is Clock.WORK:
                self._team = make_team(self.workload)
        except BaseException:
            self.workload.teardown()
            raise
        return self

    def __exit__(self, error_type: object, error: object, trace: object) -> None:
        try:
            if self._team:
                self._team.close()
        finally:
            self.workload.teardown()
        if error is None:
            self._refuse_leftovers()

    def seconds(self, loops: int) -> float:
        """Measure one value and check its invariant.

        Raises:
            CaseError: an invariant is broken, a worker died, or nothing overlapped.
        """
        clock = self.workload.clock
        if clock is Clock.PROGRAM:
            return self._programs(loops)
        if clock is Clock.CALLER:
            return self._caller(loops)
        return self._team_work(loops)

    def metrics(self, values: int) -> Metrics:
        """The metrics of the last so many values, summarised."""
        return summarise(self._values[-values:])

    def _programs(self, loops: int) -> float:
        programs = [run_program(self.workload) for _ in range(loops)]
        self._values.append(summarise([program.metrics for program in programs]))
        elapsed = sum(program.seconds for program in programs)
        self.elapsed.append(elapsed)
        return elapsed

    def _caller(self, loops: int) -> float:
        self.workload.reset()
        start = perf_counter()
        self.workload.work(0, loops)
        elapsed = perf_counter() - start
        self.elapsed.append(elapsed)
        self._values.append(self.workload.check(loops) or {})
        return elapsed

    def _team_work(self, loops: int) -> float:
        for attempt in range(_ATTEMPTS):
            tried = loops << attempt
            measured, metrics = self._release(tried)
            if self.calibrating:
                return max(0.0, self._charged(measured, tried, loops)) / _HEADROOM
            if self._overlapped(measured):
                break
        else:
            if measured.seconds <= 0:
                raise OverlapError(
                    f"{self.case.id}: its workers never ran at the same time "
                    f"({tried} loops each, overlap {measured.overlap:.2f})"
                )
            metrics["short_window"] = 1.0
        self._values.append(metrics)
        return self._charged(measured, tried, loops)

    def _release(self, loops: int) -> tuple[Window, Metrics]:
        assert self._team is not None
        self.workload.reset()
        done: list[Done] = self._team.run(loops)
        self.workload.laps = [each.lap for each in done]
        self.workload.returned = [each.returned for each in done]
        measured = window(self.workload.laps)
        self.elapsed.append(measured.elapsed)
        metrics = dict(self.workload.check(loops) or {})
        if self.workload.workers > 1:
            metrics["overlap"] = measured.overlap
        return measured, metrics

    def _overlapped(self, measured: Window) -> bool:
        return not self.case.contended or measured.seconds >= self.min_window

    def _charged(self, measured: Window, tried: int, loops: int) -> float:
        """Seconds for ``loops`` loops of every worker at the rate that the window showed."""
        if self.workload.serial:
            return measured.elapsed * loops / tried
        if measured.seconds <= 0:
            return measured.seconds
        if self.calibrating:
            return measured.seconds
        return measured.seconds * loops * self.workload.workers / measured.loops

    def _refuse_leftovers(self) -> None:
        if left := _running() - self._before:
            names = sorted(_describe(each) for each in left)
            raise LeftoverError(f"{self.case.id} left behind: {', '.join(names)}")


def _running() -> set[Any]:
    """The threads and the child processes that there are now."""
    return {*threading.enumerate(), *multiprocessing.active_children()}


def _describe(left: Any) -> str:
    kind = "thread" if isinstance(left, threading.Thread) else "process"
    return f"{kind} {left.name!r}"
