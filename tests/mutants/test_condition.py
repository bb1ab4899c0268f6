"""Conditions that keep nobody out, or make nobody wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mutants import Caught
from pyconc.errors import InvariantError
from pyconc.suite.case import Case


class Unlocked:
    """Everybody may be inside; whoever waits looks again every now and then."""

    def acquire(self, blocking: bool = True) -> bool:
        return True

    __enter__ = acquire

    def release(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self) -> None:
        time.sleep(1e-5)

    def wait_for(self, predicate: Callable[[], bool]) -> None:
        while not predicate():
            self.wait()

    def notify(self) -> None:
        pass

    notify_all = notify


class Hasty(threading.Condition):
    """Does not wait for what it is to wait for."""

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        return True


def test_a_condition_that_is_not_released_is_caught(caught: Caught) -> None:
    kept = threading.Condition()
    kept.release = lambda: None  # type: ignore[method-assign]
    caught("condition.notify[thread-1]", "still inside", condition=kept)


@pytest.mark.parametrize(
    "name",
    [
        "condition.buffer[thread-2]",
        "condition.buffer[process-fork-2]",
        "condition.handoff[thread-2]",
        "condition.in_order[thread-3]",
        "condition.in_order_wait_for[thread-3]",
    ],
)
def test_a_condition_that_keeps_nobody_out_is_caught(name: str, caught: Caught) -> None:
    caught(name, "two were inside", condition=Unlocked())


def test_a_thread_that_speaks_before_its_turn_is_caught(caught: Caught) -> None:
    caught("condition.in_order_wait_for[thread-3]", "A, B and C", condition=Hasty())


@pytest.mark.parametrize("items", [[0, 1], [0, 2, 1], [0, 1, 1], [0, 6, 2]])
def test_items_lost_doubled_moved_or_overwritten_are_caught(
    items: list[int], cases: dict[str, Case]
) -> None:
    workload = cases["condition.buffer[thread-2]"].make()
    workload.setup()
    workload.returned = [[[]], [items]]
    with pytest.raises(InvariantError, match="as they went in"):
        workload.check(3)
