"""Counters that miscount: broken locks, an iterator that repeats itself, items mixed up."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import counter
from mutants import Caught
from mutants.test_lock import NoLock
from pyconc.suite.case import NATIVE


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
    "fine_rlock[thread-2]",
    "lock_every[thread-2-10]",
    "lock_every[thread-2-1000]",
    "coarse_lock[thread-2]",
)


@pytest.mark.parametrize("broken", [NoLock, SometimesNoLock])
@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_that_does_not_lock_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch, name: str, broken: Any
) -> None:
    for lock in ("lock", "rlock"):
        monkeypatch.setattr(counter, lock, broken())
    caught(f"counter.{name}", "locked counter ended at")


def test_a_value_whose_lock_does_not_lock_is_caught(caught: Caught) -> None:
    value = multiprocessing.Value("q", 0, lock=NoLock())  # type: ignore[call-overload]
    caught(f"counter.locked_value[{NATIVE}-2]", "updates of each worker left", value=value)


def test_a_worker_that_hands_in_one_too_few_is_caught(caught: Caught) -> None:
    def work(worker: int, loops: int) -> int:
        return loops - worker

    caught("counter.own_counts[thread-2]", "updates of each worker add up to", work=work)


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
    caught: Caught, monkeypatch: pytest.MonkeyPatch, count: Any
) -> None:
    monkeypatch.setattr(counter, "itertools", SimpleNamespace(count=count, chain=itertools.chain))
    caught("counter.itertools_count[thread-2]", r"handed out")


def test_an_item_each_that_is_one_for_all_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = counter.Item(0)
    monkeypatch.setattr(counter, "Item", lambda count: item)
    caught("counter.attribute[thread-2-each]", "were counted as")


@pytest.mark.parametrize("shared", ["one", "each"])
def test_a_method_that_reads_something_else_now_and_then_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch, shared: str
) -> None:
    reads = itertools.count()
    monkeypatch.setattr(counter.Item, "read", lambda item: 2 if next(reads) == 99 else 1)
    caught(f"counter.method[thread-4-{shared}]", "were counted as")
