"""Teams of asyncio tasks, on an event loop of their own that runs while they work."""

from __future__ import annotations

import asyncio

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
        done = self._loop.run_until_complete(self._release(job))
        for worker, result in enumerate(done):
            if isinstance(result, BaseException):
                raise WorkerDiedError(f"worker {worker} raised {result!r}") from result
        return [result for result in done if isinstance(result, Done)]

    async def _release(self, job: Job) -> list[Done | BaseException]:
        gate = asyncio.Event()

        async def member(worker: int) -> Done:
            await gate.wait()
            return await perform_async(self._workload, worker, job)

        workers = range(self._workload.workers)
        members = [asyncio.ensure_future(member(worker)) for worker in workers]
        await asyncio.sleep(0)  # all of them come to the gate
        gate.set()
        return await asyncio.gather(*members, return_exceptions=True)

    def close(self) -> None:
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
        asyncio.set_event_loop(None)
        if left:
            raise LeftoverError(f"left behind: {len(left)} asyncio tasks")
