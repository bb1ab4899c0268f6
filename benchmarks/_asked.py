"""How an engine of `_engines.py` becomes workloads; for ecosystem.py and joblib.py."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import repeat
from typing import Any, Callable, ClassVar, TypeVar

from pyconc.suite.case import case
from pyconc.suite.requirements import Module

from . import _engines
from ._busy import spin
from ._pools import Bursts, seeds
from .dispatch import CONTROL, HOW, JOBS, RIVAL
from .pool import LENGTHS, Pool, PoolRoundTrips, PoolTasks, inputs, square

numbers = [(number,) for number in inputs]


class Asked(Pool):
    """Squares on the workers of an engine."""

    engine: ClassVar[type[_engines.Engine]]
    _engine: _engines.Engine


AnyAsked = TypeVar("AnyAsked", bound=type[Asked])


def on(engine: type[_engines.Engine], **declared: Any) -> Callable[[AnyAsked], AnyAsked]:
    """As `case`, for the workers of an engine, which are here where its library is."""

    def declare(workload: AnyAsked) -> AnyAsked:
        workload.engine = engine
        workload.kept_threads, workload.restless = engine.kept_threads, engine.restless
        needed = [Module(engine.library)] if engine.library else []
        return case(requires=needed, **declared)(workload)

    return declare


four = partial(on, notes="Pool", workers=4)
two = partial(on, notes="Pool", workers=2, microseconds=LENGTHS, quick={"microseconds": LENGTHS})
sent = partial(on, workers=4, how=HOW, jobs=JOBS)


class Cold(Asked):
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


class Warm(Asked):
    """Workers kept."""

    def setup(self) -> None:
        self._engine = self.engine(self.workers)
        self._engine.open()
        self._engine.batches(square, numbers, 1)

    def work(self, worker: int, loops: int) -> None:
        self._results.extend(self._engine.batches(square, numbers, loops))

    def teardown(self) -> None:
        self._engine.close()


class RoundTrip(PoolRoundTrips, Warm):
    """Workers kept, and one task at a time."""

    def work(self, worker: int, loops: int) -> None:
        self._results.append(sum(self._engine.calls(square, loops)))


class Length(PoolTasks, Warm):
    """Workers kept, and tasks of a length."""

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
