"""Workers that wait for each other (the notes: "Barrier", for threads and for processes).

The notes time a program of four workers, of which two meet at a barrier of two and then take a
lock; creating the workers is most of it. `Crossing` times the barrier alone, for two workers and
for more, and how long after the first of them the last is let go.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import MutableSequence
from itertools import repeat
from time import perf_counter
from typing import Any, ClassVar

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, NATIVE, PROCESSES, THREAD, Clock, Workload, case
from pyconc.suite.metrics import Metrics
from pyconc.suite.trial import STAYS, give_way, shared_zeros, until


@case(
    notes="Barrier",
    backend=(THREAD, *PROCESSES),
    workers=(2, 4, 8),
    quick={"backend": [THREAD, NATIVE], "workers": [2, 4]},
)
class Crossing(Workload):
    """All workers cross one barrier again and again. One operation: one crossing by all."""

    version = 2
    control = "reference.empty_loop[thread-1]"
    floor: ClassVar[str | None] = "floor.barrier[thread-{workers}]"
    joint = True
    observes: ClassVar[str | None] = "skew"

    barrier: Any
    #: By worker: crossings that it came to in a trial, and those that it passed too early.
    arrivals: MutableSequence[int]
    early: MutableSequence[int]

    def setup(self) -> None:
        self.barrier = self._library().Barrier(self.workers)
        self.arrivals = shared_zeros(self, self.workers)
        self.early = shared_zeros(self, self.workers)

    def reset(self) -> None:
        self.arrivals[:] = self.early[:] = [0] * self.workers

    def _library(self) -> Any:
        if self.backend == "thread":
            return threading
        return multiprocessing.get_context(self.start_method)

    def work(self, worker: int, loops: int) -> int:
        wait, places = self.barrier.wait, 0
        for _ in repeat(None, loops):
            places += wait()
        return places

    def trial(self, worker: int, loops: int) -> int:
        """Each in turn is the last to come, and all look whether anybody is still to come."""
        places = 0
        for crossing in range(1, loops + 1):
            if crossing <= STAYS and crossing % self.workers == worker:
                self._let_all_others_come(crossing)
            self.arrivals[worker] = crossing
            places += self.barrier.wait()
            self.early[worker] += min(self.arrivals) < crossing
        return places

    def _let_all_others_come(self, crossing: int) -> None:
        until(lambda: sorted(self.arrivals)[1] >= crossing)
        give_way()

    def observe(self, worker: int, loops: int) -> list[float]:
        """When this worker was released, crossing by crossing."""
        wait = self.barrier.wait
        moments = []
        for _ in repeat(None, loops):
            wait()
            moments.append(perf_counter())
        return moments

    def durations(self) -> list[float]:
        """From the first release to the last one, crossing by crossing."""
        moments = [released for [released] in self.returned]
        if len(set(map(len, moments))) != 1:
            raise InvariantError("the workers crossed the barrier unlike often")
        return [max(crossing) - min(crossing) for crossing in zip(*moments)]

    def check(self, loops: int) -> Metrics | None:
        places = sum(map(sum, self.returned))
        expected = loops * sum(range(self.workers))
        if places != expected:
            raise InvariantError(f"the places at the barrier add up to {places}, not {expected}")
        if any(self.early) or self._passed_early():
            raise InvariantError("a worker passed the barrier before another had come")
        return None

    def _passed_early(self) -> bool:
        """Whether by their clocks one was done with a part before another came to its end."""
        parts = range(1, len(self.laps[0].parts))
        return any(
            min(lap.stamps[part + 1] for lap in self.laps)
            < max(lap.stamps[part] for lap in self.laps)
            for part in parts
        )


@case(notes="Barrier", backend=(THREAD, FORK), workers=16, quick=False)
class WideCrossing(Crossing):
    """Sixteen workers cross one barrier again and again. One operation: one crossing by all."""


@case(notes="Barrier", backend=(THREAD, *PROCESSES), workers=4)
class Program(Crossing):
    """The notes' program: two of four workers meet at a barrier. One operation: the program."""

    clock = Clock.PROGRAM
    control = "reference.start_join"
    floor = None
    observes = None

    lock: Any
    places: MutableSequence[int]

    def setup(self) -> None:
        library = self._library()
        self.barrier = library.Barrier(2)
        self.lock = library.Lock()
        self.places = [0, 0] if library is threading else library.RawArray("i", 2)

    def reset(self) -> None:
        self.places[:] = [-1, -1]

    def work(self, worker: int, loops: int) -> int:
        if worker < 2:
            self.places[worker] = self.barrier.wait()
            with self.lock:
                pass
        return 0

    def check(self, loops: int) -> Metrics | None:
        if sorted(self.places) != [0, 1]:
            raise InvariantError(f"the places at the barrier were {list(self.places)}")
        return None
