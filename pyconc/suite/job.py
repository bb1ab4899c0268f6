"""What a worker is released to do, and what it brings back."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from time import perf_counter
from typing import Any, NamedTuple

from pyconc.suite.case import Workload
from pyconc.suite.machine import start_on
from pyconc.suite.metrics import Lap, split
from pyconc.suite.pace import pace
from pyconc.suite.usage import Usage


class Job(NamedTuple):
    """One release of a team.

    ``kind`` is ``work``, the timed loops; ``trial`` or ``observe``, the workload's methods of these
    names; or ``share``, the work over and over, ``loops`` at a time, for so many seconds after all
    have started.
    """

    kind: str
    loops: int
    seconds: float = 0.0
    #: When each worker has started, 0 before, where they can tell each other.
    started: MutableSequence[float] | None = None
    #: The core on which worker 0 starts, and the next one the next; they start anywhere without it.
    core: int | None = None

    def start(self, worker: int) -> None:
        """Have a worker start on its core, before the clock does."""
        if self.core is not None:
            start_on(self.core + worker)

    def until(self, start: float) -> float | None:
        """When a worker that started then has shared long enough; None while others are missing."""
        if self.started is None:
            return start + self.seconds
        return max(self.started) + self.seconds if all(self.started) else None


#: Seconds after which a worker that is alone reads the machine's pace again: what disturbs it lasts
#: longer, and a reading takes a fortieth of that.
_READ_AFTER = 0.005


class Done(NamedTuple):
    """What a worker brings back from one job."""

    lap: Lap
    returned: list[Any]
    #: The machine's pace on the way, in seconds a loop, where the worker was alone.
    paces: Sequence[float] = ()
    #: What its process used, where it has one of its own.
    usage: Usage | None = None
    #: The machine's pace before and after, which the usage leaves out.
    ends: Sequence[float] = ()


def perform(workload: Workload, worker: int, job: Job) -> Done:
    """The part of one worker in a job, with readings of its clock."""
    job.start(worker)
    if job.kind == "work":
        return _timed_work(workload, worker, job.loops)
    if job.kind == "share":
        return _shared_time(workload, worker, job)
    start = perf_counter()
    returned = getattr(workload, job.kind)(worker, job.loops)
    return Done(Lap([start, perf_counter()], [job.loops]), [returned])


def _timed_work(workload: Workload, worker: int, loops: int) -> Done:
    """The loops of one worker, with a stamp of its clock before the first and after each part."""
    if workload.workers == 1:
        return _timed_alone(workload, loops)
    work, clock = workload.work, perf_counter
    parts = split(loops, workload.stamps)
    stamps = [0.0] * (len(parts) + 1)
    returned: list[Any] = [None] * len(parts)
    stamps[0] = clock()
    for index, part in enumerate(parts):
        returned[index] = work(worker, part)
        stamps[index + 1] = clock()
    return Done(Lap(stamps, parts), returned)


def _timed_alone(workload: Workload, loops: int) -> Done:
    """The loops of a single worker, by a clock that stands still while it reads the pace."""
    work, clock = workload.work, perf_counter
    parts = split(loops, workload.stamps)
    returned: list[Any] = []
    paces: list[float] = []
    stamps = [clock()]
    read, stood_still = stamps[0], 0.0
    for part in parts:
        if stamps[-1] - read >= _READ_AFTER:
            read, stopped = stamps[-1], clock()
            paces.append(pace())
            stood_still += clock() - stopped
        returned.append(work(0, part))
        stamps.append(clock() - stood_still)
    return Done(Lap(stamps, parts), returned, paces)


def _shared_time(workload: Workload, worker: int, job: Job) -> Done:
    """As much work as the others leave time for."""
    work, clock, loops = workload.work, perf_counter, job.loops
    returned: list[Any] = []
    stamps = [clock()]
    if job.started is not None:
        job.started[worker] = stamps[0]
    until = None
    while until is None or stamps[-1] < until:
        returned.append(work(worker, loops))
        stamps.append(clock())
        until = until or job.until(stamps[0])
    return Done(Lap(stamps, [loops] * len(returned)), returned)


async def perform_async(workload: Any, worker: int, job: Job) -> Done:
    """As `perform`, for a workload whose bodies are coroutines."""
    if job.kind == "share":
        return await _shared_time_async(workload, worker, job)
    clock = perf_counter
    body = getattr(workload, job.kind)
    parts = split(job.loops, workload.stamps if job.kind == "work" else 1)
    returned: list[Any] = []
    paces: list[float] = []
    stamps = [clock()]
    read, stood_still = stamps[0], 0.0
    for part in parts:
        if workload.workers == 1 and stamps[-1] - read >= _READ_AFTER:
            read, stopped = stamps[-1], clock()
            paces.append(pace())
            stood_still += clock() - stopped
        returned.append(await body(worker, part))
        stamps.append(clock() - stood_still)
    return Done(Lap(stamps, parts), returned, paces)


async def _shared_time_async(workload: Any, worker: int, job: Job) -> Done:
    work, clock, loops = workload.work, perf_counter, job.loops
    returned: list[Any] = []
    stamps = [clock()]
    until = None
    while until is None or stamps[-1] < until:
        returned.append(await work(worker, loops))
        stamps.append(clock())
        until = until or job.until(stamps[0])
    return Done(Lap(stamps, [loops] * len(returned)), returned)
