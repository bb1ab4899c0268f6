"""Broken barriers, each of which the family must catch."""

from __future__ import annotations

import multiprocessing
import threading
from typing import Any

import pytest

from mutants import Caught
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

CROSSINGS = [
    ("barrier.crossing[thread-2]", 2),
    ("barrier.crossing[thread-4]", 4),
    ("barrier.wide_crossing[thread-16]", 16),
    ("barrier.crossing[process-fork-2]", 2),
    ("barrier.crossing[process-fork-4]", 4),
]


class NoBarrier:
    """Gives out places as a barrier would, and stops nobody."""

    def __init__(self, parties: int) -> None:
        self.parties = parties
        self.count = multiprocessing.get_context("fork").Value("i", 0)

    def wait(self) -> int:
        with self.count.get_lock():
            self.count.value += 1
            return int(self.count.value - 1) % self.parties


class OneTooFew:
    """Lets a worker go on when all but one have come as often as it has."""

    def __init__(self, parties: int) -> None:
        self.parties = parties
        self.count = 0
        self.condition = threading.Condition()
        self.own = threading.local()

    def wait(self) -> int:
        self.own.calls = getattr(self.own, "calls", 0) + 1
        enough = self.parties * self.own.calls - 1
        with self.condition:
            place = self.count % self.parties
            self.count += 1
            self.condition.notify_all()
            self.condition.wait_for(lambda: self.count >= enough)
        return place


class AllAreFirst:
    """Tells every worker that it is the one that does what only one should do."""

    def __init__(self, barrier: Any) -> None:
        self.barrier = barrier

    def wait(self) -> int:
        self.barrier.wait()
        return 0


@pytest.mark.parametrize(("name", "parties"), CROSSINGS)
def test_a_barrier_that_stops_nobody_is_caught(name: str, parties: int, caught: Caught) -> None:
    caught(name, "before another had come", barrier=NoBarrier(parties))


@pytest.mark.parametrize(("name", "parties"), CROSSINGS[1:3])
def test_a_barrier_that_does_not_wait_for_the_last_is_caught(
    name: str, parties: int, caught: Caught
) -> None:
    caught(name, "before another had come", barrier=OneTooFew(parties))


@pytest.mark.parametrize(
    ("name", "barrier"),
    [
        ("barrier.crossing[thread-2]", threading.Barrier(2)),
        ("barrier.crossing[process-fork-2]", multiprocessing.get_context("fork").Barrier(2)),
    ],
)
def test_places_that_are_not_all_different_are_caught(
    name: str, barrier: Any, caught: Caught
) -> None:
    caught(name, "the places at the barrier add up to", barrier=AllAreFirst(barrier))


def test_a_worker_that_crosses_less_often_is_caught(cases: dict[str, Case]) -> None:
    workload = cases["barrier.crossing[thread-2]"].make()
    workload.returned = [[[1.0, 2.0]], [[1.0]]]
    with pytest.raises(InvariantError, match="unlike often"):
        workload.durations()
