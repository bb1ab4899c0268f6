"""What may be said of every case, and whether there is an alarm, over the suite as a whole.

Of two hundred 95 % intervals ten miss by chance. So the table keeps down the share of its
verdicts that are false (Benjamini and Hochberg, 1995), and the gate the chance of a single false
alarm (Holm, 1979).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pyconc.statistics.contrast import Contrast
from pyconc.statistics.difference import CONFIDENCE, Difference, t_margin

#: A smaller difference is none.
THRESHOLD = 0.01
#: Of the verdicts `slower` and `faster` in one table, so many may be false.
FALSE_DISCOVERIES = 0.05
#: Of the comparisons of a Python with itself, so many may raise an alarm.
FALSE_ALARMS = 0.01
#: More rounds than that are not suggested.
_MOST_ROUNDS = 10_000

SLOWER, FASTER, SAME, INCONCLUSIVE = "slower", "faster", "same", "inconclusive"


class Judged(NamedTuple):
    """A case and what may be said of it."""

    contrast: Contrast
    threshold: float
    verdict: str
    #: Rounds in all that would probably settle it, where it is inconclusive and rounds would.
    rounds_needed: int | None
    #: The gate calls it so beyond doubt.
    slower_for_sure: bool
    faster_for_sure: bool

    @property
    def case(self) -> str:
        return self.contrast.case

    @property
    def difference(self) -> Difference:
        return self.contrast.difference


def judge(contrasts: Sequence[Contrast], thresholds: Sequence[float]) -> list[Judged]:
    """A verdict for every case, the greatest effect first.

    Args:
        thresholds: of each contrast, as shares: 0.01 lets a difference of 1 % pass.
    """
    if not contrasts:
        return []
    slower = np.array([each.difference.p_slower() for each in contrasts])
    faster = np.array([each.difference.p_faster() for each in contrasts])
    either = np.minimum(1.0, 2 * np.minimum(slower, faster))
    is_discovery = benjamini_hochberg(either) <= FALSE_DISCOVERIES
    surely_slower, surely_faster = (holm(p) <= FALSE_ALARMS for p in (slower, faster))
    judged = []
    for place, (contrast, threshold) in enumerate(zip(contrasts, thresholds)):
        difference, least = contrast.difference, math.log1p(threshold)
        verdict = _verdict(difference, least, is_different=bool(is_discovery[place]))
        needed = None
        if verdict == INCONCLUSIVE:
            needed = rounds_needed(difference, threshold, tests=len(contrasts))
        judged.append(
            Judged(
                contrast,
                threshold,
                verdict,
                needed,
                slower_for_sure=bool(surely_slower[place]) and difference.log_ratio > least,
                faster_for_sure=bool(surely_faster[place]) and difference.log_ratio < -least,
            )
        )
    return sorted(judged, key=lambda each: -abs(each.difference.log_ratio))


def holm(p_values: np.ndarray) -> np.ndarray:
    """Holm's adjusted p-values: those up to α keep the chance of any false one at α."""
    order = np.argsort(p_values)
    stepped = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(stepped))
    return adjusted


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """Benjamini's and Hochberg's: those up to a share keep the false ones among them at that share.

    As `scipy.stats.false_discovery_control` has them, which takes long to import.
    """
    order = np.argsort(p_values)[::-1]
    count = len(p_values)
    stepped = p_values[order] * count / np.arange(count, 0, -1)
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(stepped))
    return adjusted


def _verdict(difference: Difference, least: float, *, is_different: bool) -> str:
    effect = difference.log_ratio
    if is_different and abs(effect) > least:
        return SLOWER if effect > 0 else FASTER
    low, high = difference.log_interval()
    return SAME if -least <= low and high <= least else INCONCLUSIVE


def rounds_needed(difference: Difference, threshold: float, *, tests: int) -> int | None:
    """Rounds in all after which the interval, its centre staying where it is, settles the verdict.

    Args:
        tests: how many cases are compared, for the interval must exclude 1 for all of them.

    Returns:
        None where no number of rounds would do, or there are too few to tell.
    """
    if not difference.has_interval:
        return None
    least, effect = math.log1p(threshold), abs(difference.log_ratio)
    beyond = effect > least
    # Each of the two tests has half of what is allowed.
    confidence = 1 - FALSE_DISCOVERIES / (2 * tests) if beyond else CONFIDENCE
    room = effect if beyond else least - effect
    per_round = (difference.error**2 - difference.between**2) * difference.rounds
    if _margin(difference, per_round, _MOST_ROUNDS, confidence) > room:
        return None
    few, many = difference.rounds, _MOST_ROUNDS  # of which the first does not do
    while many - few > 1:
        middle = (few + many) // 2
        if _margin(difference, per_round, middle, confidence) > room:
            few = middle
        else:
            many = middle
    return many


def _margin(difference: Difference, per_round: float, rounds: int, confidence: float) -> float:
    """Half the width that the interval would have after so many rounds."""
    error = math.sqrt(per_round / rounds + difference.between**2)
    return t_margin(max(1, rounds - 1), confidence) * error
