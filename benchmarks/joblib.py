"""What `joblib.Parallel` costs by threads and by processes, and by how results come back.

`list` gives all results at once, `generator` one by one in their order, `generator_unordered` as
they are done. `ThreadPoolExecutor`, which the jobs are held against, is in dispatch.py; joblib by
loky's processes, with the notes' batch, is among the engines of ecosystem.py.
All this is measured on request only, where joblib is installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pyconc.suite.case import case
from pyconc.suite.requirements import Module

from . import _engines
from ._asked import Cold, Length, RoundTrip, Sent, Warm, four, sent, two
from ._pools import FEW, Result, Results, result_of
from .dispatch import CONTROL, JOBS, NO_POOL_RESULTS, PAYLOADS, RIVAL_RESULTS
from .pool import square

needed = [Module("joblib")]
RETURNS = ("list", "generator", "generator_unordered")
parallel = partial(case, workers=4, returns=RETURNS, jobs=JOBS, requires=needed)


class Parallel(Warm):
    """Short jobs, all of them given to one call of `Parallel`, which is kept."""

    control = CONTROL
    rival = "dispatch.thread_pool_executor[thread-4-wait-{jobs}]"
    engine = _engines.Joblib
    returns: str
    jobs: int

    @property
    def operations(self) -> int:
        return self.jobs

    def setup(self) -> None:
        self.expected = [number * number for number in range(self.jobs)]
        self._engine = self.engine(self.workers)
        self._engine.return_as = self.returns
        self._engine.open()
        self._engine.batches(square, [(number,) for number in range(self.jobs)], 1)

    def work(self, worker: int, loops: int) -> None:
        arguments = [(number,) for number in range(self.jobs)]
        self._results.extend(self._engine.batches(square, arguments, loops))

    def ordered(self, result: Sequence[int]) -> list[int]:
        return sorted(result) if self.returns == "generator_unordered" else list(result)


@four(requires=needed)
class ThreadsCold(Cold):
    """Threads, by `Parallel`, made for the batch. One operation: one batch, threads included."""

    engine = _engines.JoblibThreads


@four(requires=needed)
class ThreadsWarm(Warm):
    """Threads, by `Parallel`, kept. One operation: one batch."""

    engine = _engines.JoblibThreads


@four(requires=needed)
class ThreadsRoundTrip(RoundTrip):
    """Threads, by `Parallel`, kept. One operation: one task there and back."""

    engine = _engines.JoblibThreads


@two(requires=needed)
class ThreadsTasks(Length):
    """Threads, by `Parallel`, kept, and tasks of a length. One operation: one batch of 16 tasks."""

    engine = _engines.JoblibThreads


@parallel()
class ThreadsJobs(Parallel):
    """Short jobs on threads, by `Parallel`, kept. One operation: one job."""

    engine = _engines.JoblibThreads


@parallel()
class LokyJobs(Parallel):
    """Short jobs on processes of loky, by `Parallel`, kept. One operation: one job."""

    engine = _engines.Loky


@sent(requires=needed)
class LokyExecutor(Sent):
    """Short jobs sent to the executor of loky itself, kept. One operation: one job."""

    engine = _engines.LokyExecutor


@case(workers=4, payload=PAYLOADS, quick={"payload": [1024]}, requires=needed)
class LokyResults(Results, Warm):
    """Ten results of a size from the executor of loky itself. One operation: one of them."""

    control = NO_POOL_RESULTS
    rival = RIVAL_RESULTS
    engine = _engines.LokyExecutor

    def receive(self, payloads: Sequence[int]) -> Sequence[Result]:
        return self._engine.batch(result_of, list(zip(FEW, payloads)))
