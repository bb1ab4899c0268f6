"""Engines that lose a task, double it or mix up what comes back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from pyconc.errors import InvariantError
from pyconc.measure.meter import Meter
from pyconc.suite.case import Case

#: The engine of the standard library is here everywhere; the others are asked in the same way.
CASES = ("cold[thread-4]", "warm[thread-4]", "round_trip[thread-4]", "tasks[thread-2-0]")
ENGINES = (
    "asyncio", "uvloop", "anyio", "trio", "gevent_threads", "gevent_greenlets", "loky", "dask",
    "ray",
)  # fmt: skip

Results = list[list[int]]


def measure(case: Case, loops: int = 2) -> None:
    if reason := case.skip_reason():
        pytest.skip(reason)
    with Meter(case, 0.0, calibrating=True) as meter:
        meter.seconds(loops)


def losing(batches: Results) -> Results:
    return [batch[:-1] for batch in batches]


def doubling(batches: Results) -> Results:
    return [[*batch, batch[-1]] for batch in batches]


def mixing(batches: Results) -> Results:
    return [batch[::-1] for batch in batches]


def skipping(batches: Results) -> Results:
    return batches[1:]


@pytest.fixture
def engine(cases: dict[str, Case]) -> Any:
    """The engine of asyncio, whatever the package of the family is called."""
    workload = cases["ecosystem.asyncio_warm[thread-4]"].workload_class
    return vars(sys.modules[workload.__module__])["_engines"].Asyncio


@pytest.mark.parametrize("broken", [losing, doubling, mixing, skipping])
@pytest.mark.parametrize("name", ["cold[thread-4]", "warm[thread-4]", "tasks[thread-2-0]"])
def test_batches_that_come_back_wrong_are_caught(
    name: str,
    broken: Callable[[Results], Results],
    cases: dict[str, Case],
    engine: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = engine.batches

    def wrong(self: Any, *arguments: Any) -> Results:
        results: Results = right(self, *arguments)
        return broken(results)

    monkeypatch.setattr(engine, "batches", wrong)
    with pytest.raises((InvariantError, IndexError)):
        measure(cases[f"ecosystem.asyncio_{name}"])


def test_a_task_that_comes_back_wrong_is_caught(
    cases: dict[str, Case], engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = engine.calls
    monkeypatch.setattr(engine, "calls", lambda self, *given: [1, *right(self, *given)])
    with pytest.raises(InvariantError):
        measure(cases["ecosystem.asyncio_round_trip[thread-4]"])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("engine_name", ENGINES)
def test_engines_that_are_here_keep_their_promise(
    engine_name: str, name: str, cases: dict[str, Case]
) -> None:
    case = cases[f"ecosystem.{engine_name}_{name}"]
    measure(case)
    assert case.skip_reason() is None
