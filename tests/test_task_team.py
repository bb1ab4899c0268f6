"""Teams of asyncio tasks: parked, released together, and clear about a task that fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from pyconc.errors import LeftoverError, WorkerDiedError
from pyconc.suite.case import Workload
from pyconc.suite.job import Job
from pyconc.suite.metrics import window
from pyconc.suite.task_team import TaskTeam


class Yielding(Workload):
    """Every task yields to the others in every loop."""

    async def work(self, worker: int, loops: int) -> int:
        for _ in range(loops):
            await asyncio.sleep(0)
        return loops

    async def trial(self, worker: int, loops: int) -> str:
        return f"trial of {worker}"

    observe = trial


class Stuck(Workload):
    """Worker 0 raises, and the others wait for it."""

    async def work(self, worker: int, loops: int) -> None:
        if worker == 1:
            raise ValueError("worker trouble")
        await asyncio.Event().wait()


class Forgetful(Workload):
    """It starts a task and does not wait for it."""

    async def work(self, worker: int, loops: int) -> None:
        self.left = asyncio.ensure_future(asyncio.sleep(60))


class Interrupted(Workload):
    """Somebody presses Ctrl-C."""

    async def work(self, worker: int, loops: int) -> None:
        if worker == 1:
            raise KeyboardInterrupt
        await asyncio.sleep(60)


class Locked(Workload):
    """The primitive is made before the loop runs, and used by several tasks inside it."""

    def setup(self) -> None:
        self.lock = asyncio.Lock()

    async def work(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            async with self.lock:
                await asyncio.sleep(0)


class Threaded(Workload):
    """The loop starts a thread."""

    async def work(self, worker: int, loops: int) -> None:
        loop = asyncio.get_running_loop()
        assert await loop.run_in_executor(None, threading.get_ident) != threading.get_ident()


@pytest.fixture
def yielding() -> Iterator[TaskTeam]:
    team = TaskTeam(Yielding(backend="task", workers=2))
    yield team
    team.close()


@pytest.mark.parametrize("loops", [1, 100])
def test_every_task_does_its_loops_and_stamps_its_clock(yielding: TaskTeam, loops: int) -> None:
    done = yielding.run(Job("work", loops))
    assert len(done) == 2
    for each in done:
        assert sum(each.returned) == loops
        assert list(each.lap.stamps) == sorted(each.lap.stamps)
        assert sum(each.lap.parts) == loops
        assert len(each.lap.parts) == min(loops, Workload.stamps)


def test_tasks_are_released_together(yielding: TaskTeam) -> None:
    assert window([done.lap for done in yielding.run(Job("work", 1000))]).seconds > 0


@pytest.mark.parametrize("kind", ["trial", "observe"])
def test_other_bodies_are_done_once(yielding: TaskTeam, kind: str) -> None:
    returned = [done.returned for done in yielding.run(Job(kind, 16))]
    assert returned == [["trial of 0"], ["trial of 1"]]


def test_in_a_fixed_time_tasks_do_as_much_as_the_others_let_them(yielding: TaskTeam) -> None:
    laps = [done.lap for done in yielding.run(Job("share", 10, seconds=0.02))]
    for lap in laps:
        assert lap.stamps[-1] - lap.stamps[0] >= 0.02
        assert set(lap.parts) == {10}
        assert len(lap.parts) == len(lap.stamps) - 1


def test_a_task_that_raises_is_named_and_nobody_waits_for_it() -> None:
    team = TaskTeam(Stuck(backend="task", workers=3))
    for _ in range(2):  # and the team can be used again
        with pytest.raises(WorkerDiedError, match=r"worker 1 raised ValueError.*worker trouble"):
            team.run(Job("work", 1))
    team.close()


def test_a_task_that_is_left_behind_is_refused_and_ended() -> None:
    workload = Forgetful(backend="task", workers=1)
    team = TaskTeam(workload)
    team.run(Job("work", 1))
    with pytest.raises(LeftoverError, match="left behind: 1 asyncio tasks"):
        team.close()
    assert workload.left.cancelled()


def test_an_interrupt_is_not_hidden_by_the_tasks_that_it_leaves() -> None:
    team = TaskTeam(Interrupted(backend="task", workers=2))
    with pytest.raises(KeyboardInterrupt):
        team.run(Job("work", 1))
    team.close()


def test_setup_can_make_what_is_bound_to_a_loop() -> None:
    workload = Locked(backend="task", workers=2)
    team = TaskTeam(workload)
    workload.setup()
    team.run(Job("work", 20))
    team.close()


def test_the_threads_of_the_loop_end_with_the_team() -> None:
    before = threading.enumerate()
    team = TaskTeam(Threaded(backend="task", workers=1))
    team.run(Job("work", 1))
    assert len(threading.enumerate()) > len(before)
    team.close()
    assert threading.enumerate() == before
