"""What sending a short job costs, by how many are sent at once.

The pools are those of pool.py, with four workers that are kept. Each job is to square a number.
With `wait` all jobs of a burst are sent and their results waited for; with `submit` the sending
alone is charged, for that is how long the caller is kept from other things. A pool may be quick at
one and slow at the other, and its cost of a job may grow or fall with their number. All are held
against `ThreadPoolExecutor`; see joblib.py and ecosystem.py for pools of other libraries.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from pyconc.suite.case import INTERPRETER, NATIVE, case

from ._pools import Bursts
from .pool import MultiprocessingPoolWarm, QueuePoolWarm, ThreadPoolExecutorWarm, square

#: Of a burst.
JOBS = (10, 100, 1000)
HOW = ("wait", "submit")
CONTROL = "dispatch.no_pool[thread-1-{jobs}]"
RIVAL = "dispatch.thread_pool_executor[thread-4-{how}-{jobs}]"

sent = partial(case, workers=4, how=HOW, jobs=JOBS, quick=False)


@case(jobs=JOBS, quick=False)
class NoPool(Bursts):
    """The caller computes the squares by itself. One operation: one job."""

    how = "wait"

    def send(self) -> Sequence[int]:
        return [square(number) for number in range(self.jobs)]

    def received(self, sent: Sequence[Any]) -> Sequence[int]:
        return sent


class Executing(Bursts, ThreadPoolExecutorWarm):
    """Executors of `concurrent.futures`, asked by `submit`."""

    control = CONTROL

    def send(self) -> Sequence[Any]:
        submit = self._kept.submit
        return [submit(square, number) for number in range(self.jobs)]

    def received(self, sent: Sequence[Any]) -> Sequence[int]:
        return [future.result() for future in sent]


@sent()
class ThreadPoolExecutor(Executing):
    """Jobs are sent to a `ThreadPoolExecutor`. One operation: one job."""


@sent(backend=NATIVE)
class ProcessPoolExecutor(Executing):
    """Jobs are sent to a `ProcessPoolExecutor`. One operation: one job."""

    rival = RIVAL


@sent(backend=INTERPRETER)
class InterpreterPoolExecutor(Executing):
    """Jobs are sent to an `InterpreterPoolExecutor`. One operation: one job."""

    rival = RIVAL


class Applying(Bursts, MultiprocessingPoolWarm):
    """Pools of `multiprocessing`, asked by `apply_async`."""

    control = CONTROL
    rival = RIVAL

    def send(self) -> Sequence[Any]:
        apply = self._pool.apply_async
        return [apply(square, (number,)) for number in range(self.jobs)]

    def received(self, sent: Sequence[Any]) -> Sequence[int]:
        return [result.get() for result in sent]


@sent()
class ThreadPool(Applying):
    """Jobs are sent to a `multiprocessing.pool.ThreadPool`. One operation: one job."""


@sent(backend=NATIVE)
class MultiprocessingPool(Applying):
    """Jobs are sent to a `multiprocessing.Pool`. One operation: one job."""


@sent()
class QueuePool(Bursts, QueuePoolWarm):
    """Jobs are put into the `Queue` that threads empty. One operation: one job."""

    control = CONTROL
    rival = RIVAL

    def reset(self) -> None:
        super().reset()
        self._squares = []

    def send(self) -> Sequence[Any]:
        put = self._queue.put
        for number in range(self.jobs):
            put(number)
        return ()

    def received(self, sent: Sequence[Any]) -> Sequence[int]:
        self._queue.join()
        squares, self._squares = self._squares, []
        return squares
