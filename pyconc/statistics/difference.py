"""How much slower one side is than another: the difference of their log costs, with its interval.

Rounds of one campaign are paired, and what can be said of them is `exchange`'s. Sides that were
measured at other times are held against each other by their variances, one for each thing that
makes them differ: the rounds of both, the case, and the machine as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from pyconc.statistics.estimate import Estimate, exp, mean
from pyconc.statistics.exchange import CONFIDENCE, t_margin
from pyconc.statistics.moderated import Variance

#: No probability is told closer.
_LEAST_P = 1e-12
#: Halvings of an interval, after which a probability is known to that.
_HALVINGS = 40


class Difference(NamedTuple):
    """The log of the ratio HEAD to BASE, with what is known of its error."""

    log_ratio: float
    #: Ends of the 95 % interval on the log scale; NaN where there is none.
    low: float
    high: float
    #: Rounds that it rests on: pairs, or those of the side that has fewer.
    rounds: int
    paired: bool
    #: The variances that its error is made of: those that more rounds make smaller, and those from
    #: campaign to campaign, which they do not.
    within: tuple[Variance, ...] = ()
    between: tuple[Variance, ...] = ()

    @property
    def ratio(self) -> float:
        return exp(self.log_ratio)

    @property
    def error(self) -> float:
        """The standard error of the log ratio; NaN where there is a single round."""
        return math.sqrt(math.fsum(each.value for each in (*self.within, *self.between)))

    @property
    def has_interval(self) -> bool:
        return not math.isnan(self.low)

    @property
    def estimate(self) -> Estimate:
        """As everything that is shown has it."""
        return Estimate(self.ratio, exp(self.low), exp(self.high), self.rounds)

    @property
    def p_value(self) -> float:
        """How likely so large a difference is between sides that are alike, by its variances."""
        return p_value(self.log_ratio, (*self.within, *self.between)) if self.has_interval else 1.0


def paired(ratios: np.ndarray) -> Difference:
    """The difference that the log ratios of paired rounds show: their mean.

    Raises:
        ValueError: there is none.
    """
    middle, low, high, count = mean(ratios)
    error = Variance(float(ratios.var(ddof=1)) / count if count > 1 else math.nan, count - 1)
    return Difference(middle, low, high, count, paired=True, within=(error,))


def noise(ratios: np.ndarray) -> float:
    """The noise of each of two sides of identical code: the standard deviation of their log ratio
    from round to round, divided by the root of 2, as it comes from both.

    What both sides share is no part of it. This is the noise of the promise, of `pyconc noise`, and
    of what a profile aims at.
    """
    return float(ratios.std(ddof=1)) / math.sqrt(2)


def unpaired(
    log_ratio: float, rounds: int, within: Sequence[Variance], between: Sequence[Variance] = ()
) -> Difference:
    """The difference of sides that were measured at other times.

    Args:
        log_ratio: the difference of the means of their log costs.
        rounds: those of the side that has fewer.
        within: the variances of both means.
        between: what is from campaign to campaign; nothing where that is not known.
    """
    parts = (*within, *between)
    if any(not each.freedom for each in parts):
        low = high = math.nan
    else:
        margin = margin_of(parts)
        low, high = log_ratio - margin, log_ratio + margin
    return Difference(log_ratio, low, high, rounds, False, tuple(within), tuple(between))


def margin_of(parts: Sequence[Variance], confidence: float = CONFIDENCE) -> float:
    """Half the width of the interval of a sum of independent errors.

    The root of the sum of the squares of what each of them would have alone: so wide an interval
    holds the truth at least as often as it says, however few degrees of freedom some of them have
    (Banerjee, "Approximate confidence interval for linear functions of means of k populations",
    1960). The sum's own degrees of freedom (Welch, Satterthwaite) are too many where the part that
    is known worst came out small by luck.
    """
    return math.sqrt(
        math.fsum(t_margin(freedom, confidence) ** 2 * value for value, freedom in parts if value)
    )


def p_value(log_ratio: float, parts: Sequence[Variance]) -> float:
    """The chance that leaves a margin as large as a difference: two-sided, by `margin_of`."""
    if any(not each.freedom for each in parts):
        return 1.0
    parts = [each for each in parts if each.value]
    values = np.array([each.value for each in parts])
    freedom = np.array([each.freedom for each in parts])

    def excess(p: float) -> float:
        margins = special.stdtrit(freedom, 1 - p / 2) if p > _LEAST_P else np.inf
        return float((margins**2 * values).sum()) - log_ratio**2

    low, high = math.log(_LEAST_P), 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(math.exp(middle)) >= 0 else (low, middle)
    return math.exp(high)
