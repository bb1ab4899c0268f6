"""A lock that its owner may take again (the notes: "RLock").

The notes' program takes the lock, runs a function through `eval`, and takes the lock again inside
it. Most of its 13 seconds are the `eval`: here are the program as written, the same with a direct
call, and the `eval` alone. One operation is one update.
"""

from __future__ import annotations

import threading
from itertools import repeat

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload, case
from pyconc.suite.metrics import Metrics

from ._counting import Program, Tried
from ._trials import free_for_others

share = 0
lock = threading.RLock()


def update(amount: int) -> None:
    """What the notes call through `eval`: the lock is taken a second time."""
    global share
    lock.acquire()
    share += amount
    lock.release()


def same(amount: int) -> int:
    """What `EvalAlone` calls: no lock and no shared counter."""
    return amount


class Counter(Tried):
    """Even workers count up, odd ones down."""

    def reset(self) -> None:
        global share
        super().reset()
        share = 0

    def trial(self, worker: int, loops: int) -> int:
        """How often another came in while this one held the lock, or had released it but once."""
        global share
        amount = 1 if worker % 2 == 0 else -1
        intruded, door = 0, self.door
        for _ in range(loops):
            door.come(worker)
            lock.acquire()
            share += amount
            before = share
            update(0)
            door.stay(worker)
            intruded += share != before
            door.leave(worker)
            lock.release()
        return intruded

    def check(self, loops: int) -> Metrics | None:
        if intruded := sum(sum(filter(None, parts)) for parts in getattr(self, "returned", [])):
            raise InvariantError(f"{intruded} times another came in while the RLock was held")
        if share != 0:
            raise InvariantError(f"the counter under the RLock ended at {share} and not at 0")
        return None


class ShortProgram(Program):
    """Through `eval`, a twentieth of the updates takes as long, and can be repeated."""

    program_loops = 50_000


@case(notes="RLock", workers=2)
class EvalUpdate(Counter):
    """The lock is taken twice, the second time through `eval`. One operation: one update."""

    control = "rlock.eval_alone"

    def work(self, worker: int, loops: int) -> None:
        call = "update(1)" if worker % 2 == 0 else "update(-1)"
        for _ in range(loops):
            lock.acquire()
            eval(call)
            lock.release()


@case(notes="RLock", workers=2)
class EvalProgram(ShortProgram, EvalUpdate):
    """The notes' program, through `eval`. One operation: one update."""

    control = "rlock.eval_alone_program"
    rival = "rlock.direct_program"


@case(notes="RLock", workers=2)
class DirectUpdate(Counter):
    """The lock is taken twice per update, with a direct call. One operation: one update."""

    control = "reference.empty_range"

    def work(self, worker: int, loops: int) -> None:
        amount = 1 if worker % 2 == 0 else -1
        for _ in range(loops):
            lock.acquire()
            update(amount)
            lock.release()


@case(notes="RLock", workers=2)
class DirectProgram(Program, DirectUpdate):
    """The notes' program with a direct call. One operation: one update."""

    control = "counter.empty_program"


@case(notes="RLock", workers=2)
class EvalAlone(Workload):
    """The same string evaluated, with no lock. One operation: one `eval`."""

    control = "reference.empty_range"

    def work(self, worker: int, loops: int) -> int:
        call = "same(1)" if worker % 2 == 0 else "same(-1)"
        total = 0
        for _ in range(loops):
            total += eval(call)
        return total

    def check(self, loops: int) -> Metrics | None:
        for worker, totals in enumerate(getattr(self, "returned", [])):
            if abs(sum(totals)) != loops:
                raise InvariantError(f"worker {worker} evaluated {sum(totals)} of {loops} calls")
        return None


@case(notes="RLock", workers=2)
class EvalAloneProgram(ShortProgram, EvalAlone):
    """The notes' program with no lock: `eval` alone. One operation: one `eval`."""

    control = "counter.empty_program"


class Nested(Workload):
    """One worker, alone, goes ``depth`` deep and comes back."""

    depth: int


@case(notes="RLock", depth=(1, 2, 4, 8, 16), quick={"depth": [1, 4, 16]})
class EmptyNest(Nested):
    """The loops of `Recursion` without the lock. One operation: one nest of this depth."""

    def work(self, worker: int, loops: int) -> None:
        nest = range(self.depth)
        for _ in range(loops):
            for _ in nest:
                pass
            for _ in nest:
                pass


@case(notes="RLock", depth=(1, 2, 4, 8, 16), quick={"depth": [1, 4, 16]})
class Recursion(Nested):
    """The owner takes the lock ``depth`` times, then releases it. One operation: one nest."""

    control = "rlock.empty_nest"

    def work(self, worker: int, loops: int) -> None:
        acquire, release = lock.acquire, lock.release
        nest = range(self.depth)
        for _ in range(loops):
            for _ in nest:
                acquire()
            for _ in nest:
                release()

    def trial(self, worker: int, loops: int) -> int:
        """How often another thread could have taken the lock before its last release."""
        early = 0
        for _ in range(loops):
            for _ in range(self.depth):
                lock.acquire()
            for _ in range(self.depth - 1):
                lock.release()
            early += free_for_others(lock)
            lock.release()
        return early

    def check(self, loops: int) -> Metrics | None:
        if any(self.returned[0]):
            raise InvariantError("the lock was free before its last release")
        if not lock.acquire(blocking=False):
            raise InvariantError("the lock was still held after its last release")
        lock.release()
        return None


@case(notes="RLock")
class Pair(Recursion):
    """The owner takes the lock once and releases it. One operation: the pair of calls."""

    control = "reference.empty_loop"
    floor = "floor.mutex_pair[thread-1]"
    rival = "lock.pair"
    depth = 1

    def work(self, worker: int, loops: int) -> None:
        acquire, release = lock.acquire, lock.release
        for _ in repeat(None, loops):
            acquire()
            release()
