"""Pools that lose, double or mix up what they are given."""

from __future__ import annotations

import multiprocessing.pool
import sys
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from queue import Queue
from typing import Any, Callable

import pytest

from pyconc.errors import InvariantError
from pyconc.measure.meter import Meter
from pyconc.suite.case import Case

QUEUE_POOLS = ["queue_pool_cold[thread-4]", "queue_pool_warm[thread-4]"]
MULTIPROCESSING_POOLS = [
    "thread_pool_cold[thread-4]",
    "thread_pool_warm[thread-4]",
    "multiprocessing_pool_cold[process-fork-4]",
    "multiprocessing_pool_warm[process-fork-4]",
    "multiprocessing_pool_chunk[process-fork-4-25]",
    "multiprocessing_pool_tasks[process-fork-2-0]",
]
EXECUTORS = [
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


@pytest.fixture
def pool(cases: dict[str, Case]) -> Any:
    """The module of the family, whatever its package is called."""
    return sys.modules[cases["pool.no_pool[thread-1]"].workload_class.__module__]


def measure(cases: dict[str, Case], name: str, loops: int = 2) -> None:
    case = cases[f"pool.{name}"]
    if reason := case.skip_reason():
        pytest.skip(reason)
    with Meter(case, 0.0, calibrating=True) as meter:
        meter.seconds(loops)


def caught(cases: dict[str, Case], name: str, loops: int = 2) -> None:
    with pytest.raises(InvariantError):
        measure(cases, name, loops)


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
    name: str, broken: type, pool: Any, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "Queue", broken)
    caught(cases, name)


def test_a_queue_that_loses_a_task_is_caught(
    pool: Any, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "Queue", Losing)
    measure(cases, "queue_pool_round_trip[thread-4]", loops=42)
    caught(cases, "queue_pool_round_trip[thread-4]", loops=43)


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
spoiled = pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())


@spoiled
@pytest.mark.parametrize("name", MULTIPROCESSING_POOLS)
def test_a_pool_that_spoils_its_results_is_caught(
    name: str, spoil: Any, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    for method in ("map", "starmap"):
        original = getattr(multiprocessing.pool.Pool, method)
        monkeypatch.setattr(multiprocessing.pool.Pool, method, breaking(original, spoil))
    caught(cases, name)


@spoiled
@pytest.mark.parametrize("name", EXECUTORS)
def test_an_executor_that_spoils_its_results_is_caught(
    name: str, spoil: Any, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    for executor in (ThreadPoolExecutor, ProcessPoolExecutor):
        monkeypatch.setattr(executor, "map", breaking(executor.map, spoil))
    caught(cases, name)


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


@pytest.mark.parametrize(
    "name", ["thread_pool_round_trip[thread-4]", "multiprocessing_pool_round_trip[process-fork-4]"]
)
def test_a_pool_that_answers_with_the_result_before_is_caught(
    name: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    original = multiprocessing.pool.Pool.apply
    monkeypatch.setattr(multiprocessing.pool.Pool, "apply", stale(original))
    caught(cases, name)


@pytest.mark.parametrize(
    "name",
    [
        "thread_pool_executor_round_trip[thread-4]",
        "process_pool_executor_round_trip[process-fork-4]",
        "interpreter_pool_executor_round_trip[interpreter-4]",
    ],
)
def test_an_executor_that_answers_with_the_result_before_is_caught(
    name: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Future, "result", stale(Future.result))
    caught(cases, name)


def test_an_executor_that_does_a_task_twice_and_another_never_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = ThreadPoolExecutor.submit

    def broken(self: Any, function: Any, number: int, *rest: Any) -> Any:
        return submit(self, function, 7 if number == 8 else number, *rest)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", broken)
    caught(cases, "thread_pool_executor_warm[thread-4]")
    caught(cases, "thread_pool_executor_tasks[thread-2-0]")


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
    name: str, pool: Any, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "spin", short)
    caught(cases, name)
