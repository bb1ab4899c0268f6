"""What is asked of a pool, whatever it is made of.

Batches, single tasks, tasks of a length, and so many short jobs at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import Clock, Workload
from pyconc.suite.metrics import Metrics

from ._busy import spun

#: Turns of `spin` that take a microsecond, about.
_TURNS = 20
#: Where the tasks of `Tasks` begin, one each.
seeds = range(16)


class Batches(Workload):
    """One caller gets the batch done and waits for all of it."""

    clock = Clock.CALLER

    #: What a batch must come to.
    expected: Sequence[int]
    _results: list[Any]

    def reset(self) -> None:
        self._results = []

    def work(self, worker: int, loops: int) -> None:
        batch, results = self.batch, self._results
        for _ in repeat(None, loops):
            results.append(batch())

    def batch(self) -> Sequence[int]:
        """What the tasks of one batch come to."""
        raise NotImplementedError

    def ordered(self, result: Sequence[int]) -> list[int]:
        """A batch's results in the order of its tasks, which is how they must come."""
        return list(result)

    def check(self, loops: int) -> Metrics | None:
        if len(self._results) != loops:
            raise InvariantError(f"{len(self._results)} batches came back, not {loops}")
        for result in self._results:
            if self.ordered(result) != self.expected:
                raise InvariantError(f"a batch came back as {result}")
        return None


class RoundTrips(Batches):
    """The same caller waits for one task before it sends the next."""

    def work(self, worker: int, loops: int) -> None:
        task, total = self.task, 0
        for number in range(loops):
            total += task(number)
        self._results.append(total)

    def task(self, number: int) -> int:
        """The square of one number."""
        raise NotImplementedError

    def check(self, loops: int) -> Metrics | None:
        expected = (loops - 1) * loops * (2 * loops - 1) // 6
        if self._results != [expected]:
            raise InvariantError(f"the squares add up to {self._results} and not to {expected}")
        return None


class Tasks(Batches):
    """A batch is 16 tasks that keep a core busy for about so many microseconds each.

    The work is the same on every machine and every Python; the control tells how long it takes.
    Two workers whatever the cores, so that the most that a pool can win is the same everywhere.
    """

    version = 2
    microseconds: int
    #: Turns of `spin` in one task.
    turns: int

    def setup(self) -> None:
        self.turns = self.microseconds * _TURNS
        self.expected = [spun(seed, self.turns) for seed in seeds]
        super().setup()


class Bursts(Batches):
    """So many short jobs at once, sent and waited for.

    The clock covers both where ``how`` is ``wait``, and the sending alone where it is ``submit``:
    then each burst is waited for before the next one is sent, but outside the clock.
    """

    how: str
    jobs: int
    _sent: list[Sequence[Any]]

    @property
    def operations(self) -> int:
        return self.jobs

    def setup(self) -> None:
        self.expected = [number * number for number in range(self.jobs)]
        super().setup()

    def reset(self) -> None:
        super().reset()
        self._sent = []

    def work(self, worker: int, loops: int) -> None:
        for _ in repeat(None, loops):
            self._sent.append(self.send())
            if self.how == "wait":
                self.settle()

    def settle(self) -> None:
        for sent in self._sent:
            self._results.append(self.received(sent))
        self._sent.clear()

    def send(self) -> Sequence[Any]:
        """Have all numbers squared, and wait for none of them."""
        raise NotImplementedError

    def received(self, sent: Sequence[Any]) -> Sequence[int]:
        """The squares, from what `send` returned."""
        raise NotImplementedError
