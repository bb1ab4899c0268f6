"""Costs, net costs and ratios with 95 % intervals.

The round is the unit: a fresh process, whose values are averaged. Costs are positive and their
noise is proportional, so that means and ratios of costs are taken on the log scale. All intervals
are those of `exchange.ends`, and no figure lies outside what its rounds showed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pyconc.statistics.exchange import ends

if TYPE_CHECKING:  # it takes long to import, and comparisons need none of it
    import pandas as pd

#: Beyond, a ratio is no number.
_LARGEST_LOG = 709.0


class Estimate(NamedTuple):
    """A figure (seconds or a ratio) with its 95 % interval.

    ``low`` and ``high`` are NaN where fewer than two rounds were measured.
    """

    value: float
    low: float
    high: float
    rounds: int

    @property
    def has_interval(self) -> bool:
        return not math.isnan(self.low)

    def scaled(self, factor: float) -> Estimate:
        return Estimate(self.value * factor, self.low * factor, self.high * factor, self.rounds)


def cost(rounds: pd.Series[float]) -> Estimate:
    """The cost that rounds agree on, in their unit: a geometric mean.

    Raises:
        ValueError: there is no round.
    """
    return of_logs(np.log(rounds.to_numpy(dtype=float)))


def ratio(slow: pd.Series[float] | None, fast: pd.Series[float] | None) -> Estimate | None:
    """How many times as much one case costs as another one: a mean of log ratios.

    Args:
        slow, fast: costs indexed by round; round i of one pairs with round i of the other, so
            that drift of the machine cancels. Rounds that only one of them has are left out.

    Returns:
        None where either is missing, where they have no round in common, or where a cost is not
        above zero, as a net cost may be.
    """
    if slow is None or fast is None or not ((slow > 0).all() and (fast > 0).all()):
        return None
    ours, theirs = _paired(slow, fast)
    return of_logs(np.log(ours / theirs)) if len(ours) else None


def net(gross: pd.Series[float] | None, control: pd.Series[float] | None) -> Estimate | None:
    """What a case costs beyond its control: a mean of the differences in each round.

    It may be negative. None where either is missing, or where they have no round in common.
    """
    if gross is None or control is None:
        return None
    ours, theirs = _paired(gross, control)
    return mean(ours - theirs) if len(ours) else None


def mean(figures: np.ndarray) -> Estimate:
    """An arithmetic mean, of figures that may be zero or negative.

    Raises:
        ValueError: there is none.
    """
    if not len(figures):
        raise ValueError("no round in common")
    value = float(np.clip(figures.mean(), figures.min(), figures.max()))  # as it may be rounded
    return Estimate(value, *ends(figures), len(figures))


def of_logs(logs: np.ndarray) -> Estimate:
    """A mean of logs, as what they are logs of: a geometric mean.

    Raises:
        ValueError: there is none.
    """
    value, low, high, count = mean(logs)
    return Estimate(exp(value), exp(low), exp(high), count)


def exp(log: float) -> float:
    """What has this log; infinity where that is beyond any number."""
    return math.exp(log) if not log > _LARGEST_LOG else math.inf


def _paired(one: pd.Series[float], other: pd.Series[float]) -> tuple[np.ndarray, np.ndarray]:
    """The figures of the rounds that both have."""
    if not one.index.equals(other.index):
        common = one.index.intersection(other.index)
        one, other = one.loc[common], other.loc[common]
    return one.to_numpy(dtype=float), other.to_numpy(dtype=float)
