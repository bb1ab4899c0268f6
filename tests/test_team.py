"""Teams: parked, released together, and clear about a worker that fails."""

from __future__ import annotations

import multiprocessing
import threading

import pytest

from pyconc.errors import WorkerDiedError
from pyconc.suite.case import Case
from pyconc.suite.job import Job
from pyconc.suite.metrics import window
from pyconc.suite.process_team import ProcessTeam
from pyconc.suite.team import ThreadTeam, make_team


@pytest.mark.parametrize("backend", ["thread", "process-fork"])
@pytest.mark.parametrize("workers", [1, 2])
def test_every_worker_does_its_loops_and_stamps_its_clock(
    backend: str, workers: int, toys: dict[str, Case]
) -> None:
    workload = toys[f"faulty.sound[{backend}-{workers}]"].make()
    team = make_team(workload)
    try:
        for loops in (1, 100):
            done = team.run(Job("work", loops))
            assert len(done) == workers
            for each in done:
                assert sum(each.returned) == loops
                assert list(each.lap.stamps) == sorted(each.lap.stamps)
                assert sum(each.lap.parts) == loops
    finally:
        team.close()
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_processes_read_one_clock_whatever_started_them(
    method: str, cases: dict[str, Case]
) -> None:
    """The workers meet at a barrier, so if the clock is one there must be a window."""
    workload = cases[f"barrier.crossing[process-{method}-2]"].make()
    workload.setup()
    team = make_team(workload)
    try:
        assert isinstance(team, ProcessTeam)
        assert window([each.lap for each in team.run(Job("work", 200))]).seconds > 0
    finally:
        team.close()


def test_workers_are_parked_until_they_are_released(toys: dict[str, Case]) -> None:
    workload = toys["faulty.sound[thread-2]"].make()
    released = threading.Event()
    entered: list[bool] = []
    workload.work = lambda worker, loops: entered.append(  # type: ignore[method-assign]
        released.is_set()
    )
    team = ThreadTeam(workload)
    try:
        released.set()
        team.run(Job("work", 1))
        team.run(Job("work", 1))
    finally:
        team.close()
    assert entered == [True] * 4


def test_a_thread_that_raises_is_named(toys: dict[str, Case]) -> None:
    team = make_team(toys["faulty.raises[thread-1]"].make())
    try:
        with pytest.raises(WorkerDiedError, match=r"worker 0 raised ValueError.*worker trouble"):
            team.run(Job("work", 1))
    finally:
        team.close()


def test_a_process_that_exits_is_named_with_its_status(toys: dict[str, Case]) -> None:
    team = make_team(toys["faulty.exits[process-fork-2]"].make())
    try:
        with pytest.raises(WorkerDiedError, match="worker 1 ended with exit code 7"):
            team.run(Job("work", 1))
    finally:
        team.close()
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("backend", ["thread", "process-fork"])
def test_a_fixed_time_begins_when_all_have_started(backend: str, toys: dict[str, Case]) -> None:
    team = make_team(toys[f"faulty.sound[{backend}-2]"].make())
    try:
        done = team.run(Job("share", 10, 0.02))
    finally:
        team.close()
    start = max(each.lap.stamps[0] for each in done) if backend == "thread" else 0.0
    for each in done:
        assert each.lap.stamps[-1] >= max(start, each.lap.stamps[0]) + 0.02
        assert set(each.lap.parts) == {10}
        assert len(each.returned) == len(each.lap.parts) == len(each.lap.stamps) - 1


def test_processes_say_what_they_used(toys: dict[str, Case]) -> None:
    team = make_team(toys["faulty.sound[process-fork-2]"].make())
    try:
        for done in team.run(Job("work", 200_000)):
            assert done.usage
            assert 0 < done.usage.cpu < 5
    finally:
        team.close()
