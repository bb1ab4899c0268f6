"""What may be said of every case, and whether there is an alarm, over the suite as a whole.

Of two hundred 95 % intervals ten miss by chance. So the table keeps down the share of its verdicts
that are false (Benjamini and Hochberg, 1995), and the gate the chance of a single false alarm: by
exchanging the arms of a campaign over all cases at once (`exchange`), and where sides are not
paired, or instructions were counted, by Holm's steps (1979). A verdict goes with its interval: what
is slower has one above 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pyconc.statistics.counted import ENOUGH_COUNTED, are_apart, floor, repeats_itself
from pyconc.statistics.difference import Difference, margin_of
from pyconc.statistics.difference import p_value as p_of_variances
from pyconc.statistics.exchange import CONFIDENCE, ENOUGH_ROUNDS, exchange
from pyconc.statistics.matched import MatchedCase
from pyconc.statistics.moderated import Variance

#: A smaller difference is none.
THRESHOLD = 0.01
#: Of the verdicts `slower` and `faster` in one table, so many may be false.
FALSE_DISCOVERIES = 0.05
#: Of the comparisons of a Python with itself, so many may raise an alarm.
FALSE_ALARMS = 0.01
#: More rounds than that are not suggested.
_MOST_ROUNDS = 10_000

#: `SUSPECT` is what would be slower or faster, had it enough rounds, or were it known how much
#: campaigns of identical code differ.
SLOWER, FASTER, SUSPECT, SAME, INCONCLUSIVE = "slower", "faster", "suspect", "same", "inconclusive"


class Judged(NamedTuple):
    """A case and what may be said of it."""

    matched: MatchedCase
    threshold: float
    verdict: str
    #: Rounds in all that would probably settle it, where it is not settled and rounds would.
    rounds_needed: int | None
    #: The gate calls it so beyond doubt.
    slower_for_sure: bool = False
    faster_for_sure: bool = False

    @property
    def has_few_rounds(self) -> bool:
        """Whether there are fewer than anything can be claimed from."""
        return self.difference.rounds < least_rounds(self.matched)

    @property
    def case(self) -> str:
        return self.matched.case

    @property
    def difference(self) -> Difference:
        return self.matched.difference

    @property
    def seems_slower(self) -> bool:
        """A suspect whose ratio is above 1."""
        return self.verdict == SUSPECT and self.difference.log_ratio > 0

    @property
    def seems_faster(self) -> bool:
        return self.verdict == SUSPECT and self.difference.log_ratio < 0


class _Found(NamedTuple):
    """How likely it is that a case differs by chance."""

    #: Adjusted for all cases together, in one direction.
    slower: float = 1.0
    faster: float = 1.0
    #: Of the case alone, in either direction.
    own: float = 1.0


def judge(
    cases: Sequence[MatchedCase], thresholds: Sequence[float], seed: str = ""
) -> list[Judged]:
    """A verdict for every case, in their order.

    Args:
        thresholds: of each case, as shares: 0.01 lets a difference of 1 % pass.
        seed: of the exchanges, the same for the same files.
    """
    sure = [place for place, each in enumerate(cases) if _may_claim(each)]
    unsure = [place for place, each in enumerate(cases) if not _may_claim(each)]
    found = dict(zip(sure, _tested([cases[place] for place in sure], seed)))
    suspects = dict(zip(unsure, _suspected([cases[place] for place in unsure])))
    discovered = _discovered({place: each.own for place, each in found.items()})
    suspected = _discovered(suspects)
    return [
        _judged(
            matched, threshold, tests=len(cases), found=found.get(place),
            is_discovery=place in discovered, is_suspect=place in suspected,
        )
        for place, (matched, threshold) in enumerate(zip(cases, thresholds))
    ]  # fmt: skip


def _may_claim(matched: MatchedCase) -> bool:
    """Whether there is enough to say that a case is slower, faster or the same."""
    return _is_known(matched) and matched.difference.rounds >= least_rounds(matched)


def least_rounds(matched: MatchedCase) -> int:
    """From so many on something may be claimed. Few are enough of what repeats itself."""
    log_ratio = matched.difference.log_ratio
    few_are_enough = matched.is_counted and repeats_itself(matched.wander, log_ratio)
    return ENOUGH_COUNTED if few_are_enough else ENOUGH_ROUNDS


def _is_known(matched: MatchedCase) -> bool:
    """Whether the interval has all that makes the sides differ, so that rounds can settle it."""
    return matched.difference.paired or matched.knows_campaigns


def _tested(cases: Sequence[MatchedCase], seed: str) -> list[_Found]:
    pairs = [each for each in cases if each.difference.paired]
    by_exchange = iter(zip(*exchange([each.ratios for each in pairs], seed))) if pairs else iter(())
    own = [_by_variances(each) for each in cases if not each.difference.paired]
    # One direction of two, and all cases together.
    in_one = iter(holm(np.array(own) / 2).tolist())
    found = []
    for each in cases:
        if each.difference.paired:
            found.append(_Found(*map(float, next(by_exchange))))
        else:
            adjusted = next(in_one)
            up, down = (adjusted, 1.0) if each.difference.log_ratio > 0 else (1.0, adjusted)
            found.append(_Found(up, down, _by_variances(each)))
    return found


def _by_variances(matched: MatchedCase) -> float:
    """How likely a case that is not paired is so far from 1 by chance. Of counts every round of one
    side must be beyond every round of the other as well.
    """
    if matched.is_counted and not are_apart(*matched.logs):
        return 1.0
    return matched.difference.p_value


def _suspected(cases: Sequence[MatchedCase]) -> list[float]:
    """How likely each is by chance, as far as variances tell: nothing is claimed by that."""
    p_values = []
    for matched in cases:
        difference, (value, freedom) = matched.difference, matched.usual
        if difference.paired and difference.has_interval:
            error = Variance(value / difference.rounds, freedom)
            p_values.append(p_of_variances(difference.log_ratio, [error]))
        else:
            p_values.append(_by_variances(matched))
    return p_values


def _discovered(p_values: dict[int, float]) -> set[int]:
    adjusted = benjamini_hochberg(np.array(list(p_values.values())))
    return {place for place, p in zip(p_values, adjusted) if p <= FALSE_DISCOVERIES}


def _judged(
    matched: MatchedCase,
    threshold: float,
    *,
    tests: int,
    found: _Found | None,
    is_discovery: bool,
    is_suspect: bool,
) -> Judged:
    difference, least = matched.difference, math.log1p(threshold)
    far = least
    if matched.is_counted:
        far = floor(threshold, is_one_campaign=bool(matched.ratios))
    slower = difference.log_ratio > far and difference.low > 0
    faster = difference.log_ratio < -far and difference.high < 0
    slower_for_sure = slower and found is not None and found.slower <= FALSE_ALARMS
    faster_for_sure = faster and found is not None and found.faster <= FALSE_ALARMS
    if slower and (is_discovery or slower_for_sure):
        verdict = SLOWER
    elif faster and (is_discovery or faster_for_sure):
        verdict = FASTER
    elif is_suspect and abs(difference.log_ratio) > far:
        verdict = SUSPECT
    elif found is not None and -least <= difference.low and difference.high <= least:
        verdict = SAME
    else:
        verdict = INCONCLUSIVE
    needed = None
    if verdict in (SUSPECT, INCONCLUSIVE) and _is_known(matched):
        least_in_all = least_rounds(matched)
        needed = rounds_needed(difference, threshold, tests=tests, least=least_in_all)
    return Judged(matched, threshold, verdict, needed, slower_for_sure, faster_for_sure)


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


def rounds_needed(
    difference: Difference, threshold: float, *, tests: int, least: int = ENOUGH_ROUNDS
) -> int | None:
    """Rounds in all after which the interval, its centre staying where it is, settles the verdict:
    as many as anything can be claimed from, at least.

    Args:
        tests: how many cases are compared, for the interval must exclude 1 for all of them.
        least: fewer claim nothing.

    Returns:
        None where no number of rounds would do, or there are too few to tell.
    """
    if not difference.has_interval:
        return None
    within, effect = math.log1p(threshold), abs(difference.log_ratio)
    beyond = effect > within
    # Each of the two directions has half of what is allowed.
    confidence = 1 - FALSE_DISCOVERIES / (2 * tests) if beyond else CONFIDENCE
    room = effect if beyond else within - effect

    def is_settled(rounds: int) -> bool:
        return _margin(difference, rounds, confidence) <= room

    if not is_settled(_MOST_ROUNDS):
        return None
    few, many = difference.rounds, _MOST_ROUNDS
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if is_settled(middle) else (middle, many)
    return max(many, least)


def _margin(difference: Difference, rounds: int, confidence: float) -> float:
    """Half the width that the interval would have after so many rounds."""
    share = difference.rounds / rounds
    within = [Variance(each.value * share, max(1, rounds - 1)) for each in difference.within]
    return margin_of([*within, *difference.between], confidence)
