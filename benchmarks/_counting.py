"""What the families that count have in common: the notes' program, and what counts come to."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import Clock, Workload
from pyconc.suite.metrics import Metrics
from pyconc.suite.trial import Door


class Program(Workload):
    """As in the notes: threads created and joined inside the clock, 1,000,000 updates each.

    Fewer would not do: the first thread is well on its way, alone, before the second one starts.
    """

    clock = Clock.PROGRAM
    program_loops = 1_000_000

    @property
    def operations(self) -> int:
        return self.program_loops * self.workers


class Tried(Workload):
    """A trial brings all workers to one door."""

    door: Door

    def setup(self) -> None:
        super().setup()
        self.door = Door(self)

    def reset(self) -> None:
        super().reset()
        self.door.reset()


class SharedValue(Tried):
    """The counter in memory that processes share, `multiprocessing.Value`; all count up."""

    value: Any

    def setup(self) -> None:
        super().setup()
        self.value = multiprocessing.get_context(self.start_method).Value("q", 0)

    def reset(self) -> None:
        super().reset()
        self.value.value = 0


class Sharing(Workload):
    """One thing for all workers, made by the caller; or one for each, which makes it itself.

    Who made it matters without the GIL: an object's references cost least in the thread that did.
    """

    control = "reference.empty_range[thread-1]"
    fixed_time = True
    at_once = True
    shared: str
    common: Any

    def make(self) -> Any:
        """A fresh one of the things."""
        raise NotImplementedError

    def reset(self) -> None:
        self.common = self.make()

    def mine(self) -> Any:
        """What a worker uses in one call of `work`."""
        return self.common if self.shared == "one" else self.make()

    def check(self, loops: int) -> Metrics | None:
        """Every call of `work` returned the number of its loops."""
        for lap, counted in zip(self.laps, self.returned):
            if counted != lap.parts:
                raise InvariantError(f"loops {lap.parts} of one worker were counted as {counted}")
        return None


def lost(expected: int, counted: int) -> Metrics:
    """Updates that left no trace, where every worker counts up by one."""
    missing = expected - counted
    return {"lost_updates": missing, "lost_per_million": missing / expected * 1e6}


def each_once(numbers: Iterable[int], total: int) -> None:
    """Raises InvariantError unless the numbers are those from 0 up to the total, each once."""
    seen = bytearray(total)
    for number in numbers:
        if number >= total or seen[number]:
            raise InvariantError(f"{number} of {total} was handed out twice, or too early")
        seen[number] = 1
    if not all(seen):
        raise InvariantError(f"{seen.index(0)} of {total} was never handed out")
