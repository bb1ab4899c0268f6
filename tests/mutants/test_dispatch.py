"""Pools that lose, double or mix up the jobs that are sent to them."""

from __future__ import annotations

import concurrent.futures
import multiprocessing.pool
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from queue import Queue
from typing import Any

import pytest

from mutants import Caught, measure_broken
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
each_executor = pytest.mark.parametrize("name", EXECUTORS)
each_pool = pytest.mark.parametrize("name", EXECUTORS + POOLS)
each_with_results = pytest.mark.parametrize("name", RESULTS)
both_ways = pytest.mark.parametrize("how", ["wait", "submit"])

Change = Callable[[list[Any]], list[Any]]


def lost(results: list[Any]) -> list[Any]:
    return results[:-1]


def doubled(results: list[Any]) -> list[Any]:
    return [*results, results[-1]]


def one_for_another(results: list[Any]) -> list[Any]:
    return [*results[:-1], results[0]]


def backwards(results: list[Any]) -> list[Any]:
    return results[::-1]


def cut(results: list[Any]) -> list[Any]:
    return [(job, block[:-1]) for job, block in results]


def soiled(results: list[Any]) -> list[Any]:
    return [(job, block[:-1] + b"!") for job, block in results]


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


@pytest.mark.parametrize(
    ("name", "how"),
    [
        *((name, how) for name in EXECUTORS for how in ("wait", "submit", "as_completed")),
        *((name, how) for name in POOLS for how in ("wait", "submit")),
    ],
)
def test_a_pool_that_does_a_job_twice_and_another_never_is_caught(
    name: str, how: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    for executor in (ThreadPoolExecutor, ProcessPoolExecutor):
        monkeypatch.setattr(executor, "submit", confused(executor.submit, 2))
    pool = multiprocessing.pool.Pool
    monkeypatch.setattr(pool, "apply_async", confused(pool.apply_async, 2))
    caught(f"dispatch.{name.format(how)}")


@both_ways
@each_executor
def test_a_future_that_gives_the_result_of_another_is_caught(
    name: str, how: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Future.result

    def wrong(self: Any, *given: Any) -> Any:
        result = right(self, *given)
        return 49 if result == 64 else result

    monkeypatch.setattr(Future, "result", wrong)
    caught(f"dispatch.{name.format(how)}")


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


def change_completed(monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """What is given as it is done."""
    changing(monkeypatch, concurrent.futures, "as_completed", change)
    changing(monkeypatch, multiprocessing.pool.Pool, "imap_unordered", change)


@pytest.mark.parametrize("change", [lost, doubled, one_for_another])
@each_pool
def test_results_that_are_given_wrongly_as_they_are_done_are_caught(
    name: str, change: Change, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_completed(monkeypatch, change)
    caught(f"dispatch.{name.format('as_completed')}")


@pytest.mark.parametrize("name", ["thread_pool_executor", "thread_pool"])
def test_what_is_done_first_may_come_first(
    name: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    change_completed(monkeypatch, backwards)
    measure_broken(cases[f"dispatch.{name}[thread-4-as_completed-10]"])


@pytest.mark.parametrize("change", [lost, doubled, one_for_another, backwards])
@each_pool
def test_a_map_that_mixes_up_results_is_caught(
    name: str, change: Change, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner in (ThreadPoolExecutor, ProcessPoolExecutor, multiprocessing.pool.Pool):
        changing(monkeypatch, owner, "map", change)
    caught(f"dispatch.{name.format('map')}")


@pytest.mark.parametrize("payload", [0, 1024, 1048576])
@each_with_results
def test_results_of_a_size_come_as_they_were_made(
    name: str, payload: int, cases: dict[str, Case]
) -> None:
    measure_broken(cases[f"dispatch.{name.format(payload)}"])


@pytest.mark.parametrize("change", [lost, doubled, one_for_another, backwards, cut, soiled])
@each_with_results
def test_results_of_a_size_that_come_back_wrong_are_caught(
    name: str,
    change: Change,
    cases: dict[str, Case],
    caught: Caught,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = f"dispatch.{name.format(1024)}"
    changing(monkeypatch, cases[name].workload_class, "receive", change)
    caught(name)


def test_a_caller_that_leaves_out_a_job_is_caught(caught: Caught) -> None:
    caught("dispatch.no_pool[thread-1-10]", received=lambda sent: sent[:-1])


@pytest.mark.parametrize("how", ["wait", "submit", "map", "as_completed"])
@pytest.mark.parametrize("jobs", [10, 100, 1000])
def test_pools_keep_their_promise(how: str, jobs: int, cases: dict[str, Case]) -> None:
    for case in cases.values():
        values = case.parameters
        asked = case.family == "dispatch" and values.get("how") == how
        if asked and values["jobs"] == jobs and case.skip_reason() is None:
            measure_broken(case)


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
