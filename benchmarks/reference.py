"""The controls of the whole suite, and what tells an interpreter from a primitive.

A control does all that a case does, but for the primitive. The plain costs (a call, an attribute,
an object) show how much of a difference between two Pythons is the interpreter's. `Pairs` does one
pair of lock operations 1, 2, 4 and 8 times: if net costs mean what they should, they are on a line.
"""

from __future__ import annotations

import threading
from itertools import repeat

from pyconc.errors import InvariantError
from pyconc.suite.case import NATIVE, PROCESSES, THREAD, Clock, Workload, case
from pyconc.suite.metrics import Metrics

lock = threading.Lock()


@case(
    backend=(THREAD, *PROCESSES),
    workers=(1, 2, 10),
    quick={"backend": [THREAD, NATIVE], "workers": [1, 2]},
)
class EmptyLoop(Workload):
    """A loop without a body. One operation: one turn of one worker's loop."""

    version = 2
    fixed_time = True
    at_once = True

    def work(self, worker: int, loops: int) -> None:
        for _ in repeat(None, loops):
            pass


@case(backend=(THREAD, *PROCESSES), workers=(1, 2), quick={"backend": [THREAD]})
class EmptyRange(Workload):
    """A loop over a `range`, as in the notes' programs, which makes an integer for every turn.

    One operation: one turn of one worker's loop.
    """

    fixed_time = True
    at_once = True

    def work(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            pass


@case(backend=(THREAD, *PROCESSES), workers=(4, 10), quick={"backend": [THREAD, NATIVE]})
class StartJoin(Workload):
    """Workers are created, started and joined, and do nothing. One operation: the whole team."""

    clock = Clock.PROGRAM

    def work(self, worker: int, loops: int) -> None:
        pass


class Plain(Workload):
    """Nothing concurrent: one worker, and what Python does all day."""

    control = "reference.empty_loop"


@case()
class Call(Plain):
    """A function is called and does nothing. One operation: one call."""

    def work(self, worker: int, loops: int) -> None:
        function = nothing
        for _ in repeat(None, loops):
            function()


@case()
class Attribute(Plain):
    """An attribute of an object is read, and written. One operation: both."""

    count: int

    def reset(self) -> None:
        self.count = 0

    def work(self, worker: int, loops: int) -> None:
        for _ in repeat(None, loops):
            self.count += 1

    def check(self, loops: int) -> Metrics | None:
        if self.count != loops:
            raise InvariantError(f"the attribute is {self.count} after {loops} updates")
        return None


@case()
class Allocation(Plain):
    """An object of a small class is made and dropped. One operation: one object."""

    def work(self, worker: int, loops: int) -> None:
        make = Small
        for _ in repeat(None, loops):
            make()


def nothing() -> None:
    """What `Call` calls."""


class Small:
    """What `Allocation` makes."""


class Times(Workload):
    """One worker does the same thing so many times in every loop. One operation: the loop."""

    times: int


@case(times=(1, 2, 4, 8))
class NoPairs(Times):
    """The loops of `Pairs` without the lock. One operation: so many empty turns."""

    def work(self, worker: int, loops: int) -> None:
        turns = range(self.times)
        for _ in repeat(None, loops):
            for _ in turns:
                pass


@case(times=(1, 2, 4, 8))
class Pairs(Times):
    """A lock is acquired and released so many times. One operation: so many pairs."""

    control = "reference.no_pairs"

    def work(self, worker: int, loops: int) -> None:
        acquire, release = lock.acquire, lock.release
        turns = range(self.times)
        for _ in repeat(None, loops):
            for _ in turns:
                acquire()
                release()

    def check(self, loops: int) -> Metrics | None:
        if lock.locked():
            raise InvariantError("the lock was left held")
        return None
