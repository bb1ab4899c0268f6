"""How much dearer one thing is than another: the difference of their log costs, with its error.

Costs are positive and their noise is proportional, so all is done on the log scale. The unit is the
round. Its noise has heavy tails, bursts and, where there is contention, two modes; what is done
here was chosen by how it fares with such noise (docs/statistics.md has the study).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from pyconc.compare.ranks import (
    LEAST_ROUNDS,
    MOST_ROUNDS,
    hodges_lehmann,
    p_above,
    p_greater,
    shift,
)

CONFIDENCE = 0.95
#: Where sides are not paired, from so many rounds on the smallest and the largest do not count.
TRIM_FROM = 20
#: With fewer rounds, sides that are not paired have an interval of ranks: that of a mean is far too
#: wide after a single burst.
RANKED_BELOW = 15
#: Noise that every round has at least, where those that were measured show none: no clock and no
#: machine repeats itself closer, and what never varies would make every difference certain.
LEAST_NOISE = 0.001
#: With fewer rounds it cannot be told what the machine's pace explains.
LEAST_ADJUSTED = 6
#: Beyond, a ratio is no number.
_LARGEST_LOG = 709.0
#: What two tests say together is taken to be so many times as likely.
CAUTION = 1.1
#: An error that all rounds share cannot be ranked: so many of it get the benefit of the doubt.
_DOUBT = 3


class Location(NamedTuple):
    """Where log costs lie: a trimmed mean with its standard error (Tukey and McLaughlin, 1963)."""

    mean: float
    error: float
    #: Degrees of freedom of the error; 0 where there is a single round, and so none.
    freedom: float
    rounds: int


class Share(NamedTuple):
    """A variance from campaign to campaign, in shares of the variance of a round."""

    value: float
    freedom: float


class Difference(NamedTuple):
    """The log of the ratio HEAD to BASE, with what is known of its error."""

    log_ratio: float
    #: Standard error; NaN where there is a single round.
    error: float
    freedom: float
    #: Rounds that it rests on: pairs, or those of the side that has fewer.
    rounds: int
    paired: bool
    #: The part of the error that is from campaign to campaign, which no more rounds make smaller.
    between: float = 0.0
    #: Ends of the 95 % interval on the log scale, where they are not the error's.
    ends: tuple[float, float] | None = None
    #: How likely so much is by chance, HEAD being no slower and no faster, where the error alone
    #: does not tell.
    p_values: tuple[float, float] | None = None

    @property
    def ratio(self) -> float:
        return _exp(self.log_ratio)

    @property
    def has_interval(self) -> bool:
        return self.freedom > 0

    def log_interval(self) -> tuple[float, float]:
        """The ends of the 95 % interval on the log scale; infinite where there is none."""
        if not self.has_interval:
            return -math.inf, math.inf
        if self.ends is not None:
            return self.ends
        margin = t_margin(self.freedom) * self.error
        return self.log_ratio - margin, self.log_ratio + margin

    def interval(self) -> tuple[float, float]:
        """The ends of the ratio's 95 % interval; NaN where there is none."""
        if not self.has_interval:
            return math.nan, math.nan
        low, high = self.log_interval()
        return _exp(low), _exp(high)

    def p_slower(self) -> float:
        """How likely so large a ratio, or a larger one, is where HEAD costs no more than BASE."""
        if not self.has_interval:
            return 1.0
        if self.p_values is not None:
            return self.p_values[0]
        return t_above(self.log_ratio / self.error, self.freedom)

    def p_faster(self) -> float:
        """The same the other way round."""
        if not self.has_interval:
            return 1.0
        if self.p_values is not None:
            return self.p_values[1]
        return t_above(-self.log_ratio / self.error, self.freedom)


def at_one_pace(
    ratios: np.ndarray, paces: np.ndarray | None = None, pace_error: float = 0.0
) -> tuple[Difference, np.ndarray]:
    """The difference that the log ratios of paired rounds show, had the machine kept its pace.

    The ratios are regressed on the paces (an analysis of covariance): the difference is what is
    left where both sides met the machine at one pace.

    Args:
        ratios: log cost of HEAD less that of BASE, by round.
        paces: the same of the machine's pace, where it is known.
        pace_error: standard error that all of ``paces`` share.

    Returns:
        The difference, and the ratios with what the pace explains taken out.
    """
    count = len(ratios)
    if paces is None or count < LEAST_ADJUSTED or not np.ptp(paces) > 0:
        return _of_pairs(ratios), ratios
    slope = _slope(ratios, paces)
    left = ratios - slope * paces
    degrees = count - 2
    of_slope = math.sqrt(float(left.var()) / float(paces.var()) / degrees)
    return _of_pairs(left, degrees, slope * pace_error, abs(float(paces.mean())) * of_slope), left


