"""Teams of processes, each with a pipe to the process that measures."""

from __future__ import annotations

import multiprocessing
import traceback
from multiprocessing import connection
from typing import Any

from pyconc.errors import WorkerDiedError
from pyconc.suite.case import Workload
from pyconc.suite.job import Done, Job, perform
from pyconc.suite.pace import pace
from pyconc.suite.usage import usage_now

#: Seconds that a worker may take to end once it was told to.
_PATIENCE = 5.0


class ProcessTeam:
    """Processes, each with a pipe to this one; they meet at a barrier before every value."""

    def __init__(self, workload: Workload) -> None:
        context: Any = multiprocessing.get_context(workload.start_method)
        self._gate = context.Barrier(workload.workers)  # kept: its semaphores are unlinked with it
        self._started = context.RawArray("d", workload.workers)
        self._pipes: list[Any] = []
        self._processes: list[Any] = []
        for worker in range(workload.workers):
            ours, theirs = context.Pipe()
            arguments = (workload, worker, self._gate, self._started, theirs)
            process = context.Process(target=_live, args=arguments)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def run(self, job: Job) -> list[Done]:
        self._started[:] = [0.0] * len(self._pipes)
        for pipe in self._pipes:
            pipe.send(job)
        done: dict[int, Done] = {}
        waiting = {pipe: worker for worker, pipe in enumerate(self._pipes)}
        while waiting:
            for pipe in connection.wait(list(waiting)):
                worker = waiting.pop(pipe)
                done[worker] = self._receive(worker)
        return [done[worker] for worker in range(len(self._pipes))]

    def _receive(self, worker: int) -> Done:
        try:
            result = self._pipes[worker].recv()
        except (EOFError, ConnectionError):
            process = self._processes[worker]
            process.join(_PATIENCE)
            raise WorkerDiedError(
                f"the process of worker {worker} ended with exit code {process.exitcode}"
            ) from None
        if isinstance(result, str):
            raise WorkerDiedError(f"worker {worker} raised:\n{result}")
        assert isinstance(result, Done)
        return result

    def close(self) -> None:
        for pipe in self._pipes:
            try:
                pipe.send(None)
            except OSError:  # that worker is gone
                continue
        for process in self._processes:
            end(process)
        for pipe in self._pipes:
            pipe.close()


def _live(workload: Workload, worker: int, gate: Any, started: Any, pipe: Any) -> None:
    while (job := pipe.recv()) is not None:
        job = job._replace(started=started)
        job.start(worker)
        job = job._replace(core=None)  # there it is
        first = pace()  # of the core that this process is on
        gate.wait()
        try:
            before = usage_now()
            done = perform(workload, worker, job)
            used = usage_now() - before
            pipe.send(done._replace(usage=used, ends=(first, pace())))
        except BaseException:
            pipe.send(traceback.format_exc())
            return


def end(process: Any) -> None:
    """See a process end: wait, then ask, then insist."""
    for insist in (lambda: None, process.terminate, process.kill):
        insist()
        process.join(_PATIENCE)
        if process.exitcode is not None:
            process.close()
            return
