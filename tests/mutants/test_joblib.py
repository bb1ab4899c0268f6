"""`joblib.Parallel` that loses a job, doubles it or mixes up what comes back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mutants import measure_broken
from pyconc.errors import InvariantError
from pyconc.measure.meter import Meter
from pyconc.suite.case import Case

CASES = (
    "threads_cold[thread-4]", "threads_warm[thread-4]", "threads_round_trip[thread-4]",
    "threads_tasks[thread-2-0]", "threads_jobs[thread-4-list-10]",
    "threads_jobs[thread-4-generator-10]", "threads_jobs[thread-4-generator_unordered-10]",
    "loky_jobs[thread-4-list-10]", "loky_jobs[thread-4-generator_unordered-10]",
    "loky_executor[thread-4-wait-10]", "loky_executor[thread-4-submit-10]",
    "loky_results[thread-4-0]", "loky_results[thread-4-1048576]",
)  # fmt: skip

Results = list[int]


class InItsPlace:
    """Does what joblib's engines do on threads, so that this is tested where joblib is not."""

    return_as = "list"

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers)

    def open(self) -> None:
        pass

    def close(self) -> None:
        self._pool.shutdown()

    def send(self, function: Any, number: int) -> Any:
        return self._pool.submit(function, number)

    def received(self, sent: Any) -> Results:
        return self.spoilt([each.result() for each in sent])

    def batch(self, function: Any, arguments: Any) -> Any:
        return self.spoilt(list(self._pool.map(function, *zip(*arguments))))

    def batches(self, function: Any, arguments: Any, count: int) -> list[Results]:
        columns = list(zip(*arguments))
        batch = list(self._pool.map(function, *columns))
        if self.return_as == "generator_unordered":
            batch.reverse()
        return [self.spoilt(batch) for _ in range(count)]

    def spoilt(self, batch: Results) -> Results:
        return batch


def measure(case: Case, engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case.workload_class, "engine", engine)
    with Meter(case, 0.0, calibrating=True) as meter:
        meter.seconds(2)


def spoiling(spoil: Callable[[Results], Results]) -> Any:
    return type("Spoiling", (InItsPlace,), {"spoilt": lambda self, batch: spoil(batch)})


JOBS = [name for name in CASES if "jobs" in name or "executor" in name or "results" in name]


@pytest.mark.parametrize("name", JOBS)
def test_what_stands_in_for_joblib_keeps_its_promise(
    name: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    measure(cases[f"joblib.{name}"], InItsPlace, monkeypatch)


@pytest.mark.parametrize("name", JOBS)
@pytest.mark.parametrize(
    "spoil",
    [lambda b: b[:-1], lambda b: [*b, b[-1]], lambda b: [*b[:-1], b[0]]],
    ids=["lost", "doubled", "one for another"],
)
def test_jobs_that_come_back_wrong_are_caught(
    name: str, spoil: Any, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvariantError):
        measure(cases[f"joblib.{name}"], spoiling(spoil), monkeypatch)


@pytest.mark.parametrize("returns", ["list", "generator"])
def test_only_the_unordered_may_come_in_any_order(
    returns: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    backwards = spoiling(lambda batch: batch[::-1])
    with pytest.raises(InvariantError):
        measure(cases[f"joblib.threads_jobs[thread-4-{returns}-10]"], backwards, monkeypatch)
    unordered = cases["joblib.threads_jobs[thread-4-generator_unordered-10]"]
    measure(unordered, backwards, monkeypatch)


@pytest.mark.parametrize("name", CASES)
def test_joblib_keeps_its_promise_where_it_is_here(name: str, cases: dict[str, Case]) -> None:
    measure_broken(cases[f"joblib.{name}"])
    assert "joblib" in sys.modules