def _slope(ratios: np.ndarray, paces: np.ndarray) -> float:
    """How steeply ratios rise with the pace, and 0 where they fall.

    The median of the slopes of all pairs of rounds, weighted by how far their paces are apart: a
    single round that is far off does not turn it (Theil 1950; Jaeckel 1972 for the weights).
    """
    first, second = np.triu_indices(len(ratios), 1)
    apart = paces[first] - paces[second]
    differs = apart != 0
    slopes = (ratios[first] - ratios[second])[differs] / apart[differs]
    order = np.argsort(slopes)
    weights = np.cumsum(np.abs(apart[differs])[order])
    return max(0.0, float(slopes[order][np.searchsorted(weights, weights[-1] / 2)]))


def _of_pairs(
    ratios: np.ndarray, degrees: int | None = None, shared: float = 0.0, further: float = 0.0
) -> Difference:
    """Hodges's and Lehmann's estimate with its interval; of few rounds the mean with Student's.

    Args:
        degrees: of freedom, where some are used up.
        shared: a standard error that all ratios share.
        further: another one, which is small.
    """
    count = len(ratios)
    mean = float(ratios.mean())
    if count < 2:
        return Difference(mean, math.nan, 0, count, paired=True)
    degrees = degrees or count - 1
    wider = math.sqrt((count - 1) / degrees)
    least = LEAST_NOISE / math.sqrt(count)
    beside = math.hypot(shared, further)
    tests = [both_tests(each, degrees, shared, further) for each in (ratios, -ratios)]
    p_values = (float(tests[0]), float(tests[1]))
    if not LEAST_ROUNDS <= count <= MOST_ROUNDS:
        error = math.hypot(max(float(ratios.std(ddof=1)) / math.sqrt(count), least) * wider, beside)
        return Difference(mean, error, degrees, count, True, p_values=p_values)
    centre, low, high = map(float, hodges_lehmann(ratios, CONFIDENCE))
    t = t_margin(degrees)
    down, up = (
        math.hypot(max(side, t * least) * wider, t * beside)
        for side in (centre - low, high - centre)
    )
    ends = (centre - down, centre + up)
    return Difference(centre, (down + up) / 2 / t, degrees, count, True, 0.0, ends, p_values)


def both_tests(
    ratios: np.ndarray, degrees: int | None = None, shared: float = 0.0, further: float = 0.0
) -> np.ndarray:
    """How likely such log ratios of pairs are, along the last axis, where HEAD is no slower.

    By Student's t test and Wilcoxon's signed ranks: the one finds what has light tails, the other
    what has heavy ones. Arguments are as of `_of_pairs`.
    """
    count = ratios.shape[-1]
    degrees = degrees or count - 1
    error = np.maximum(ratios.std(axis=-1, ddof=1), LEAST_NOISE) / math.sqrt(count)
    error = np.hypot(error * math.sqrt((count - 1) / degrees), math.hypot(shared, further))
    by_mean = special.stdtr(degrees, -ratios.mean(axis=-1) / error)
    return combined(by_mean, p_above(ratios - _DOUBT * shared))


def combined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """What two tests of the same data say together: the harmonic mean of their p values.

    So small a mean is as rare as it says, however the tests depend on each other (Wilson, "The
    harmonic mean p-value for combining dependent tests", 2019; Liu and Xie, 2020). `CAUTION` makes
    up for what Student's test is too sure of where there are two modes.
    """
    tiny = np.finfo(float).tiny
    inverse = 1 / np.maximum(first, tiny) + 1 / np.maximum(second, tiny)
    return np.asarray(np.minimum(1.0, CAUTION * 2 / inverse))


def unpaired(base: np.ndarray, head: np.ndarray, between: Share | None = None) -> Difference:
    """The difference of rounds that were measured at other times: of trimmed means (Yuen, 1974), or
    of few rounds by their ranks (Hodges and Lehmann, 1963).

    Args:
        base, head: log costs.
        between: what is from campaign to campaign; nothing where it is not known.
    """
    sides = [location(base), location(head)]
    log_ratio, rounds = sides[1].mean - sides[0].mean, min(side.rounds for side in sides)
    if any(not side.freedom for side in sides):
        return Difference(log_ratio, math.nan, 0, rounds, paired=False)
    error, degrees = _joint([(side.error**2, side.freedom) for side in sides])
    alone = Difference(log_ratio, error, degrees, rounds, paired=False)
    if LEAST_ROUNDS <= rounds <= max(len(base), len(head)) < RANKED_BELOW:
        alone = _ranked(base, head, degrees)
    if between is None:
        return alone._replace(p_values=_p_values_of_two(base, head))
    added = between.value * math.fsum(side.error**2 * side.rounds for side in sides)
    return _with(alone, added, between.freedom)


