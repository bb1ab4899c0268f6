"""Estimates and intervals, against figures that can be worked out by hand or by simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconc.statistics.estimate import Estimate, cost, exp, mean, net, of_logs, ratio


def rounds(*figures: float, start: int = 1) -> pd.Series:
    return pd.Series(figures, index=range(start, start + len(figures)), dtype=float)


def known(found: Estimate | None) -> Estimate:
    assert found
    return found


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


def test_of_no_round_nothing_is_estimated() -> None:
    with pytest.raises(ValueError, match="no round"):
        cost(rounds())
    for estimate in (ratio, net):
        assert estimate(rounds(1.0), rounds(1.0, start=7)) is None
        assert estimate(rounds(1.0), None) is None
    assert ratio(rounds(1.0, -1.0), rounds(1.0, 1.0)) is None  # as net costs may be


def test_drift_that_hits_both_cancels() -> None:
    drift = np.array([1.0, 1.3, 0.8, 2.0, 1.1])
    estimate = known(ratio(rounds(*(10 * drift)), rounds(*(2 * drift))))
    assert estimate.value == pytest.approx(5.0)
    assert estimate.high / estimate.low == pytest.approx(1.0)


def test_only_rounds_that_both_have_are_paired() -> None:
    estimate = known(ratio(rounds(2.0, 2.0, 2.0), rounds(1.0, 1.0, 1.0, start=2)))
    assert estimate.rounds == 2


def test_a_net_cost_is_the_mean_difference() -> None:
    gross, control = rounds(10.0, 12.0, 11.0), rounds(4.0, 5.0, 4.5)
    estimate = known(net(gross, control))
    assert estimate.value == pytest.approx((6.0 + 7.0 + 6.5) / 3)
    assert estimate.low < estimate.value < estimate.high


def test_a_net_cost_may_be_negative() -> None:
    assert known(net(rounds(1.0, 1.1), rounds(2.0, 2.1))).value < 0


figures = st.lists(st.floats(1e-9, 1e3), min_size=6, max_size=30)


@given(figures, figures)
def test_no_figure_lies_outside_what_its_rounds_showed(
    ours: list[float], theirs: list[float]
) -> None:
    count = min(len(ours), len(theirs))
    slow, fast = np.array(ours[:count]), np.array(theirs[:count])
    for found, each in (
        (cost(rounds(*slow)), slow),
        (known(ratio(rounds(*slow), rounds(*fast))), slow / fast),
    ):
        least, most = each.min() * (1 - 1e-9), each.max() * (1 + 1e-9)
        assert least <= found.low <= found.value * (1 + 1e-9)
        assert found.value * (1 - 1e-9) <= found.high <= most
    differences = slow - fast
    beyond = known(net(rounds(*slow), rounds(*fast)))
    room = 1e-9 * np.abs(differences).max()
    assert differences.min() - room <= beyond.low <= beyond.value + room
    assert beyond.value - room <= beyond.high <= differences.max() + room


@given(figures, st.floats(1e-6, 1e6))
def test_the_unit_does_not_matter(costs: list[float], factor: float) -> None:
    found = cost(rounds(*costs)).scaled(factor)
    assert cost(rounds(*(factor * c for c in costs))) == pytest.approx(found, rel=1e-9)


@given(figures)
def test_the_ratio_the_other_way_round_is_the_inverse(costs: list[float]) -> None:
    slow, fast = rounds(*costs), rounds(*reversed(costs))
    there, back = known(ratio(slow, fast)), known(ratio(fast, slow))
    assert there.value == pytest.approx(1 / back.value, rel=1e-9)
    assert (there.low, there.high) == pytest.approx((1 / back.high, 1 / back.low), rel=1e-9)


def test_a_mean_of_equal_figures_is_that_figure() -> None:
    """Whose sum is rounded."""
    found = mean(np.full(7, 0.1))
    assert found.value == 0.1
    assert of_logs(np.full(7, 0.1)).value == np.exp(0.1)


def test_what_is_beyond_any_number_is_infinite() -> None:
    assert exp(710.0) == np.inf
    assert exp(-800.0) == 0.0
    assert exp(1.0) == pytest.approx(np.e)
    assert np.isnan(exp(np.nan))


@pytest.mark.parametrize(("count", "expected"), [(5, 0.95), (6, 31 / 32), (12, 0.95)])
def test_intervals_cover_the_truth_as_often_as_they_say(count: int, expected: float) -> None:
    random = np.random.default_rng(7)
    covered = {"cost": 0, "ratio": 0, "net": 0}
    trials = 2000
    for _ in range(trials):
        slow = rounds(*np.exp(random.normal(np.log(5.0), 0.1, count)))
        fast = rounds(*np.exp(random.normal(np.log(2.0), 0.1, count)))
        met = rounds(*np.exp(random.normal(0.0, 0.1, count)))
        control = rounds(*random.normal(2.0, 0.1, count))
        for name, truth, found in (
            ("cost", 5.0, cost(slow)),
            ("ratio", 2.5, known(ratio(slow * met, fast * met))),
            ("net", 3.0, known(net(control + rounds(*random.normal(3.0, 0.1, count)), control))),
        ):
            covered[name] += found.low <= truth <= found.high
    for name in covered:
        assert covered[name] / trials == pytest.approx(expected, abs=0.018), name
