"""What could as well have been measured: in each round the arms change places, or they do not.

Arms of one campaign take turns in an order that is drawn anew every round. If their code is
identical, either could have been the dearer one in any round, whatever the noise is like and
however the cases of a round depend on each other. So every way to exchange the arms, round by
round, gives a comparison that was as likely as the one that was measured. The test counts those
with a statistic as large; the interval holds every true ratio that the same count would let pass.
Both rest on the mean of the rounds' log ratios, so that they agree.

Sources: Fisher, "The Design of Experiments", 1935, section 21, for the test; Hartigan, "Using
subsample values as typical values", 1969, for the interval; Westfall and Young, "Resampling-based
multiple testing", 1993, for whole suites.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

CONFIDENCE = 0.95
#: Fewer rounds cannot be so rare that something may be claimed: of seven, all on one side, two of
#: a hundred and twenty-eight exchanges are as large, which is more than one in a hundred.
ENOUGH_ROUNDS = 8
#: Of fewer rounds no set of exchanges leaves 95 %: their interval is Student's.
LEAST_EXCHANGED = 6
#: Exchanges of a suite, and subsets of the rounds of one figure: all that there are, where there
#: are no more.
_EXCHANGES, _SUBSETS = 1 << 13, 1 << 12
#: So many exchanges at a time, to keep memory small.
_BLOCK = 1 << 11
#: Statistics of the same data may differ in their last digits.
_TOLERANCE = 1e-9

Array = np.ndarray
#: Log ratios of HEAD to BASE by round.
Ratios = Mapping[int, float]


class Exchanged(NamedTuple):
    """How rare a suite is among its exchanges; one figure a case in each array."""

    #: The share of exchanges in which some case is as much slower, or faster, as this one: adjusted
    #: for all cases together, stepping down from the largest.
    slower: Array
    faster: Array
    #: The share in which the case itself is as far from 1, in either direction.
    own: Array


def ends(figures: Array) -> tuple[float, float]:
    """The ends of the 95 % interval of a mean, of figures that lie evenly about the truth.

    Of six figures and more they are quantiles of the means of all subsets (Hartigan), so that
    neither lies outside the figures, and the interval holds 0 just where the exchange test lets 0
    pass. Of fewer figures they are Student's. NaN of a single one.
    """
    count = len(figures)
    if count < 2:
        return np.nan, np.nan
    if count < LEAST_EXCHANGED:
        margin = t_margin(count - 1) * float(figures.std(ddof=1)) / np.sqrt(count)
        return float(figures.mean()) - margin, float(figures.mean()) + margin
    middle = float(figures.mean())  # which keeps rounding errors small
    means = (figures - middle) @ _subsets(count)
    beyond = int((1 - CONFIDENCE) / 2 * (len(means) + 1)) - 1
    found = np.partition(means, (beyond, len(means) - 1 - beyond))
    low, high = float(found[beyond]), float(found[len(means) - 1 - beyond])
    return middle + min(low, 0.0), middle + max(high, 0.0)


def lower_end(figures: Array, share: float) -> Array:
    """Of each row of figures, the least truth that a share of exchanges leaves: where the mean of a
    row is held against a lower one, no more exchanges than that are as large.

    It is that quantile of the means of subsets, the empty one being as large as any.
    """
    means = figures @ _subsets(figures.shape[-1])
    beyond = int(share * (means.shape[-1] + 1)) - 1
    if beyond < 0:
        return np.full(figures.shape[:-1], -np.inf)
    return np.asarray(np.partition(means, beyond, axis=-1)[..., beyond])


@functools.lru_cache(maxsize=64)
def _subsets(count: int) -> Array:
    """What each figure weighs in the mean of each subset: by figure and subset; none is empty."""
    if 1 << count <= _SUBSETS:
        chosen = _all_subsets(count)[:, 1:]
    else:
        rng = np.random.default_rng(count)
        chosen = rng.integers(0, 2, (count, _SUBSETS - 1)).astype(bool)
        chosen[0] |= ~chosen.any(axis=0)
    return np.asarray(chosen / chosen.sum(axis=0))


def _all_subsets(count: int) -> Array:
    return np.asarray((np.arange(1 << count) >> np.arange(count)[:, None]) & 1 == 1)


def exchange(suite: Sequence[Ratios], seed: str) -> Exchanged:
    """Exchange the arms of a whole suite, all cases of a round together.

    Args:
        suite: of each case the rounds that both arms have.
        seed: of the exchanges that are drawn where not all can be made; what is the same for the
            same files, so that the same files have the same answer.
    """
    observed = np.zeros(0)
    slower, faster, own = np.zeros((3, len(suite)))
    total = 0
    for found in statistics(suite, seed):
        if not total:
            observed = found[:, 0]
            upwards, downwards = np.argsort(observed), np.argsort(-observed)
        slower[upwards] += _as_large(found[upwards], observed[upwards])
        faster[downwards] += _as_large(-found[downwards], -observed[downwards])
        own += (np.abs(found) >= np.abs(observed)[:, None] - _TOLERANCE).sum(axis=1)
        total += found.shape[1]
    slower[upwards[::-1]] = np.maximum.accumulate(slower[upwards[::-1]])
    faster[downwards[::-1]] = np.maximum.accumulate(faster[downwards[::-1]])
    return Exchanged(slower / total, faster / total, own / total)


def _as_large(found: Array, observed: Array) -> Array:
    """In how many exchanges a case, or one before it, is as large as this one was observed to be.

    Cases come in the order of what was observed, so that the largest is held against all.
    """
    largest = np.maximum.accumulate(found, axis=0)
    return np.asarray((largest >= observed[:, None] - _TOLERANCE).sum(axis=1))


def largest_by_chance(suite: Sequence[Ratios], seed: str, share: float) -> float:
    """The statistic that the largest of all cases exceeds in so small a share of exchanges."""
    largest = np.concatenate([found.max(axis=0) for found in statistics(suite, seed)])
    return float(np.quantile(largest, 1 - share, method="higher"))


def statistics(suite: Sequence[Ratios], seed: str) -> Iterator[Array]:
    """The statistic of each case in each exchange, of which the first is what was measured.

    Yields:
        Arrays by case and exchange, so many exchanges at a time.
    """
    scores, rounds = _scores(suite)
    for signs in _signs(rounds, seed):
        yield scores @ signs


def _scores(suite: Sequence[Ratios]) -> tuple[Array, tuple[int, ...]]:
    """Log ratios in shares of the root of the sum of their squares, and the numbers of the rounds.

    That root stays what it is in every exchange; with it, cases of any noise compare. The sum of
    the scores is Student's t, but for a function that rises with it.
    """
    rounds = tuple(sorted(set().union(*suite)))
    places = {number: place for place, number in enumerate(rounds)}
    ratios = np.zeros((len(suite), len(rounds)))
    for row, case in zip(ratios, suite):
        row[[places[number] for number in case]] = list(case.values())
    size = np.sqrt((ratios**2).sum(axis=1, keepdims=True))
    return np.divide(ratios, size, out=np.zeros_like(ratios), where=size > 0), rounds


@functools.lru_cache(maxsize=4)
def _signs(rounds: tuple[int, ...], seed: str) -> list[Array]:
    """By round and exchange: -1 where the arms change places. In the first one none do."""
    if 1 << len(rounds) <= _EXCHANGES:
        swapped = _all_subsets(len(rounds))
    else:
        drawn = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
        rng = np.random.default_rng(drawn)
        swapped = rng.integers(0, 2, (len(rounds), _EXCHANGES)).astype(bool)
        swapped[:, 0] = False
    signs = 1.0 - 2.0 * swapped
    return [signs[:, start : start + _BLOCK] for start in range(0, signs.shape[1], _BLOCK)]


def t_margin(degrees: float, confidence: float = CONFIDENCE) -> float:
    """Standard errors from the middle of an interval to its ends, by Student's t.

    `scipy.stats` has it too, and takes long to import.
    """
    return float(special.stdtrit(degrees, (1 + confidence) / 2))
