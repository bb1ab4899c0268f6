"""Teams of trio's tasks: released together, and clear about a task that fails."""

from __future__ import annotations

import pytest

from pyconc.errors import WorkerDiedError
from pyconc.suite.case import Workload
from pyconc.suite.job import Job
from pyconc.suite.metrics import window
from pyconc.suite.task_team import TaskTeam
from pyconc.suite.team import make_team

trio = pytest.importorskip("trio")


class OfTrio(Workload):
    """Every task yields to the others in every loop."""

    @property
    def event_loop(self) -> str:
        return "trio"

    async def work(self, worker: int, loops: int) -> int:
        for _ in range(loops):
            await trio.lowlevel.checkpoint()
        return loops

    async def trial(self, worker: int, loops: int) -> str:
        return f"trial of {worker}"


class Stuck(OfTrio):
    """Worker 1 raises, and the others wait for it."""

    async def work(self, worker: int, loops: int) -> int:
        if worker == 1:
            raise ValueError("worker trouble")
        await trio.Event().wait()
        return loops


class Interrupted(OfTrio):
    """Somebody presses Ctrl-C."""

    async def work(self, worker: int, loops: int) -> int:
        if worker == 1:
            raise KeyboardInterrupt
        await trio.sleep(60)
        return loops


def test_a_workload_says_whose_loop_it_wants() -> None:
    assert not isinstance(make_team(OfTrio(backend="task", workers=1)), TaskTeam)
    plain = make_team(Workload(backend="task", workers=1))
    assert isinstance(plain, TaskTeam)
    plain.close()


def test_tasks_of_trio_work_at_the_same_time() -> None:
    team = make_team(OfTrio(backend="task", workers=3))
    for _ in range(2):
        done = team.run(Job("work", 500))
        assert [sum(each.returned) for each in done] == [500] * 3
        assert window([each.lap for each in done]).overlap > 0
    assert [each.returned for each in team.run(Job("trial", 1))] == [
        [f"trial of {worker}"] for worker in range(3)
    ]
    team.close()


def test_a_task_of_trio_that_fails_ends_the_others() -> None:
    team = make_team(Stuck(backend="task", workers=3))
    with pytest.raises(WorkerDiedError, match="worker 1 raised ValueError"):
        team.run(Job("work", 1))
    team.close()


def test_an_interrupt_is_one_among_tasks_of_trio_too() -> None:
    team = make_team(Interrupted(backend="task", workers=2))
    with pytest.raises(KeyboardInterrupt):
        team.run(Job("work", 1))
    team.close()
