"""Threads that keep the GIL, or come back with nothing."""

from __future__ import annotations

import sys
import threading
import time
from queue import LifoQueue
from typing import Any

import pytest

from benchmarks import _busy
from mutants import Caught, measure_broken, try_broken
from pyconc.errors import InvariantError
from pyconc.suite import trial
from pyconc.suite.case import Case
from pyconc.suite.metrics import Lap
from pyconc.suite.requirements import gil_enabled

WAYS = ("pipe_to_itself", "sleep_zero", "hash_block")


@pytest.mark.parametrize("way", WAYS)
def test_a_thread_that_keeps_the_gil_is_caught(
    way: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not gil_enabled():
        pytest.skip("nobody can keep what is not there")
    monkeypatch.setattr(trial, "PATIENCE", 0.05)
    case = cases[f"gil.{way}[thread-1-1-5000]"]
    expected: Any = vars(case.workload_class).get("expected")
    with pytest.raises(InvariantError, match="nobody else could run"):
        try_broken(case, give=lambda: expected)


@pytest.mark.parametrize("way", ["pipe_to_itself", "hash_block"])
def test_a_thread_that_comes_back_with_nothing_is_caught(way: str, cases: dict[str, Case]) -> None:
    with pytest.raises(InvariantError, match="did not come back with what it was for"):
        try_broken(cases[f"gil.{way}[thread-1-0-5000]"], give=lambda: time.sleep(0))


def test_packets_in_another_order_are_caught(caught: Caught) -> None:
    caught("gil.packets[thread-2-0-50000]", "came out of order", loops=64, _queue=LifoQueue(64))


@pytest.mark.parametrize("busy", [0, 1])
def test_busy_threads_end_and_the_interval_is_as_it_was(busy: int, cases: dict[str, Case]) -> None:
    before = sys.getswitchinterval(), threading.active_count()
    measure_broken(cases[f"gil.sleep_zero[thread-1-{busy}-500]"], loops=2)
    assert (sys.getswitchinterval(), threading.active_count()) == before


def test_busy_threads_are_ended_where_a_round_trip_fails(cases: dict[str, Case]) -> None:
    def fail() -> None:
        raise OSError("there is no pipe")

    before = sys.getswitchinterval(), threading.active_count()
    with pytest.raises(Exception, match="there is no pipe"):
        try_broken(cases["gil.sleep_zero[thread-1-1-500]"], give=fail)
    assert (sys.getswitchinterval(), threading.active_count()) == before


def test_busy_threads_compute_and_nobody_else_says_so() -> None:
    threads = _busy.BusyThreads(2, 0.005)
    assert threads.turns() == threads.rate(0.0) == 0
    threads.start()
    try:
        before = threads.turns()
        assert threads.rate(0.0) > 0
        assert threads.turns() > before
    finally:
        threads.end()


def test_the_share_of_busy_threads_is_what_they_did_of_what_they_do_alone(
    cases: dict[str, Case],
) -> None:
    workload: Any = cases["gil.sleep_zero[thread-1-1-500]"].make()
    workload.setup()
    workload._alone = 1000.0
    workload.returned, workload.laps = [[250]], [Lap([10.0, 10.5], [7])]
    assert workload.check(7) == {"busy_share": 0.5}
    workload.teardown()
