"""Pools that lose, double or mix up the jobs that are sent to them."""

from __future__ import annotations

import multiprocessing.pool
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from queue import Queue
from typing import Any

import pytest

from pyconc.errors import InvariantError
from pyconc.measure.meter import Meter
from pyconc.suite.case import Case

EXECUTORS = [
    "thread_pool_executor[thread-4-{}-10]",
    "process_pool_executor[process-fork-4-{}-10]",
    "interpreter_pool_executor[interpreter-4-{}-10]",
]
POOLS = ["thread_pool[thread-4-{}-10]", "multiprocessing_pool[process-fork-4-{}-10]"]
both_ways = pytest.mark.parametrize("how", ["wait", "submit"])


def measure(case: Case) -> None:
    if reason := case.skip_reason():
        pytest.skip(reason)
    with Meter(case, 0.0, calibrating=True) as meter:
        meter.seconds(2)


def caught(case: Case) -> None:
    with pytest.raises(InvariantError):
        measure(case)


def confused(method: Callable[..., Any], first: int) -> Any:
    """Of two numbers, the method is always asked for the same one.

    Args:
        first: the place of the first number among its arguments.
    """

    def broken(*given: Any, **options: Any) -> Any:
        arguments = list(given)
        if arguments[first : first + 1] in ([8], [(8,)]):
            arguments[first] = 7 if arguments[first] == 8 else (7,)
        return method(*arguments, **options)

    return broken


@both_ways
@pytest.mark.parametrize("name", EXECUTORS)
def test_an_executor_that_does_a_job_twice_and_another_never_is_caught(
    name: str, how: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    for executor in (ThreadPoolExecutor, ProcessPoolExecutor):
        monkeypatch.setattr(executor, "submit", confused(executor.submit, 2))
    caught(cases[f"dispatch.{name.format(how)}"])


@both_ways
@pytest.mark.parametrize("name", EXECUTORS)
def test_a_future_that_gives_the_result_of_another_is_caught(
    name: str, how: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Future.result

    def wrong(self: Any, *given: Any) -> Any:
        result = right(self, *given)
        return 49 if result == 64 else result

    monkeypatch.setattr(Future, "result", wrong)
    caught(cases[f"dispatch.{name.format(how)}"])


@both_ways
@pytest.mark.parametrize("name", POOLS)
def test_a_pool_that_does_a_job_twice_and_another_never_is_caught(
    name: str, how: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = multiprocessing.pool.Pool.apply_async
    monkeypatch.setattr(multiprocessing.pool.Pool, "apply_async", confused(right, 2))
    caught(cases[f"dispatch.{name.format(how)}"])


@both_ways
@pytest.mark.parametrize("times", [0, 2], ids=["lost", "doubled"])
def test_a_queue_that_loses_or_doubles_a_job_is_caught(
    times: int, how: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Queue.put

    def wrong(self: Any, item: Any, *given: Any, **options: Any) -> None:
        for _ in range(times if item == 8 else 1):
            right(self, item, *given, **options)

    case = cases[f"dispatch.queue_pool[thread-4-{how}-10]"]
    with Meter(case, 0.0, calibrating=True) as meter:
        monkeypatch.setattr(Queue, "put", wrong)
        with pytest.raises(InvariantError):
            meter.seconds(2)


def test_a_caller_that_leaves_out_a_job_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases["dispatch.no_pool[thread-1-10]"]
    monkeypatch.setattr(case.workload_class, "received", lambda self, sent: sent[:-1])
    caught(case)


@both_ways
@pytest.mark.parametrize("jobs", [10, 100, 1000])
def test_pools_keep_their_promise(how: str, jobs: int, cases: dict[str, Case]) -> None:
    for case in cases.values():
        values = case.parameters
        asked = case.family == "dispatch" and values.get("how") == how
        if asked and values["jobs"] == jobs and case.skip_reason() is None:
            measure(case)


def test_sending_is_charged_and_waiting_is_not(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result that takes its time is waited for outside the clock, before the next burst."""
    clock = [0.0]
    case = cases["dispatch.no_pool[thread-1-10]"]
    workload: Any = case.workload_class
    monkeypatch.setattr("pyconc.measure.meter.perf_counter", lambda: clock[0])
    send, settle = workload.send, workload.settle

    def sending(self: Any) -> Any:
        clock[0] += 1.0
        return send(self)

    def settling(self: Any) -> None:
        clock[0] += 100.0
        settle(self)

    monkeypatch.setattr(workload, "send", sending)
    monkeypatch.setattr(workload, "settle", settling)
    monkeypatch.setattr(workload, "how", "submit")
    with Meter(case, 0.0, calibrating=True) as meter:
        assert meter.seconds(3) == 3.0
        assert meter.value_seconds == 303.0
