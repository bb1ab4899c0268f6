"""Time beside instructions: where the two clocks say different things of one step.

Instructions do not see caches that are missed, workers that wait for each other, and what the
system does. Where a case changes from one Python to another by time and not by instructions, or the
other way around, that is what it changes by.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from pyconc.statistics.estimate import Estimate
from pyconc.statistics.matched import matched_cases
from pyconc.statistics.verdicts import THRESHOLD
from pyconc.store.measured import Side


class Disagreement(NamedTuple):
    """A case whose step from one Python to another is not the same by both clocks."""

    case: str
    old: str
    new: str
    #: What it costs on the new one, in multiples of the old one.
    time: Estimate
    instructions: Estimate

    @property
    def apart(self) -> float:
        """How far, as a log."""
        return abs(math.log(self.time.value / self.instructions.value))


def disagreements(
    timed: Mapping[str, Side], counted: Mapping[str, Side], cases: Collection[str]
) -> list[Disagreement]:
    """The cases whose two ratios lie apart beyond both intervals and the threshold, the farthest
    first; of each step between Pythons that follow each other and were measured by both clocks.

    Args:
        timed, counted: the sides of both campaigns by Python, in the order of the Pythons.
    """
    both = [python for python in timed if python in counted]
    found = [
        each
        for old, new in zip(both, both[1:])
        for each in _of_step(timed, counted, (old, new))
        if each.case in cases
    ]
    return sorted(found, key=lambda each: -each.apart)


def _of_step(
    timed: Mapping[str, Side], counted: Mapping[str, Side], step: Sequence[str]
) -> list[Disagreement]:
    old, new = step
    by_time, by_count = (
        {each.case: each.difference for each in matched_cases(sides[old], sides[new])[0]}
        for sides in (timed, counted)
    )
    found = []
    for case in by_time.keys() & by_count.keys():
        time, count = by_time[case], by_count[case]
        gap = max(time.low - count.high, count.low - time.high)  # NaN where there is none
        each = Disagreement(case, old, new, time.estimate, count.estimate)
        if gap > 0 and each.apart > math.log1p(THRESHOLD):
            found.append(each)
    return found
