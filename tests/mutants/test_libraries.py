"""Locks, semaphores, events and queues of a library that do not do what they promise."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import _libraries
from mutants import measure_broken, try_broken
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

#: That of the standard library is here everywhere; the others are asked in the same way.
LIBRARIES = list(_libraries.LIBRARIES)
THREADED = ["threading", "aiologic"]
Get = Callable[[str], Case]
Break = Callable[..., None]


@pytest.fixture
def get(cases: dict[str, Case]) -> Get:
    """A case of the family, unless its library is not here."""

    def find(name: str) -> Case:
        case = cases[f"libraries.{name}"]
        if reason := case.skip_reason():
            pytest.skip(reason)
        return case

    return find


@pytest.fixture
def break_library(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Replaces what one library offers, by methods of `_libraries.Asyncio` and its like."""

    def replace(library: str, **broken: Any) -> None:
        right = _libraries.LIBRARIES[library]
        spoilt = type("Spoilt", (type(right),), {k: staticmethod(v) for k, v in broken.items()})()
        monkeypatch.setitem(_libraries.LIBRARIES, library, spoilt)

    return replace


each_library = pytest.mark.parametrize("library", LIBRARIES)
each_primitive = pytest.mark.parametrize("primitive", ["Lock", "Semaphore"])


async def taken() -> None:
    """What takes nothing."""


def open_to_all(primitive: str) -> Any:
    return taken, lambda: None


@each_library
@each_primitive
def test_a_lock_that_does_not_lock_is_caught(
    library: str, primitive: str, get: Get, break_library: Break
) -> None:
    pair, turns = (
        get(f"pair[task-1-{library}-{primitive}]"),
        get(f"turns[task-2-{library}-{primitive}]"),
    )
    break_library(library, gates=open_to_all)
    with pytest.raises(InvariantError, match="nobody comes in"):
        measure_broken(pair)
    with pytest.raises(InvariantError, match="2 were inside, with 1 permits"):
        measure_broken(turns)


@each_library
def test_an_event_that_nobody_waits_for_is_caught(
    library: str, get: Get, break_library: Break
) -> None:
    ready, ping_pong = (
        get(f"event_ready[task-1-{library}]"), get(f"event_ping_pong[task-2-{library}]")
    )  # fmt: skip
    right = _libraries.LIBRARIES[library].events()

    async def at_once(event: Any) -> None:
        pass

    break_library(library, events=lambda: right._replace(waiting=at_once))
    for case in (ready, ping_pong):
        with pytest.raises(InvariantError, match=r"not past before the event|instead of 0 to"):
            measure_broken(case)


def stack(room: int) -> Any:
    """Whatever was put last comes out first."""
    made: asyncio.Queue[int] = asyncio.LifoQueue(room)
    return _libraries.Channel(made.put, made.get)


def endless(room: int) -> Any:
    """It is never full."""
    made: asyncio.Queue[int] = asyncio.Queue()
    return _libraries.Channel(made.put, made.get)


def forgetful(room: int) -> Any:
    """It gives a 0 for what was put, and waits for nobody."""

    async def put(number: int) -> None:
        pass

    async def get() -> int:
        return 0

    return _libraries.Channel(put, get)


@pytest.mark.parametrize(
    "name", ["queue_put_get[task-1-asyncio]", "queue_pass[task-2-asyncio-100]"]
)
@pytest.mark.parametrize(
    ("made", "match"),
    [
        (stack, r"comes out first|instead of 0 to"),
        (endless, "into a full queue"),
        (forgetful, r"into a full queue|add up to|instead of 0 to"),
    ],
)
def test_a_queue_that_is_none_is_caught(
    name: str, made: Any, match: str, get: Get, break_library: Break
) -> None:
    case = get(name)
    break_library("asyncio", channel=made)
    with pytest.raises(InvariantError, match=match):
        measure_broken(case)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_queue_that_doubles_what_is_put_is_caught(
    library: str, get: Get, break_library: Break
) -> None:
    case = get(f"queue_pass[task-2-{library}-100]")
    right = _libraries.LIBRARIES[library].channel

    def doubling(room: int) -> Any:
        channel = right(10 * room)  # so that nobody waits for ever

        async def put(number: int) -> None:
            await channel.put(number)
            await channel.put(number)

        return channel._replace(put=put)

    break_library(library, channel=doubling)
    with pytest.raises(InvariantError, match=r"into a full queue|instead of 0 to"):
        measure_broken(case)


