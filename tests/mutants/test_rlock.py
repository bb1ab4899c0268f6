"""Broken locks for owners that come again."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from benchmarks import rlock
from mutants import Caught
from mutants.test_lock import NoLock

SHARED = ["rlock.direct_update[thread-2]", "rlock.eval_update[thread-2]"]
ALONE = ["rlock.pair[thread-1]", "rlock.recursion[thread-1-1]", "rlock.recursion[thread-1-16]"]


class FreeAtTheFirstRelease:
    """Does not count how often its owner took it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.owner: int | None = None

    def acquire(self, blocking: bool = True) -> bool:
        if self.owner == threading.get_ident():
            return True
        if taken := self.lock.acquire(blocking):
            self.owner = threading.get_ident()
        return taken

    def release(self) -> None:
        if self.owner == threading.get_ident():
            self.owner = None
            self.lock.release()


class NeverReleased(NoLock):
    def __init__(self) -> None:
        self.acquire = threading.RLock().acquire  # type: ignore[method-assign]


@pytest.mark.parametrize("case_id", SHARED)
@pytest.mark.parametrize("broken", [NoLock, FreeAtTheFirstRelease])
def test_two_inside_are_caught(
    broken: Any, case_id: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rlock, "lock", broken())
    caught(case_id, "another came in")


@pytest.mark.parametrize(
    ("case_id", "broken"),
    [*((each, NoLock) for each in ALONE), ("rlock.recursion[thread-1-2]", FreeAtTheFirstRelease)],
)
def test_a_lock_that_is_free_too_early_is_caught(
    broken: Any, case_id: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rlock, "lock", broken())
    caught(case_id, "free before its last release")


@pytest.mark.parametrize("case_id", ALONE)
def test_a_lock_that_is_never_released_is_caught(
    case_id: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rlock, "lock", NeverReleased())
    caught(case_id, "still held after its last release")
