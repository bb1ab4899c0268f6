"""A lock that one worker at a time may hold (the notes: "Lock").

What does it cost to take and release one that nobody else wants, in each of the ways to ask for
it? What does it cost when others want it too: by how many workers, by how much work inside and
outside of the section that it guards, with one lock for all and with one for each? And how long
does it take from a release in one worker to the lock's arrival in another?

The critical sections count, which shows whether a second worker was ever inside.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import MutableSequence, Sequence
from itertools import repeat
from time import perf_counter
from typing import Any, Callable, ClassVar

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, THREAD, Workload, case
from pyconc.suite.machine import OVERSUBSCRIBED, ByCores
from pyconc.suite.metrics import Metrics
from pyconc.suite.trial import Door, shared_zeros

Gate = Callable[..., Any]


def make_lock(workload: Workload) -> Any:
    if workload.backend == THREAD:
        return threading.Lock()
    return multiprocessing.get_context(workload.start_method).Lock()


class Uncontended(Workload):
    """One worker, alone with a lock that is free."""

    control = "reference.empty_loop"
    floor = "floor.mutex_pair[thread-1]"

    lock: Any

    def setup(self) -> None:
        self.lock = make_lock(self)

    def take(self) -> object:
        """Take the lock in the way that `work` does."""
        return self.lock.acquire()

    def trial(self, worker: int, loops: int) -> int:
        """How often the lock could be taken while it was held."""
        twice = 0
        for _ in repeat(None, loops):
            self.take()
            twice += self.lock.acquire(False)
            self.lock.release()
        return twice

    def check(self, loops: int) -> Metrics | None:
        if twice := sum(filter(None, self.returned[0])):
            raise InvariantError(f"the lock was taken {twice} times while it was held")
        if not self.lock.acquire(False):
            raise InvariantError("the lock was still held after its last release")
        self.lock.release()
        return None


@case(notes="Lock")
class Pair(Uncontended):
    """Taken and released by two calls. One operation: the pair of them."""

    def work(self, worker: int, loops: int) -> None:
        acquire, release = self.lock.acquire, self.lock.release
        for _ in repeat(None, loops):
            acquire()
            release()


@case(notes="Lock", backend=FORK)
class ProcessPair(Pair):
    """The same with a lock that processes can share. One operation: the pair of calls."""

    floor = "floor.semaphore_pair[thread-1]"


@case(notes="Lock")
class With(Uncontended):
    """Taken and released by a `with` statement. One operation: one statement."""

    def take(self) -> object:
        return self.lock.__enter__()

    def work(self, worker: int, loops: int) -> None:
        lock = self.lock
        for _ in repeat(None, loops):
            with lock:
                pass


@case(notes="Lock")
class TryAcquire(Uncontended):
    """Taken without waiting, since it is free, and released. One operation: the pair of calls."""

    def take(self) -> object:
        return self.lock.acquire(blocking=False)

    def work(self, worker: int, loops: int) -> None:
        acquire, release = self.lock.acquire, self.lock.release
        for _ in repeat(None, loops):
            acquire(blocking=False)
            release()


@case(notes="Lock", quick=False)
class AcquireTimeout(Uncontended):
    """Taken with a limit to the wait, which is not needed. One operation: the pair of calls."""

    def take(self) -> object:
        return self.lock.acquire(timeout=1.0)

    def work(self, worker: int, loops: int) -> None:
        acquire, release = self.lock.acquire, self.lock.release
        for _ in repeat(None, loops):
            acquire(timeout=1.0)
            release()


@case(notes="Lock", quick=False)
class TryHeld(Uncontended):
    """Asked for without waiting while it is held, so in vain. One operation: one such call."""

    def setup(self) -> None:
        super().setup()
        self.lock.acquire()

    def work(self, worker: int, loops: int) -> int:
        acquire, taken = self.lock.acquire, 0
        for _ in repeat(None, loops):
            if acquire(blocking=False):
                taken += 1
        return taken

    trial = work

    def check(self, loops: int) -> Metrics | None:
        if taken := sum(self.returned[0]):
            raise InvariantError(f"the lock was taken {taken} times while it was held")
        return None


class Counting(Workload):
    """Workers count what they do: all of them on one counter, which one lock guards."""

    fixed_time = True

    #: By worker.
    locks: Sequence[Any]
    counts: Sequence[MutableSequence[int]]
    door: Door

    def setup(self) -> None:
        self.locks = [make_lock(self)] * self.workers
        self.counts = [shared_zeros(self, 1)] * self.workers
        self.door = Door(self)

    def reset(self) -> None:
        self.door.reset()
        for count in self.counts:
            count[0] = 0

    def check(self, loops: int) -> Metrics | None:
        for count in self.counts:
            mates = (lap for lap, other in zip(self.laps, self.counts) if other is count)
            expected = sum(sum(lap.parts) for lap in mates)
            if count[0] != expected:
                raise InvariantError(f"{count[0]} sections were counted of {expected}")
        return None


class CountingApart(Counting):
    """Each worker has a counter, and a lock if any, of its own."""

    at_once = True

    def setup(self) -> None:
        super().setup()
        # Far apart in memory: neighbours would share a line of the cache.
        made = [(make_lock(self), shared_zeros(self, 1)) for _ in range(64 * self.workers)][::64]
        self.locks, self.counts = zip(*made)


@case(notes="Lock", backend=(THREAD, FORK), workers=2, quick={"backend": [THREAD]})
class Update(CountingApart):
    """Each of two workers counts, with no lock. One operation: one update of its counter."""

    control = "reference.empty_loop"

    def work(self, worker: int, loops: int) -> None:
        count = self.counts[worker]
        for _ in repeat(None, loops):
            count[0] += 1


class Locked(Counting):
    """Every update is a critical section."""

    #: In a trial, whoever is inside asks for the lock again, without waiting for it.
    asks_again: ClassVar[bool] = True

    def gates(self, worker: int) -> tuple[Gate, Gate]:
        """What this worker calls before a section and after it."""
        lock = self.locks[worker]
        return lock.acquire, lock.release

    def work(self, worker: int, loops: int) -> None:
        acquire, release = self.gates(worker)
        count = self.counts[worker]
        for _ in repeat(None, loops):
            acquire()
            count[0] += 1
            release()

    def trial(self, worker: int, loops: int) -> list[int]:
        """Slow updates in company, which only count where the lock cannot be taken meanwhile.

        Returns:
            What the counter was at, section by section.
        """
        acquire, release = self.gates(worker)
        count, door = self.counts[worker], self.door
        found = []
        for _ in repeat(None, loops):
            door.come(worker)
            acquire()
            found.append(count[0])
            taken = self.asks_again and acquire(False)
            door.stay(worker)
            count[0] = found[-1] + (not taken)
            door.leave(worker)
            release()
        return found


@case(
    notes="Lock",
    workers=ByCores((2, 4, 8, OVERSUBSCRIBED), "2, 4, 8, 10x cores"),
    quick={"workers": [2, OVERSUBSCRIBED]},
)
class Contended(Locked):
    """All workers want one lock, and do nothing else. One operation: one section."""

    control = "lock.update[thread-2]"
    floor = "floor.mutex_contended[thread-{workers}]"


@case(notes="Lock", workers=(2, 4, 8), quick={"workers": [2]})
class OwnLock(Contended, CountingApart):
    """As `Contended` with a lock for each worker, so nobody waits. One operation: one section."""

    floor = "floor.mutex_pair[thread-1]"


@case(notes="Lock", backend=FORK, workers=(2, 4), quick={"workers": [2]})
class ProcessContended(Locked):
    """Processes that all want one lock, and do nothing else. One operation: one section."""

    control = "lock.update[process-fork-2]"


class Swept(Workload):
    """So many additions in each section, and so many after it."""

    inside: int
    outside: int


@case(
    notes="Lock",
    workers=2,
    inside=(0, 10, 100),
    outside=(0, 10, 100),
    quick={"inside": [10], "outside": [10]},
)
class SectionUnlocked(Swept, CountingApart):
    """The loops of `Section` without the lock. One operation: one turn with all its additions."""

    control = "reference.empty_loop"

    def work(self, worker: int, loops: int) -> None:
        count = self.counts[worker]
        inside, outside = range(self.inside), range(self.outside)
        x = 0
        for _ in repeat(None, loops):
            count[0] += 1
            for _ in inside:
                x += 1
            for _ in outside:
                x += 1


@case(notes="Lock", workers=4, inside=0, outside=10)
class CrowdedSectionUnlocked(SectionUnlocked):
    """The loops of `CrowdedSection` without the lock. One operation: one turn of a worker."""

    control = "reference.empty_loop[thread-2]"


@case(
    notes="Lock",
    workers=2,
    inside=(0, 10, 100),
    outside=(0, 10, 100),
    quick={"inside": [10], "outside": [10]},
)
class Section(Swept, Locked):
    """Two workers, with work inside the section and after it. One operation: one turn.

    How a lock should wait depends on both. cpython#157914: a change of how `PyMutex` spins was
    justified by sections of one length, and made others twice as dear on free-threaded builds.
    A sweep shows that as cells that part company: some faster, some slower than before.
    """

    control = "lock.section_unlocked"

    def work(self, worker: int, loops: int) -> None:
        acquire, release = self.gates(worker)
        count = self.counts[worker]
        inside, outside = range(self.inside), range(self.outside)
        x = 0
        for _ in repeat(None, loops):
            acquire()
            count[0] += 1
            for _ in inside:
                x += 1
            release()
            for _ in outside:
                x += 1


@case(notes="Lock", workers=4, inside=0, outside=10)
class CrowdedSection(Section):
    """Four workers, a short section and some work after it. One operation: one turn of a worker.

    The shape of the program of cpython#157914, whose threads store into one dict.
    """

    control = "lock.crowded_section_unlocked"


@case(notes="Lock", workers=2)
class Handoff(Locked):
    """Two threads let each other go in turn, by two locks. One operation: there and back."""

    control = "lock.update[thread-2]"
    floor = "floor.semaphore_handoff[thread-2]"
    fixed_time = False
    joint = True
    observes = "handoff"

    def setup(self) -> None:
        super().setup()
        self.locks = [make_lock(self) for _ in range(2)]
        self.locks[1].acquire()  # worker 0 begins

    def gates(self, worker: int) -> tuple[Gate, Gate]:
        return self.locks[worker].acquire, self.locks[1 - worker].release

    def observe(self, worker: int, loops: int) -> list[float]:
        acquire, release = self.gates(worker)
        moments = []
        for _ in repeat(None, loops):
            acquire()
            moments.append(perf_counter())
            release()
        return moments

    def check(self, loops: int) -> Metrics | None:
        super().check(loops)
        for worker, (found, *_) in enumerate(self.returned):
            if found and found != list(range(worker, 2 * loops, 2)):
                raise InvariantError(f"worker {worker} had its turns at {found}")
        return None


@case(notes="Lock", backend=FORK, workers=2)
class ProcessHandoff(Handoff):
    """Two processes let each other go in turn, by two locks. One operation: there and back."""

    control = "lock.update[process-fork-2]"
