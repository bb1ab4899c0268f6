"""Teams: workers of one backend that exist before the clock starts and are released together."""

from __future__ import annotations

import multiprocessing
import threading
import traceback
from collections.abc import Sequence
from multiprocessing import connection
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from pyconc.errors import WorkerDiedError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Lap, Metrics, split

#: Seconds that a worker may take to end once it was told to.
_PATIENCE = 5.0


class Done(NamedTuple):
    """What a worker brings back from one value."""

    lap: Lap
    returned: list[Any]


class Team(Protocol):
    """Workers parked at a gate. A value releases them together and parks them again."""

    def run(self, loops: int) -> list[Done]:
        """Let every worker do so many loops.

        Raises:
            WorkerDiedError: a worker raised, or its process ended.
        """

    def close(self) -> None:
        """End the workers."""


def timed_work(workload: Workload, worker: int, loops: int) -> Done:
    """The loops of one worker, with a stamp of its clock before the first and after each part."""
    work, clock = workload.work, perf_counter
    parts = split(loops, workload.stamps)
    stamps = [0.0] * (len(parts) + 1)
    returned: list[Any] = [None] * len(parts)
    stamps[0] = clock()
    for index, part in enumerate(parts):
        returned[index] = work(worker, part)
        stamps[index + 1] = clock()
    return Done(Lap(stamps, parts), returned)


class ThreadTeam:
    """Threads of this process."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._gate = threading.Barrier(workload.workers + 1)
        self._finish = threading.Barrier(workload.workers + 1)
        self._loops: int | None = None
        self._done: list[Done | BaseException] = []
        self._threads = [
            threading.Thread(target=self._live, args=(worker,), name=f"worker {worker}")
            for worker in range(workload.workers)
        ]
        for thread in self._threads:
            thread.start()

    def _live(self, worker: int) -> None:
        while True:
            self._gate.wait()
            if self._loops is None:
                return
            try:
                self._done[worker] = timed_work(self._workload, worker, self._loops)
            except BaseException as error:
                self._done[worker] = error
            self._finish.wait()

    def run(self, loops: int) -> list[Done]:
        self._loops = loops
        self._done = [WorkerDiedError("did not finish")] * len(self._threads)
        self._gate.wait()
        self._finish.wait()
        done = []
        for worker, result in enumerate(self._done):
            if isinstance(result, BaseException):
                raise WorkerDiedError(f"worker {worker} raised {result!r}") from result
            done.append(result)
        return done

    def close(self) -> None:
        self._loops = None
        self._gate.wait()
        for thread in self._threads:
            thread.join()


class ProcessTeam:
    """Processes, each with a pipe to this one; they meet at a barrier before every value."""

    def __init__(self, workload: Workload) -> None:
        context: Any = multiprocessing.get_context(workload.start_method)
        self._gate = context.Barrier(workload.workers)  # kept: its semaphores are unlinked with it
        self._pipes: list[Any] = []
        self._processes: list[Any] = []
        for worker in range(workload.workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_live, args=(workload, worker, self._gate, theirs))
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def run(self, loops: int) -> list[Done]:
        for pipe in self._pipes:
            pipe.send(loops)
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


def _live(workload: Workload, worker: int, gate: Any, pipe: Any) -> None:
    while (loops := pipe.recv()) is not None:
        gate.wait()
        try:
            pipe.send(timed_work(workload, worker, loops))
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


def make_team(workload: Workload) -> Team:
    """The team that a workload's backend asks for, parked and ready."""
    return ThreadTeam(workload) if workload.backend == "thread" else ProcessTeam(workload)


class Program(NamedTuple):
    """What one run of a program took, in seconds, and what its invariant said beside."""

    seconds: float
    metrics: Metrics


def run_program(workload: Workload) -> Program:
    """The notes' way of timing: workers are created, started and joined inside the clock.

    Raises:
        WorkerDiedError: a worker raised, or its process ended with an error.
        InvariantError: from the workload's own check.
    """
    workload.reset()
    loops = workload.program_loops
    with _Raised() as raised:
        start = perf_counter()
        members = _members(workload, loops)
        for member in members:
            member.start()
        for member in members:
            member.join()
        seconds = perf_counter() - start
    raised.and_exited(members)
    return Program(seconds, workload.check(loops) or {})


def _members(workload: Workload, loops: int) -> Sequence[Any]:
    if workload.backend == "thread":
        library: Any = threading
        make = library.Thread
    else:
        library = multiprocessing.get_context(workload.start_method)
        make = library.Process
    return [make(target=workload.work, args=(i, loops)) for i in range(workload.workers)]


class _Raised:
    """Collects what threads raise, and what processes that raised leave as their exit codes."""

    def __enter__(self) -> _Raised:
        self._errors: list[str] = []
        self._hook = threading.excepthook
        threading.excepthook = lambda args: self._errors.append(repr(args.exc_value))
        return self

    def __exit__(self, *_: object) -> None:
        threading.excepthook = self._hook

    def and_exited(self, members: Sequence[Any]) -> None:
        codes = [getattr(member, "exitcode", 0) for member in members]
        self._errors += [f"exit code {code}" for code in codes if code]
        if self._errors:
            raise WorkerDiedError("a worker ended with " + ", ".join(self._errors))
