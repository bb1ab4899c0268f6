"""Broken locks for owners that come again."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

from mutants import measure_broken
from mutants.test_lock import NoLock
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

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


def measure_with(lock: Any, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[case.workload_class.__module__], "lock", lock)
    measure_broken(case)


@pytest.mark.parametrize("case_id", SHARED)
@pytest.mark.parametrize("broken", [NoLock, FreeAtTheFirstRelease])
def test_two_inside_are_caught(
    broken: Any, case_id: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvariantError, match="another came in"):
        measure_with(broken(), cases[case_id], monkeypatch)


@pytest.mark.parametrize("case_id", ALONE)
def test_a_lock_that_does_not_lock_is_caught(
    case_id: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvariantError, match="free before its last release"):
        measure_with(NoLock(), cases[case_id], monkeypatch)


def test_a_lock_that_is_free_at_the_first_release_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvariantError, match="free before its last release"):
        measure_with(FreeAtTheFirstRelease(), cases["rlock.recursion[thread-1-2]"], monkeypatch)


@pytest.mark.parametrize("case_id", ALONE)
def test_a_lock_that_is_never_released_is_caught(
    case_id: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvariantError, match="still held after its last release"):
        measure_with(NeverReleased(), cases[case_id], monkeypatch)
