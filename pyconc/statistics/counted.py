"""How much slower one side is than another where instructions are counted.

Counts of one case hardly differ from process to process, so that a few rounds tell what dozens do
of time. Exchanging the arms of three rounds could never say so; what says it is what else is known:
how far processes of the case lie apart, how well each of them repeats itself, which every result
tells, and what is seen of that in the other cases. Beside that no two arms are alike to the last
instruction, however well their rounds agree: paths have other lengths, and memory another layout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pyconc.statistics.difference import Difference, margin_of, unpaired
from pyconc.statistics.moderated import MOST_FREEDOM, Prior, Variance

#: From so many rounds of each side on something may be claimed.
ENOUGH_COUNTED = 3
#: Nine cases of ten are as steady from process to process; a smaller difference is none, and one
#: that is so much smaller than the threshold may be as large as that.
STEADY = 0.002
#: Of identical code on two arms, whose rounds agree: a normal error that is within `STEADY` in nine
#: cases of ten.
_OF_ARMS = (Variance((STEADY / 1.645) ** 2, MOST_FREEDOM), Variance(0.0, MOST_FREEDOM))
#: No count of a few loops is known closer.
_LEAST = 0.0002**2
#: The variance of a value, in squares of the difference of two counts of the loops twice: a value
#: is what twice the loops take beyond once, and what is random in the loops adds up in them.
_OF_WANDER = 3.0

#: So many standard errors more, and what is just found in half of comparisons is found in 80 %.
_POWER_ERRORS = 0.84

#: The meter takes two counts for the same that are so close.
_REPEATED = 0.0005

#: The share of a difference beside which a process's own is nothing.
_NOTHING = 0.02

Array = np.ndarray


class Counts(NamedTuple):
    """The rounds of one case on one side."""

    #: The logs of what they took.
    logs: Array
    #: By which share each process differed from itself, where that is told.
    wander: Sequence[float] = ()


def floor(threshold: float, *, is_one_campaign: bool = True) -> float:
    """The least log ratio that counts: a true difference of the threshold is found, and of twice
    the threshold where campaigns differ. What is the same for both arms of a round cancels out.
    """
    least = threshold if is_one_campaign else 2 * threshold
    return math.log1p(max(least - STEADY, STEADY))


def repeats_itself(wander: float, log_ratio: float) -> bool:
    """Whether few rounds are enough: processes repeat themselves, or differ from themselves by next
    to nothing beside what the sides differ by.
    """
    return wander <= max(STEADY, _NOTHING * abs(log_ratio))


def differences(suite: Sequence[tuple[Counts, Counts]]) -> list[Difference]:
    """What BASE and HEAD of every case show, each variance moderated by those of all cases."""
    seen = [_variance(both) for both in suite]
    prior = Prior.of(seen, _LEAST)
    return [_difference(both, _moderated(prior, own)) for both, own in zip(suite, seen)]


def _difference(both: tuple[Counts, Counts], variance: Variance) -> Difference:
    base, head = (each.logs for each in both)
    share = 1 / len(base) + 1 / len(head)
    error = Variance(variance.value * share, variance.freedom)
    log_ratio = float(head.mean() - base.mean())
    return unpaired(log_ratio, min(len(base), len(head)), [error], _OF_ARMS)


def _variance(both: tuple[Counts, Counts]) -> Variance:
    """Of one value of the case: between the processes of each side, and within each of them."""
    freedom = sum(len(each.logs) - 1 for each in both)
    if not freedom:
        return Variance(math.nan, 0)
    squares = sum(float(((each.logs - each.logs.mean()) ** 2).sum()) for each in both)
    between = Variance(max(squares / freedom, _LEAST), freedom)
    wander = np.array([*both[0].wander, *both[1].wander])
    if not len(wander):
        return between
    # The larger one: a process may go one way at random and then stay there, or wander all along.
    beyond = np.maximum(wander - _REPEATED, 0.0)
    within = Variance(_OF_WANDER * float((beyond**2).mean()), len(wander))
    return max(between, within)


def _moderated(prior: Prior, own: Variance) -> Variance:
    """No smaller than what the case shows: that others are steady does not make this one so."""
    usual = prior.moderate(own)
    return usual._replace(value=max(usual.value, own.value)) if own.freedom else usual


def are_apart(base: Mapping[int, float], head: Mapping[int, float]) -> bool:
    """Whether every round of one side is dearer than every round of the other."""
    return min(head.values()) > max(base.values()) or max(head.values()) < min(base.values())


def smallest_effect(difference: Difference, threshold: float, false_alarms: float) -> float:
    """The smallest slowdown, as a share, that is found in about 80 % of comparisons.

    Args:
        difference: of identical code.
        false_alarms: the share that may be as large by chance, in one direction.
    """
    parts = (*difference.within, *difference.between)
    needed = margin_of(parts, 1 - 2 * false_alarms) + _POWER_ERRORS * difference.error
    return math.expm1(max(needed, floor(threshold)))
