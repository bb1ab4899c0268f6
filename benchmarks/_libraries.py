"""The primitives of several libraries, asked in one way; for libraries.py.

Each is imported only where it is used. What a body hoists are the library's own methods, so that
nothing of this is inside the clock but where it is said.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from functools import partial
from operator import methodcaller
from typing import Any, NamedTuple

#: What takes and what gives back, or what puts and what gets.
Gates = tuple[Callable[..., Any], Callable[..., Any]]


class Events(NamedTuple):
    """How to make an event, and what to await of it. The latter is one call inside the clock."""

    make: Callable[[], Any]
    waiting: Callable[[Any], Awaitable[object]]


class Channel(NamedTuple):
    """A queue of a size, and how to be done with it."""

    put: Callable[[Any], Awaitable[object]]
    get: Callable[[], Awaitable[Any]]
    close: Callable[[], None] = lambda: None


class Asyncio:
    """`asyncio`, which the others are held against."""

    name = "asyncio"
    event_loop = "asyncio"

    @property
    def module(self) -> Any:
        return importlib.import_module(self.name)

    @property
    def pause(self) -> Callable[[], Awaitable[None]]:
        """Lets the other tasks of the loop run."""
        return partial(asyncio.sleep, 0)

    def lock(self, primitive: str) -> Any:
        """A new Lock, or Semaphore with one permit."""
        return self.module.Lock() if primitive == "Lock" else self.module.Semaphore(1)

    def gates(self, primitive: str) -> Gates:
        """Of a new `lock`."""
        lock = self.lock(primitive)
        return lock.acquire, lock.release

    def events(self) -> Events:
        return Events(self.module.Event, methodcaller("wait"))

    def channel(self, room: int) -> Channel:
        """With room for so many things."""
        queue: asyncio.Queue[Any] = asyncio.Queue(room)
        return Channel(queue.put, queue.get)

    async def together(self, *bodies: Callable[[], Awaitable[None]]) -> None:
        """Run them as tasks, and wait for all of them."""
        await asyncio.gather(*[body() for body in bodies])


class Anyio(Asyncio):
    """`anyio` on the loop of asyncio."""

    name = "anyio"

    def channel(self, room: int) -> Channel:
        return _channel(*self.module.create_memory_object_stream(room))


class Aiologic(Asyncio):
    """`aiologic` on the loop of asyncio, whose primitives threads can share with tasks."""

    name = "aiologic"

    def gates(self, primitive: str) -> Gates:
        lock = self.lock(primitive)
        return lock.async_acquire, lock.async_release

    def events(self) -> Events:
        return Events(self.module.Event, _itself)

    def channel(self, room: int) -> Channel:
        queue = self.module.Queue(maxsize=room)
        return Channel(queue.async_put, queue.async_get)


class Trio(Asyncio):
    """`trio`, which has a loop of its own."""

    name = event_loop = "trio"

    @property
    def pause(self) -> Callable[[], Awaitable[None]]:
        checkpoint: Callable[[], Awaitable[None]] = self.module.lowlevel.checkpoint
        return checkpoint

    def channel(self, room: int) -> Channel:
        return _channel(*self.module.open_memory_channel(room))

    async def together(self, *bodies: Callable[[], Awaitable[None]]) -> None:
        async with self.module.open_nursery() as nursery:
            for body in bodies:
                nursery.start_soon(body)


#: By name; what comes first is what the others are held against.
LIBRARIES: dict[str, Asyncio] = {
    each.name: each for each in (Asyncio(), Anyio(), Aiologic(), Trio())
}


class Green:
    """A lock or semaphore of aiologic, asked by threads as those of `threading` are."""

    def __init__(self, lock: Any) -> None:
        self.acquire, self.release = lock.green_acquire, lock.green_release


def _channel(sending: Any, receiving: Any) -> Channel:
    """Of two ends, each of which has to be closed."""

    def close() -> None:
        sending.close()
        receiving.close()

    return Channel(sending.send, receiving.receive, close)


def _itself(event: Any) -> Any:
    return event
