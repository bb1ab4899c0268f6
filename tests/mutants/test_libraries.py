"""Locks, semaphores, events and queues of a library that do not do what they promise."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import _libraries
from mutants import Caught, measure_broken, try_broken
from mutants.test_lock import KeepsQuiet, NoLock
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

Break = Callable[..., None]


@pytest.fixture
def break_library(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Replaces what one library offers, by methods of `_libraries.Asyncio` and its like."""

    def replace(library: str, **broken: Any) -> None:
        right = _libraries.LIBRARIES[library]
        spoilt = type("Spoilt", (type(right),), {k: staticmethod(v) for k, v in broken.items()})()
        monkeypatch.setitem(_libraries.LIBRARIES, library, spoilt)

    return replace


#: Those of the standard library are here everywhere; the others are asked in the same way.
each_library = pytest.mark.parametrize("library", list(_libraries.LIBRARIES))
each_of_threads = pytest.mark.parametrize("library", ["threading", "aiologic"])
each_primitive = pytest.mark.parametrize("primitive", ["Lock", "Semaphore"])


async def taken() -> None:
    """What takes nothing."""


def open_to_all(primitive: str) -> Any:
    return taken, lambda: None


@each_library
@each_primitive
def test_a_lock_that_does_not_lock_is_caught(
    library: str, primitive: str, caught: Caught, break_library: Break
) -> None:
    break_library(library, gates=open_to_all)
    caught(f"libraries.pair[task-1-{library}-{primitive}]", "nobody comes in")
    turns = f"libraries.turns[task-2-{library}-{primitive}]"
    caught(turns, "2 were inside, with 1 permits")


@each_library
@pytest.mark.parametrize("name", ["event_ready[task-1-{}]", "event_ping_pong[task-2-{}]"])
def test_an_event_that_nobody_waits_for_is_caught(
    library: str, name: str, caught: Caught, break_library: Break
) -> None:
    right = _libraries.LIBRARIES[library]

    async def at_once(event: Any) -> None:
        pass

    break_library(library, events=lambda: right.events()._replace(waiting=at_once))
    match = r"not past before the event|instead of 0 to"
    caught(f"libraries.{name.format(library)}", match)


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
    name: str, made: Any, match: str, caught: Caught, break_library: Break
) -> None:
    break_library("asyncio", channel=made)
    caught(f"libraries.{name}", match)


@each_library
def test_a_queue_that_doubles_what_is_put_is_caught(
    library: str, caught: Caught, break_library: Break
) -> None:
    right = _libraries.LIBRARIES[library]

    def doubling(room: int) -> Any:
        channel = right.channel(10 * room)  # so that nobody waits for ever

        async def put(number: int) -> None:
            await channel.put(number)
            await channel.put(number)

        return channel._replace(put=put)

    break_library(library, channel=doubling)
    name = f"libraries.queue_pass[task-2-{library}-100]"
    caught(name, r"into a full queue|instead of 0 to")


@pytest.mark.parametrize("name", [
    "open_section[task-2-{}]", "queue_put_get[task-1-{}]", "queue_pass[task-2-{}-1]",
    "queue_pass[task-2-{}-100]", "event_ready[task-1-{}]", "event_ping_pong[task-2-{}]",
    "pair[task-1-{}-Lock]", "turns[task-2-{}-Semaphore]",
])  # fmt: skip
@each_library
def test_primitives_keep_their_promise(library: str, name: str, cases: dict[str, Case]) -> None:
    measure_broken(cases[f"libraries.{name.format(library)}"])


@each_of_threads
@each_primitive
def test_a_lock_of_threads_that_does_not_lock_is_caught(
    library: str, primitive: str, caught: Caught
) -> None:
    pair = f"libraries.thread_pair[thread-1-{library}-{primitive}]"
    caught(pair, "taken while it was held", lock=NoLock())


def test_a_lock_that_is_kept_is_caught(caught: Caught) -> None:
    pair = "libraries.thread_pair[thread-1-threading-Lock]"
    caught(pair, "held after its last release", lock=KeepsQuiet())


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


@each_of_threads
@pytest.mark.parametrize(
    ("name", "match", "broken"),
    [
        ("contended", "sections were counted", {"locks": [NoLock()] * 2}),
        ("event", "did not read 1 to", {"stored": AlwaysSet(), "taken": AlwaysSet()}),
        ("handoff", "did not read 1 to", {"stored": KeepsQuiet(), "taken": KeepsQuiet()}),
    ],
)
def test_waiting_for_nothing_is_caught_between_threads(
    library: str, name: str, match: str, broken: dict[str, Any], cases: dict[str, Case]
) -> None:
    with pytest.raises(InvariantError, match=match):
        try_broken(cases[f"libraries.thread_{name}[thread-2-{library}]"], **broken)


def test_a_permit_that_nobody_gave_is_caught(caught: Caught) -> None:
    match = r"did not read 1 to|has a permit left"
    broken = threading.Semaphore(1)
    caught("libraries.thread_handoff[thread-2-threading]", match, stored=broken)


def test_a_queue_of_threads_that_changes_the_order_is_caught(caught: Caught) -> None:
    caught("libraries.thread_queue[thread-2-threading]", "out of order", queue=queue.LifoQueue())


@each_of_threads
@pytest.mark.parametrize(
    "name", ["thread_pair[thread-1-{}-Lock]", "thread_pair[thread-1-{}-Semaphore]",
             "thread_contended[thread-2-{}]", "thread_handoff[thread-2-{}]",
             "thread_event[thread-2-{}]", "thread_queue[thread-2-{}]"],
)  # fmt: skip
def test_primitives_of_threads_keep_their_promise(
    library: str, name: str, cases: dict[str, Case]
) -> None:
    measure_broken(cases[f"libraries.{name.format(library)}"])
