"""The primitives of several libraries, asked in one way; for libraries.py.

Each is imported only where it is used. What a body hoists are the library's own methods, so that
nothing of this is inside the clock but where it is said.
"""

from __future__ import annotations

import asyncio
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

    event_loop = "asyncio"

    @property
    def pause(self) -> Callable[[], Awaitable[None]]:
        """Lets the other tasks of the loop run."""
        return partial(asyncio.sleep, 0)

    def gates(self, primitive: str) -> Gates:
        """Of a new Lock, or Semaphore with one permit."""
        lock = asyncio.Lock() if primitive == "Lock" else asyncio.Semaphore(1)
        return lock.acquire, lock.release

    def events(self) -> Events:
        return Events(asyncio.Event, methodcaller("wait"))

    def channel(self, room: int) -> Channel:
        """With room for so many things."""
        queue: asyncio.Queue[Any] = asyncio.Queue(room)
        return Channel(queue.put, queue.get)

    async def together(self, *bodies: Callable[[], Awaitable[None]]) -> None:
        """Run them as tasks, and wait for all of them."""
        await asyncio.gather(*[body() for body in bodies])


class Anyio(Asyncio):
    """`anyio` on the loop of asyncio."""

    def gates(self, primitive: str) -> Gates:
        import anyio

        lock = anyio.Lock() if primitive == "Lock" else anyio.Semaphore(1)
        return lock.acquire, lock.release

    def events(self) -> Events:
        import anyio

        return Events(anyio.Event, methodcaller("wait"))

    def channel(self, room: int) -> Channel:
        import anyio

        sending, receiving = anyio.create_memory_object_stream(room)
        return Channel(sending.send, receiving.receive, partial(_close, sending, receiving))


class Aiologic(Asyncio):
    """`aiologic` on the loop of asyncio, whose primitives threads can share with tasks."""

    def gates(self, primitive: str) -> Gates:
        import aiologic

        lock = aiologic.Lock() if primitive == "Lock" else aiologic.Semaphore(1)
        return lock.async_acquire, lock.async_release

    def events(self) -> Events:
        import aiologic

        return Events(aiologic.Event, _itself)

    def channel(self, room: int) -> Channel:
        import aiologic

        queue = aiologic.Queue(maxsize=room)
        return Channel(queue.async_put, queue.async_get)


class Trio(Asyncio):
    """`trio`, which has a loop of its own."""

    event_loop = "trio"

    @property
    def pause(self) -> Callable[[], Awaitable[None]]:
        import trio

        checkpoint: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint
        return checkpoint

    def gates(self, primitive: str) -> Gates:
        import trio

        lock = trio.Lock() if primitive == "Lock" else trio.Semaphore(1)
        return lock.acquire, lock.release

    def events(self) -> Events:
        import trio

        return Events(trio.Event, methodcaller("wait"))

    def channel(self, room: int) -> Channel:
        import trio

        sending, receiving = trio.open_memory_channel(room)
        return Channel(sending.send, receiving.receive, partial(_close, sending, receiving))

    async def together(self, *bodies: Callable[[], Awaitable[None]]) -> None:
        import trio

        async with trio.open_nursery() as nursery:
            for body in bodies:
                nursery.start_soon(body)


#: By name; what comes first is what the others are held against.
LIBRARIES: dict[str, Asyncio] = {
    "asyncio": Asyncio(),
    "anyio": Anyio(),
    "aiologic": Aiologic(),
    "trio": Trio(),
}


class Green:
    """A lock or semaphore of aiologic, asked by threads as those of `threading` are."""

    def __init__(self, lock: Any) -> None:
        self.acquire, self.release = lock.green_acquire, lock.green_release


def _close(*ends: Any) -> None:
    for end in ends:
        end.close()


def _itself(event: Any) -> Any:
    return event
