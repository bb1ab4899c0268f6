"""Workers that wait for each other (the notes: "Barrier", for threads and for processes).

The notes time a program of four workers, of which two meet at a barrier of two and then take a
lock; creating the workers is most of it. `Crossing` times the barrier alone.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import MutableSequence
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import NATIVE, PROCESSES, THREAD, Clock, Workload, case
from pyconc.suite.metrics import Metrics


@case(notes="Barrier", backend=(THREAD, *PROCESSES), workers=2, quick={"backend": [THREAD, NATIVE]})
class Crossing(Workload):
    """Both workers cross one barrier again and again. One operation: one crossing by both."""

    control = "reference.empty_loop"
    joint = True

    barrier: Any

    def setup(self) -> None:
        library = self._library()
        self.barrier = library.Barrier(self.workers)

    def _library(self) -> Any:
        if self.backend == "thread":
            return threading
        return multiprocessing.get_context(self.start_method)

    def work(self, worker: int, loops: int) -> int:
        wait, places = self.barrier.wait, 0
        for _ in range(loops):
            places += wait()
        return places

    def check(self, loops: int) -> Metrics | None:
        places = sum(map(sum, self.returned))
        expected = loops * sum(range(self.workers))
        if places != expected:
            raise InvariantError(f"the places at the barrier add up to {places}, not {expected}")
        for part in range(1, len(self.laps[0].parts)):
            first_past = min(lap.stamps[part + 1] for lap in self.laps)
            last_come = max(lap.stamps[part] for lap in self.laps)
            if first_past < last_come:
                raise InvariantError("a worker passed the barrier before the other had come")
        return None


@case(notes="Barrier", backend=(THREAD, *PROCESSES), workers=4)
class Program(Crossing):
    """The notes' program: two of four workers meet at a barrier. One operation: the program."""

    clock = Clock.PROGRAM
    control = "reference.start_join"

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
