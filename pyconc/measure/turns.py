"""Workers of several Pythons that are alive together and run by turns, one at a time.

What disturbs a machine lasts longer than a value. Where all Pythons have measured their values one
after the other before each measures its next, it disturbs them alike.
"""

from __future__ import annotations

import faulthandler
import math
import os
import statistics
from collections.abc import Sequence

#: What a worker writes when a turn of it is over, and when it has measured everything.
OVER, MEASURED = b".", b"!"
#: Fewer turns do not show how far they spread.
_LEAST = 4


class Turns:
    """Inside a worker: its turns, which it is given through a pipe and ends through another one.

    Args:
        pipes: the descriptors of both, as ``5,8``.
        deadline: seconds of one turn after which stacks are dumped, or none.
    """

    def __init__(self, pipes: str, deadline: float | None) -> None:
        self._given, self._over = map(int, pipes.split(","))
        self._deadline = deadline

    def next(self) -> None:
        """End this turn, and wait for the next one.

        Raises:
            SystemExit: there is none, for whoever gave them has ended.
        """
        self._wait(OVER)

    def finish(self) -> None:
        """As `next`, before the last turn: that of all workers at once, for nothing is measured
        any more.
        """
        self._wait(MEASURED)

    def _wait(self, mark: bytes) -> None:
        faulthandler.cancel_dump_traceback_later()
        os.write(self._over, mark)
        if not os.read(self._given, 1):
            raise SystemExit("nobody gives turns any more")
        if self._deadline:
            faulthandler.dump_traceback_later(self._deadline)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """The log ratio of a round of two Pythons that took turns: the mean of the middle half of those
    of its turns, as comparisons have it (`pyconc.statistics.matched`). None without turns.
    """
    if not ours or len(ours) != len(theirs):
        return None
    logs = _logs(ours, theirs)
    cut = len(logs) // 4
    return statistics.fmean(logs[cut : len(logs) - cut])


def spread(values: Sequence[Sequence[float]]) -> float | None:
    """How far the log ratios of Pythons that took turns spread from turn to turn.

    Divided by the root of the number of turns, it is the standard error of the mean of their middle
    half (Tukey and McLaughlin, 1963); of several Pythons it is the median over neighbours.

    Args:
        values: of each Python, a turn each.

    Returns:
        None where too few turns do not tell.
    """
    if len(values) < 2 or min(map(len, values)) < _LEAST:
        return None
    return statistics.median(map(_spread, values, values[1:]))


def _spread(ours: Sequence[float], theirs: Sequence[float]) -> float:
    logs = _logs(ours, theirs)
    cut = len(logs) // 4
    low, high = logs[cut], logs[len(logs) - cut - 1]
    winsorized = [min(max(log, low), high) for log in logs]
    return statistics.stdev(winsorized) / (1 - 2 * cut / len(logs))


def _logs(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """The log ratio of each turn, in order of size."""
    return sorted(math.log(their / our) for our, their in zip(ours, theirs))