def _ranked(base: np.ndarray, head: np.ndarray, degrees: float) -> Difference:
    """The estimate of two samples with its interval, which has the room that any noise takes."""
    centre, low, high = map(float, shift(base, head, CONFIDENCE))
    t = t_margin(degrees)
    least = t * LEAST_NOISE * math.sqrt(1 / len(base) + 1 / len(head))
    ends = min(low, centre - least), max(high, centre + least)
    rounds = min(len(base), len(head))
    return Difference(centre, (ends[1] - ends[0]) / 2 / t, degrees, rounds, False, 0.0, ends)


def _with(alone: Difference, added: float, freedom: float) -> Difference:
    """A difference with a further variance, known by so many degrees of freedom."""
    error, degrees = _joint([(alone.error**2, alone.freedom), (added, freedom)])
    shorter, longer = t_margin(alone.freedom), t_margin(degrees)
    low, high = (
        longer * math.hypot((end - alone.log_ratio) / shorter, math.sqrt(added))
        for end in alone.log_interval()
    )
    ends = (alone.log_ratio - low, alone.log_ratio + high)
    return alone._replace(error=error, freedom=degrees, between=math.sqrt(added), ends=ends)


def _p_values_of_two(base: np.ndarray, head: np.ndarray) -> tuple[float, float]:
    """As `both_tests`: Welch's test, and Mann's and Whitney's."""
    parts = [(_variance_of_mean(each), len(each) - 1) for each in (base, head)]
    error, degrees = _joint(parts)
    effect = float((head.mean() - base.mean()) / error)
    by_mean = np.array([t_above(effect, degrees), t_above(-effect, degrees)])
    by_ranks = np.array([p_greater(head, base), p_greater(base, head)])
    slower, faster = combined(by_mean, by_ranks).tolist()
    return slower, faster


def _variance_of_mean(logs: np.ndarray) -> float:
    return max(float(logs.var(ddof=1)), LEAST_NOISE**2) / len(logs)


def _joint(parts: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Error and degrees of freedom of a sum of independent variances (Welch, Satterthwaite).

    Args:
        parts: each variance and its own degrees of freedom.
    """
    parts = [(variance, degrees) for variance, degrees in parts if variance > 0]
    total = math.fsum(variance for variance, _ in parts)
    weighted = math.fsum((variance / total) ** 2 / degrees for variance, degrees in parts)
    return math.sqrt(total), 1 / weighted


def mean(differences: Sequence[Difference]) -> Difference:
    """The mean of independent differences."""
    count = len(differences)
    error, degrees = _joint([(each.error**2 / count**2, each.freedom) for each in differences])
    return Difference(
        math.fsum(each.log_ratio for each in differences) / count,
        error,
        degrees,
        min(each.rounds for each in differences),
        all(each.paired for each in differences),
        math.sqrt(math.fsum(each.between**2 for each in differences)) / count,
    )


def location(logs: np.ndarray) -> Location:
    """Where the log costs of one side lie.

    Raises:
        ValueError: there is none.
    """
    count = len(logs)
    if not count:
        raise ValueError("no round")
    means, errors = trimmed(logs)
    return Location(float(means), float(errors), count - 2 * int(count >= TRIM_FROM) - 1, count)


def trimmed(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The trimmed means along the last axis, and their standard errors; NaN of a single round.

    As `scipy.stats.ttest_ind(trim=...)` has them, which keeps its errors to itself;
    `scipy.stats.mstats` has functions for both, too slow by a factor of a hundred for a simulation.
    """
    count = logs.shape[-1]
    cut = int(count >= TRIM_FROM)
    kept = count - 2 * cut
    ordered = np.sort(logs, axis=-1)
    means = ordered[..., cut : count - cut].mean(axis=-1)
    if count < 2:
        return means, np.full_like(means, math.nan)
    winsorized = np.clip(ordered, ordered[..., [cut]], ordered[..., [count - cut - 1]])
    variances = winsorized.var(axis=-1, ddof=1) * (count - 1) / (kept * (kept - 1))
    return means, np.maximum(np.sqrt(variances), LEAST_NOISE / math.sqrt(count))


def _exp(log: float) -> float:
    return math.exp(log) if log < _LARGEST_LOG else math.inf


def t_above(statistic: float, degrees: float) -> float:
    """How likely Student's t is above. `scipy.stats` has it too, and takes long to import."""
    return float(special.stdtr(degrees, -statistic))


def t_margin(degrees: float, confidence: float = CONFIDENCE) -> float:
    """Standard errors from the middle of an interval to its ends."""
    return float(special.stdtrit(degrees, (1 + confidence) / 2))
