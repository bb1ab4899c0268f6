"""Two threads count up and down on one counter (the notes: "Lock").

With every update under a lock the counter ends where it began; without one it may not. How much
does the lock cost, and how much of that goes away when it is taken less often?

The bodies are the notes' own: a module global, updated between `acquire` and `release`.
One operation is one update, so the notes' program of 1,000,000 updates a thread is 2,000,000.
"""

from __future__ import annotations

import multiprocessing
import threading
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import NATIVE, PROCESSES, Clock, Workload, case
from pyconc.suite.metrics import Metrics

share = 0
lock = threading.Lock()


class Counter(Workload):
    """Even workers count up, odd ones down."""

    def reset(self) -> None:
        global share
        share = 0

    def check(self, loops: int) -> Metrics | None:
        if share != 0:
            raise InvariantError(f"the locked counter ended at {share} and not at 0")
        return None


class UnlockedCounter(Counter):
    """Nothing is promised, so what the counter ends at is a finding and not an error."""

    def check(self, loops: int) -> Metrics | None:
        return {"residual": abs(share), "nonzero": float(share != 0)}


class Program(Workload):
    """As in the notes: threads created and joined inside the clock, 1,000,000 updates each.

    Fewer would not do: the first thread is well on its way, alone, before the second one starts.
    """

    clock = Clock.PROGRAM
    program_loops = 1_000_000

    @property
    def operations(self) -> int:
        return self.program_loops * self.workers


@case(workers=2)
class EmptyProgram(Program):
    """The notes' program with empty loops. One operation: one turn of a loop."""

    def work(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            pass


@case(notes="Lock", workers=2)
class Unlocked(UnlockedCounter):
    """No lock at all. One operation: one update."""

    control = "reference.empty_loop"

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
class FineLock(Counter):
    """The lock is taken and released for every update. One operation: one update."""

    control = "counter.unlocked"

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


@case(notes="Lock", workers=2, updates_per_lock=(10, 100, 1000))
class LockEvery(Counter):
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
class CoarseLock(Counter):
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


def lost(expected: int, counted: int) -> Metrics:
    """Updates that left no trace, where every worker counts up by one."""
    missing = expected - counted
    return {"lost_updates": missing, "lost_per_million": missing / expected * 1e6}


class Tally(UnlockedCounter):
    """All workers count up, so that what is missing at the end is the number of lost updates."""

    def check(self, loops: int) -> Metrics | None:
        return lost(loops * self.workers, share)


@case(notes="Lock", workers=2)
class Tallied(Tally):
    """No lock, and both count up: lost updates are exact. One operation: one update."""

    control = "reference.empty_loop"

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

    control = "reference.empty_loop"

    def work(self, worker: int, loops: int) -> None:
        global share
        for _ in range(loops):
            share += one()


class SharedValue(Workload):
    """The counter in memory that processes share, `multiprocessing.Value`; all count up."""

    value: Any

    def setup(self) -> None:
        self.value = multiprocessing.get_context(self.start_method).Value("q", 0)

    def reset(self) -> None:
        self.value.value = 0


@case(notes="共享变量", backend=PROCESSES, workers=2, quick={"backend": [NATIVE]})
class UnlockedValue(SharedValue):
    """Two processes update a `Value` without its lock. One operation: one update."""

    control = "reference.empty_loop"

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

    def check(self, loops: int) -> Metrics | None:
        if self.value.value != loops * self.workers:
            raise InvariantError(
                f"the locked value is {self.value.value} after {loops * self.workers} updates"
            )
        return None
