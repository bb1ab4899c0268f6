"""Broken locks, each of which the family must catch."""

from __future__ import annotations

import multiprocessing
import threading
from typing import Any

import pytest

from mutants import Caught

UNCONTENDED = [
    "lock.pair[thread-1]",
    "lock.process_pair[process-fork-1]",
    "lock.with[thread-1]",
    "lock.try_acquire[thread-1]",
    "lock.acquire_timeout[thread-1]",
    "lock.try_held[thread-1]",
]
CONTENDED = [
    "lock.contended[thread-2]",
    "lock.contended[thread-8]",
    "lock.own_lock[thread-2]",
    "lock.process_contended[process-fork-2]",
    "lock.section[thread-2-0-10]",
    "lock.section[thread-2-100-0]",
    "lock.crowded_section[thread-4-0-10]",
    "lock.handoff[thread-2]",
    "lock.process_handoff[process-fork-2]",
]


class NoLock:
    """Lets everybody in."""

    def acquire(self, *_: Any, **__: Any) -> bool:
        return True

    def release(self) -> None:
        pass

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class KeepsQuiet(NoLock):
    """Lets everybody in, and yet says that it cannot be taken by who would not wait for it."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return blocking


class Impatient(NoLock):
    """Locks, but whoever would have to wait goes in at once."""

    def __init__(self, lock: Any) -> None:
        self.lock = lock

    def acquire(self, *_: Any, **__: Any) -> bool:
        taken: bool = self.lock.acquire(False)
        return taken

    def release(self) -> None:
        try:
            self.lock.release()
        except (RuntimeError, ValueError):  # another has released it
            pass


class NeverReleased(NoLock):
    """Is taken once and for all."""

    def __init__(self) -> None:
        self.taken = False

    def acquire(self, *_: Any, **__: Any) -> bool:
        free, self.taken = not self.taken, True
        return free


@pytest.mark.parametrize("case_id", UNCONTENDED)
def test_a_lock_that_does_not_lock_is_caught(case_id: str, caught: Caught) -> None:
    caught(case_id, "while it was held", lock=NoLock())


@pytest.mark.parametrize("case_id", UNCONTENDED[:-1])
def test_a_lock_that_is_never_released_is_caught(case_id: str, caught: Caught) -> None:
    caught(case_id, "after its last release", lock=NeverReleased())


@pytest.mark.parametrize("case_id", CONTENDED)
def test_a_contended_lock_that_does_not_lock_is_caught(case_id: str, caught: Caught) -> None:
    caught(case_id, "sections were counted", locks=[NoLock()] * 8)


@pytest.mark.parametrize("case_id", sorted({*CONTENDED} - {"lock.own_lock[thread-2]"}))
def test_two_inside_are_caught_by_what_they_do(case_id: str, caught: Caught) -> None:
    caught(case_id, r"sections were counted|had its turns at", locks=[KeepsQuiet()] * 8)


@pytest.mark.parametrize(
    ("case_id", "lock"),
    [
        ("lock.contended[thread-2]", threading.Lock()),
        ("lock.section[thread-2-10-10]", threading.Lock()),
        ("lock.process_contended[process-fork-2]", multiprocessing.get_context("fork").Lock()),
    ],
)
def test_a_lock_that_does_not_wait_is_caught(case_id: str, lock: Any, caught: Caught) -> None:
    caught(case_id, "sections were counted", locks=[Impatient(lock)] * 2)


def test_a_lock_with_room_for_two_is_caught(caught: Caught) -> None:
    two = threading.Semaphore(2)
    caught("lock.contended[thread-2]", "sections were counted", locks=[two] * 2)


def test_turns_in_the_wrong_order_are_caught(caught: Caught) -> None:
    free, held = threading.Lock(), threading.Lock()
    held.acquire()
    caught("lock.handoff[thread-2]", "had its turns at", locks=[held, free])
