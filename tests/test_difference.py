"""The difference of log costs: by hand, as scipy has it, and as nothing but the costs decide it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pyconc.statistics.difference import (
    Difference,
    margin_of,
    noise,
    p_value,
    paired,
    unpaired,
)
from pyconc.statistics.moderated import Variance

variances = st.builds(Variance, st.floats(1e-9, 1e3), st.floats(1, 1e3))
parts_of = st.lists(variances, min_size=1, max_size=4)
logs = st.lists(st.floats(-20, 20).map(lambda log: round(log, 6)), min_size=2, max_size=30)


# Paired


def test_the_ratio_of_pairs_is_their_geometric_mean() -> None:
    found = paired(np.log([2.0, 8.0]))
    assert found.ratio == pytest.approx(4)
    assert (found.rounds, found.paired) == (2, True)
    assert found.error == pytest.approx(math.log(2) * math.sqrt(2) / math.sqrt(2))


def test_few_pairs_have_students_interval() -> None:
    ratios = np.array([0.01, 0.03, -0.02, 0.05])
    theirs = stats.ttest_1samp(ratios, 0)
    low, high = theirs.confidence_interval(0.95)
    found = paired(ratios)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.p_value == pytest.approx(theirs.pvalue, rel=1e-6)


@given(logs)
def test_ratio_and_interval_lie_within_the_rounds(given_logs: list[float]) -> None:
    ratios = np.array(given_logs)
    found = paired(ratios)
    assert ratios.min() <= found.log_ratio <= ratios.max()
    assert found.low <= found.log_ratio + 1e-12
    assert found.high >= found.log_ratio - 1e-12
    if len(ratios) >= 6:
        assert ratios.min() - 1e-12 <= found.low
        assert found.high <= ratios.max() + 1e-12


@given(logs)
def test_swapping_the_arms_inverts_the_ratio(given_logs: list[float]) -> None:
    assert_inverse(paired(np.array(given_logs)), paired(-np.array(given_logs)))


def assert_inverse(there: Difference, back: Difference) -> None:
    assert there.log_ratio == pytest.approx(-back.log_ratio, abs=1e-9)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), rel=1e-9, abs=1e-9)
    assert there.p_value == pytest.approx(back.p_value, rel=1e-6)


@given(logs, st.floats(-3, 3))
def test_a_slowdown_moves_ratio_and_interval_by_as_much(
    given_logs: list[float], shift: float
) -> None:
    before, after = paired(np.array(given_logs)), paired(np.array(given_logs) + shift)
    assert after.log_ratio == pytest.approx(before.log_ratio + shift, abs=1e-9)
    assert (after.low, after.high) == pytest.approx(
        (before.low + shift, before.high + shift), rel=1e-6, abs=1e-9
    )
    assert after.error == pytest.approx(before.error, rel=1e-6, abs=1e-9)


def test_a_single_pair_has_no_interval_and_is_never_significant() -> None:
    found = paired(np.ones(1))
    assert found.ratio == pytest.approx(math.e)
    assert not found.has_interval
    assert math.isnan(found.error)
    assert found.p_value == 1
    assert not found.estimate.has_interval


def test_no_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="no round"):
        paired(np.array([]))


def test_pairs_that_are_all_alike_are_certain() -> None:
    found = paired(np.full(9, 0.1))
    assert found.log_ratio == 0.1  # though the sum is rounded
    assert (found.low, found.high) == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize("own", [0.005, 0.05])
def test_noise_is_that_of_each_side_by_itself(own: float) -> None:
    rng = np.random.default_rng(3)
    met = 0.5 * rng.standard_normal(4000)  # by both
    base, head = own * rng.standard_normal((2, 4000)) + met
    assert noise(head - base) == pytest.approx(own, rel=0.05)


# Not paired


def test_by_hand() -> None:
    parts = [Variance(0.01, 4), Variance(0.04, 9)]
    by_hand = math.sqrt(stats.t.ppf(0.975, 4) ** 2 * 0.01 + stats.t.ppf(0.975, 9) ** 2 * 0.04)
    assert margin_of(parts) == pytest.approx(by_hand)
    found = unpaired(0.3, 5, parts)
    assert (found.low, found.high) == pytest.approx((0.3 - by_hand, 0.3 + by_hand))
    assert found.error == pytest.approx(math.sqrt(0.05))
    assert (found.rounds, found.paired) == (5, False)


@given(variances, st.floats(0.5, 0.999))
def test_the_margin_of_one_part_is_students(part: Variance, confidence: float) -> None:
    theirs = stats.t.ppf((1 + confidence) / 2, part.freedom) * math.sqrt(part.value)
    assert margin_of([part], confidence) == pytest.approx(theirs, rel=1e-6)


@given(parts_of)
def test_the_margin_is_at_least_that_of_welch(parts: list[Variance]) -> None:
    total = sum(value for value, _ in parts)
    freedom = total**2 / sum(value**2 / freedom for value, freedom in parts)
    welch = stats.t.ppf(0.975, freedom) * math.sqrt(total)
    assert margin_of(parts) >= welch * (1 - 1e-9)


@given(parts_of, st.floats(-30, 30))
def test_the_interval_holds_1_just_where_the_test_lets_it_pass(
    parts: list[Variance], log_ratio: float
) -> None:
    found = unpaired(log_ratio, 9, parts)
    if abs(abs(log_ratio) - margin_of(parts)) > 1e-6 * abs(log_ratio):
        assert (found.p_value > 0.05) == (found.low <= 0 <= found.high)


@given(st.floats(0.01, 30), variances)
def test_the_p_value_of_one_part_is_students(log_ratio: float, part: Variance) -> None:
    theirs = 2 * stats.t.sf(log_ratio / math.sqrt(part.value), part.freedom)
    assert p_value(log_ratio, [part]) == pytest.approx(max(theirs, 1e-12), rel=2e-3)


def test_a_difference_of_nothing_is_as_likely_as_anything() -> None:
    assert p_value(0.0, [Variance(0.01, 3)]) == pytest.approx(1, abs=1e-6)
    assert p_value(0.0, [Variance(0.0, 3)]) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("freedom", [0.05, 0.3, 1.0, 1e6])
def test_a_part_that_is_nothing_adds_nothing_however_poorly_it_is_known(freedom: float) -> None:
    part, nothing = Variance(0.01, 20), Variance(0.0, freedom)
    assert margin_of([part, nothing], 1 - 1e-13) == margin_of([part], 1 - 1e-13)
    for log_ratio in (0.1, 0.5, 1.2):
        assert p_value(log_ratio, [part, nothing]) == p_value(log_ratio, [part])


@given(parts_of, variances)
def test_what_is_between_campaigns_widens_the_interval_and_nothing_else(
    within: list[Variance], between: Variance
) -> None:
    without, with_it = unpaired(0.1, 9, within), unpaired(0.1, 9, within, [between])
    assert with_it.log_ratio == without.log_ratio
    assert with_it.low < without.low
    assert with_it.high > without.high
    assert with_it.error**2 == pytest.approx(without.error**2 + between.value)


@given(parts_of)
def test_swapping_two_campaigns_inverts_the_ratio(parts: list[Variance]) -> None:
    assert_inverse(unpaired(0.2, 9, parts), unpaired(-0.2, 9, parts))


def test_a_part_of_which_nothing_is_known_leaves_no_interval() -> None:
    found = unpaired(3.0, 1, [Variance(0.01, 5), Variance(0.01, 0)])
    assert found.log_ratio == 3
    assert not found.has_interval
    assert found.p_value == 1


@pytest.mark.parametrize("freedoms", [(2, 2), (11, 3), (1, 39)])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_the_interval_holds_the_truth_at_least_as_often_as_it_says(
    freedoms: tuple[int, int], share: float
) -> None:
    rng = np.random.default_rng(4)
    truths = np.array([share, 1 - share])
    shown = truths * rng.chisquare(freedoms, (20_000, 2)) / freedoms
    error = (np.sqrt(truths) * rng.standard_normal((20_000, 2))).sum(axis=1)
    quantiles = stats.t.ppf(0.975, freedoms)
    margins = np.sqrt((shown * quantiles**2).sum(axis=1))
    assert margins[0] == pytest.approx(margin_of([Variance(*e) for e in zip(shown[0], freedoms)]))
    assert (np.abs(error) <= margins).mean() >= 0.95 - 0.005
