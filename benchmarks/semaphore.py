"""A semaphore counts permits (the notes: "semaphore").

In the notes a consumer waits at a semaphore of 0 until a producer has stored an item and released
it. `Handoff` passes one item after the other that way; a second semaphore tells the producer that
the item was taken, since otherwise it would overwrite what nobody has read. Beside it: a semaphore
that nobody else uses, and one with fewer permits than there are workers that want them.
"""

from __future__ import annotations

import threading
from itertools import repeat
from time import perf_counter
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, NATIVE, PROCESSES, THREAD, Workload, case
from pyconc.suite.metrics import Metrics
from pyconc.suite.trial import Door

from ._backends import library
from ._relay import Guarded, Relay


def has_permits(semaphore: Any, permits: int) -> bool:
    """Whether a semaphore gives so many permits and no more; they are put back."""
    given = 0
    while given <= permits and semaphore.acquire(False):
        given += 1
    for _ in range(given):
        semaphore.release()
    return given == permits


def refuses(semaphore: Any) -> bool:
    """Whether a semaphore that has all its permits back refuses one more."""
    try:
        semaphore.release()
    except ValueError:
        return True
    return False


class OnePair(Workload):
    """One worker, alone, takes the only permit and gives it back."""

    control = "reference.empty_loop[thread-1]"
    floor = "floor.semaphore_pair[thread-1]"

    kind: str
    semaphore: Any

    def setup(self) -> None:
        self.semaphore = getattr(library(self), self.kind)(1)

    def work(self, worker: int, loops: int) -> None:
        acquire, release = self.semaphore.acquire, self.semaphore.release
        for _ in repeat(None, loops):
            acquire()
            release()

    def check(self, loops: int) -> Metrics | None:
        if not has_permits(self.semaphore, 1):
            raise InvariantError(f"the {self.kind} does not have the one permit it began with")
        if self.kind == "BoundedSemaphore" and not refuses(self.semaphore):
            raise InvariantError("the bounded semaphore took back more than it gave")
        return None


@case(notes="semaphore", kind=("Semaphore", "BoundedSemaphore"), quick={"kind": ["Semaphore"]})
class Pair(OnePair):
    """Acquired and released by one thread, with nobody else there. One operation: one pair."""


@case(notes="semaphore", backend=FORK, kind="Semaphore")
class ProcessPair(OnePair):
    """As `Pair`, in a process, with `multiprocessing.Semaphore`. One operation: one pair."""


@case(notes="semaphore", workers=2)
class Unguarded(Relay):
    """As `Handoff`, but nobody waits. One operation: one number stored, and one read."""

    def work(self, worker: int, loops: int) -> list[int]:
        number = self.number
        read: list[int] = []
        if worker == 0:
            for _ in repeat(None, loops):
                number[0] += 1
        else:
            for _ in repeat(None, loops):
                read.append(number[0])
        return read

    def check(self, loops: int) -> Metrics | None:
        return None


@case(
    notes="semaphore",
    backend=(THREAD, *PROCESSES),
    workers=2,
    quick={"backend": [THREAD, NATIVE]},
)
class Handoff(Guarded):
    """A producer stores a number, and a consumer reads it before the next one is stored.

    One operation: one number stored and read, which is a hand-off there and one back.
    """

    control = "semaphore.unguarded[thread-2]"
    floor = "floor.semaphore_handoff[thread-2]"
    observes = "handoff"
    waits_at = ("stored", "taken")

    stored: Any
    taken: Any

    def setup(self) -> None:
        super().setup()
        make = library(self).Semaphore
        self.stored, self.taken = make(0), make(0)

    def work(self, worker: int, loops: int) -> list[int]:
        number, stored, taken = self.number, self.stored, self.taken
        read: list[int] = []
        if worker == 0:
            for _ in repeat(None, loops):
                number[0] += 1
                stored.release()
                taken.acquire()
        else:
            for _ in repeat(None, loops):
                stored.acquire()
                read.append(number[0])
                taken.release()
        return read

    def observe(self, worker: int, loops: int) -> list[float]:
        stored, taken, clock = self.stored, self.taken, perf_counter
        moments: list[float] = []
        if worker == 0:
            for _ in repeat(None, loops):
                moments.append(clock())
                stored.release()
                taken.acquire()
        else:
            for _ in repeat(None, loops):
                stored.acquire()
                moments.append(clock())
                taken.release()
        return moments

    def check(self, loops: int) -> Metrics | None:
        super().check(loops)
        if not (has_permits(self.stored, 0) and has_permits(self.taken, 0)):
            raise InvariantError("a semaphore has a permit left that nobody gave")
        return None


@case(notes="semaphore", workers=(4, 8), permits=(1, 2, 4), quick={"workers": [4], "permits": [2]})
class Permits(Workload):
    """Threads want more permits than there are, and give them back at once.

    One operation: one acquire and release.
    """

    control = "reference.empty_loop[thread-1]"
    fixed_time = True

    permits: int

    _door: Door
    _semaphore: threading.Semaphore
    _guard: threading.Lock
    _inside: int
    _most_inside: int

    def setup(self) -> None:
        self._door = Door(self, self.permits)
        self._semaphore = threading.Semaphore(self.permits)
        self._guard = threading.Lock()

    def reset(self) -> None:
        self._door.reset()
        self._inside = self._most_inside = 0

    def work(self, worker: int, loops: int) -> None:
        acquire, release = self._semaphore.acquire, self._semaphore.release
        for _ in repeat(None, loops):
            acquire()
            release()

    def trial(self, worker: int, loops: int) -> None:
        """All want in, and those inside stay until there are as many as there are permits."""
        door = self._door
        for _ in repeat(None, loops):
            door.come(worker)
            self._semaphore.acquire()
            self._count(1)
            door.stay(worker)
            self._count(-1)
            door.leave(worker)
            self._semaphore.release()

    def _count(self, change: int) -> None:
        with self._guard:
            self._inside += change
            self._most_inside = max(self._most_inside, self._inside)

    def check(self, loops: int) -> Metrics | None:
        tried, most = self._most_inside > 0, self._most_inside
        if most > self.permits:
            raise InvariantError(f"{most} threads were inside with {self.permits} permits")
        if tried and most < self.permits:
            raise InvariantError(f"only {most} of {self.permits} permits were ever given at once")
        if not has_permits(self._semaphore, self.permits):
            raise InvariantError(f"the semaphore no longer has its {self.permits} permits")
        return None
