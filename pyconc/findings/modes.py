"""Whether costs settle in one of two modes, and whether durations have two peaks.

A contended lock may run in one of two ways for a whole round; a mean over such rounds is a cost
that no round had. Two modes are claimed by this rule:

1. There are at least 8 rounds.
2. The logs of their costs are cut in two where Otsu's separability is the greatest: the share of
   the variance that lies between the two parts (N. Otsu, "A threshold selection method from
   gray-level histograms", IEEE Transactions on Systems, Man, and Cybernetics 9(1), 1979). Each part
   has at least 3 rounds and a fifth of them all: one or two slow rounds are outliers and no mode.
3. That separability is more than rounds with one mode reach: of normal samples of that size one in
   a thousand exceeds the limit (`LIMITS`, by simulation; `tests/test_modes.py` simulates again). A
   cut through the middle of a normal distribution has a separability of 0.64, through that of a
   uniform one 0.75, and two points have 1.
4. The modes are at least 10 % apart: less is not worth a picture.

Durations are many, so their rule looks at the shape: two peaks of the smoothed histogram, with a
valley between them of at most half of the lower one, and a tenth of all durations on either side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pyconc.suite.histogram import Histogram

FEWEST_ROUNDS = 8
#: How many times as much the higher mode costs, at least.
LEAST_RATIO = 1.1
#: Of the rounds, and of the durations, that a mode has at least.
LEAST_SHARE, LEAST_SHARE_OF_DURATIONS = 0.2, 0.1
_FEWEST_OF_A_MODE = 3
#: By the number of rounds, the separability that one normal sample in a thousand exceeds.
LIMITS = {8: 0.967, 10: 0.948, 12: 0.928, 16: 0.896, 20: 0.872, 30: 0.831, 40: 0.806, 100: 0.744}

FEWEST_DURATIONS = 200
_DEEPEST = 0.5
#: Buckets that are averaged; each is 4.4 % wide.
_SMOOTHED = 5


class Modes(NamedTuple):
    """Two modes of a case's rounds."""

    #: Seconds: the geometric means of the rounds in each.
    low: float
    high: float
    low_rounds: int
    high_rounds: int
    #: The share of the variance of the logs that lies between the two.
    separability: float

    @property
    def ratio(self) -> float:
        return self.high / self.low


class Peaks(NamedTuple):
    """Two peaks of a histogram of durations, in seconds, and the shares on either side."""

    low: float
    high: float
    low_share: float
    high_share: float


def two_modes(costs: Sequence[float]) -> Modes | None:
    """The two modes of the rounds of a case, by their costs in seconds; None where the rule finds
    one mode, or too few rounds to tell.
    """
    cut = best_cut(costs)
    if cut is None:
        return None
    place, separability = cut
    logs = np.sort(np.log(np.asarray(costs, dtype=float)))
    low, high = (math.exp(float(part.mean())) for part in (logs[:place], logs[place:]))
    if separability <= limit(len(logs)) or high / low < LEAST_RATIO:
        return None
    return Modes(low, high, place, len(logs) - place, separability)


def best_cut(costs: Sequence[float]) -> tuple[int, float] | None:
    """How many of the lowest rounds the cut of the greatest separability has below it, and that
    separability; None where there are too few rounds, or all are the same.
    """
    count = len(costs)
    if count < FEWEST_ROUNDS:
        return None
    logs = np.sort(np.log(np.asarray(costs, dtype=float)))
    logs = logs - logs.mean()
    total = float((logs**2).sum())
    if not math.isfinite(total) or total < 1e-18 * count:
        return None
    fewest = max(_FEWEST_OF_A_MODE, math.ceil(LEAST_SHARE * count))
    below = np.arange(fewest, count - fewest + 1)
    sums = np.cumsum(logs)[below - 1]
    # Both means follow from the sum below, since all logs add up to 0.
    between = sums**2 / below + sums**2 / (count - below)
    best = int(np.argmax(between))
    return int(below[best]), float(between[best] / total)


def limit(rounds: int) -> float:
    """The separability that one sample in a thousand with one mode exceeds."""
    known = sorted((1 / n, eta) for n, eta in LIMITS.items())
    shares, limits = ([each[place] for each in known] for place in (0, 1))
    return float(np.interp(1 / rounds, shares, limits))


def two_peaks(durations: Histogram) -> Peaks | None:
    """The two peaks of a histogram; None where the rule finds one, or too few durations to tell."""
    total = len(durations)
    if total < FEWEST_DURATIONS:
        return None
    buckets = counts(durations)
    first = buckets[0][0]
    plain = np.zeros(buckets[-1][0] - first + 1)
    for bucket, count in buckets:
        plain[bucket - first] = count
    smooth = np.convolve(plain, np.ones(_SMOOTHED) / _SMOOTHED, mode="full")
    below = np.cumsum(np.convolve(plain, [0, 0, 1, 0, 0], mode="full")) / total
    left = np.maximum.accumulate(smooth)
    right = np.maximum.accumulate(smooth[::-1])[::-1]
    lower = np.minimum(left, right)
    share = LEAST_SHARE_OF_DURATIONS
    allowed = (below >= share) & (below <= 1 - share) & _is_valley(smooth, lower)
    if not allowed.any():
        return None
    depths = np.where(allowed, smooth / np.maximum(lower, 1e-300), np.inf)
    # Of an empty valley, its middle.
    places = np.flatnonzero(depths <= depths.min())
    valley = int(places[len(places) // 2])
    peaks = int(np.argmax(smooth[:valley])), valley + int(np.argmax(smooth[valley:]))
    low, high = (seconds_of(first + peak - _SMOOTHED // 2) for peak in peaks)
    return Peaks(low, high, float(below[valley]), float(1 - below[valley]))


def _is_valley(smooth: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Where the histogram is at most half as high as the lower peak, and not by chance alone: the
    difference is four times the error of counting.
    """
    error = np.sqrt((smooth + lower) / _SMOOTHED)
    valley: np.ndarray = (smooth <= _DEEPEST * lower) & (lower - smooth > 4 * error)
    return valley


def counts(durations: Histogram) -> list[tuple[int, int]]:
    """The buckets of a histogram in order, and how many durations each has."""
    pairs = (pair.split(":") for pair in str(durations).split())
    return [(int(bucket), int(count)) for bucket, count in pairs if int(count) > 0]


def seconds_of(bucket: int) -> float:
    """The middle of a bucket."""
    return Histogram([(bucket, 1)]).percentile(50)
