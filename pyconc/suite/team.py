"""Teams: workers of one backend that exist before the clock starts and are released together."""

from __future__ import annotations

import importlib
import sys
import threading
from typing import Any, Protocol

from pyconc.errors import WorkerDiedError
from pyconc.suite.case import INTERPRETER, TASK, THREAD, Workload
from pyconc.suite.job import Done, Job, perform


class Team(Protocol):
    """Workers parked at a gate. A job releases them together and parks them again."""

    def run(self, job: Job) -> list[Done]:
        """Let every worker do its part.

        Raises:
            WorkerDiedError: a worker raised, or its process ended.
        """

    def close(self) -> None:
        """End the workers."""


def make_team(workload: Workload) -> Team:
    """The team that a workload's backend asks for, parked and ready."""
    if workload.backend == THREAD:
        return ThreadTeam(workload)
    if workload.backend == INTERPRETER:
        return InterpreterTeam(workload)
    if workload.backend == TASK and workload.event_loop == "trio":
        from pyconc.suite.trio_team import TrioTeam

        return TrioTeam(workload)
    if workload.backend == TASK:
        from pyconc.suite.task_team import TaskTeam  # asyncio takes a while to import

        return TaskTeam(workload)
    from pyconc.suite.process_team import ProcessTeam

    return ProcessTeam(workload)


class ThreadTeam:
    """Threads of this process.

    Each waits at a lock of its own: to go through that it needs the GIL but once, so that those who
    come last are not kept waiting for long by those who work already.
    """

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._gates = [threading.Lock() for _ in range(workload.workers)]
        self._finished = [threading.Lock() for _ in range(workload.workers)]
        for lock in (*self._gates, *self._finished):
            lock.acquire()
        self._job: Job | None = None
        self._done: list[Done | BaseException] = []
        self._threads = [
            threading.Thread(target=self._live, args=(worker,), name=f"worker {worker}")
            for worker in range(workload.workers)
        ]
        for thread in self._threads:
            thread.start()

    def _live(self, worker: int) -> None:
        while True:
            self._gates[worker].acquire()
            if self._job is None:
                return
            try:
                self._done[worker] = self._perform(worker, self._job)
            except BaseException as error:
                self._done[worker] = error
            self._finished[worker].release()

    def _perform(self, worker: int, job: Job) -> Done:
        return perform(self._workload, worker, job)

    def run(self, job: Job) -> list[Done]:
        self._job = job._replace(started=[0.0] * len(self._threads))
        self._done = [WorkerDiedError("did not finish")] * len(self._threads)
        self._open_gates()
        for lock in self._finished:
            lock.acquire()
        done = []
        for worker, result in enumerate(self._done):
            if isinstance(result, BaseException):
                raise WorkerDiedError(f"worker {worker} raised {result!r}") from result
            done.append(result)
        return done

    def _open_gates(self) -> None:
        for lock in self._gates:
            lock.release()

    def close(self) -> None:
        self._job = None
        self._open_gates()
        for thread in self._threads:
            thread.join()


class InterpreterTeam(ThreadTeam):
    """Threads of this process, each with an interpreter, and so with a GIL, of its own.

    A job and the workload are pickled on their way in, so a worker has its own copy of the workload
    for every job.
    """

    def __init__(self, workload: Workload) -> None:
        interpreters: Any = importlib.import_module("concurrent.interpreters")  # new in 3.14
        self._interpreters: list[Any] = []
        try:
            for _ in range(workload.workers):
                interpreter = interpreters.create()
                self._interpreters.append(interpreter)
                interpreter.prepare_main(path=tuple(sys.path))
                interpreter.exec("import sys; sys.path[:] = path")
                interpreter.call(_arrive, workload)
        except BaseException:
            self._close_interpreters()
            raise
        super().__init__(workload)

    def _perform(self, worker: int, job: Job) -> Done:
        job = job._replace(started=None)  # a list would be a copy
        done: Done = self._interpreters[worker].call(perform, self._workload, worker, job)
        return done

    def close(self) -> None:
        super().close()
        self._close_interpreters()

    def _close_interpreters(self) -> None:
        for interpreter in self._interpreters:
            interpreter.close()


def _arrive(workload: Workload) -> None:
    """Nothing but what it takes to come here: the imports that the workload needs."""
