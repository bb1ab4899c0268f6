"""What tasks do with the primitives of any library, and how it is proved; for libraries.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import repeat
from time import perf_counter
from typing import Any

from . import _tasks
from ._libraries import LIBRARIES, Asyncio, Channel, Events, Gates
from ._promises import Answers, Promising

#: So many turns of a loop, in which whatever can happen by itself does.
_FEW = range(10)

Body = Callable[[], Awaitable[object]]


async def nothing() -> None:
    pass


class Using(Promising):
    """What one library does.

    A primitive is made when it is first wanted in a value, as a program makes it: inside the loop.
    """

    library: str
    _made: Any

    @property
    def event_loop(self) -> str:
        return self.used.event_loop

    @property
    def used(self) -> Asyncio:
        return LIBRARIES[self.library]

    def reset(self) -> None:
        super().reset()
        self._made = None

    def made(self) -> Any:
        if self._made is None:
            self._made = self.make()
        return self._made

    def make(self) -> Any:
        """What the workers share."""
        raise NotImplementedError

    async def prove_order(self, what: str, waits: Body, acts: Body, begins: Body = nothing) -> None:
        """Promise that one task is not past `waits` before another one, which `begins`, `acts`."""
        pause = self.used.pause
        begun: list[bool] = []
        done: list[str] = []

        async def act() -> None:
            await begins()
            begun.append(True)
            for _ in _FEW:
                await pause()
            done.append("acted")
            await acts()

        async def wait() -> None:
            while not begun:
                await pause()
            await waits()
            done.append("waited")

        await self.used.together(act, wait)
        self.promise(what, done == ["acted", "waited"])


class Alone(Using):
    """One task takes what nobody else wants, and gives it back."""

    control = "reference.empty_loop[thread-1]"
    primitive: str

    def make(self) -> Gates:
        return self.used.gates(self.primitive)

    async def work(self, worker: int, loops: int) -> None:
        acquire, release = self.made()
        for _ in repeat(None, loops):
            await acquire()
            release()

    async def prove(self) -> None:
        acquire, release = self.made()

        async def take() -> None:
            await acquire()
            release()

        async def give() -> None:
            release()

        await self.prove_order("nobody comes in while somebody is inside", take, give, acquire)


class Section(_tasks.Section, Using):
    """Tasks pass through one section, and let each other run inside it."""

    async def work(self, worker: int, loops: int) -> None:
        come, go, pause = self.come, self.go, self.used.pause
        for _ in repeat(None, loops):
            come()
            await pause()
            go()


class Turns(Section):
    """One task at a time is inside, and hands over to the other one."""

    control = "libraries.open_section[task-2-{library}]"
    fixed_time = True
    permits = 1
    primitive: str

    def make(self) -> Gates:
        return self.used.gates(self.primitive)

    async def work(self, worker: int, loops: int) -> None:
        come, go, pause = self.come, self.go, self.used.pause
        acquire, release = self.made()
        for _ in repeat(None, loops):
            await acquire()
            come()
            await pause()
            go()
            release()


async def prove_event(workload: Using) -> None:
    make, waiting = workload.made()
    event = make()

    async def wait() -> None:
        await waiting(event)

    async def set_it() -> None:
        event.set()

    what = "whoever waits is not past before the event is set"
    await workload.prove_order(what, wait, set_it)


class Event(Using):
    """An event is made, set and waited for by one task: not every library can clear one."""

    control = "reference.empty_loop[thread-1]"
    prove = prove_event

    def make(self) -> Events:
        return self.used.events()

    async def work(self, worker: int, loops: int) -> None:
        make, waiting = self.made()
        for _ in repeat(None, loops):
            event = make()
            event.set()
            await waiting(event)


class PingPong(_tasks.Passing, Using):
    """A number is stored, and read before the next one is, with new events there and back."""

    prove = prove_event

    number: int
    #: That the number is there, and that it was read.
    stored: Any
    taken: Any

    def reset(self) -> None:
        super().reset()
        self.number = -1

    def make(self) -> Events:
        events = self.used.events()
        self.stored, self.taken = events.make(), events.make()
        return events

    async def produce(self, loops: int) -> None:
        make, waiting = self.made()
        for number in range(loops):
            self.number = number
            self.taken = taken = make()
            self.stored.set()
            await waiting(taken)

    async def consume(self, loops: int) -> list[int]:
        make, waiting = self.made()
        received = []
        for _ in repeat(None, loops):
            await waiting(self.stored)
            self.stored = make()
            received.append(self.number)
            self.taken.set()
        return received

    async def observe(self, worker: int, loops: int) -> list[float]:
        (make, waiting), clock = self.made(), perf_counter
        moments = []
        for _ in repeat(None, loops):
            if worker == 0:
                self.taken = taken = make()
                moments.append(clock())
                self.stored.set()
                await waiting(taken)
            else:
                await waiting(self.stored)
                moments.append(clock())
                self.stored = make()
                self.taken.set()
        return moments


class Channels(Using):
    """Through a queue with room for so many numbers."""

    control = "asyncio.plain_deque[task-2]"
    room: int

    def make(self) -> Channel:
        return self.used.channel(self.room)

    def reset(self) -> None:
        self.teardown()
        super().reset()

    def teardown(self) -> None:
        """Those of some libraries say so if nobody closes them."""
        made: Channel | None = vars(self).get("_made")
        if made:
            made.close()

    async def prove(self) -> None:
        put, get, close = self.used.channel(self.room)

        async def fill() -> None:
            for number in range(self.room):
                await put(number)

        async def put_one() -> None:
            await put(self.room)

        await self.prove_order("nothing is put into a full queue", put_one, get, fill)
        received = [await get() for _ in range(self.room)]
        self.promise("what is put in first comes out first", received == [*range(1, self.room + 1)])
        await self.prove_order("nothing is got out of an empty queue", get, put_one)
        close()


class PutGet(Channels, Answers):
    """One task puts each number in and gets it out."""

    async def work(self, worker: int, loops: int) -> int:
        put, get, _ = self.made()
        total = 0
        for number in range(loops):
            await put(number)
            total += await get()
        return total


class Pass(Channels, _tasks.Passing):
    """Task 0 puts each number, and task 1 gets it."""

    async def produce(self, loops: int) -> None:
        put, _, _ = self.made()
        for number in range(loops):
            await put(number)

    async def consume(self, loops: int) -> list[int]:
        _, get, _ = self.made()
        received = []
        for _ in repeat(None, loops):
            received.append(await get())
        return received
