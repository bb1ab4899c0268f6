"""Ranks: intervals and tests that are exact whatever the noise is like.

All that signed ranks ask is that the log ratios lie symmetrically about the truth, which those of
paired rounds do: in identical code either side could have been the slow one.
`scipy.stats.wilcoxon` has the test, for one sample in a millisecond, and no interval.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from scipy import special

#: Fewer rounds have no 95 % interval, and of more the mean of all pairs takes long; there are as
#: many that they are normal for all that a test can tell.
LEAST_ROUNDS, MOST_ROUNDS = 6, 300
#: The same, of two samples.
_MOST_PAIRS = 40_000


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


def shift(
    base: np.ndarray, head: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The median of the differences of all rounds of HEAD to all of BASE, and its interval, along
    the last axis: Hodges's and Lehmann's estimate for two samples.
    """
    pairs = head.shape[-1] * base.shape[-1]
    between = head[..., :, None] - base[..., None, :]
    differences = np.sort(between.reshape(*base.shape[:-1], pairs), axis=-1)
    cumulated = _cumulated_pairs(head.shape[-1], base.shape[-1])
    beyond = max(0, int(np.searchsorted(cumulated, (1 - confidence) / 2, side="right")) - 1)
    centre = (differences[..., (pairs - 1) // 2] + differences[..., pairs // 2]) / 2
    return centre, differences[..., beyond], differences[..., pairs - 1 - beyond]


def p_above(ratios: np.ndarray) -> np.ndarray:
    """How likely such ranks, or more extreme ones, are where the truth is not above 0."""
    count = ratios.shape[-1]
    # Of equal ones those above 0 have the lower ranks: the safe side, in whatever order they come.
    order = np.lexsort((ratios <= 0, np.abs(ratios)), axis=-1)
    ranks = np.argsort(order, axis=-1) + 1
    rank_sums = np.where(ratios > 0, ranks, 0).sum(axis=-1)
    # The sum of the positive ranks is distributed as that of the others is.
    others = count * (count + 1) // 2 - rank_sums
    if count > MOST_ROUNDS:
        deviation = math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
        return np.asarray(special.ndtr((others + 0.5 - count * (count + 1) / 4) / deviation))
    return np.asarray(_cumulated(count)[others])


def p_greater(one: np.ndarray, other: np.ndarray) -> float:
    """How likely so many of one sample above those of another are, where it is not the greater.

    Mann's and Whitney's test (1947), as `scipy.stats.mannwhitneyu` has it, whose import takes half
    of the time that a comparison may take.
    """
    above = int(np.searchsorted(np.sort(other), one, side="left").sum())
    pairs = len(one) * len(other)
    if pairs > _MOST_PAIRS:
        deviation = math.sqrt(pairs * (len(one) + len(other) + 1) / 12)
        return float(special.ndtr((pairs / 2 - above + 0.5) / deviation))
    return float(_cumulated_pairs(len(one), len(other))[pairs - above])


@functools.cache
def _cumulated_pairs(one: int, other: int) -> np.ndarray:
    """How likely up to each possible number of pairs has the one above the other.

    The ways are the coefficients of a Gaussian binomial; the first ones, which matter, are exact.
    """
    ways = np.zeros(one * other + 1)
    ways[0] = 1.0
    for size in range(1, one + 1):
        if other + size < len(ways):
            ways[other + size :] -= ways[: -other - size].copy()
        for start in range(min(size, len(ways))):
            ways[start::size] = np.cumsum(ways[start::size])
    return np.asarray(np.cumsum(ways) / ways.sum())


@functools.cache
def _cumulated(count: int) -> np.ndarray:
    """How likely a sum of ranks up to each possible one is, every sign being a toss of a coin."""
    ways = np.zeros(count * (count + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, count + 1):
        ways[rank:] = (ways[rank:] + ways[:-rank]) / 2
        ways[:rank] /= 2
    return np.asarray(np.cumsum(ways))
