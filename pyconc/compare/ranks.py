"""Wilcoxon's signed ranks: an interval and a test that are exact whatever the noise is like.

All that they ask is that the log ratios lie symmetrically about the truth, which those of paired
rounds do: in identical code either side could have been the slow one. `scipy.stats.wilcoxon` has
the test, for one sample in a millisecond, and no interval.
"""

from __future__ import annotations

import functools

import numpy as np

#: Fewer rounds have no 95 % interval.
LEAST_ROUNDS = 6


def hodges_lehmann(
    ratios: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The median of the means of all pairs of rounds, and its interval, along the last axis.

    (Hodges and Lehmann, "Estimates of location based on rank tests", 1963.)
    """
    count = ratios.shape[-1]
    first, second = np.triu_indices(count)
    means = np.sort((ratios[..., first] + ratios[..., second]) / 2, axis=-1)
    # As many of the smallest and of the largest are beyond the interval.
    beyond = int(np.searchsorted(_cumulated(count), (1 - confidence) / 2, side="right"))
    beyond = max(0, beyond - 1)
    last = means.shape[-1] - 1
    centre = (means[..., last // 2] + means[..., (last + 1) // 2]) / 2
    return centre, means[..., beyond], means[..., last - beyond]


def p_above(ratios: np.ndarray) -> np.ndarray:
    """How likely such ranks, or more extreme ones, are where the truth is not above 0."""
    count = ratios.shape[-1]
    # Of equal ones those above 0 have the lower ranks: the safe side, in whatever order they come.
    order = np.lexsort((ratios <= 0, np.abs(ratios)), axis=-1)
    ranks = np.argsort(order, axis=-1) + 1
    rank_sums = np.where(ratios > 0, ranks, 0).sum(axis=-1)
    # The sum of the positive ranks is distributed as that of the others is.
    others = count * (count + 1) // 2 - rank_sums
    return np.asarray(_cumulated(count)[others])


@functools.cache
def _cumulated(count: int) -> np.ndarray:
    """How likely a sum of ranks up to each possible one is, every sign being a toss of a coin."""
    ways = np.zeros(count * (count + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, count + 1):
        ways[rank:] = (ways[rank:] + ways[:-rank]) / 2
        ways[:rank] /= 2
    return np.asarray(np.cumsum(ways))