@pytest.mark.parametrize("name", [
    "open_section[task-2-{}]", "queue_put_get[task-1-{}]", "queue_pass[task-2-{}-1]",
    "queue_pass[task-2-{}-100]", "event_ready[task-1-{}]", "event_ping_pong[task-2-{}]",
    "pair[task-1-{}-Lock]", "turns[task-2-{}-Semaphore]",
])  # fmt: skip
@each_library
def test_primitives_keep_their_promise(library: str, name: str, get: Get) -> None:
    measure_broken(get(name.format(library)))


class Open:
    """A lock or semaphore for threads that is open to all."""

    def acquire(self, blocking: bool = True) -> bool:
        return True

    def release(self) -> None:
        pass


@pytest.mark.parametrize("library", THREADED)
def test_a_lock_of_threads_that_does_not_lock_is_caught(library: str, get: Get) -> None:
    for primitive in ("Lock", "Semaphore"):
        with pytest.raises(InvariantError, match="taken while it was held"):
            measure_broken(get(f"thread_pair[thread-1-{library}-{primitive}]"), lock=Open())
    with pytest.raises(InvariantError, match="sections were counted"):
        try_broken(get(f"thread_contended[thread-2-{library}]"), locks=[Open()] * 2)


def test_a_lock_that_is_kept_is_caught(get: Get) -> None:
    lock = threading.Lock()
    kept = type("Kept", (), {"acquire": lambda self, blocking=True: lock.acquire(False) or blocking,
                             "release": lambda self: None})()  # fmt: skip
    with pytest.raises(InvariantError, match="held after its last release"):
        measure_broken(get("thread_pair[thread-1-threading-Lock]"), lock=kept)


class AlwaysSet:
    """An event for threads that nobody waits for."""

    def clear(self) -> None:
        pass

    def wait(self) -> bool:
        return True

    def is_set(self) -> bool:
        return False

    def set(self) -> None:
        pass


class Never(Open):
    """A semaphore that nobody waits for, and that has no permit afterwards."""

    def acquire(self, blocking: bool = True) -> bool:
        return blocking


@pytest.mark.parametrize("library", THREADED)
def test_waiting_for_nothing_is_caught_between_threads(library: str, get: Get) -> None:
    for name, broken in (("thread_event", AlwaysSet()), ("thread_handoff", Never())):
        with pytest.raises(InvariantError, match="did not read 1 to"):
            try_broken(get(f"{name}[thread-2-{library}]"), stored=broken, taken=broken)


def test_a_permit_that_nobody_gave_is_caught(get: Get) -> None:
    case = get("thread_handoff[thread-2-threading]")
    with pytest.raises(InvariantError, match=r"did not read 1 to|has a permit left"):
        measure_broken(case, stored=threading.Semaphore(1))


def test_a_queue_of_threads_that_changes_the_order_is_caught(get: Get) -> None:
    with pytest.raises(InvariantError, match="out of order"):
        measure_broken(get("thread_queue[thread-2-threading]"), queue=queue.LifoQueue())


@pytest.mark.parametrize("library", THREADED)
@pytest.mark.parametrize(
    "name", ["thread_pair[thread-1-{}-Lock]", "thread_pair[thread-1-{}-Semaphore]",
             "thread_contended[thread-2-{}]", "thread_handoff[thread-2-{}]",
             "thread_event[thread-2-{}]", "thread_queue[thread-2-{}]"],
)  # fmt: skip
def test_primitives_of_threads_keep_their_promise(library: str, name: str, get: Get) -> None:
    measure_broken(get(name.format(library)))
