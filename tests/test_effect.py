"""Estimates and intervals, against figures that can be worked out by hand or by simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pyconc.statistics.estimate import cost, net, ratio


def rounds(*figures: float, start: int = 1) -> pd.Series:
    return pd.Series(figures, index=range(start, start + len(figures)), dtype=float)


def test_a_cost_is_a_geometric_mean() -> None:
    estimate = cost(rounds(1.0, 4.0))
    assert estimate.value == pytest.approx(2.0)
    assert estimate.low < 2.0 < estimate.high
    assert estimate.low * estimate.high == pytest.approx(4.0)  # symmetric on the log scale
    assert estimate.rounds == 2


def test_one_round_has_no_interval() -> None:
    estimate = cost(rounds(3.0))
    assert estimate.value == pytest.approx(3.0)
    assert not estimate.has_interval


def test_no_round_is_refused() -> None:
    with pytest.raises(ValueError, match="no round"):
        cost(rounds())
    with pytest.raises(ValueError, match="no round"):
        ratio(rounds(1.0), rounds(1.0, start=7))


def test_drift_that_hits_both_cancels() -> None:
    drift = np.array([1.0, 1.3, 0.8, 2.0, 1.1])
    estimate = ratio(rounds(*(10 * drift)), rounds(*(2 * drift)))
    assert estimate.value == pytest.approx(5.0)
    assert estimate.high / estimate.low == pytest.approx(1.0)


def test_only_rounds_that_both_have_are_paired() -> None:
    estimate = ratio(rounds(2.0, 2.0, 2.0), rounds(1.0, 1.0, 1.0, start=2))
    assert estimate.rounds == 2


def test_a_net_cost_is_the_difference_of_the_costs() -> None:
    gross, control = rounds(10.0, 12.0, 11.0), rounds(4.0, 5.0, 4.5)
    estimate = net(gross, control)
    assert estimate.value == pytest.approx(cost(gross).value - cost(control).value)
    assert estimate.low < estimate.value < estimate.high


def test_a_net_cost_may_be_negative() -> None:
    assert net(rounds(1.0, 1.1), rounds(2.0, 2.1)).value < 0


@pytest.mark.parametrize("noise", [0.01, 0.1])
def test_intervals_cover_the_truth_as_often_as_they_say(noise: float) -> None:
    random = np.random.default_rng(7)
    covered = {"cost": 0, "ratio": 0, "net": 0}
    trials = 2000
    for _ in range(trials):
        slow = rounds(*np.exp(random.normal(np.log(5.0), noise, 6)))
        fast = rounds(*np.exp(random.normal(np.log(2.0), noise, 6)))
        for name, truth, found in (
            ("cost", 5.0, cost(slow)),
            ("ratio", 2.5, ratio(slow, fast)),
            ("net", 3.0, net(slow, fast)),
        ):
            covered[name] += found.low <= truth <= found.high
    for name, count in covered.items():
        assert 0.93 < count / trials < 0.97, name
