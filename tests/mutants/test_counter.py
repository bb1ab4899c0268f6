"""Counters that miscount: broken locks, an iterator that repeats itself, items mixed up."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import counter
from mutants import measure_broken
from pyconc.errors import InvariantError
from pyconc.suite.case import NATIVE, Case


class NoLock:
    """A lock that does not lock."""

    def acquire(self, *_: object) -> bool:
        return True

    def release(self) -> None:
        pass

    __enter__ = acquire

    def __exit__(self, *_: object) -> None:
        pass


class SometimesNoLock:
    """A lock that lets every third caller in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls = itertools.count()
        self._mine = threading.local()

    def acquire(self) -> None:
        self._mine.locked = next(self._calls) % 3 > 0 and self._lock.acquire()

    def release(self) -> None:
        if self._mine.locked:
            self._lock.release()


LOCKED = (
    "fine_lock[thread-2]",
    "lock_every[thread-2-10]",
    "lock_every[thread-2-1000]",
    "coarse_lock[thread-2]",
)


@pytest.mark.parametrize("broken", [NoLock, SometimesNoLock])
@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_that_does_not_lock_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch, name: str, broken: Any
) -> None:
    monkeypatch.setattr(counter, "lock", broken())
    with pytest.raises(InvariantError, match="locked counter ended at"):
        measure_broken(cases[f"counter.{name}"])


@pytest.mark.parametrize("broken", [NoLock, SometimesNoLock])
def test_an_rlock_that_does_not_lock_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    monkeypatch.setattr(counter, "rlock", broken())
    with pytest.raises(InvariantError, match="locked counter ended at"):
        measure_broken(cases["counter.fine_rlock[thread-2]"])


def test_a_value_whose_lock_does_not_lock_is_caught(cases: dict[str, Case]) -> None:
    value = multiprocessing.Value("q", 0, lock=NoLock())  # type: ignore[call-overload]
    with pytest.raises(InvariantError, match="updates of each worker left"):
        measure_broken(cases[f"counter.locked_value[{NATIVE}-2]"], value=value)


def test_a_worker_that_hands_in_one_too_few_is_caught(cases: dict[str, Case]) -> None:
    def work(worker: int, loops: int) -> int:
        return loops - worker

    with pytest.raises(InvariantError, match="updates of each worker add up to"):
        measure_broken(cases["counter.own_counts[thread-2]"], work=work)


def repeat_one() -> Any:
    """Hands a number out twice."""
    return itertools.chain(range(77), itertools.count(76))


def skip_one() -> Any:
    """Never hands out a number, and so ends with one too many."""
    return itertools.chain(range(77), itertools.count(78))


def swap_one_for_another() -> Any:
    """The right sum, but one number twice on either side of one that is missing twice over."""
    return itertools.chain([0, 1, 1, 4, 4, 5], itertools.count(6))


@pytest.mark.parametrize("count", [repeat_one, skip_one, swap_one_for_another])
def test_numbers_that_are_not_handed_out_once_are_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch, count: Any
) -> None:
    monkeypatch.setattr(counter, "itertools", SimpleNamespace(count=count, chain=itertools.chain))
    with pytest.raises(InvariantError, match=r"handed out"):
        measure_broken(cases["counter.itertools_count[thread-2]"])


def test_an_item_each_that_is_one_for_all_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = counter.Item(0)
    monkeypatch.setattr(counter, "Item", lambda count: item)
    with pytest.raises(InvariantError, match="were counted as"):
        measure_broken(cases["counter.attribute[thread-2-each]"])


@pytest.mark.parametrize("shared", ["one", "each"])
def test_a_method_that_reads_something_else_now_and_then_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch, shared: str
) -> None:
    reads = itertools.count()
    monkeypatch.setattr(counter.Item, "read", lambda item: 2 if next(reads) == 99 else 1)
    with pytest.raises(InvariantError, match="were counted as"):
        measure_broken(cases[f"counter.method[thread-4-{shared}]"])
