"""Pools that lose, double or mix up what they are given."""

from __future__ import annotations

import multiprocessing.pool
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from queue import Queue
from typing import Any, Callable

import pytest

from benchmarks import pool
from mutants import Caught
from pyconc.errors import InvariantError
from pyconc.measure.meter import Meter
from pyconc.suite.case import Case

QUEUE_POOLS = ["queue_pool_cold[thread-4]", "queue_pool_warm[thread-4]"]
POOLS = [
    "thread_pool_cold[thread-4]",
    "thread_pool_warm[thread-4]",
    "multiprocessing_pool_cold[process-fork-4]",
    "multiprocessing_pool_warm[process-fork-4]",
    "multiprocessing_pool_chunk[process-fork-4-25]",
    "multiprocessing_pool_tasks[process-fork-2-0]",
    "thread_pool_executor_cold[thread-4]",
    "thread_pool_executor_warm[thread-4]",
    "thread_pool_executor_tasks[thread-2-0]",
    "process_pool_executor_cold[process-fork-4]",
    "process_pool_executor_warm[process-fork-4]",
    "process_pool_executor_chunk[process-fork-4-25]",
    "process_pool_executor_tasks[process-fork-2-0]",
    "interpreter_pool_executor_warm[interpreter-4]",
    "interpreter_pool_executor_tasks[interpreter-2-0]",
]
ROUND_TRIPS = [
    "thread_pool_round_trip[thread-4]",
    "multiprocessing_pool_round_trip[process-fork-4]",
    "thread_pool_executor_round_trip[thread-4]",
    "process_pool_executor_round_trip[process-fork-4]",
    "interpreter_pool_executor_round_trip[interpreter-4]",
]


class Losing(Queue):  # type: ignore[type-arg]
    def put(self, item: Any, *args: Any) -> None:
        if item != 42:
            super().put(item, *args)


class Doubling(Queue):  # type: ignore[type-arg]
    def put(self, item: Any, *args: Any) -> None:
        for _ in range(2 if item == 42 else 1):
            super().put(item, *args)


@pytest.mark.parametrize("name", QUEUE_POOLS)
@pytest.mark.parametrize("broken", [Losing, Doubling])
def test_a_queue_that_loses_or_doubles_a_number_is_caught(
    name: str, broken: type, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "Queue", broken)
    caught(f"pool.{name}")


def test_a_queue_that_loses_a_task_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "Queue", Losing)
    with Meter(cases["pool.queue_pool_round_trip[thread-4]"], 0.0) as meter:
        meter.seconds(42)
        with pytest.raises(InvariantError):
            meter.seconds(43)


def breaking(mapped: Any, spoil: Callable[[list[int]], list[int]]) -> Any:
    """A pool's ``map``, whose results are spoiled."""

    def broken(*args: Any, **options: Any) -> Any:
        return iter(spoil(list(mapped(*args, **options))))

    return broken


SPOILS = {
    "reordered": lambda results: results[::-1],
    "lost": lambda results: results[:-1],
    "doubled": lambda results: [*results, results[-1]],
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())
@pytest.mark.parametrize("name", POOLS)
def test_a_pool_that_spoils_its_results_is_caught(
    name: str, spoil: Any, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    for executor in (ThreadPoolExecutor, ProcessPoolExecutor):
        monkeypatch.setattr(executor, "map", breaking(executor.map, spoil))
    for method in ("map", "starmap"):
        original = getattr(multiprocessing.pool.Pool, method)
        monkeypatch.setattr(multiprocessing.pool.Pool, method, breaking(original, spoil))
    caught(f"pool.{name}")


def stale(method: Any) -> Any:
    """A method that returns the square that the call before it should have returned."""
    before = [-1]

    def broken(*args: Any, **options: Any) -> Any:
        result = method(*args, **options)
        if not isinstance(result, int):  # a whole chunk
            return result
        before.append(result)
        return before[-2]

    return broken


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_a_pool_that_answers_with_the_result_before_is_caught(
    name: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = multiprocessing.pool.Pool.apply
    monkeypatch.setattr(multiprocessing.pool.Pool, "apply", stale(apply))
    monkeypatch.setattr(Future, "result", stale(Future.result))
    caught(f"pool.{name}")


@pytest.mark.parametrize(
    "name", ["thread_pool_executor_warm[thread-4]", "thread_pool_executor_tasks[thread-2-0]"]
)
def test_an_executor_that_does_a_task_twice_and_another_never_is_caught(
    name: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = ThreadPoolExecutor.submit

    def broken(self: Any, function: Any, number: int, *rest: Any) -> Any:
        return submit(self, function, 7 if number == 8 else number, *rest)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", broken)
    caught(f"pool.{name}")


def short(state: int, turns: int) -> int:
    for _ in range(turns - 1):
        state = (75 * state + 74) % 65537
    return state


@pytest.mark.parametrize(
    "name",
    [
        "no_pool_tasks[thread-1-100]",
        "thread_pool_executor_tasks[thread-2-100]",
        "process_pool_executor_tasks[process-fork-2-100]",
        "multiprocessing_pool_tasks[process-fork-2-100]",
    ],
)
def test_a_task_cut_short_is_caught(
    name: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "spin", short)
    caught(f"pool.{name}")
