"""An event is set, and whoever waits for it goes on (the notes: "Event").

The notes' producer sets the event and clears it at once, so a consumer that does not wait at that
moment misses what was produced; they sleep for a second after each item to make it unlikely.
`ProducerConsumer` is their program with a second event in place of the sleep: the consumer clears
the first one, and says that it has the item. `Unacknowledged` is theirs without the sleep, and
counts what is lost. Beside them: an event with nobody else there, one with many waiters, and one
that is set all the time by a thread that never waits.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator
from itertools import repeat
from time import perf_counter
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, THREAD, Workload, case
from pyconc.suite.metrics import Metrics
from pyconc.suite.trial import give_way, until

from ._backends import library
from ._relay import Guarded


class Alone(Workload):
    """One thread and an event; nobody waits."""

    control = "reference.empty_loop[thread-1]"

    event: threading.Event

    def setup(self) -> None:
        self.event = threading.Event()

    def expect(self, was_set: bool) -> None:
        """Raises InvariantError unless the event was left so, and can still be put both ways."""
        said = [self.event.is_set(), self.event.wait(0)]
        self.event.clear()
        said += [self.event.is_set(), self.event.wait(0)]
        self.event.set()
        said += [self.event.is_set(), self.event.wait(0)]
        if said != [was_set, was_set, False, False, True, True]:
            raise InvariantError(f"an event that was {was_set}, False and True said {said}")


@case(notes="Event")
class SetClear(Alone):
    """The event is set and cleared. One operation: one set and clear."""

    def work(self, worker: int, loops: int) -> None:
        set_, clear = self.event.set, self.event.clear
        for _ in repeat(None, loops):
            set_()
            clear()

    def check(self, loops: int) -> Metrics | None:
        self.expect(False)
        return None


class AlreadySet(Alone):
    """The event is set all the time."""

    def reset(self) -> None:
        self.event.set()

    def check(self, loops: int) -> Metrics | None:
        self.expect(True)
        if not all(answer is True for answer in self.returned[0]):
            raise InvariantError("a set event was found not to be set")
        return None


@case(notes="Event")
class IsSet(AlreadySet):
    """A set event is asked whether it is. One operation: one question."""

    def work(self, worker: int, loops: int) -> bool:
        is_set, answer = self.event.is_set, False
        for _ in repeat(None, loops):
            answer = is_set()
        return answer


@case(notes="Event", quick=False)
class WaitSet(AlreadySet):
    """A set event is waited for, which is soon done. One operation: one wait."""

    def work(self, worker: int, loops: int) -> bool:
        wait, answer = self.event.wait, False
        for _ in repeat(None, loops):
            answer = wait()
        return answer


@case(notes="Event", backend=(THREAD, FORK), workers=2)
class ProducerConsumer(Guarded):
    """A producer stores a number and sets an event; the consumer's event says that it was read.

    One operation: one number stored and read, which is a hand-off there and one back.
    """

    control = "semaphore.unguarded[thread-2]"
    floor = "floor.condition_handoff[thread-2]"
    observes = "handoff"
    waits_at = ("stored", "taken")

    stored: Any
    taken: Any

    def setup(self) -> None:
        super().setup()
        make = library(self).Event
        self.stored, self.taken = make(), make()

    def work(self, worker: int, loops: int) -> list[int]:
        number, stored, taken = self.number, self.stored, self.taken
        read: list[int] = []
        if worker == 0:
            for _ in repeat(None, loops):
                number[0] += 1
                stored.set()
                taken.wait()
                taken.clear()
        else:
            for _ in repeat(None, loops):
                stored.wait()
                stored.clear()
                read.append(number[0])
                taken.set()
        return read

    def observe(self, worker: int, loops: int) -> list[float]:
        stored, taken, clock = self.stored, self.taken, perf_counter
        moments: list[float] = []
        if worker == 0:
            for _ in repeat(None, loops):
                moments.append(clock())
                stored.set()
                taken.wait()
                taken.clear()
        else:
            for _ in repeat(None, loops):
                stored.wait()
                moments.append(clock())
                stored.clear()
                taken.set()
        return moments

    def check(self, loops: int) -> Metrics | None:
        super().check(loops)
        if self.stored.is_set() or self.taken.is_set():
            raise InvariantError("an event is still set after everybody cleared it")
        return None


@case(notes="Event", workers=2, quick=False)
class Unacknowledged(Workload):
    """The notes' producer does not wait for its consumer; what is lost is counted, not forbidden.

    One operation: one number stored, with a set and a clear.
    """

    control = "semaphore.unguarded[thread-2]"
    joint = True
    stamps = 1  # the consumer goes on until the producer is done, however many loops that takes

    number: list[int]
    event: threading.Event
    finished: bool

    def setup(self) -> None:
        self.event = threading.Event()

    def reset(self) -> None:
        self.number = [0]
        self.event.clear()
        self.finished = False

    def work(self, worker: int, loops: int) -> list[int]:
        number, event = self.number, self.event
        read: list[int] = []
        if worker == 0:
            for _ in repeat(None, loops):
                number[0] += 1
                event.set()
                event.clear()
            self.finished = True
            event.set()
        else:
            while not self.finished:
                event.wait()
                read.append(number[0])
        return read

    def check(self, loops: int) -> Metrics | None:
        numbers = self.returned[1][0]
        if numbers != sorted(numbers) or not set(numbers) <= set(range(1, loops + 1)):
            raise InvariantError("the consumer read what was not stored, or in another order")
        lost = loops - len(set(numbers))
        return {"lost_items": lost, "lost_per_million": lost / loops * 1e6}


@case(workers=2)
class BusySetter(Workload):
    """A thread sets an event under a lock, all the time, and the one that waits for it clears it.

    The setter wants the GIL as much as the lock: the cost tells how the waiter gets on beside it,
    and the CPU time what the setter wastes meanwhile. One operation: one wake-up of the waiter.
    """

    control = "reference.empty_loop[thread-1]"
    joint = True
    serial = True
    stamps = 1  # the setter goes on until the waiter is done, however many loops that takes

    event: threading.Event
    lock: threading.Lock
    sets: list[int]
    came: bool
    finished: bool

    def setup(self) -> None:
        self.event, self.lock = threading.Event(), threading.Lock()

    def reset(self) -> None:
        self.event.clear()
        self.sets = [0]
        self.came = self.finished = False

    def work(self, worker: int, loops: int) -> list[int]:
        event, lock, sets = self.event, self.lock, self.sets
        seen: list[int] = []
        if worker == 0:
            for _ in repeat(None, loops):
                event.wait()
                with lock:
                    event.clear()
                    seen.append(sets[0])
            self.finished = True
        else:
            while not self.finished:
                with lock:
                    sets[0] += 1
                    event.set()
        return seen

    def trial(self, worker: int, loops: int) -> list[int]:
        """Nothing is set before the waiter has come, and has had the time to go on."""
        if worker == 0:
            self.came = True
        else:
            until(lambda: self.came)
            give_way()
        return self.work(worker, loops)

    def check(self, loops: int) -> Metrics | None:
        [seen] = self.returned[0]
        if seen[0] < 1 or any(later <= before for before, later in zip(seen, seen[1:])):
            raise InvariantError("the waiter went on though nobody had set the event again")
        return {"sets_per_wake": self.sets[0] / loops}


@case(notes="Event", workers=(2, 5, 17), quick={"workers": [17]})
class Broadcast(Guarded):
    """One thread sets an event for which all others wait; the last one out answers it.

    Two events take turns, so that nobody comes back to one that is still set. One operation: one
    set, which all waiters see and answer.
    """

    control = "reference.empty_loop[thread-1]"
    observes = "handoff"
    waits_at = ("gates", "all_out")

    gates: list[threading.Event]
    all_out: threading.Event
    counter: threading.Lock
    out: list[int]
    turns: list[int]

    def setup(self) -> None:
        super().setup()
        self.gates = [threading.Event(), threading.Event()]
        self.all_out = threading.Event()
        self.counter = threading.Lock()
        self.out = [0]
        self.turns = [0] * self.workers

    def work(self, worker: int, loops: int) -> list[int]:
        number = self.number
        read: list[int] = []
        if worker == 0:
            for gate in self.gates_in_turn(0, loops):
                number[0] += 1
                gate.set()
                self.await_all(gate)
        else:
            for gate in self.gates_in_turn(worker, loops):
                gate.wait()
                read.append(number[0])
                self.go_out()
        return read

    def observe(self, worker: int, loops: int) -> list[float]:
        clock = perf_counter
        moments: list[float] = []
        if worker == 0:
            for gate in self.gates_in_turn(0, loops):
                moments.append(clock())
                gate.set()
                self.await_all(gate)
        else:
            for gate in self.gates_in_turn(worker, loops):
                gate.wait()
                moments.append(clock())
                self.go_out()
        return moments

    def gates_in_turn(self, worker: int, loops: int) -> Iterator[threading.Event]:
        first = self.turns[worker]
        self.turns[worker] += loops
        return itertools.islice(itertools.cycle(self.gates), first % 2, first % 2 + loops)

    def await_all(self, gate: threading.Event) -> None:
        self.all_out.wait()
        self.all_out.clear()
        gate.clear()

    def go_out(self) -> None:
        with self.counter:
            self.out[0] += 1
            last = self.out[0] % (self.workers - 1) == 0
        if last:
            self.all_out.set()

    def durations(self) -> Iterable[float]:
        """From the set to each waiter's return."""
        [given], *taken = self.returned
        return [back - gave for [moments] in taken for gave, back in zip(given, moments)]
