"""Items passed from worker to worker through a queue (the notes: "Queue", twice).

For threads there are the queues of `queue`, and a `deque` for those who never wait; for processes
the queues of `multiprocessing`, which pickle every item and send it through a pipe. The notes have
one producer and three consumers, and remark that processes lack `task_done`: so it is with
`multiprocessing.Queue`, but `multiprocessing.JoinableQueue` has it.

What the notes' consumers do for ever is done here for a known number of items.
"""

from __future__ import annotations

import queue
from collections import deque
from functools import partial
from itertools import chain, count, islice, repeat
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, THREAD, Workload, case
from pyconc.suite.metrics import Metrics, split
from pyconc.suite.requirements import Has
from pyconc.suite.trial import give_way, until

from ._backends import library
from ._passing import Blocks, Ends, Handoff, Numbers, Passing, exactly_once
from ._stock import Rotation

#: So often a trial of a queue for many lets the takers begin, when all is put.
BATCHES = 4

#: Queues that threads and processes have.
KINDS = ("Queue", "SimpleQueue")
kinds = partial(case, notes="Queue", kind=KINDS, quick={"kind": ["Queue"]}, rivals="kind")


@case(notes="Queue")
class ListAppendPop(Rotation):
    """The end of a plain list. One operation: one item taken out and put back."""

    def setup(self) -> None:
        self.container = []


@case(
    notes="Queue",
    kind=("Queue", "SimpleQueue", "LifoQueue", "PriorityQueue", "deque"),
    quick={"kind": ["Queue", "SimpleQueue"]},
    rivals="kind",
)
class PutGet(Rotation):
    """A queue with nobody else at it. One operation: one item taken out and put back."""

    control = "queue.list_append_pop"

    def setup(self) -> None:
        if self.kind == "deque":
            self.container, self.methods = deque(), ("append", "popleft")
        else:
            self.container, self.methods = getattr(queue, self.kind)(), ("put", "get")


@case(notes="Queue", workers=2)
class NoQueue(Passing):
    """The loops of `OneToOne`, passing nothing. One operation: one turn of both."""

    def work(self, worker: int, loops: int) -> int:
        wrong, never = 0, -1
        if worker == 0:
            for _ in repeat(None, loops):
                pass
        else:
            for number in range(loops):
                if number == never:
                    wrong += 1
        return wrong


@kinds(workers=2)
class OneToOne(Numbers):
    """One producer and one consumer. One operation: one item through the queue."""

    control = "queue.no_queue"

    kind: str
    queue: Any

    _put: int

    def setup(self) -> None:
        self.queue = getattr(queue, self.kind)()

    def reset(self) -> None:
        self._put = 0

    def trial(self, worker: int, loops: int) -> int:
        """Nothing is taken before all is put."""
        if worker == 1:
            until(lambda: self._put == 1)
        wrong = self.work(worker, loops)
        self._put = 1
        return wrong

    def ends(self, worker: int) -> Ends:
        return self.queue.put, self.queue.get


@case(notes="Queue", workers=2)
class Bounded(OneToOne):
    """As `OneToOne`, with room for five items only. One operation: one item through the queue."""

    room = 5

    #: How many items were seen in the queue.
    _sizes: list[int]

    def setup(self) -> None:
        self.queue = queue.Queue(self.room)

    def reset(self) -> None:
        super().reset()
        self._sizes = [0]

    def trial(self, worker: int, loops: int) -> int:
        """Nothing is taken before the producer has come to put an item too many."""
        wrong = 0
        for number in range(loops):
            if worker == 0:
                self._put = number + 1
                self.queue.put(number)
                self._sizes.append(self.queue.qsize())
            else:
                self._let_it_fill(min(number + self.room + 1, loops))
                self._sizes.append(self.queue.qsize())
                wrong += self.queue.get() != number
        return wrong

    def _let_it_fill(self, puts: int) -> None:
        until(lambda: self._put >= puts)
        give_way()

    def check(self, loops: int) -> Metrics | None:
        most = max(self._sizes)
        if most > self.room:
            raise InvariantError(f"{most} items were where there is room for {self.room}")
        return super().check(loops)


@kinds(workers=4)
class OneToThree(Passing):
    """The notes' producer and three consumers; for a `Queue` with `task_done` and `join`.

    One operation: one item through the queue.
    """

    control = "queue.no_queue[thread-2]"

    kind: str
    queue: Any

    #: In a trial: how often the producer has come to join, what is done, and what was not when it
    #: went on.
    _joins: int
    _done: list[int]
    _undone: int

    @property
    def operations(self) -> int:
        return self.workers - 1

    def setup(self) -> None:
        self.queue = getattr(queue, self.kind)()

    def reset(self) -> None:
        self._joins, self._done, self._undone = 0, [], 0

    def work(self, worker: int, loops: int) -> list[int]:
        if worker == 0:
            return self.produce(loops)
        get = self.queue.get
        if self.kind == "SimpleQueue":
            return [get() for _ in repeat(None, loops)]
        taken, task_done = [], self.queue.task_done
        for _ in repeat(None, loops):
            taken.append(get())
            task_done()
        return taken

    def produce(self, loops: int) -> list[int]:
        put = self.queue.put
        for number in range(loops * self.operations):
            put(number)
        if self.kind == "Queue":
            self.queue.join()
        return []

    def trial(self, worker: int, loops: int) -> list[int]:
        """Batch by batch, nothing is taken before all is put and the producer has come to join."""
        numbers, taken = count(), []
        for batch, items in enumerate(split(loops, BATCHES), 1):
            if worker == 0:
                self._put_and_join(list(islice(numbers, items * self.operations)), batch)
            else:
                taken += self._take_late(items, batch)
        return taken

    def _put_and_join(self, batch: list[int], joins: int) -> None:
        for number in batch:
            self.queue.put(number)
        self._joins = joins
        if self.kind == "Queue":
            self.queue.join()
            self._undone += (batch[-1] + 1) - len(self._done)

    def _take_late(self, items: int, joins: int) -> list[int]:
        until(lambda: self._joins >= joins)
        give_way()
        taken = []
        for _ in repeat(None, items):
            taken.append(self.queue.get())
            if self.kind == "Queue":
                self._done.append(taken[-1])
                self.queue.task_done()
        return taken

    def check(self, loops: int) -> Metrics | None:
        if self._undone:
            raise InvariantError(f"join returned with {self._undone} items not done")
        exactly_once((taken for [taken] in self.returned[1:]), loops * self.operations)
        return None


