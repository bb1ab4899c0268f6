"""What sending a short job costs, by how many are sent at once, and what their results cost.

The pools are those of pool.py, with four workers that are kept. Each job is to square a number.
With `submit` the sending alone is charged, for that is how long the caller is kept from other
things; the results are waited for outside the clock. With `wait` all jobs of a burst are sent one
by one and their results waited for in that order, with `as_completed` in the order in which they
are done, and with `map` one call sends them all. A pool may be quick at one and slow at the other,
and its cost of a job may grow or fall with their number. All are held against `ThreadPoolExecutor`;
see joblib.py and ecosystem.py for pools of other libraries.
"""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from pyconc.suite.case import INTERPRETER, NATIVE, case

from ._pools import FEW, Bursts, Result, Results, result_of
from .pool import MultiprocessingPoolWarm, QueuePoolWarm, ThreadPoolExecutorWarm, square

#: Of a burst.
JOBS = (10, 100, 1000)
#: As any pool can be asked, and as those of the standard library can.
HOW = ("wait", "submit")
WAYS = (*HOW, "map", "as_completed")
#: Takes a thread a tenth of a second to send.
MANY = 30_000
QUICK: dict[str, Sequence[str | int]] = {"how": HOW, "jobs": [1000]}
CONTROL = "dispatch.no_pool[thread-1-{jobs}]"
RIVAL = "dispatch.thread_pool_executor[thread-4-{how}-{jobs}]"
#: Bytes of each result.
PAYLOADS = (0, 1024, 1024 * 1024)
NO_POOL_RESULTS = "dispatch.no_pool_results[thread-1-{payload}]"
RIVAL_RESULTS = "dispatch.thread_pool_executor_results[thread-4-{payload}]"

sent = partial(case, workers=4, how=WAYS, jobs=JOBS, quick=False)
answered = partial(case, workers=4, payload=PAYLOADS, quick=False)


@case(jobs=JOBS, quick={"jobs": [1000]})
class NoPool(Bursts):
    """The caller computes the squares by itself. One operation: one job."""

    how = "wait"

    def send(self) -> Sequence[int]:
        return [square(number) for number in range(self.jobs)]

    def received(self, sent: Sequence[int]) -> Sequence[int]:
        return sent


class Executing(Bursts, ThreadPoolExecutorWarm):
    """Executors of `concurrent.futures`, asked by `submit` or `map`."""

    control = CONTROL

    def send(self) -> Any:
        if self.how == "map":
            return self._kept.map(square, range(self.jobs))
        submit = self._kept.submit
        return [submit(square, number) for number in range(self.jobs)]

    def received(self, sent: Any) -> Sequence[int]:
        if self.how == "map":
            return list(sent)
        futures = concurrent.futures.as_completed(sent) if self.how == "as_completed" else sent
        return [future.result() for future in futures]


@sent(quick=QUICK)
class ThreadPoolExecutor(Executing):
    """Jobs are sent to a `ThreadPoolExecutor`. One operation: one job."""


@sent(workers=1)
class OneThreadExecutor(Executing):
    """Jobs are sent to a `ThreadPoolExecutor` of one thread. One operation: one job."""

    rival = RIVAL


@case(jobs=MANY)
class ForgottenJobs(Executing):
    """Jobs are sent to a `ThreadPoolExecutor` of one thread, and forgotten. One operation: one job.

    So many take far longer to send than a thread has the GIL for: the pool's thread comes between.
    cpython#102024: what it did after each job kept the caller from sending the next one.
    """

    control = "dispatch.no_pool[thread-1-1000]"
    how = "submit"

    def send(self) -> list[int]:
        done: list[int] = []
        submit = self._kept.submit
        for number in range(self.jobs):
            submit(put_square, done, number)
        return done

    def received(self, sent: list[int]) -> Sequence[int]:
        while len(sent) < self.jobs:
            time.sleep(0.001)
        return sent


def put_square(into: list[int], number: int) -> None:
    into.append(number * number)


