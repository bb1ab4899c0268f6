"""Variances of few rounds, moderated by those of all cases.

Three runs that happen to lie close say little of their variance, and two hundred cases say a lot of
what variances are like here. (Smyth, "Linear models and empirical Bayes methods for assessing
differential expression", 2004.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

#: Beyond so many degrees of freedom nothing changes.
MOST_FREEDOM = 1e6
#: Logs of variances that vary by no more than this beyond chance are of one variance.
_LEAST_SPREAD = 4 / MOST_FREEDOM
#: No clock and no machine repeats itself closer, and what never varies would make every difference
#: certain.
LEAST_VARIANCE = 0.001**2


class Variance(NamedTuple):
    """A variance, and the degrees of freedom by which it is known."""

    value: float
    freedom: float


class Prior(NamedTuple):
    """The variance that is usual, and the degrees of freedom that it is worth."""

    usual: float
    freedom: float
    #: Those of all cases together: nothing that is made of them is known better.
    pooled: float

    @classmethod
    def of(cls, seen: Sequence[Variance], least: float = LEAST_VARIANCE) -> Prior:
        """By the moments of the logs of F-distributed variances (Smyth 2004, section 6.2).

        Args:
            seen: of each case.
            least: smaller variances are taken to be so large.
        """
        seen = [each for each in seen if each.freedom > 0]
        if not seen:
            return cls(least, 0.0, 0.0)
        freedom = np.array([each.freedom for each in seen], dtype=float)
        pooled = min(float(freedom.sum()), MOST_FREEDOM)
        if len(seen) == 1:  # which says nothing of others
            return cls(max(seen[0].value, least), 0.0, pooled)
        logs = np.log([max(each.value, least) for each in seen])
        centred = logs - special.digamma(freedom / 2) + np.log(freedom / 2)
        mean = float(centred.mean())
        left = float(centred.var(ddof=1) - special.polygamma(1, freedom / 2).mean())
        if left <= _LEAST_SPREAD:
            return cls(math.exp(mean), math.inf, pooled)
        half = _inverse_trigamma(left)
        usual = math.exp(mean + float(special.digamma(half)) - math.log(half))
        return cls(usual, 2 * half, pooled)

    def moderate(self, seen: Variance) -> Variance:
        """The weighted mean of what a case shows and what is usual."""
        if not seen.freedom or math.isinf(self.freedom):
            freedom = self.freedom or self.pooled  # of a single case, what that one shows
            return Variance(self.usual, min(freedom, self.pooled))
        freedom = self.freedom + seen.freedom
        value = (self.freedom * self.usual + seen.freedom * seen.value) / freedom
        return Variance(value, min(freedom, self.pooled))


def variance(logs: np.ndarray) -> Variance:
    """Of one case's rounds."""
    count = len(logs)
    if count < 2:
        return Variance(math.nan, 0)
    return Variance(max(float(logs.var(ddof=1)), LEAST_VARIANCE), count - 1)


def _inverse_trigamma(value: float) -> float:
    from scipy import optimize  # takes a while to import, and few comparisons come here

    def distance(log_x: float) -> float:
        return float(special.polygamma(1, math.exp(log_x))) - value

    return math.exp(float(optimize.brentq(distance, -12, 14)))
