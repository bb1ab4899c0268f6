"""Whether net costs add up: a pair done 1, 2, 4 and 8 times must cost as many times one pair."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pyconc.statistics.costs import Costs
from pyconc.units import SECOND

TIMES = (1, 2, 4, 8)
#: What the method promises: the slope within 3 % of one pair's net cost, R2 above 0.99.
SLOPE_TOLERANCE, LEAST_R2 = 0.03, 0.99


class Linearity(NamedTuple):
    """A line through the net costs of `reference.pairs`."""

    #: Net cost of one pair by the line, and as measured where it is done once.
    slope: float
    one: float
    r2: float
    #: Net costs by how often the pair was done.
    net: dict[int, float]
    #: What they are in.
    unit: str = SECOND

    @property
    def deviation(self) -> float:
        """By how much the slope is off the net cost of one pair, as a share of it."""
        return self.slope / self.one - 1

    @property
    def holds(self) -> bool:
        return abs(self.deviation) <= SLOPE_TOLERANCE and self.r2 > LEAST_R2


def linearity(costs: Costs, python: str) -> Linearity | None:
    """The line on one Python, or None where a case or its control was not measured.

    Costs are medians over the rounds: a burst of other work on the machine makes a round dearer and
    never cheaper, and a mean of few rounds would tell of the bursts instead of the line.
    """
    from scipy import stats  # here, for it takes longer to import than to read a campaign

    net = {}
    for times in TIMES:
        pairs = costs.rounds(python, f"reference.pairs[thread-1-{times}]")
        loops = costs.rounds(python, f"reference.no_pairs[thread-1-{times}]")
        if pairs is None or loops is None:
            return None
        net[times] = float(pairs.median() - loops.median())
    line = stats.linregress(np.array(TIMES), np.array(list(net.values())))
    unit = costs.unit(f"reference.pairs[thread-1-{TIMES[0]}]")
    return Linearity(float(line.slope), net[1], float(line.rvalue) ** 2, net, unit)
