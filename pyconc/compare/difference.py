"""How much dearer one thing is than another: the difference of their log costs, with its error.

Costs are positive and their noise is proportional, so all is done on the log scale. The unit is the
round. Its noise has heavy tails, and contended cases have two modes, so that a mean is trimmed: of
the smallest and the largest rounds a tenth each do not count (docs/statistics.md has the study
that this rests on).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
#: Share of the rounds that does not count at either end.
TRIM = 0.1
#: Noise that every round has at least, where those that were measured show none: no clock and no
#: machine repeats itself closer, and what never varies would make every difference certain.
LEAST_NOISE = 0.001


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
    error: float
    freedom: float
    #: Rounds that it rests on: pairs, or those of the side that has fewer.
    rounds: int
    paired: bool
    #: The part of the error that is from campaign to campaign, which no more rounds make smaller.
    between: float = 0.0

    @property
    def ratio(self) -> float:
        return math.exp(self.log_ratio)

    @property
    def has_interval(self) -> bool:
        return self.freedom > 0

    def margin(self, confidence: float = CONFIDENCE) -> float:
        """Half the width of the interval on the log scale; infinite where there is none."""
        if not self.has_interval:
            return math.inf
        return float(stats.t.ppf((1 + confidence) / 2, self.freedom)) * self.error

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """The ends of the ratio's interval; NaN where there is none."""
        margin = self.margin(confidence)
        if math.isinf(margin):
            return math.nan, math.nan
        return math.exp(self.log_ratio - margin), math.exp(self.log_ratio + margin)

    def p_slower(self) -> float:
        """How likely so large a ratio, or a larger one, is where HEAD costs no more than BASE."""
        if not self.has_interval:
            return 1.0
        return float(stats.t.sf(self.log_ratio / self.error, self.freedom))

    def p_faster(self) -> float:
        """The same the other way round."""
        return self._replace(log_ratio=-self.log_ratio).p_slower()


def location(logs: np.ndarray) -> Location:
    """Where log costs, or differences of them, lie.

    Raises:
        ValueError: there is none.
    """
    if not len(logs):
        raise ValueError("no round")
    mean, error = trimmed(logs)
    return Location(float(mean), float(error), freedom(len(logs)), len(logs))


def freedom(rounds: int) -> int:
    """Degrees of freedom of a trimmed mean of so many rounds."""
    return rounds - 2 * int(TRIM * rounds) - 1


def trimmed(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The trimmed means along the last axis, and their standard errors; NaN of a single round.

    As `scipy.stats.ttest_ind(trim=...)` has them, which keeps its errors to itself;
    `scipy.stats.mstats` has functions for both, too slow by a factor of a hundred for a simulation.
    """
    count = logs.shape[-1]
    cut = int(TRIM * count)
    kept = count - 2 * cut
    ordered = np.sort(logs, axis=-1)
    means = ordered[..., cut : count - cut].mean(axis=-1)
    if count < 2:
        return means, np.full_like(means, math.nan)
    winsorized = np.clip(ordered, ordered[..., [cut]], ordered[..., [count - cut - 1]])
    variances = winsorized.var(axis=-1, ddof=1) * (count - 1) / (kept * (kept - 1))
    return means, np.maximum(np.sqrt(variances), LEAST_NOISE / math.sqrt(count))


def paired(base: np.ndarray, head: np.ndarray) -> Difference:
    """The difference of rounds that belong together, so that what both shared cancels.

    Args:
        base, head: log costs; round i of one pairs with round i of the other.
    """
    found = location(head - base)
    return Difference(found.mean, found.error, found.freedom, found.rounds, paired=True)


def unpaired(base: np.ndarray, head: np.ndarray, between: Share | None = None) -> Difference:
    """The difference of rounds that were measured at other times (Yuen, 1974).

    Args:
        base, head: log costs.
        between: what is from campaign to campaign; nothing where it is not known.
    """
    sides = [location(base), location(head)]
    log_ratio, rounds = sides[1].mean - sides[0].mean, min(side.rounds for side in sides)
    if any(not side.freedom for side in sides):
        return Difference(log_ratio, math.nan, 0, rounds, paired=False)
    parts = [(side.error**2, side.freedom) for side in sides]
    added = 0.0
    if between is not None:
        added = between.value * math.fsum(side.error**2 * side.rounds for side in sides)
        parts.append((added, between.freedom))
    return Difference(
        log_ratio,
        math.sqrt(math.fsum(part for part, _ in parts)),
        joint_freedom(parts),
        rounds,
        paired=False,
        between=math.sqrt(added),
    )


def joint_freedom(parts: Iterable[tuple[float, float]]) -> float:
    """Degrees of freedom of a sum of independent variances (Welch 1947, Satterthwaite 1946).

    Args:
        parts: each variance and its own degrees of freedom.
    """
    parts = [(variance, freedom) for variance, freedom in parts if variance > 0]
    total = math.fsum(variance for variance, _ in parts)
    return total**2 / math.fsum(variance**2 / freedom for variance, freedom in parts)
