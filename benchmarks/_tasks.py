"""What tasks do that meet at a primitive of asyncio, and how it is proved; for asyncio.py."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import repeat
from time import perf_counter
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.metrics import Metrics

from ._promises import PATIENCE, Promising, a_few_turns


class Alone(Promising):
    """One task takes what nobody else wants, and gives it back."""

    control = "reference.empty_loop[thread-1]"
    primitive: str
    lock: Any

    def setup(self) -> None:
        self.lock = getattr(asyncio, self.primitive)()

    async def prove(self) -> None:
        await self.lock.acquire()
        other = asyncio.ensure_future(self.work(0, 1))
        await a_few_turns()
        self.promise("nobody comes in while somebody is inside", not other.done())
        self.lock.release()
        await asyncio.wait_for(other, PATIENCE)

    def check(self, loops: int) -> Metrics | None:
        if self.lock.locked():
            raise InvariantError(f"the {self.primitive} was held after its last release")
        return super().check(loops)


class Section(Promising):
    """Several tasks pass through one section, and yield to each other inside it."""

    permits: int
    _inside: int
    _most_inside: int

    def reset(self) -> None:
        super().reset()
        self._inside = self._most_inside = 0

    async def work(self, worker: int, loops: int) -> None:
        come, go, sleep = self.come, self.go, asyncio.sleep
        for _ in repeat(None, loops):
            come()
            await sleep(0)
            go()

    def come(self) -> None:
        self._inside += 1
        if self._inside > self._most_inside:
            self._most_inside = self._inside

    def go(self) -> None:
        self._inside -= 1

    def check(self, loops: int) -> Metrics | None:
        if self._most_inside != min(self.permits, self.workers):
            raise InvariantError(f"{self._most_inside} were inside, with {self.permits} permits")
        return super().check(loops)


class Guarded(Section):
    """Nobody comes in without leave."""

    control = "asyncio.unguarded"
    fixed_time = True
    lock: Any

    async def work(self, worker: int, loops: int) -> None:
        come, go, sleep, lock = self.come, self.go, asyncio.sleep, self.lock
        for _ in repeat(None, loops):
            async with lock:
                come()
                await sleep(0)
                go()


class Event(Promising):
    """One task and an event; nobody waits."""

    control = "reference.empty_loop[thread-1]"
    event: asyncio.Event

    def setup(self) -> None:
        self.event = asyncio.Event()

    async def work(self, worker: int, loops: int) -> None:
        set_, wait, clear = self.event.set, self.event.wait, self.event.clear
        for _ in repeat(None, loops):
            set_()
            await wait()
            clear()

    async def prove(self) -> None:
        self.event.clear()
        waiting = asyncio.ensure_future(self.event.wait())
        await a_few_turns()
        self.promise("whoever waits is not past before the event is set", not waiting.done())
        self.event.set()
        await asyncio.wait_for(waiting, PATIENCE)


class Passing(Promising):
    """Task 0 passes each number of `range(loops)` to task 1, which returns what it received."""

    joint = True
    items: deque[int]

    def reset(self) -> None:
        super().reset()
        self.items = deque()

    async def work(self, worker: int, loops: int) -> object:
        return await (self.produce(loops) if worker == 0 else self.consume(loops))

    async def produce(self, loops: int) -> None:
        append = self.items.append
        for number in range(loops):
            append(number)

    async def consume(self, loops: int) -> list[int]:
        popleft = self.items.popleft
        received = []
        for _ in repeat(None, loops):
            received.append(popleft())
        return received

    def check(self, loops: int) -> Metrics | None:
        for part, received in zip(self.laps[1].parts, self.returned[1]):
            if received != list(range(part)):
                raise InvariantError(f"instead of 0 to {part - 1} came {received}")
        return super().check(loops)


class PingPong(Passing):
    """A number is stored, and read before the next one is, with an event there and one back."""

    number: int
    stored: asyncio.Event
    taken: asyncio.Event

    def setup(self) -> None:
        self.stored, self.taken = asyncio.Event(), asyncio.Event()

    async def produce(self, loops: int) -> None:
        stored, taken = self.stored, self.taken
        for number in range(loops):
            self.number = number
            stored.set()
            await taken.wait()
            taken.clear()

    async def consume(self, loops: int) -> list[int]:
        stored, taken = self.stored, self.taken
        received = []
        for _ in repeat(None, loops):
            await stored.wait()
            stored.clear()
            received.append(self.number)
            taken.set()
        return received

    async def observe(self, worker: int, loops: int) -> list[float]:
        stored, taken, clock = self.stored, self.taken, perf_counter
        moments = []
        for _ in repeat(None, loops):
            if worker == 0:
                moments.append(clock())
                stored.set()
                await taken.wait()
                taken.clear()
            else:
                await stored.wait()
                moments.append(clock())
                stored.clear()
                taken.set()
        return moments


class Buffer(Passing):
    """As the notes' buffer: who finds it full, or empty, waits until the other has changed it."""

    size: int
    condition: asyncio.Condition

    def setup(self) -> None:
        self.condition = asyncio.Condition()

    async def produce(self, loops: int) -> None:
        items, condition, size = self.items, self.condition, self.size
        for number in range(loops):
            async with condition:
                while len(items) == size:
                    await condition.wait()
                items.append(number)
                condition.notify()

    async def consume(self, loops: int) -> list[int]:
        items, condition = self.items, self.condition
        received = []
        for _ in repeat(None, loops):
            async with condition:
                while not items:
                    await condition.wait()
                received.append(items.popleft())
                condition.notify()
        return received

    async def prove(self) -> None:
        waiting = asyncio.ensure_future(self._wait())
        await a_few_turns()
        self.promise("whoever waits is not past before the notification", not waiting.done())
        async with self.condition:
            self.condition.notify_all()  # the consumer may be waiting too
        await asyncio.wait_for(waiting, PATIENCE)

    async def _wait(self) -> None:
        async with self.condition:
            await self.condition.wait()


