"""Teams of asyncio tasks, on an event loop of their own that runs while they work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from pyconc.errors import LeftoverError, WorkerDiedError
from pyconc.suite.case import Workload
from pyconc.suite.job import Done, Job, perform_async


class TaskTeam:
    """Tasks of one event loop; the workload's `setup` and `reset` run before it does."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)  # what 3.9 binds a primitive to when it is made

    def run(self, job: Job) -> list[Done]:
        try:
            return self._loop.run_until_complete(self._release(job))
        except BaseException:  # of an interrupt too, which leaves the tasks as they are
            self._loop.run_until_complete(_end(asyncio.all_tasks(self._loop)))
            raise

    async def _release(self, job: Job) -> list[Done]:
        gate = asyncio.Event()

        async def member(worker: int) -> Done:
            await gate.wait()
            return await perform_async(self._workload, worker, job)

        workers = range(self._workload.workers)
        members = [asyncio.ensure_future(member(worker)) for worker in workers]
        await asyncio.sleep(0)  # all of them come to the gate
        gate.set()
        # The others may wait for ever for one that raised.
        await asyncio.wait(members, return_when=asyncio.FIRST_EXCEPTION)
        done = await _end(members)
        raised = [each for each in enumerate(done) if isinstance(each[1], BaseException)]
        raised.sort(key=lambda each: isinstance(each[1], asyncio.CancelledError))
        for worker, error in raised:
            raise WorkerDiedError(f"worker {worker} raised {error!r}") from error
        return done

    def close(self) -> None:
        left = asyncio.all_tasks(self._loop)
        self._loop.run_until_complete(_end(left))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
        asyncio.set_event_loop(None)
        if left:
            raise LeftoverError(f"left behind: {len(left)} asyncio tasks")


async def _end(tasks: Iterable[asyncio.Future[Any]]) -> list[Any]:
    """What tasks returned or raised; those that still run are cancelled."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    return await asyncio.gather(*tasks, return_exceptions=True)
