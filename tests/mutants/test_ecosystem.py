"""Engines that lose a task, double it or mix up what comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks._engines import Asyncio
from mutants import Caught, measure_broken
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

#: The engine of the standard library is here everywhere; the others are asked in the same way.
CASES = ("cold[thread-4]", "warm[thread-4]", "round_trip[thread-4]", "tasks[thread-2-0]")
ENGINES = (
    "asyncio", "uvloop", "anyio", "trio", "gevent_threads", "gevent_greenlets", "loky", "dask",
    "ray",
)  # fmt: skip

Results = list[list[int]]


def losing(batches: Results) -> Results:
    return [batch[:-1] for batch in batches]


def doubling(batches: Results) -> Results:
    return [[*batch, batch[-1]] for batch in batches]


def mixing(batches: Results) -> Results:
    return [batch[::-1] for batch in batches]


def skipping(batches: Results) -> Results:
    return batches[1:]


@pytest.mark.parametrize("broken", [losing, doubling, mixing, skipping])
@pytest.mark.parametrize("name", ["cold[thread-4]", "warm[thread-4]", "tasks[thread-2-0]"])
def test_batches_that_come_back_wrong_are_caught(
    name: str,
    broken: Callable[[Results], Results],
    cases: dict[str, Case],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = Asyncio.batches

    def wrong(self: Any, *arguments: Any) -> Results:
        results: Results = right(self, *arguments)
        return broken(results)

    monkeypatch.setattr(Asyncio, "batches", wrong)
    with pytest.raises((InvariantError, IndexError)):
        measure_broken(cases[f"ecosystem.asyncio_{name}"])


def test_a_task_that_comes_back_wrong_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Asyncio.calls
    monkeypatch.setattr(Asyncio, "calls", lambda self, *given: [1, *right(self, *given)])
    caught("ecosystem.asyncio_round_trip[thread-4]")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("engine_name", ENGINES)
def test_engines_that_are_here_keep_their_promise(
    engine_name: str, name: str, cases: dict[str, Case]
) -> None:
    case = cases[f"ecosystem.{engine_name}_{name}"]
    measure_broken(case)
    assert case.skip_reason() is None
