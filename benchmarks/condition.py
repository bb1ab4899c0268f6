"""Workers that wait for their turn (the notes: "Condition").

A producer and a consumer share a buffer of 5 (`Buffer`), and three threads say A, B and C in that
order, again and again (`InOrder`). Whoever finds that it cannot go on waits at the condition until
another has changed something. `Handoff` is the buffer of one: every item is waited for. `Notify` is
a condition at which nobody waits.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import repeat
from time import perf_counter
from typing import Any, ClassVar

from pyconc.errors import InvariantError
from pyconc.suite.case import PROCESSES, THREAD, Workload, case
from pyconc.suite.metrics import Metrics
from pyconc.suite.trial import STAYS, give_way, shared_zeros, until

from ._backends import library

#: Where a worker is in a trial: on its way to the condition, where nobody keeps it; letting others
#: go first; asking for the condition; inside; waiting for a notification; at its end.
AWAY, LATE, COMING, INSIDE, WAITING, DONE = range(6)


class Section(Workload):
    """Whatever is done is done inside the condition, by one worker at a time."""

    condition: Any
    #: In a trial: where each worker is, and at last whether two were inside.
    places: Any

    def setup(self) -> None:
        self.condition = library(self).Condition()
        self.places = shared_zeros(self, self.workers + 1)

    def reset(self) -> None:
        self.places[:] = [AWAY] * self.workers + [0]

    def trial(self, worker: int, loops: int) -> object:
        """As `work`, but nobody leaves the condition before all others want to be inside."""
        watched = copy.copy(self)
        watched.condition = Watched(self.condition, self.places, worker, self.comes_last)
        returned = watched.work(worker, loops)
        self.places[worker] = DONE
        return returned

    def comes_last(self, worker: int) -> bool:
        """Whether a worker comes only when all others wait for it, to see that they do."""
        return False

    def check(self, loops: int) -> Metrics | None:
        if self.places[-1]:
            raise InvariantError("two were inside the condition at once")
        if not self.condition.acquire(False):
            raise InvariantError("somebody is still inside the condition")
        self.condition.release()
        return None


class Watched:
    """A condition that knows where its users are, and in which they stay until others come."""

    def __init__(
        self, condition: Any, places: Any, worker: int, comes_last: Callable[[int], bool]
    ) -> None:
        self._condition, self._places, self._worker = condition, places, worker
        self._comes_last = comes_last
        others = len(places) - 2  # for there is the mark at the end
        self._stays = STAYS if others else 0
        self.notify, self.notify_all = condition.notify, condition.notify_all

    def acquire(self) -> None:
        if self._comes_last(self._worker):
            self._places[self._worker] = LATE
            until(lambda: {*self._others()} <= {LATE, WAITING, DONE})
        self._places[self._worker] = COMING
        self._condition.acquire()
        self._come()

    def release(self) -> None:
        if self._stays:
            self._stays -= 1
            until(lambda: AWAY not in self._others())
            give_way()
        self._places[self._worker] = AWAY
        self._condition.release()

    def wait(self) -> None:
        self._places[self._worker] = WAITING
        self._condition.wait()
        self._come()

    def wait_for(self, predicate: Callable[[], bool]) -> None:
        self._places[self._worker] = WAITING
        self._condition.wait_for(predicate)
        self._come()

    __enter__ = acquire

    def __exit__(self, *_: object) -> None:
        self.release()

    def _come(self) -> None:
        self._places[self._worker] = INSIDE
        if INSIDE in self._others():
            self._places[-1] = 1

    def _others(self) -> list[int]:
        others = list(self._places[:-1])
        del others[self._worker]
        return others


@case(notes="Condition")
class Notify(Section):
    """Acquired, notified and released, with nobody waiting. One operation: all three."""

    control = "reference.empty_loop[thread-1]"
    floor = "floor.mutex_pair[thread-1]"

    def work(self, worker: int, loops: int) -> None:
        condition = self.condition
        acquire, notify, release = condition.acquire, condition.notify, condition.release
        for _ in repeat(None, loops):
            acquire()
            notify()
            release()


class Items(Section):
    """Worker 0 stores the numbers 0, 1, 2 … in a buffer of ``size`` places; worker 1 takes them."""

    joint = True
    size: ClassVar[int] = 5

    buffer: Any
    #: How many items were stored.
    stored: Any
    #: How many items were taken.
    taken: Any

    def setup(self) -> None:
        super().setup()
        self.buffer = shared_zeros(self, self.size)
        self.stored, self.taken = shared_zeros(self, 1), shared_zeros(self, 1)

    def reset(self) -> None:
        super().reset()
        self.buffer[:] = [-1] * self.size
        self.stored[0] = self.taken[0] = 0


@case(notes="Condition", workers=2)
class Unguarded(Items):
    """As `Buffer`, but nobody waits. One operation: one item stored, and one taken."""

    def work(self, worker: int, loops: int) -> list[int]:
        buffer, stored, taken, size = self.buffer, self.stored, self.taken, self.size
        got: list[int] = []
        if worker == 0:
            for _ in repeat(None, loops):
                buffer[stored[0] % size] = stored[0]
                stored[0] += 1
        else:
            for _ in repeat(None, loops):
                got.append(buffer[taken[0] % size])
                taken[0] += 1
        return got


@case(
    notes="Condition",
    backend=(THREAD, *PROCESSES),
    workers=2,
    quick={"backend": [THREAD]},
)
class Buffer(Items):
    """A producer waits while the buffer of 5 is full, a consumer while it is empty.

    One operation: one item through the buffer.
    """

    control = "condition.unguarded[thread-2]"

    def work(self, worker: int, loops: int) -> list[int]:
        condition, size = self.condition, self.size
        buffer, stored, taken = self.buffer, self.stored, self.taken
        got: list[int] = []
        if worker == 0:
            for _ in repeat(None, loops):
                condition.acquire()
                while stored[0] - taken[0] == size:
                    condition.wait()
                buffer[stored[0] % size] = stored[0]
                stored[0] += 1
                condition.notify()
                condition.release()
        else:
            for _ in repeat(None, loops):
                condition.acquire()
                while stored[0] == taken[0]:
                    condition.wait()
                got.append(buffer[taken[0] % size])
                taken[0] += 1
                condition.notify()
                condition.release()
        return got

    def check(self, loops: int) -> Metrics | None:
        """An item too many in the buffer would lie where one was that had not been taken."""
        items = [item for part in self.returned[1] for item in part]
        if items != list(range(loops)):
            raise InvariantError(f"the {loops} items did not come out as they went in")
        return super().check(loops)


@case(notes="Condition", workers=2)
class Handoff(Buffer):
    """As `Buffer`, with room for one item, so that each is waited for.

    One operation: one item stored and taken, which is a hand-off there and one back.
    """

    floor = "floor.condition_handoff[thread-2]"
    observes = "handoff"
    size = 1

    def observe(self, worker: int, loops: int) -> list[float]:
        condition, clock = self.condition, perf_counter
        stored, taken = self.stored, self.taken
        moments: list[float] = []
        for _ in repeat(None, loops):
            condition.acquire()
            if worker == 0:
                while stored[0] != taken[0]:
                    condition.wait()
                moments.append(clock())
                stored[0] += 1
            else:
                while stored[0] == taken[0]:
                    condition.wait()
                moments.append(clock())
                taken[0] += 1
            condition.notify()
            condition.release()
        return moments


class Turns(Section):
    """The workers say A, B, C … in this order, again and again."""

    control = "reference.empty_loop[thread-1]"
    joint = True

    said: list[str]
    turn: list[int]

    def setup(self) -> None:
        super().setup()
        self.said, self.turn = [], [0]

    def reset(self) -> None:
        super().reset()
        self.said.clear()
        self.turn[0] = 0

    def comes_last(self, worker: int) -> bool:
        return self.turn[0] == worker

    def check(self, loops: int) -> Metrics | None:
        if self.said != ["A", "B", "C"] * loops:
            raise InvariantError(f"three threads did not say A, B and C in order {loops} times")
        return super().check(loops)


@case(notes="Condition", workers=3)
class InOrder(Turns):
    """Three threads say A, B and C in turn; each wakes all who wait. One operation: A, B and C."""

    def work(self, worker: int, loops: int) -> None:
        condition, said, turn = self.condition, self.said, self.turn
        letter, after = "ABC"[worker], (worker + 1) % 3
        for _ in repeat(None, loops):
            with condition:
                while turn[0] != worker:
                    condition.wait()
                said.append(letter)
                turn[0] = after
                condition.notify_all()


@case(notes="Condition", workers=3, quick=False)
class InOrderWaitFor(Turns):
    """As `InOrder`, with `wait_for` in place of the loop. One operation: A, B and C."""

    def work(self, worker: int, loops: int) -> None:
        condition, said, turn = self.condition, self.said, self.turn
        letter, after = "ABC"[worker], (worker + 1) % 3
        for _ in repeat(None, loops):
            with condition:
                condition.wait_for(lambda: turn[0] == worker)
                said.append(letter)
                turn[0] = after
                condition.notify_all()
