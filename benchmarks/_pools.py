"""What is asked of a pool, whatever it is made of.

Batches, single tasks, tasks of a length, so many short jobs at once, and results of a size.
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


class Collecting(Workload):
    """One caller collects what its batches come to, which must be the same each time."""

    clock = Clock.CALLER

    #: What a batch must come to.
    expected: Sequence[int]
    _results: list[Any]

    def reset(self) -> None:
        self._results = []

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


class Batches(Collecting):
    """One caller gets the batch done and waits for all of it."""

    def work(self, worker: int, loops: int) -> None:
        batch, results = self.batch, self._results
        for _ in repeat(None, loops):
            results.append(batch())

    def batch(self) -> Sequence[int]:
        """What the tasks of one batch come to."""
        raise NotImplementedError


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
    at_once = True
    microseconds: int
    #: Turns of `spin` in one task.
    turns: int

    def setup(self) -> None:
        self.turns = self.microseconds * _TURNS
        self.expected = [spun(seed, self.turns) for seed in seeds]
        super().setup()


class Bursts(Batches):
    """So many short jobs at once, and their results.

    The clock covers both, but where ``how`` is ``submit`` the sending alone: then each burst is
    waited for before the next one is sent, outside the clock.
    """

    how: str
    jobs: int
    _sent: list[Any]

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
            if self.how != "submit":
                self.settle()

    def settle(self) -> None:
        for sent in self._sent:
            self._results.append(self.received(sent))
        self._sent.clear()

    def send(self) -> Any:
        """Have all numbers squared; where results come by themselves, wait for none of them."""
        raise NotImplementedError

    def received(self, sent: Any) -> Sequence[int]:
        """The squares, from what `send` returned."""
        raise NotImplementedError

    def ordered(self, result: Sequence[int]) -> list[int]:
        return sorted(result) if self.how == "as_completed" else list(result)


class Results(Batches):
    """Ten jobs at once, each of which returns its number and so many bytes.

    What came is looked at outside the clock, and not kept: memory that is used again costs less
    than memory that the system has to give.
    """

    payload: int
    _received: list[Sequence[Result]]

    @property
    def operations(self) -> int:
        return len(FEW)

    def setup(self) -> None:
        super().setup()
        self.expected = [True for _ in FEW]

    def reset(self) -> None:
        super().reset()
        self._received = []

    def work(self, worker: int, loops: int) -> None:
        payloads = [self.payload for _ in FEW]
        for _ in repeat(None, loops):
            self._received.append(self.receive(payloads))

    def receive(self, payloads: Sequence[int]) -> Sequence[Result]:
        """What `result_of` returns for each of `FEW`, with these payloads."""
        raise NotImplementedError

    def settle(self) -> None:
        for received in self._received:
            self._results.append(
                [result == result_of(job, self.payload) for job, result in enumerate(received)]
            )
        self._received.clear()


#: Of a burst whose results have a size.
FEW = range(10)
#: The number of a job, and the bytes that it made.
Result = tuple[int, bytes]


def result_of(job: int, payload: int) -> Result:
    return job, bytes([job]) * payload
