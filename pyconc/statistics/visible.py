"""The smallest slowdown that the gate finds often enough, in rounds as noisy as those measured."""

from __future__ import annotations

import math

import numpy as np

from pyconc.statistics.exchange import ENOUGH_ROUNDS, lower_end
from pyconc.statistics.verdicts import THRESHOLD

#: How likely an effect must be found to count as visible.
POWER = 0.8
#: Nobody needs a comparison to see that something costs more than so many times as much.
MOST = 10.0
#: So many comparisons are made of the rounds, by exchanging their arms.
_COMPARISONS = 200


def smallest_effect(
    ratios: np.ndarray, false_alarms: float, among: float = 0.0, threshold: float = THRESHOLD
) -> float:
    """The smallest slowdown, as a share, that the gate finds in `POWER` of comparisons.

    Comparisons are made of the rounds of identical code: in each round the arms change places or do
    not, and the slowdown is added. For each comparison it can be told how large that must be: the
    case's own exchanges leave it if their means of subsets are above 0 but for so many
    (`exchange.lower_end`), and those of all others if its statistic is large enough.

    Args:
        ratios: log ratios of two arms of identical code, by round.
        false_alarms: the share of exchanges that may be as large as what raises an alarm.
        among: the statistic that the largest of all cases exceeds in half of that share
            (`exchange.largest_by_chance`), the other half being left to the case's own; 0 where the
            case is compared alone.

    Returns:
        Infinity where not even a slowdown of `MOST` times would be found.
    """
    count = len(ratios)
    if count < ENOUGH_ROUNDS or among**2 >= count:
        return math.inf
    # As far from the truth as they are, on the average: nearer to their own mean.
    left = (ratios - ratios.mean()) * math.sqrt(count / (count - 1))
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (_COMPARISONS, count))
    made = signs * left
    means = made.mean(axis=1)
    spread = np.sqrt(np.maximum(float((left**2).mean()) - means**2, 0))  # as it may be rounded
    # n x² / (x² + spread²) = among², where x is the mean of a comparison's log ratios
    needed = among * spread / math.sqrt(count - among**2)
    effects = np.maximum(needed, math.log1p(threshold)) - means
    effects = np.maximum(effects, -lower_end(made, false_alarms / 2 if among else false_alarms))
    effect = float(np.quantile(effects, POWER))
    return math.expm1(effect) if effect <= math.log(MOST) else math.inf
