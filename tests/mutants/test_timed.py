"""Waits that end too early, or for something that never happened."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import timed as family
from mutants import Caught, measure_broken
from mutants.test_floor import Lying
from pyconc.errors import InvariantError
from pyconc.measure.floor import floor_library
from pyconc.suite.case import Case

WAIT = "timed.wait[thread-1-{}-{}]"
KINDS = family.Wait.declaration.axes["kind"]


def at_once(seconds: float) -> bool:
    return False


async def at_once_async(seconds: float) -> bool:
    return False


@pytest.mark.parametrize("microseconds", [100, 100_000])
def test_a_wait_that_is_over_at_once_is_caught(microseconds: int, caught: Caught) -> None:
    caught(WAIT.format("sleep", microseconds), "s early", loops=2, wait=at_once)


def test_a_task_that_does_not_wait_is_caught(caught: Caught) -> None:
    name = "timed.asyncio_wait[task-1-sleep-10000]"
    caught(name, "s early", loops=2, wait=at_once_async)


def test_one_wait_that_is_early_is_caught_among_many_that_are_late(
    cases: dict[str, Case],
) -> None:
    workload: Any = cases[WAIT.format("sleep", 1000)].make()
    workload.returned = [[0] * 3]
    workload.laps = [([0.0, 0.0020, 0.0029, 0.0050], [1, 1, 1])]
    with pytest.raises(InvariantError, match=r"0\.001 s was over 0\.0001 s early"):
        workload.check(3)


def test_a_wait_that_is_early_by_less_than_a_clock_may_be_wrong_is_counted(
    cases: dict[str, Case],
) -> None:
    workload: Any = cases[WAIT.format("sleep", 100_000)].make()
    workload.returned = [[0] * 2]
    workload.laps = [([0.0, 0.09999, 0.21], [1, 1])]
    assert workload.check(2) == {"early": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_every_wait_is_long_enough_and_for_nothing(kind: str, cases: dict[str, Case]) -> None:
    measure_broken(cases[WAIT.format(kind, 100)], loops=2)


def happens(nothing: Any) -> None:
    """Whatever was never to happen."""
    nothing.event.set()
    nothing.lock.release()
    nothing.thread.join()
    nothing.lock.release()
    nothing.semaphore.release(4)
    nothing.future.set_result(None)
    nothing.sockets[1].send(b"x")
    for _ in range(4):
        nothing.queue.put(None)
        nothing.simple_queue.put(None)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in ("sleep", "Condition.wait")]
)
def test_what_happens_though_it_never_should_is_caught(kind: str, cases: dict[str, Case]) -> None:
    workload: Any = cases[WAIT.format(kind, 100)].make()
    workload.setup()
    happens(workload._nothing)
    workload.returned = [[workload.work(0, 1)]]
    with pytest.raises(InvariantError, match="had what they waited for"):
        workload.check(1)
    if not workload._nothing.lock.locked():
        workload._nothing.lock.acquire()
    workload.teardown()


@pytest.mark.parametrize("kind", ["wait_for", "wait"])
def test_a_result_that_never_should_be_there_is_caught(
    kind: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Giving:
        """Gives futures that have their results from the start."""

        def create_future(self) -> asyncio.Future[bool]:
            future = asyncio.get_running_loop().create_future()
            future.set_result(True)
            return future

    library = SimpleNamespace(**{**vars(asyncio), "get_running_loop": Giving})
    monkeypatch.setattr(family, "asyncio", library)
    caught(f"timed.asyncio_wait[task-1-{kind}-100]", "had what they waited for", loops=2)


def test_a_sleep_in_c_that_is_over_at_once_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Lying(floor_sleep=lambda worker, loops: floor_library().floor_mutex_pair(0, loops))
    monkeypatch.setattr("benchmarks.floor.floor_library", lambda: library)
    caught("floor.sleep[thread-1-100000]", "s early", loops=2)
