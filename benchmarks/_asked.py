"""How an engine of `_engines.py` becomes workloads; for ecosystem.py and joblib.py."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import repeat
from typing import Any, ClassVar

from pyconc.suite.case import case

from . import _engines
from ._busy import spin
from ._pools import Batches, Bursts, RoundTrips, Tasks, seeds
from .dispatch import CONTROL, HOW, JOBS, RIVAL
from .pool import LENGTHS, inputs, square, squares

four = partial(case, notes="Pool", workers=4)
two = partial(case, notes="Pool", workers=2, microseconds=LENGTHS, quick={"microseconds": LENGTHS})
sent = partial(case, workers=4, how=HOW, jobs=JOBS)
numbers = [(number,) for number in inputs]


class Pool(Batches):
    """Squares on the workers of an engine."""

    control = "pool.no_pool[thread-1]"
    expected = squares
    engine: ClassVar[type[_engines.Engine]]
    _engine: _engines.Engine

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if hasattr(cls, "engine"):
            cls.kept_threads, cls.restless = cls.engine.kept_threads, cls.engine.restless


class Cold(Pool):
    """Workers made for the batch."""

    def setup(self) -> None:
        self.batch()  # imports what it needs before the clock starts

    def batch(self) -> Sequence[int]:
        engine = self.engine(self.workers)
        engine.open()
        try:
            return engine.batches(square, numbers, 1)[0]
        finally:
            engine.close()


class Warm(Pool):
    """Workers kept."""

    def setup(self) -> None:
        self._engine = self.engine(self.workers)
        self._engine.open()
        self._engine.batches(square, numbers, 1)

    def work(self, worker: int, loops: int) -> None:
        self._results.extend(self._engine.batches(square, numbers, loops))

    def teardown(self) -> None:
        self._engine.close()


class RoundTrip(RoundTrips, Warm):
    """Workers kept, and one task at a time."""

    control = "pool.no_pool_call[thread-1]"

    def work(self, worker: int, loops: int) -> None:
        self._results.append(sum(self._engine.calls(square, loops)))


class Length(Tasks, Warm):
    """Workers kept, and tasks of a length."""

    control = "pool.no_pool_tasks[thread-1-{microseconds}]"

    def work(self, worker: int, loops: int) -> None:
        arguments = list(zip(seeds, repeat(self.turns)))
        self._results.extend(self._engine.batches(spin, arguments, loops))


class Sent(Bursts, Warm):
    """Workers kept, and short jobs sent one by one."""

    control = CONTROL
    rival = RIVAL

    def send(self) -> Sequence[Any]:
        send = self._engine.send
        return [send(square, number) for number in range(self.jobs)]

    def received(self, sent: Sequence[Any]) -> Sequence[int]:
        return self._engine.received(sent)
