"""The smallest slowdown that the gate finds often enough, in rounds as noisy as those measured."""

from __future__ import annotations

import math

import numpy as np

from pyconc.statistics.exchange import ENOUGH_ROUNDS
from pyconc.statistics.verdicts import THRESHOLD

#: How likely an effect must be found to count as visible.
POWER = 0.8
#: Nobody needs a comparison to see that something costs more than so many times as much.
MOST = 10.0
#: So many comparisons are made of the rounds, by exchanging their arms.
_COMPARISONS = 2000


def smallest_effect(ratios: np.ndarray, largest: float, threshold: float = THRESHOLD) -> float:
    """The smallest slowdown, as a share, that the gate finds in `POWER` of comparisons.

    Comparisons are made of the rounds of identical code: in each round the arms change places or do
    not, and the slowdown is added. The gate's statistic rises with the slowdown, so that the
    smallest that reaches a value can be told for each comparison.

    Args:
        ratios: log ratios of two arms of identical code, by round.
        largest: the statistic that the gate asks for (`exchange.largest_by_chance`).

    Returns:
        Infinity where not even a slowdown of `MOST` times would be found.
    """
    count = len(ratios)
    if count < ENOUGH_ROUNDS or largest**2 >= count:
        return math.inf
    # As far from the truth as they are, on the average: nearer to their own mean.
    left = (ratios - ratios.mean()) * math.sqrt(count / (count - 1))
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (_COMPARISONS, count))
    means = signs @ left / count
    spread = np.sqrt(np.maximum(float((left**2).mean()) - means**2, 0))  # as it may be rounded
    # n x² / (x² + spread²) = largest², where x is the mean of a comparison's log ratios
    needed = largest * spread / math.sqrt(count - largest**2)
    effects = np.maximum(needed, math.log1p(threshold)) - means
    effect = float(np.quantile(effects, POWER))
    return math.expm1(effect) if effect <= math.log(MOST) else math.inf
