"""What the workers' own clocks say about one value: the window in which all of them ran."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

#: Scalars measured beside the time of one value, by name.
Metrics = dict[str, float]

#: How the metrics of several values become one of the round; the mean where nothing is said.
_WORST = {"overlap": min}


class Lap(NamedTuple):
    """One worker's way through one value.

    ``stamps`` are readings of ``perf_counter()`` in seconds: before the first operation and after
    each part of the loops; ``parts`` are the loops of each part, one fewer than the stamps.
    """

    stamps: Sequence[float]
    parts: Sequence[int]

    def loops_until(self, moment: float) -> float:
        """Loops done by then, taken to be evenly spread between two stamps."""
        index = bisect_right(self.stamps, moment)
        if index == 0:
            return 0.0
        done = [0, *accumulate(self.parts)]
        if index == len(self.stamps):
            return float(done[-1])
        since, until = self.stamps[index - 1], self.stamps[index]
        return done[index - 1] + self.parts[index - 1] * (moment - since) / (until - since)


class Window(NamedTuple):
    """The time from the last worker's start to the first worker's stop.

    ``seconds`` is negative when the workers ran one after the other; ``loops`` are those that all
    workers together did inside it; ``overlap`` is its share of ``elapsed``, the time from the first
    start to the last stop.
    """

    seconds: float
    loops: float
    elapsed: float

    @property
    def overlap(self) -> float:
        return self.seconds / self.elapsed if self.elapsed else 1.0


def window(laps: Sequence[Lap]) -> Window:
    """The window in which all workers ran."""
    starts = [lap.stamps[0] for lap in laps]
    stops = [lap.stamps[-1] for lap in laps]
    start, stop = max(starts), min(stops)
    loops = sum(lap.loops_until(stop) - lap.loops_until(start) for lap in laps)
    return Window(stop - start, loops, max(stops) - min(starts))


def split(loops: int, parts: int) -> list[int]:
    """Loops in at most so many parts that differ by one at most."""
    parts = max(1, min(parts, loops))
    size, longer = divmod(loops, parts)
    return [size + 1] * longer + [size] * (parts - longer)


def evenness(loops: Sequence[float]) -> Metrics:
    """How evenly workers shared a primitive in a fixed time, from the loops that each did.

    Jain's index is 1 when all did the same and 1/n when one did everything (Jain, Chiu and Hawe,
    "A quantitative measure of fairness", 1984). ``min_share`` and ``max_share`` are multiples of an
    even share.
    """
    total = sum(loops)
    if not total:
        return {"jain": 1.0, "min_share": 1.0, "max_share": 1.0}
    mean = total / len(loops)
    return {
        "jain": total**2 / (len(loops) * sum(each**2 for each in loops)),
        "min_share": min(loops) / mean,
        "max_share": max(loops) / mean,
    }


def summarise(values: Sequence[Metrics]) -> Metrics:
    """One figure a metric for the values of a round: their mean, or the worst for the overlap."""
    names = dict.fromkeys(name for value in values for name in value)
    summary = {}
    for name in names:
        figures = [value[name] for value in values if name in value]
        worst = _WORST.get(name)
        summary[name] = worst(figures) if worst else sum(figures) / len(figures)
    return summary