@sent(backend=NATIVE)
class ProcessPoolExecutor(Executing):
    """Jobs are sent to a `ProcessPoolExecutor`. One operation: one job."""

    rival = RIVAL


@sent(backend=INTERPRETER)
class InterpreterPoolExecutor(Executing):
    """Jobs are sent to an `InterpreterPoolExecutor`. One operation: one job."""

    rival = RIVAL


class Applying(Bursts, MultiprocessingPoolWarm):
    """Pools of `multiprocessing`, asked by `apply_async`, `map` or `imap_unordered`."""

    control = CONTROL
    rival = RIVAL

    def send(self) -> Any:
        if self.how == "map":
            return self._pool.map(square, range(self.jobs))
        if self.how == "as_completed":
            return self._pool.imap_unordered(square, range(self.jobs))
        apply = self._pool.apply_async
        return [apply(square, (number,)) for number in range(self.jobs)]

    def received(self, sent: Any) -> Sequence[int]:
        if self.how in {"map", "as_completed"}:
            return list(sent)
        return [result.get() for result in sent]


@sent()
class ThreadPool(Applying):
    """Jobs are sent to a `multiprocessing.pool.ThreadPool`. One operation: one job.

    As they are done: by `imap_unordered`. Its `map` makes 16 chunks of them at most.
    """


@sent(backend=NATIVE)
class MultiprocessingPool(Applying):
    """Jobs are sent to a `multiprocessing.Pool`. One operation: one job.

    As they are done: by `imap_unordered`. Its `map` makes 16 chunks of them at most.
    """


@sent(how=HOW)
class QueuePool(Bursts, QueuePoolWarm):
    """Jobs are put into the `Queue` that threads empty. One operation: one job."""

    control = CONTROL
    rival = RIVAL

    def reset(self) -> None:
        super().reset()
        self._squares = []

    def send(self) -> None:
        put = self._queue.put
        for number in range(self.jobs):
            put(number)

    def received(self, sent: None) -> Sequence[int]:
        self._queue.join()
        squares, self._squares = self._squares, []
        return squares

    def ordered(self, result: Sequence[int]) -> list[int]:
        return sorted(result)


@case(payload=PAYLOADS, quick=False)
class NoPoolResults(Results):
    """The caller makes ten results of a size by itself. One operation: one of them."""

    def receive(self, payloads: Sequence[int]) -> Sequence[Result]:
        return [result_of(job, payload) for job, payload in zip(FEW, payloads)]


class ExecutingResults(Results, ThreadPoolExecutorWarm):
    """Executors of `concurrent.futures`, asked by `map`."""

    control = NO_POOL_RESULTS

    def receive(self, payloads: Sequence[int]) -> Sequence[Result]:
        return list(self._kept.map(result_of, FEW, payloads))


@answered()
class ThreadPoolExecutorResults(ExecutingResults):
    """Ten results of a size from a `ThreadPoolExecutor`. One operation: one of them."""


@answered(backend=NATIVE)
class ProcessPoolExecutorResults(ExecutingResults):
    """Ten results of a size from a `ProcessPoolExecutor`. One operation: one of them."""

    rival = RIVAL_RESULTS


@answered(backend=INTERPRETER)
class InterpreterPoolExecutorResults(ExecutingResults):
    """Ten results of a size from an `InterpreterPoolExecutor`. One operation: one of them."""

    rival = RIVAL_RESULTS


class ApplyingResults(Results, MultiprocessingPoolWarm):
    """Pools of `multiprocessing`, asked by `starmap` for one at a time."""

    control = NO_POOL_RESULTS
    rival = RIVAL_RESULTS

    def receive(self, payloads: Sequence[int]) -> Sequence[Result]:
        results: list[Result] = self._pool.starmap(result_of, zip(FEW, payloads), 1)
        return results


@answered()
class ThreadPoolResults(ApplyingResults):
    """Ten results of a size from a `ThreadPool`. One operation: one of them."""


@answered(backend=NATIVE)
class MultiprocessingPoolResults(ApplyingResults):
    """Ten results of a size from a `multiprocessing.Pool`. One operation: one of them."""
