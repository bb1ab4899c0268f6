"""Programs in which a worker does less than its share of the job."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import scaling
from benchmarks._busy import spin, spun
from mutants import measure_broken
from pyconc.errors import WorkerDiedError
from pyconc.suite.case import Case

BACKENDS = ["thread", "process-fork", "process-spawn", "interpreter"]


def shares(case: Case) -> Any:
    workload: Any = case.make()
    workload.setup()
    return workload


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", ["strong", "weak"])
def test_a_worker_that_leaves_out_a_turn_is_caught(
    kind: str, backend: str, cases: dict[str, Case]
) -> None:
    case = cases[f"scaling.{kind}[{backend}-2]"]
    first, second = shares(case).turns
    with pytest.raises(WorkerDiedError):
        measure_broken(case, turns=[first, second - 1])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_worker_that_does_the_share_of_another_is_caught(
    backend: str, cases: dict[str, Case]
) -> None:
    case = cases[f"scaling.strong[{backend}-2]"]
    begin, middle, _ = shares(case).states
    with pytest.raises(WorkerDiedError):
        measure_broken(case, states=[begin, middle, middle])


@pytest.mark.parametrize("workers", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(("kind", "jobs"), [("start_only", 0.0), ("strong", 1.0), ("weak", 0.5)])
def test_the_shares_make_up_the_job(
    kind: str, jobs: float, workers: int, cases: dict[str, Case]
) -> None:
    workload: Any = cases[f"scaling.{kind}[thread-1]"].workload_class(workers=workers)
    workload.setup()
    turns = round(scaling.JOB * jobs * (workers if kind == "weak" else 1))
    assert sum(workload.turns) == turns
    assert max(workload.turns) - min(workload.turns) <= 1
    assert workload.states[-1] == spun(workload.states[0], turns)


def test_the_end_is_known_without_the_turns() -> None:
    for turns in (0, 1, 2, 1000):
        assert [spin(state, turns) for state in range(20)] == [
            spun(state, turns) for state in range(20)
        ]
