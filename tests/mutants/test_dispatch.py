"""Pools that lose, double or mix up the jobs that are sent to them."""

from __future__ import annotations

import concurrent.futures
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
    "one_thread_executor[thread-1-{}-10]",
    "process_pool_executor[process-fork-4-{}-10]",
    "interpreter_pool_executor[interpreter-4-{}-10]",
]
POOLS = ["thread_pool[thread-4-{}-10]", "multiprocessing_pool[process-fork-4-{}-10]"]
RESULTS = [
    "no_pool_results[thread-1-{}]",
    "thread_pool_executor_results[thread-4-{}]",
    "process_pool_executor_results[process-fork-4-{}]",
    "interpreter_pool_executor_results[interpreter-4-{}]",
    "thread_pool_results[thread-4-{}]",
    "multiprocessing_pool_results[process-fork-4-{}]",
]
both_ways = pytest.mark.parametrize("how", ["wait", "submit"])
WAYS = ["wait", "submit", "map", "as_completed"]
all_ways = pytest.mark.parametrize("how", WAYS)

Change = Callable[[list[Any]], list[Any]]


def lost(results: list[Any]) -> list[Any]:
    return results[:-1]


def doubled(results: list[Any]) -> list[Any]:
    return [*results, results[-1]]


def one_for_another(results: list[Any]) -> list[Any]:
    return [*results[:-1], results[0]]


def backwards(results: list[Any]) -> list[Any]:
    return results[::-1]


wrong_numbers = pytest.mark.parametrize("change", [lost, doubled, one_for_another])


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


@pytest.mark.parametrize("how", ["wait", "submit", "as_completed"])
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


def changing(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, change: Change) -> None:
    right = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *given: iter(change(list(right(*given)))))


@wrong_numbers
@pytest.mark.parametrize("name", EXECUTORS)
def test_futures_that_are_given_wrongly_as_they_complete_are_caught(
    name: str, change: Change, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    changing(monkeypatch, concurrent.futures, "as_completed", change)
    caught(cases[f"dispatch.{name.format('as_completed')}"])


@pytest.mark.parametrize("change", [lost, doubled, one_for_another, backwards])
@pytest.mark.parametrize("name", EXECUTORS)
def test_an_executor_whose_map_mixes_up_results_is_caught(
    name: str, change: Change, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    for executor in (ThreadPoolExecutor, ProcessPoolExecutor):
        changing(monkeypatch, executor, "map", change)
    caught(cases[f"dispatch.{name.format('map')}"])


@pytest.mark.parametrize("change", [lost, doubled, one_for_another, backwards])
@pytest.mark.parametrize("name", POOLS)
def test_a_map_that_mixes_up_results_is_caught(
    name: str, change: Change, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    changing(monkeypatch, multiprocessing.pool.Pool, "map", change)
    caught(cases[f"dispatch.{name.format('map')}"])


@wrong_numbers
@pytest.mark.parametrize("name", POOLS)
def test_results_that_are_given_wrongly_as_they_are_done_are_caught(
    name: str, change: Change, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    changing(monkeypatch, multiprocessing.pool.Pool, "imap_unordered", change)
    caught(cases[f"dispatch.{name.format('as_completed')}"])


@pytest.mark.parametrize("name", ["thread_pool_executor", "thread_pool"])
def test_what_is_done_first_may_come_first(
    name: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    changing(monkeypatch, concurrent.futures, "as_completed", backwards)
    changing(monkeypatch, multiprocessing.pool.Pool, "imap_unordered", backwards)
    measure(cases[f"dispatch.{name}[thread-4-as_completed-10]"])


@pytest.mark.parametrize("payload", [0, 1024, 1048576])
@pytest.mark.parametrize("name", RESULTS)
def test_results_of_a_size_come_as_they_were_made(
    name: str, payload: int, cases: dict[str, Case]
) -> None:
    measure(cases[f"dispatch.{name.format(payload)}"])


def cut(results: list[Any]) -> list[Any]:
    return [(job, block[:-1]) for job, block in results]


def soiled(results: list[Any]) -> list[Any]:
    return [(job, block[:-1] + b"!") for job, block in results]


@pytest.mark.parametrize("change", [lost, doubled, one_for_another, backwards, cut, soiled])
@pytest.mark.parametrize("name", RESULTS)
def test_results_of_a_size_that_come_back_wrong_are_caught(
    name: str, change: Change, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases[f"dispatch.{name.format(1024)}"]
    changing(monkeypatch, case.workload_class, "receive", change)
    caught(case)


def test_a_caller_that_leaves_out_a_job_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases["dispatch.no_pool[thread-1-10]"]
    monkeypatch.setattr(case.workload_class, "received", lambda self, sent: sent[:-1])
    caught(case)


@all_ways
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
