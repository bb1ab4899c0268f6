"""What is made and is not new, or not one's own; and tasks that cannot be cancelled."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from mutants import Caught
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

WORKLOADS = (
    "of_threading", "of_queue", "of_futures", "of_multiprocessing", "of_asyncio", "asyncio_barrier",
)  # fmt: skip


def creations(cases: dict[str, Case]) -> list[Case]:
    return [
        case
        for case in cases.values()
        if case.family == "creation" and case.workload in WORKLOADS and not case.skip_reason()
    ]


def check(case: Case, **how: Callable[..., Any]) -> None:
    """Have it checked, where the primitive is made, or used, otherwise."""
    workload: Any = case.make()
    workload.setup()
    workload._kind = workload._kind._replace(**how)
    workload.check(1)


@pytest.fixture
def loop() -> Iterator[None]:
    """One that there is, and does not run, as when a task's work is checked."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.mark.parametrize("name", ["of_threading[thread-1-Event]", "of_queue[thread-1-Queue]"])
def test_one_for_all_is_caught(name: str, cases: dict[str, Case]) -> None:
    only = {
        "of_threading[thread-1-Event]": threading.Event(),
        "of_queue[thread-1-Queue]": queue.Queue(),
    }
    with pytest.raises(InvariantError, match="was done to another too"):
        check(cases[f"creation.{name}"], make=lambda: only[name])


def test_a_lock_that_is_held_from_the_start_is_caught(cases: dict[str, Case]) -> None:
    def held() -> threading.Lock:
        lock = threading.Lock()
        lock.acquire()
        return lock

    with pytest.raises(InvariantError, match="is not as new"):
        check(cases["creation.of_threading[thread-1-Lock]"], make=held)


@pytest.mark.usefixtures("loop")
def test_every_kind_shows_that_it_was_used_and_no_other_does(cases: dict[str, Case]) -> None:
    """So that none of them could be broken unseen."""
    checked = creations(cases)
    assert {case.workload for case in checked} >= {*WORKLOADS} - {"asyncio_barrier"}
    for case in checked:
        check(case)
        with pytest.raises(InvariantError, match="does not show that it was used"):
            check(case, use=lambda it: None)


def test_a_task_that_begins_though_it_was_cancelled_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_once(loop: Any, coroutine: Any, **named: Any) -> asyncio.Task[Any]:
        if coroutine.__name__ == "begin":
            with pytest.raises(StopIteration):
                coroutine.send(None)
            coroutine = asyncio.sleep(60)
        return asyncio.Task(coroutine, loop=loop, **named)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "create_task", at_once)
    caught("creation.asyncio_task[task-1]", "began though they were cancelled", loops=2)


def test_a_task_that_is_not_cancelled_is_caught(cases: dict[str, Case]) -> None:
    workload: Any = cases["creation.asyncio_task[task-1]"].make()
    workload.reset()
    workload.returned = [[1]]
    with pytest.raises(InvariantError, match="1 of 2 tasks were cancelled"):
        workload.check(2)
