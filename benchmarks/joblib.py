"""What `joblib.Parallel` costs by threads and by processes, and by how results come back.

`list` gives all results at once, `generator` one by one in their order, `generator_unordered` as
they are done. `ThreadPoolExecutor`, which the jobs are held against, is in dispatch.py; joblib by
loky's processes, with the notes' batch, is among the engines of ecosystem.py.
All this is measured on request only, where joblib is installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from . import _engines
from ._asked import Cold, Length, RoundTrip, Sent, Warm, four, on, sent, two
from ._pools import FEW, Result, Results, result_of
from .dispatch import CONTROL, JOBS, NO_POOL_RESULTS, PAYLOADS, RIVAL_RESULTS
from .pool import square

RETURNS = ("list", "generator", "generator_unordered")
parallel = partial(on, workers=4, returns=RETURNS, jobs=JOBS)


class Parallel(Warm):
    """Short jobs, all of them given to one call of `Parallel`, which is kept."""

    control = CONTROL
    rival = "dispatch.thread_pool_executor[thread-4-wait-{jobs}]"
    engine: ClassVar[type[_engines.Joblib]]
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


@four(_engines.JoblibThreads)
class ThreadsCold(Cold):
    """Threads, by `Parallel`, made for the batch. One operation: one batch, threads included."""


@four(_engines.JoblibThreads)
class ThreadsWarm(Warm):
    """Threads, by `Parallel`, kept. One operation: one batch."""


@four(_engines.JoblibThreads)
class ThreadsRoundTrip(RoundTrip):
    """Threads, by `Parallel`, kept. One operation: one task there and back."""


@two(_engines.JoblibThreads)
class ThreadsTasks(Length):
    """Threads, by `Parallel`, kept, and tasks of a length. One operation: one batch of 16 tasks."""


@parallel(_engines.JoblibThreads)
class ThreadsJobs(Parallel):
    """Short jobs on threads, by `Parallel`, kept. One operation: one job."""


@parallel(_engines.Loky)
class LokyJobs(Parallel):
    """Short jobs on processes of loky, by `Parallel`, kept. One operation: one job."""


@sent(_engines.LokyExecutor)
class LokyExecutor(Sent):
    """Short jobs sent to the executor of loky itself, kept. One operation: one job."""


@on(_engines.LokyExecutor, workers=4, payload=PAYLOADS, quick={"payload": [1024]})
class LokyResults(Results, Warm):
    """Ten results of a size from the executor of loky itself. One operation: one of them."""

    control = NO_POOL_RESULTS
    rival = RIVAL_RESULTS

    def receive(self, payloads: Sequence[int]) -> Sequence[Result]:
        return self._engine.batch(result_of, list(zip(FEW, payloads)))
