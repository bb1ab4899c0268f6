"""Semaphores that miscount."""

from __future__ import annotations

import multiprocessing
import threading
from typing import Any

import pytest

from mutants import measure_broken
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

HANDOFFS = ["semaphore.handoff[thread-2]", "semaphore.handoff[process-fork-2]"]


class Open:
    """Everybody may pass, and nothing is counted."""

    def acquire(self, blocking: bool = True) -> bool:
        return True

    def release(self) -> None:
        pass


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


def one_too_many(case: Case) -> Any:
    library: Any = threading
    if case.parameters["backend"] == "process":
        library = multiprocessing.get_context("fork")
    return library.Semaphore(1)


@pytest.mark.parametrize(
    "case",
    ["semaphore.pair[thread-1-Semaphore]", "semaphore.process_pair[process-fork-1-Semaphore]"],
)
def test_a_semaphore_that_takes_no_permit_is_caught(case: str, cases: dict[str, Case]) -> None:
    with pytest.raises(InvariantError, match="one permit"):
        measure_broken(cases[case], semaphore=Open())


def test_a_bounded_semaphore_without_a_bound_is_caught(cases: dict[str, Case]) -> None:
    with pytest.raises(InvariantError, match="more than it gave"):
        measure_broken(
            cases["semaphore.pair[thread-1-BoundedSemaphore]"], semaphore=threading.Semaphore(1)
        )


@pytest.mark.parametrize("which", ["stored", "taken"])
@pytest.mark.parametrize("case", HANDOFFS)
def test_a_hand_off_that_does_not_wait_is_caught(
    case: str, which: str, cases: dict[str, Case]
) -> None:
    with pytest.raises(InvariantError, match="did not read"):
        measure_broken(cases[case], 200, **{which: Open()})


@pytest.mark.parametrize("which", ["stored", "taken"])
@pytest.mark.parametrize("case", HANDOFFS)
def test_a_permit_that_nobody_gave_is_caught(case: str, which: str, cases: dict[str, Case]) -> None:
    with pytest.raises(InvariantError, match="did not read"):
        measure_broken(cases[case], **{which: one_too_many(cases[case])})


def test_a_release_that_counts_twice_is_caught(cases: dict[str, Case]) -> None:
    with pytest.raises(InvariantError, match="did not read"):
        measure_broken(cases[HANDOFFS[0]], stored=Doubling(0))


@pytest.mark.parametrize("permits", [1, 2])
def test_somebody_inside_without_a_permit_is_caught(permits: int, cases: dict[str, Case]) -> None:
    with pytest.raises(InvariantError, match="inside"):
        measure_broken(cases[f"semaphore.permits[thread-4-{permits}]"], _semaphore=Lax(permits))


def test_a_semaphore_with_one_permit_too_many_is_caught(cases: dict[str, Case]) -> None:
    with pytest.raises(InvariantError, match="3 threads were inside with 2 permits"):
        measure_broken(cases["semaphore.permits[thread-4-2]"], _semaphore=threading.Semaphore(3))


def test_a_semaphore_that_admits_one_at_a_time_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyconc.suite.trial.PATIENCE", 0.05)  # nobody comes, however long one waits
    with pytest.raises(InvariantError, match="only 1 of 2 permits were ever given"):
        measure_broken(cases["semaphore.permits[thread-4-2]"], _semaphore=OneAtATime(2))
