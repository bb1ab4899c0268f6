"""Two threads count up and down on one counter (the notes: "Lock").

With every update under a lock the counter ends where it began; without one it may not. How much
does the lock cost, how much of that goes away when it is taken less often, and what does a counter
cost that needs none: one of each worker's own, or `itertools.count`? Last, one object that all
workers use is compared with one for each, where builds without the GIL differ most.

The bodies are the notes' own: a module global, updated between `acquire` and `release`.
One operation is one update, so the notes' program of 1,000,000 updates a thread is 2,000,000.
"""

from __future__ import annotations

import itertools
import threading
from array import array
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import NATIVE, PROCESSES, Workload, case
from pyconc.suite.metrics import Metrics

from ._counting import Program, SharedValue, Sharing, Tried, each_once, lost

share = 0
lock = threading.Lock()
rlock = threading.RLock()


class Counter(Workload):
    """Even workers count up, odd ones down."""

    def reset(self) -> None:
        global share
        share = 0

    def check(self, loops: int) -> Metrics | None:
        if share != 0:
            raise InvariantError(f"the locked counter ended at {share} and not at 0")
        return None


class LockedCounter(Tried, Counter):
    """The lock keeps every update whole, even one with a pause in the middle."""

    def guard(self) -> Any:
        return lock

    def trial(self, worker: int, loops: int) -> None:
        global share
        guard, door = self.guard(), self.door
        for turn in range(loops):
            door.come(worker)
            guard.acquire()
            found = share
            door.stay(worker)
            share = found + (1 << turn if worker % 2 == 0 else -1 << turn)  # none cancels another
            door.leave(worker)
            guard.release()


class UnlockedCounter(Counter):
    """Nothing is promised, so what the counter ends at is a finding and not an error."""

    def check(self, loops: int) -> Metrics | None:
        return {"residual": abs(share), "nonzero": float(share != 0)}


