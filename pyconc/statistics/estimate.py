"""Costs and ratios with 95 % intervals.

The round is the unit: a fresh process, whose values are averaged. Costs are positive and their
noise is proportional, so everything is done on the log scale, and a mean is a geometric mean.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A positive figure (seconds or a ratio) with its 95 % interval.

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
    """The cost that rounds agree on, in their unit: a geometric mean and its t interval.

    Raises:
        ValueError: there is no round.
    """
    return _log_mean(np.log(rounds.to_numpy(dtype=float)))


def ratio(slow: pd.Series[float], fast: pd.Series[float]) -> Estimate:
    """How many times as much the one costs as the other: a paired t interval on log ratios.

    Args:
        slow, fast: costs indexed by round; round i of one pairs with round i of the other, so
            that drift of the machine cancels. Rounds that only one of them has are left out.

    Raises:
        ValueError: they have no round in common.
    """
    ours, theirs = _paired(slow, fast)
    return _log_mean(np.log(ours / theirs))


def net(gross: pd.Series[float], control: pd.Series[float]) -> Estimate:
    """What a case costs beyond its control, in seconds: the difference of their costs.

    It may be negative. The interval carries the error of both through (the delta method on the
    log scale, paired by round).

    Raises:
        ValueError: they have no round in common.
    """
    logs = np.log(np.stack(_paired(gross, control), axis=1))
    centre = logs.mean(axis=0)
    first_order = np.exp(centre) * (1 + logs - centre)
    return mean(first_order[:, 0] - first_order[:, 1])


def mean(figures: np.ndarray) -> Estimate:
    """An arithmetic mean and its t interval, of figures that may be zero or negative.

    Raises:
        ValueError: there is none.
    """
    if not len(figures):
        raise ValueError("no round in common")
    value = float(figures.mean())
    if len(figures) < 2:
        return Estimate(value, math.nan, math.nan, len(figures))
    margin = float(figures.std(ddof=1)) / math.sqrt(len(figures)) * _quantile(len(figures))
    return Estimate(value, value - margin, value + margin, len(figures))


def _paired(one: pd.Series[float], other: pd.Series[float]) -> tuple[np.ndarray, np.ndarray]:
    """The figures of the rounds that both have."""
    if not one.index.equals(other.index):
        common = one.index.intersection(other.index)
        one, other = one.loc[common], other.loc[common]
    return one.to_numpy(dtype=float), other.to_numpy(dtype=float)


def _log_mean(logs: np.ndarray) -> Estimate:
    value, low, high, count = mean(logs)
    return Estimate(math.exp(value), math.exp(low), math.exp(high), count)


@cache
def _quantile(count: int) -> float:
    """Of Student's t, as many standard errors as the half of an interval of so many figures has."""
    return float(stats.t.ppf((1 + CONFIDENCE) / 2, count - 1))