class Queue(Passing):
    """Through a queue that holds so many items; without end where that is 0."""

    maxsize: int
    queue: asyncio.Queue[int]

    def setup(self) -> None:
        self.queue = asyncio.Queue(self.maxsize)

    async def produce(self, loops: int) -> None:
        put = self.queue.put
        for number in range(loops):
            await put(number)

    async def consume(self, loops: int) -> list[int]:
        get = self.queue.get
        received = []
        for _ in repeat(None, loops):
            received.append(await get())
        return received

    async def prove(self) -> None:
        if not self.maxsize:
            return
        full: asyncio.Queue[int] = asyncio.Queue(1)
        await full.put(0)
        putting = asyncio.ensure_future(full.put(1))
        await a_few_turns()
        self.promise("nothing is put into a full queue", not putting.done())
        await full.get()
        await asyncio.wait_for(putting, PATIENCE)


async def prove_queue(workload: Any) -> None:
    for number in range(3):
        await workload.queue.put(number)
    received = [await workload.queue.get() for _ in range(3)]
    workload.promise("what is put in first comes out first", received == [0, 1, 2])


class Crossing(Promising):
    """All tasks cross one barrier again and again."""

    joint = True
    barrier: Any
    _come: int

    def setup(self) -> None:
        self.barrier = asyncio.Barrier(self.workers)

    def reset(self) -> None:
        super().reset()
        self._come = 0

    async def work(self, worker: int, loops: int) -> int:
        wait, places = self.barrier.wait, 0
        for _ in repeat(None, loops):
            places += await wait()
        return places

    async def trial(self, worker: int, loops: int) -> int:
        places = 0
        for crossing in range(1, loops + 1):
            self._come += 1
            places += await self.barrier.wait()
            self.promise(
                "nobody is past before all have come", self._come >= crossing * self.workers
            )
        return places

    def check(self, loops: int) -> Metrics | None:
        places, expected = sum(map(sum, self.returned)), loops * sum(range(self.workers))
        if places != expected:
            raise InvariantError(f"the places at the barrier add up to {places}, not {expected}")
        return super().check(loops)
