"""The smallest slowdown that a comparison finds often enough."""

from __future__ import annotations

import functools
import math

import numpy as np
from scipy import optimize, stats

from pyconc.statistics.difference import CAUTION, Difference
from pyconc.statistics.verdicts import THRESHOLD

#: How likely an effect must be found to count as visible.
POWER = 0.8
#: Nobody needs a comparison to see that something costs more than so many times as much.
MOST = 10.0
#: So many estimates of an error stand for all that there may be.
_ESTIMATES = 2000


def smallest_effect(
    difference: Difference, false_alarms: float, threshold: float = THRESHOLD
) -> float:
    """The smallest slowdown, as a share, that the gate finds in rounds as noisy as these.

    Args:
        false_alarms: of one case.

    Returns:
        Infinity where not even a slowdown of `MOST` times would be found.
    """
    least = math.log1p(threshold) / difference.error
    # Of its two tests Student's alone counts here, as if the other saw nothing.
    effect = visible(difference.freedom, false_alarms / (2 * CAUTION), least) * difference.error
    return math.expm1(effect) if effect <= math.log(MOST) else math.inf


def visible(freedom: float, false_alarms: float, least: float = 0.0) -> float:
    """The effect that Student's t test finds with the power asked for, in standard errors.

    Args:
        freedom: degrees of freedom of the error.
        least: an estimate up to here raises no alarm, in standard errors too.
    """
    needed = _needed(freedom, false_alarms, least)
    if not np.isfinite(needed).all():
        return math.inf

    def missing(effect: float) -> float:
        return float(stats.norm.sf(needed - effect).mean()) - POWER

    # Ten standard errors below what most need it is surely not found, and as far above it is.
    low, high = (float(np.quantile(needed, POWER + aside)) for aside in (-0.1, 0.1))
    return float(optimize.brentq(missing, low - 10, high + 10))


def power(effect: float, freedom: float, false_alarms: float, least: float = 0.0) -> float:
    """How likely the test finds an effect, which is in standard errors, as in `visible`.

    Without ``least`` it is what the noncentral t distribution has (`scipy.stats.nct`).
    """
    return float(stats.norm.sf(_needed(freedom, false_alarms, least) - effect).mean())


def _needed(freedom: float, false_alarms: float, least: float) -> np.ndarray:
    """The estimate that raises an alarm, for each estimate of the error."""
    critical = float(stats.t.isf(false_alarms, freedom))
    if not math.isfinite(critical):  # so small a chance is beyond scipy, which says minus infinity
        return np.full(_ESTIMATES, math.inf)
    return np.maximum(critical * _errors(freedom), least)


@functools.cache
def _errors(freedom: float) -> np.ndarray:
    """Estimates of an error in shares of the true one, each as likely as any other."""
    places = (np.arange(_ESTIMATES) + 0.5) / _ESTIMATES
    return np.sqrt(stats.chi2.ppf(places, freedom) / freedom)