@case(notes="Queue", workers=4, queues=(1, 2), quick={"queues": [1]})
class TwoToTwo(Workload):
    """Two producers and two consumers, all at one queue or each pair at its own.

    One operation: one put or one get.
    """

    control = "reference.empty_loop[thread-1]"

    queues: int

    _queues: list[Any]
    _numbers: list[count[int]]
    #: In a trial: whether each producer has put everything.
    _all_put: list[bool]

    def setup(self) -> None:
        self._queues = [queue.Queue() for _ in range(self.queues)]

    def reset(self) -> None:
        self._numbers = [count(0, 2), count(1, 2)]
        self._all_put = [False, False]

    def trial(self, worker: int, loops: int) -> list[int]:
        """Nothing is taken before all is put."""
        if worker >= 2:
            until(lambda: all(self._all_put))
        taken = self.work(worker, loops)
        if worker < 2:
            self._all_put[worker] = True
        return taken

    def work(self, worker: int, loops: int) -> list[int]:
        ours = self._queues[worker % self.queues]
        if worker >= 2:
            get = ours.get
            return [get() for _ in repeat(None, loops)]
        put = ours.put
        for number in islice(self._numbers[worker], loops):
            put(number)
        return []

    def check(self, loops: int) -> Metrics | None:
        taken = (list(chain.from_iterable(parts)) for parts in self.returned[2:])
        exactly_once(taken, 2 * loops, givers=2)
        return None


@case(notes="Queue", workers=4, quick=False, requires=[Has("queue.Queue.shutdown", since=(3, 13))])
class Shutdown(Passing):
    """Three consumers wait at a queue; it is shut down, and all of them go on to the next one.

    One operation: one queue made, waited at, shut down and left by all.
    """

    control = "reference.empty_loop[thread-1]"

    make: Any = queue.Queue
    _queues: list[Any]
    _left: queue.SimpleQueue[int]

    def reset(self) -> None:
        self._queues, self._left = [self.make()], queue.SimpleQueue()

    def work(self, worker: int, loops: int) -> int:
        return self.consume(worker, loops) if worker else self.shut_down(loops)

    def consume(self, worker: int, loops: int) -> int:
        queues, leave, served = self._queues, self._left.put, loops
        for turn in range(loops):
            try:
                queues[turn].get()
            except queue.ShutDown:  # type: ignore[attr-defined,unused-ignore]
                served -= 1
            leave(worker)
        return served

    def shut_down(self, loops: int) -> int:
        queues, make, left = self._queues, self.make, self._left.get
        consumers = range(self.workers - 1)
        for turn in range(loops):
            queues.append(make())
            queues[turn].shutdown()
            for _ in consumers:
                left()
        return 0


@kinds(backend=(THREAD, FORK), workers=2)
class PingPong(Handoff):
    """A number through one queue, and back through another. One operation: one round trip."""

    control = "reference.empty_loop[thread-1]"

    kind: str
    queues: list[Any]

    def setup(self) -> None:
        make = getattr(library(self, queue), self.kind)
        self.queues = [make(), make()]

    def ends(self, worker: int) -> Ends:
        return self.queues[worker].put, self.queues[1 - worker].get

    def teardown(self) -> None:
        if self.backend != THREAD:
            for each in self.queues:
                each.close()


@case(
    notes="Queue",
    backend=FORK,
    workers=2,
    kind=("Queue", "SimpleQueue", "JoinableQueue"),
    payload=(0, 1 << 10, 1 << 16, 1 << 20),
    quick={"kind": ["Queue"], "payload": [1 << 16]},
    rivals="kind",
)
class Payload(Blocks):
    """Blocks of bytes from process to process; a `JoinableQueue` hears of each one that is done.

    One operation: one block through the queue.
    """

    control = "queue.no_queue[thread-2]"

    kind: str
    queue: Any
    all_taken: Any

    def setup(self) -> None:
        super().setup()
        self.queue = getattr(library(self, queue), self.kind)()
        self.all_taken = library(self, queue).Semaphore(0)

    def work(self, worker: int, loops: int) -> tuple[int, bytes | None]:
        return self.consume(loops) if worker else self.produce(loops)

    def produce(self, loops: int) -> tuple[int, bytes | None]:
        """The producer stays until all is through, as what sends the blocks may be its thread.

        That thread ends with the process, and does so at once since nothing is left to send.
        """
        put, block = self.queue.put, self.block
        for number in range(loops):
            put((number, block))
        if self.kind == "JoinableQueue":
            self.queue.join()
        self.all_taken.acquire()
        return 0, None

    def consume(self, loops: int) -> tuple[int, bytes | None]:
        get, task_done = self.queue.get, getattr(self.queue, "task_done", None)
        length, wrong, block = self.payload, 0, None
        for expected in range(loops):
            number, block = get()
            if number != expected or len(block) != length:
                wrong += 1
            if task_done:
                task_done()
        self.all_taken.release()
        return wrong, block

    def teardown(self) -> None:
        self.queue.close()
