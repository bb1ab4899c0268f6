"""Teams of trio's tasks; trio is imported only where a workload asks for its loop."""

from __future__ import annotations

from pyconc.errors import WorkerDiedError
from pyconc.suite.case import Workload
from pyconc.suite.job import Done, Job, perform_async


class TrioTeam:
    """Tasks of a loop of trio, which is made anew for every job, outside the workers' clocks."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload

    def run(self, job: Job) -> list[Done]:
        import trio
        import trio.testing

        done: dict[int, Done] = {}
        raised: list[tuple[int, BaseException]] = []

        async def release() -> None:
            gate = trio.Event()
            async with trio.open_nursery() as nursery:

                async def member(worker: int) -> None:
                    await gate.wait()
                    try:
                        done[worker] = await perform_async(self._workload, worker, job)
                    except trio.Cancelled:
                        raise
                    except BaseException as error:
                        raised.append((worker, error))
                        nursery.cancel_scope.cancel()  # they may wait for ever for this one

                for worker in range(self._workload.workers):
                    nursery.start_soon(member, worker)
                await trio.testing.wait_all_tasks_blocked()  # all of them come to the gate
                gate.set()

        trio.run(release)
        for worker, error in raised:
            if not isinstance(error, Exception):
                raise error  # somebody interrupts
            raise WorkerDiedError(f"worker {worker} raised {error!r}") from error
        return [done[worker] for worker in range(self._workload.workers)]

    def close(self) -> None:
        """Every job has ended its loop, and all that ran in it."""
