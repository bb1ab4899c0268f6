"""Trials find what is broken, and nothing else, whatever the system does with the workers."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Iterator
from time import sleep
from typing import Any, Callable

import pytest
from mutants import try_broken
from mutants.test_barrier import OneTooFew
from mutants.test_condition import Hasty
from mutants.test_event import OneEarly
from mutants.test_lock import KeepsQuiet, NoLock

from pyconc.errors import InvariantError
from pyconc.suite import trial
from pyconc.suite.case import Case, Workload
from pyconc.suite.trial import Door

#: Seconds for which a worker is kept from running: long beside all that a trial does.
LONG = 0.02


class Descheduled:
    """A primitive whose users at times do not run for long, before they have it and after."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._calls = itertools.count(1)

    def acquire(self, blocking: bool = True) -> Any:
        if not blocking:
            return self._inner.acquire(False)
        return self._at_times_long(self._inner.acquire)

    def wait(self) -> Any:
        return self._at_times_long(self._inner.wait)

    def _at_times_long(self, call: Callable[[], Any]) -> Any:
        number = next(self._calls) % 8
        if number == 2:
            sleep(LONG)
        answer = call()
        if number == 5:
            sleep(LONG)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Open:
    """A semaphore without permits that lets everybody pass."""

    def acquire(self, blocking: bool = True) -> bool:
        return blocking

    def release(self) -> None:
        pass


#: By the attribute: a sound primitive, and one that is broken.
PRIMITIVES = {
    "lock.contended[thread-2]": ("locks", [threading.Lock] * 2, [KeepsQuiet] * 2),
    "lock.contended[thread-4]": ("locks", [threading.Lock] * 4, [NoLock] * 4),
    "shared_state.locked_dict[thread-2-one]": ("lock", threading.Lock, NoLock),
    "semaphore.handoff[thread-2]": ("stored", lambda: threading.Semaphore(0), Open),
    "semaphore.permits[thread-4-2]": (
        "_semaphore", lambda: threading.Semaphore(2), lambda: threading.Semaphore(3)
    ),
    "barrier.crossing[thread-4]": (
        "barrier", lambda: threading.Barrier(4), lambda: OneTooFew(4)
    ),
    "condition.in_order_wait_for[thread-3]": ("condition", threading.Condition, Hasty),
    "event.broadcast[thread-5]": (
        "gates", [threading.Event] * 2, [OneEarly, threading.Event]
    ),
}  # fmt: skip


def made(makers: Any) -> Any:
    """One of each kind; all workers share what is of one kind, but for events."""
    if not isinstance(makers, list):
        return Descheduled(makers())
    if makers[0] is makers[-1] and makers[0] is not threading.Event:
        return [Descheduled(makers[0]())] * len(makers)
    return [Descheduled(make()) for make in makers]


@pytest.fixture(params=["descheduled", "one after the other", "at every turn"])
def schedule(request: pytest.FixtureRequest) -> Iterator[None]:
    """How threads are switched: as ever, only when they wait, or all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval({"one after the other": 1e3, "at every turn": 1e-6}.get(
        request.param, before
    ))  # fmt: skip
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("schedule")
@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_broken_primitive_is_noticed_however_its_users_are_scheduled(
    name: str, cases: dict[str, Case]
) -> None:
    attribute, _, broken = PRIMITIVES[name]
    with pytest.raises(InvariantError):
        try_broken(cases[name], **{attribute: made(broken)})


@pytest.mark.usefixtures("schedule")
@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_sound_primitive_is_not_called_broken_however_its_users_are_scheduled(
    name: str, cases: dict[str, Case]
) -> None:
    attribute, sound, _ = PRIMITIVES[name]
    try_broken(cases[name], **{attribute: made(sound)})


def threads_at(workers: int, room: int = 1) -> Door:
    return Door(Workload(backend="thread", workers=workers), room)


def test_whoever_is_inside_stays_until_all_others_have_come() -> None:
    door, inside, happened = threads_at(2), threading.Event(), []

    def second() -> None:
        inside.wait()
        happened.append("the second comes")
        door.come(1)

    thread = threading.Thread(target=second)
    thread.start()
    door.come(0)
    inside.set()
    door.stay(0)
    happened.append("the first has stayed")
    thread.join()
    assert happened == ["the second comes", "the first has stayed"]


def test_whoever_is_inside_stays_until_there_are_as_many_as_there_is_room_for() -> None:
    door, inside, happened = threads_at(2, room=2), threading.Event(), []

    def second() -> None:
        door.come(1)
        inside.wait()
        happened.append("the second goes in")
        door.stay(1)

    thread = threading.Thread(target=second)
    thread.start()
    door.come(0)
    inside.set()
    door.stay(0)
    happened.append("the first has stayed")
    thread.join()
    assert happened == ["the second goes in", "the first has stayed"]


def test_nobody_comes_again_before_all_have_left() -> None:
    door, left, happened = threads_at(2), threading.Event(), []
    door.come(0)
    door.leave(0)

    def first_again() -> None:
        left.set()
        door.come(0)
        happened.append("the first comes again")

    thread = threading.Thread(target=first_again)
    thread.start()
    door.come(1)
    left.wait()
    happened.append("the second leaves")
    door.leave(1)
    thread.join()
    assert happened == ["the second leaves", "the first comes again"]


def test_one_that_is_alone_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "sleep", lambda seconds: None)
    door = threads_at(1)
    for _ in range(20):
        door.come(0)
        door.stay(0)
        door.leave(0)


def test_whoever_waits_in_vain_goes_on_and_does_not_wait_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = itertools.count()
    monkeypatch.setattr(trial, "monotonic", lambda: float(next(now)))
    monkeypatch.setattr(trial, "sleep", lambda seconds: None)
    assert not trial.until(lambda: False)
    assert 60 < next(now) < 70
    door = threads_at(2)
    for _ in range(4):
        door.come(0)
        door.stay(0)
        door.leave(0)
    assert next(now) < 140
