"""Programs in which a worker does less than its share of the job."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from mutants import measure_broken
from pyconc.errors import WorkerDiedError
from pyconc.suite.case import Case

BACKENDS = ["thread", "process-fork", "process-spawn", "interpreter"]


@pytest.fixture
def scaling(cases: dict[str, Case]) -> Any:
    """The module of the family, whatever its package is called."""
    return sys.modules[cases["scaling.strong[thread-1]"].workload_class.__module__]


def case_of(cases: dict[str, Case], kind: str, backend: str) -> Case:
    case = cases[f"scaling.{kind}[{backend}-2]"]
    if reason := case.skip_reason():
        pytest.skip(reason)
    return case


def shares(case: Case) -> Any:
    workload: Any = case.make()
    workload.setup()
    return workload


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", ["strong", "weak"])
def test_a_worker_that_leaves_out_a_turn_is_caught(
    kind: str, backend: str, cases: dict[str, Case]
) -> None:
    case = case_of(cases, kind, backend)
    first, second = shares(case).turns
    with pytest.raises(WorkerDiedError):
        measure_broken(case, turns=[first, second - 1])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_worker_that_does_the_share_of_another_is_caught(
    backend: str, cases: dict[str, Case]
) -> None:
    case = case_of(cases, "strong", backend)
    begin, middle, _ = shares(case).states
    with pytest.raises(WorkerDiedError):
        measure_broken(case, states=[begin, middle, middle])


@pytest.mark.parametrize("workers", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(("kind", "jobs"), [("start_only", 0.0), ("strong", 1.0), ("weak", 0.5)])
def test_the_shares_make_up_the_job(
    kind: str, jobs: float, workers: int, scaling: Any, cases: dict[str, Case]
) -> None:
    workload: Any = cases[f"scaling.{kind}[thread-1]"].workload_class(workers=workers)
    workload.setup()
    turns = round(scaling.JOB * jobs * (workers if kind == "weak" else 1))
    assert sum(workload.turns) == turns
    assert max(workload.turns) - min(workload.turns) <= 1
    assert workload.states[-1] == scaling.spun(workload.states[0], turns)


def test_the_end_is_known_without_the_turns(scaling: Any) -> None:
    for turns in (0, 1, 2, 1000):
        assert [scaling.spin(state, turns) for state in range(20)] == [
            scaling.spun(state, turns) for state in range(20)
        ]