@case(workers=2)
class EmptyProgram(Program):
    """The notes' program with empty loops. One operation: one turn of a loop."""

    def work(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            pass


@case(notes="Lock", workers=2)
class Unlocked(UnlockedCounter):
    """No lock at all. One operation: one update."""

    control = "reference.empty_range"

    def work(self, worker: int, loops: int) -> None:
        global share
        if worker % 2 == 0:
            for _ in range(loops):
                share += 1
        else:
            for _ in range(loops):
                share -= 1


@case(notes="Lock", workers=2)
class UnlockedProgram(Program, Unlocked):
    """The notes' program without a lock. One operation: one update."""

    control = "counter.empty_program"


@case(notes="Lock", workers=2)
class FineLock(LockedCounter):
    """The lock is taken and released for every update. One operation: one update."""

    control = "counter.unlocked"
    floor = "floor.mutex_contended[thread-2]"

    def work(self, worker: int, loops: int) -> None:
        global share
        if worker % 2 == 0:
            for _ in range(loops):
                lock.acquire()
                share += 1
                lock.release()
        else:
            for _ in range(loops):
                lock.acquire()
                share -= 1
                lock.release()


@case(notes="Lock", workers=2)
class FineLockProgram(Program, FineLock):
    """The notes' program with a lock per update. One operation: one update."""

    control = "counter.unlocked_program"


@case(notes="Lock", workers=2, quick=False)
class FineRLock(LockedCounter):
    """An RLock is taken and released for every update. One operation: one update."""

    control = "counter.unlocked"

    def work(self, worker: int, loops: int) -> None:
        global share
        step = 1 if worker % 2 == 0 else -1
        for _ in range(loops):
            rlock.acquire()
            share += step
            rlock.release()

    def guard(self) -> Any:
        return rlock


@case(notes="Lock", workers=2, updates_per_lock=(10, 100, 1000))
class LockEvery(LockedCounter):
    """The lock is held for several updates at a time. One operation: one update."""

    control = "counter.unlocked"
    updates_per_lock: int

    @property
    def operations(self) -> int:
        return self.updates_per_lock

    def work(self, worker: int, loops: int) -> None:
        global share
        updates = range(self.updates_per_lock)
        if worker % 2 == 0:
            for _ in range(loops):
                lock.acquire()
                for _ in updates:
                    share += 1
                lock.release()
        else:
            for _ in range(loops):
                lock.acquire()
                for _ in updates:
                    share -= 1
                lock.release()


@case(notes="Lock", workers=2)
class CoarseLock(LockedCounter):
    """The lock is taken once, so the threads take turns. One operation: one update."""

    control = "counter.unlocked"
    serial = True
    stamps = 1

    def work(self, worker: int, loops: int) -> None:
        global share
        lock.acquire()
        if worker % 2 == 0:
            for _ in range(loops):
                share += 1
        else:
            for _ in range(loops):
                share -= 1
        lock.release()


@case(notes="Lock", workers=2)
class CoarseLockProgram(Program, CoarseLock):
    """The notes' program with the lock taken once. One operation: one update."""

    control = "counter.unlocked_program"


class Tally(UnlockedCounter):
    """All workers count up, so that what is missing at the end is the number of lost updates."""

    def check(self, loops: int) -> Metrics | None:
        return lost(loops * self.workers, share)


@case(notes="Lock", workers=2)
class Tallied(Tally):
    """No lock, and both count up: lost updates are exact. One operation: one update."""

    control = "reference.empty_range"

    def work(self, worker: int, loops: int) -> None:
        global share
        for _ in range(loops):
            share += 1


def one() -> int:
    return 1


@case(notes="Lock", workers=2)
class TalliedCall(Tally):
    """As `Tallied`, adding what a call returns: a call is where the interpreter may switch threads.

    One operation: one update.
    """

    control = "reference.empty_range"

    def work(self, worker: int, loops: int) -> None:
        global share
        for _ in range(loops):
            share += one()


@case(notes="Lock", workers=2)
class OwnCounts(Workload):
    """Each worker counts by itself, and the counts are added up. One operation: one update."""

    control = "reference.empty_range"
    at_once = True

    def work(self, worker: int, loops: int) -> int:
        count = 0
        for _ in range(loops):
            count += 1
        return count

    def check(self, loops: int) -> Metrics | None:
        counted = sum(map(sum, self.returned))
        if counted != loops * self.workers:
            raise InvariantError(f"{loops} updates of each worker add up to {counted}")
        return None


@case(notes="Lock", workers=2, quick=False)
class OwnNumbers(Workload):
    """Each worker keeps the numbers of a range of its own. One operation: one number."""

    control = "reference.empty_range"
    at_once = True

    def work(self, worker: int, loops: int) -> array[int]:
        kept = array("q")
        append = kept.append
        for number in range(loops):
            append(number)
        return kept


@case(notes="Lock", workers=2, quick=False)
class ItertoolsCount(Workload):
    """Both workers keep what one `itertools.count` hands out. One operation: one number."""

    control = "counter.own_numbers"
    numbers: itertools.count[int]

    def reset(self) -> None:
        self.numbers = itertools.count()

    def work(self, worker: int, loops: int) -> array[int]:
        kept, numbers = array("q"), self.numbers
        append = kept.append
        for _ in range(loops):
            append(next(numbers))
        return kept

    def check(self, loops: int) -> Metrics | None:
        each_once(itertools.chain(*itertools.chain(*self.returned)), loops * self.workers)
        return None


class Item:
    """What the workers share, or have one each of."""

    def __init__(self, count: int) -> None:
        self.count = count

    def read(self) -> int:
        return self.count


@case(notes="Lock", workers=(2, 4), shared=("one", "each"), quick={"workers": [2]})
class Attribute(Sharing):
    """An attribute of one item, or one each, counts up, unlocked. One operation: one update."""

    def make(self) -> Item:
        return Item(0)

    def work(self, worker: int, loops: int) -> int:
        item: Item = self.mine()
        for _ in range(loops):
            item.count += 1
        return item.count

    def check(self, loops: int) -> Metrics | None:
        if self.shared == "one":
            return lost(sum(sum(lap.parts) for lap in self.laps), self.common.count)
        return super().check(loops)


@case(notes="Lock", workers=(2, 4), shared=("one", "each"), quick=False)
class Method(Sharing):
    """A method that only reads is called on one item, or on one each. One operation: one call.

    The pattern of cpython#134761: without the GIL a call on the one item may cost 8x more.
    """

    def make(self) -> Item:
        return Item(1)

    def work(self, worker: int, loops: int) -> int:
        item: Item = self.mine()
        total = 0
        for _ in range(loops):
            total += item.read()
        return total


@case(notes="共享变量", backend=PROCESSES, workers=2, quick={"backend": [NATIVE]})
class UnlockedValue(SharedValue):
    """Two processes update a `Value` without its lock. One operation: one update."""

    control = "reference.empty_range"

    def work(self, worker: int, loops: int) -> None:
        value = self.value.get_obj()
        for _ in range(loops):
            value.value += 1

    def check(self, loops: int) -> Metrics | None:
        return lost(loops * self.workers, self.value.value)


@case(notes="共享变量", backend=PROCESSES, workers=2, quick={"backend": [NATIVE]})
class LockedValue(SharedValue):
    """Two processes update a `Value` under its lock. One operation: one update."""

    control = "counter.unlocked_value"

    def work(self, worker: int, loops: int) -> None:
        value, lock = self.value.get_obj(), self.value.get_lock()
        for _ in range(loops):
            lock.acquire()
            value.value += 1
            lock.release()

    def trial(self, worker: int, loops: int) -> None:
        value, lock = self.value.get_obj(), self.value.get_lock()
        door = self.door
        for _ in range(loops):
            door.come(worker)
            lock.acquire()
            found = value.value
            door.stay(worker)
            value.value = found + 1
            door.leave(worker)
            lock.release()

    def check(self, loops: int) -> Metrics | None:
        if self.value.value != loops * self.workers:
            raise InvariantError(f"{loops} updates of each worker left {self.value.value}")
        return None
