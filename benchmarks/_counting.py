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


class SharedValue(Workload):
    """The counter in memory that processes share, `multiprocessing.Value`; all count up."""

    value: Any
    door: Door

    def setup(self) -> None:
        context = multiprocessing.get_context(self.start_method)
        self.value = context.Value("q", 0)
        self.door = Door(self)

    def reset(self) -> None:
        self.value.value = 0
        self.door.reset()


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
