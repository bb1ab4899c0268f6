"""Semaphores that miscount."""

from __future__ import annotations

import multiprocessing
import threading
from typing import Any

import pytest

from mutants import Caught
from mutants.test_lock import NoLock

HANDOFFS = ["semaphore.handoff[thread-2]", "semaphore.handoff[process-fork-2]"]
CROWD = "semaphore.permits[thread-4-2]"


class Lax(threading.Semaphore):
    """Counts well, but whoever would have to wait passes without a permit."""

    def __init__(self, value: int) -> None:
        super().__init__(value)
        self._without = threading.local()

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        got = super().acquire(False)
        self._without.permit = blocking and not got
        return got or blocking

    def release(self, n: int = 1) -> None:
        if not self._without.permit:
            super().release(n)


class OneAtATime(threading.Semaphore):
    """Counts well, but lets nobody in while anybody is inside."""

    def __init__(self, value: int) -> None:
        super().__init__(value)
        self._turn = threading.Lock()

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if blocking:
            self._turn.acquire()
        return super().acquire(blocking)

    def release(self, n: int = 1) -> None:
        super().release(n)
        if self._turn.locked():
            self._turn.release()


class Doubling(threading.Semaphore):
    """Gives two permits for one."""

    def release(self, n: int = 1) -> None:
        super().release(2 * n)


def one_too_many(case: str) -> Any:
    library: Any = multiprocessing.get_context("fork") if "process" in case else threading
    return library.Semaphore(1)


@pytest.mark.parametrize(
    "case",
    ["semaphore.pair[thread-1-Semaphore]", "semaphore.process_pair[process-fork-1-Semaphore]"],
)
def test_a_semaphore_that_takes_no_permit_is_caught(case: str, caught: Caught) -> None:
    caught(case, "one permit", semaphore=NoLock())


def test_a_bounded_semaphore_without_a_bound_is_caught(caught: Caught) -> None:
    unbounded = threading.Semaphore(1)
    caught("semaphore.pair[thread-1-BoundedSemaphore]", "more than it gave", semaphore=unbounded)


@pytest.mark.parametrize("which", ["stored", "taken"])
@pytest.mark.parametrize("case", HANDOFFS)
def test_a_hand_off_that_does_not_wait_is_caught(case: str, which: str, caught: Caught) -> None:
    caught(case, "did not read", **{which: NoLock()})


@pytest.mark.parametrize("which", ["stored", "taken"])
@pytest.mark.parametrize("case", HANDOFFS)
def test_a_permit_that_nobody_gave_is_caught(case: str, which: str, caught: Caught) -> None:
    caught(case, "did not read", **{which: one_too_many(case)})


def test_a_release_that_counts_twice_is_caught(caught: Caught) -> None:
    caught(HANDOFFS[0], "did not read", stored=Doubling(0))


@pytest.mark.parametrize("permits", [1, 2])
def test_somebody_inside_without_a_permit_is_caught(permits: int, caught: Caught) -> None:
    caught(f"semaphore.permits[thread-4-{permits}]", "inside", _semaphore=Lax(permits))


def test_a_semaphore_with_one_permit_too_many_is_caught(caught: Caught) -> None:
    caught(CROWD, "3 threads were inside with 2 permits", _semaphore=threading.Semaphore(3))


def test_a_semaphore_that_admits_one_at_a_time_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyconc.suite.trial.PATIENCE", 0.05)  # nobody comes, however long one waits
    caught(CROWD, "only 1 of 2 permits were ever given", _semaphore=OneAtATime(2))
