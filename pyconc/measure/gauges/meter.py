"""One case by instructions: what twice the loops take beyond once, so that all else drops out."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from pyconc.errors import CaseError
from pyconc.measure.gauges.counters import Counter
from pyconc.measure.gauges.heap import settle_heap
from pyconc.measure.meter import Meter
from pyconc.measure.quiet import Quiet
from pyconc.suite.case import TASK, Case, Clock, Workload
from pyconc.suite.job import Job
from pyconc.suite.metrics import Metrics
from pyconc.suite.program import run_program

#: The code has been specialised when two counts of the same loops differ by less than this share,
#: after so many at least; and so many are made at most.
_STEADY, _FEWEST, _MOST = 0.0005, 3, 8
#: Instructions after which everything is warm.
_ENOUGH = 20_000_000
#: Seconds of a count whose loops are enough, however few instructions they take: a case that waits,
#: or forks, executes little in all that time.
_LONG = 0.25
#: Seconds for which a thread may keep the GIL while others wait for it: what runs under valgrind
#: is slow, and would be interrupted after a few thousand instructions, at another one each time.
_SWITCH_INTERVAL = 10.0
#: The first uses of a counter are dearer than the others.
_TRIES = 3


class InstructionMeter(Meter):
    """As `Meter`, with instructions in place of seconds.

    Args:
        counter: of the process that does the work; it is closed at the end.
        least: instructions of one count, as far as the time allows.
    """

    def __init__(
        self,
        case: Case,
        counter: Counter,
        least: float = 0.0,
        *,
        calibrating: bool = False,
        next_turn: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(case, 0.0, calibrating=calibrating, quiet=_Unread(), next_turn=next_turn)
        self._least = least
        self._counter = counter
        self._clock = _Prepared(counter)
        #: What belongs to the counting itself.
        self._empty = 0.0
        #: Of each value: by how much the same loops differed when they were counted twice.
        self._wander: list[float] = []

    def __enter__(self) -> InstructionMeter:
        self._usual_interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_INTERVAL)
        super().__enter__()
        vars(self.workload)["counted"] = _counted(self.workload, self._clock)
        for _ in range(_TRIES):
            self._empty = self._clock() + self._clock()
        self._clock.finish()
        if hasattr(gc, "freeze"):  # so that what is collected before every count is little
            gc.collect()
            gc.freeze()
        return self

    def __exit__(self, error_type: object, error: object, trace: object) -> None:
        try:
            super().__exit__(error_type, error, trace)
        finally:
            sys.setswitchinterval(self._usual_interval)
            self._counter.close()

    def value(self, loops: int) -> float:
        """The instructions of so many loops, when all that adapts has adapted.

        Raises:
            CaseError: an invariant is broken, a worker died, or the loops take no instructions.
        """
        self._loops = loops
        started = perf_counter()
        if self.calibrating:
            found = self._count(loops)
            if perf_counter() - started > _LONG:  # more loops would tell no more
                found = max(found, self._least)
        else:
            self._next_turn()
            before = self._warm(2 * loops)
            twice = self._count(2 * loops)
            self._wander.append(abs(twice / before - 1) if before else 0.0)
            found = twice - self._count(loops)
        self.elapsed.append(perf_counter() - started)
        if found <= 0:
            raise CaseError(f"{self.case.id}: {loops} loops more take {found:.0f} instructions")
        return found

    @property
    def value_seconds(self) -> float:
        return self.elapsed[-1]

    def machine(self) -> Metrics:
        """It makes no difference."""
        return {}

    def beside(self, values: int) -> dict[str, float | str]:
        """Nothing that is measured by time, but how well the process repeated itself."""
        return {"wander": max(self._wander[-values:])}

    def _warm(self, loops: int) -> float:
        """What the loops took the last time."""
        made, now = 1, self._count(loops)
        while made < _MOST and made * now < _ENOUGH:
            before, now = now, self._count(loops)
            made += 1
            if made >= _FEWEST and abs(now - before) <= _STEADY * before:
                break
        return now

    def _count(self, loops: int) -> float:
        count = {
            Clock.WORK: self._of_team,
            Clock.CALLER: self._of_caller,
            Clock.PROGRAM: self._of_programs,
        }[self.workload.clock]
        try:
            return count(loops)
        finally:
            self._clock.finish()

    def _of_team(self, loops: int) -> float:
        self._release(Job("counted", loops))
        self.workload.check(loops)
        return self._counter.count()

    def _of_caller(self, loops: int) -> float:
        self.workload.reset()
        if type(self.workload).settle is Workload.settle:
            found = self._of_call(loops)
        else:
            found = sum(self._of_one_call() - self._empty for _ in range(loops))
        self.workload.check(loops)
        return found

    def _of_call(self, loops: int) -> float:
        start = self._clock()
        self.workload.work(0, loops)
        return self._clock() - start

    def _of_one_call(self) -> float:
        found = self._of_call(1)
        self.workload.settle()
        return found

    def _of_programs(self, loops: int) -> float:
        return sum(
            run_program(self.workload, self._clock).seconds - self._empty for _ in range(loops)
        )


class _Unread(Quiet):
    """The machine's pace is of no interest, and reading it takes its time."""

    def __init__(self) -> None:
        self.usual = None


class _Prepared:
    """A counter in a process whose memory is made the same before the first start of every count.

    What is garbage is collected then, and nothing meanwhile. A call is a reading of it as of a
    clock, once at the start and once at the end.
    """

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._runs = self._ready = False
        self._collects = gc.isenabled()
        #: Fills the memory, and must not be given back before a count.
        self._kept: list[object] = []

    def start(self) -> None:
        if not self._ready:
            self._ready = True
            gc.collect()
            gc.disable()
            self._kept += settle_heap()
        self._counter.start()

    def stop(self) -> None:
        self._counter.stop()

    def __call__(self) -> float:
        self._runs = not self._runs
        if self._runs:
            self.start()
            return 0.0
        self.stop()
        return float(self._counter.count())

    def finish(self) -> None:
        """A count has ended, well or not."""
        self._runs = self._ready = False
        if self._collects:
            gc.enable()


def _counted(workload: Any, counter: _Prepared) -> Callable[[int, int], Any]:
    """What a worker does in place of its work: the same, counted from the first worker's start to
    the last one's stop. Where there are several, they are tasks of one loop.
    """
    begun = ended = 0

    def counted(worker: int, loops: int) -> object:
        counter.start()
        returned = workload.work(worker, loops)
        counter.stop()
        return returned

    async def counted_task(worker: int, loops: int) -> object:
        nonlocal begun, ended
        if not begun:
            counter.start()
        begun += 1
        returned = await workload.work(worker, loops)
        counter.stop()
        ended += 1
        if ended == workload.workers:
            begun = ended = 0
        return returned

    return counted_task if workload.backend == TASK else counted
