"""Events that wake too early, or do not know whether they are set."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import threading
from typing import Any

import pytest

from mutants import Caught, try_broken
from pyconc.errors import InvariantError
from pyconc.suite.case import Case


class Stuck(threading.Event):
    """Cannot be cleared."""

    def clear(self) -> None:
        pass


class Mute(threading.Event):
    """Does not say that it is set."""

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float | None = None) -> bool:
        super().wait(timeout)
        return False


class Impatient(threading.Event):
    """Whoever waits for it gives up at once."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(0)


class ImpatientInProcesses(multiprocessing.synchronize.Event):
    """Whoever waits for it gives up at once."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(0)


class OneEarly(threading.Event):
    """Lets the first that comes pass before it is set."""

    def __init__(self) -> None:
        super().__init__()
        self._first = threading.Lock()

    def wait(self, timeout: float | None = None) -> bool:
        return self._first.acquire(False) or super().wait(timeout)


def test_an_event_that_is_not_cleared_is_caught(caught: Caught) -> None:
    caught("event.set_clear[thread-1]", "said", event=Stuck())


@pytest.mark.parametrize("case", ["event.is_set[thread-1]", "event.wait_set[thread-1]"])
def test_an_event_that_does_not_know_that_it_is_set_is_caught(case: str, caught: Caught) -> None:
    caught(case, "said", event=Mute())


@pytest.mark.parametrize("backend", ["thread", "process-fork"])
def test_a_wait_that_ends_before_the_event_is_set_is_caught(backend: str, caught: Caught) -> None:
    def broken() -> Any:
        if backend == "thread":
            return Impatient()
        return ImpatientInProcesses(ctx=multiprocessing.get_context("fork"))

    name = f"event.producer_consumer[{backend}-2]"
    caught(name, "did not read", stored=broken(), taken=broken())


def test_what_the_notes_way_loses_is_counted_and_what_it_invents_is_caught(
    cases: dict[str, Case],
) -> None:
    workload = cases["event.unacknowledged[thread-2]"].make()
    workload.returned = [[[]], [[1, 3, 3]]]
    assert workload.check(4) == {"lost_items": 2, "lost_per_million": 500_000}
    for invented in ([1, 3, 2], [0, 1], [4, 5]):
        workload.returned = [[[]], [invented]]
        with pytest.raises(InvariantError, match="not stored"):
            workload.check(4)


@pytest.mark.parametrize("workers", [2, 5])
def test_a_waiter_that_goes_on_before_the_others_is_caught(workers: int, caught: Caught) -> None:
    gates = [OneEarly(), threading.Event()]
    caught(f"event.broadcast[thread-{workers}]", "did not read", gates=gates)


def test_a_waiter_that_does_not_wait_for_a_busy_setter_is_caught(cases: dict[str, Case]) -> None:
    with pytest.raises(InvariantError, match="nobody had set the event again"):
        try_broken(cases["event.busy_setter[thread-2]"], event=Impatient())


def test_a_waiter_of_a_busy_setter_that_sees_the_same_set_twice_is_caught(
    cases: dict[str, Case],
) -> None:
    workload: Any = cases["event.busy_setter[thread-2]"].make()
    workload.sets = [9]
    workload.returned = [[[1, 4, 9]], [[]]]
    assert workload.check(3) == {"sets_per_wake": 3.0}
    for seen in ([1, 4, 4], [0, 4, 9]):
        workload.returned = [[seen], [[]]]
        with pytest.raises(InvariantError, match="nobody had set the event again"):
            workload.check(3)
