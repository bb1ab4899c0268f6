"""The difference of log costs: as scipy has it, and as nothing but the costs should decide it."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pyconc.statistics.difference import (
    CAUTION,
    CONFIDENCE,
    LEAST_ADJUSTED,
    LEAST_NOISE,
    RANKED_BELOW,
    TRIM_FROM,
    Difference,
    Share,
    at_one_pace,
    both_tests,
    location,
    mean,
    trimmed,
    unpaired,
)

SLOWER_OR_FASTER: tuple[Literal["greater", "less"], ...] = ("greater", "less")
SIZES = (2, 3, 6, 9, 10, 12, 19, 20, 40)


def share(rounds: int) -> float:
    """The share of the rounds that does not count at either end, as scipy wants it."""
    return int(rounds >= TRIM_FROM) / rounds


def together(by_mean: Any, by_ranks: Any) -> float:
    return min(1.0, CAUTION * float(stats.hmean([by_mean, by_ranks])))


def paired(ratios: np.ndarray) -> Difference:
    return at_one_pace(ratios)[0]


finite = st.floats(-20, 20).map(lambda figure: round(figure, 6))
logs = st.lists(finite, min_size=2, max_size=40)
#: No two of equal size, whose ranks would depend on their order.
ratios_of_pairs = st.lists(
    st.floats(-20, 20).filter(lambda figure: abs(figure) > 1e-6),
    min_size=2, max_size=40, unique_by=lambda figure: round(abs(figure), 6),
).map(np.array)  # fmt: skip


def drawn(*shape: int, seed: int = 1) -> np.ndarray:
    """Log costs with heavy tails."""
    return 0.05 * np.random.default_rng(seed).standard_t(3, shape) - 15


@pytest.mark.parametrize("rounds", SIZES)
def test_the_trimmed_mean_is_that_of_scipy(rounds: int) -> None:
    costs = drawn(50, rounds)
    means, _ = trimmed(costs)
    assert means == pytest.approx(stats.trim_mean(costs, share(rounds), axis=-1), rel=1e-12)


@pytest.mark.parametrize("rounds", SIZES)
def test_the_error_is_nearly_that_of_scipy(rounds: int) -> None:
    costs = drawn(rounds)
    _, error = trimmed(costs)
    cut = share(rounds)
    theirs = stats.mstats.trimmed_stde(costs, (cut, cut)) if cut else stats.sem(costs)
    kept = location(costs).freedom + 1  # scipy divides by what is kept, but not by one less
    nearly = (
        1 if not cut else (1 - 2 * cut) * math.sqrt(rounds * (rounds - 1) / (kept * (kept - 1)))
    )
    assert error == pytest.approx(theirs * nearly, rel=1e-9)


@pytest.mark.parametrize("rounds", [(20, 20), (40, 40), (6, 19), (2, 3)])
def test_two_campaigns_differ_as_by_the_test_of_scipy(rounds: tuple[int, int]) -> None:
    base, head = drawn(rounds[0], seed=1), drawn(rounds[1], seed=2) * 2 + 15.02
    found = unpaired(base, head)
    cut = 1.5 if rounds[0] >= TRIM_FROM else 0  # so that no rounding matters
    theirs = stats.ttest_ind(head, base, equal_var=False, trim=cut / rounds[0])
    assert found.log_ratio / found.error == pytest.approx(theirs.statistic, rel=1e-9)
    assert found.freedom == pytest.approx(theirs.df, rel=1e-9)
    low, high = theirs.confidence_interval(CONFIDENCE)
    assert found.log_interval() == pytest.approx((low, high), rel=1e-9)
    # with what is between campaigns, however little, the error alone decides
    known = unpaired(base, head, Share(1e-12, 5))
    two_sided = 2 * min(known.p_slower(), known.p_faster())
    assert two_sided == pytest.approx(theirs.pvalue, rel=1e-6)


@pytest.mark.parametrize("rounds", [(6, 6), (9, 14), (14, 7)])
def test_two_short_campaigns_have_an_interval_of_ranks(rounds: tuple[int, int]) -> None:
    base, head = drawn(rounds[0], seed=1), drawn(rounds[1], seed=2) * 2 + 15.02
    found = unpaired(base, head)
    assert found.log_ratio == pytest.approx(np.median(head[:, None] - base))
    for end, inwards in zip(found.log_interval(), (1e-9, -1e-9)):
        inside, outside = (
            stats.mannwhitneyu(head - end - step, base, method="exact").pvalue
            for step in (inwards, -inwards)
        )
        assert outside <= 1 - CONFIDENCE < inside
    assert len(base) < RANKED_BELOW > len(head)


def test_two_short_campaigns_that_show_no_noise_have_some() -> None:
    low, high = unpaired(np.zeros(6), np.full(6, 0.5)).log_interval()
    assert 0.498 < low < 0.5 < high < 0.502


def test_two_campaigns_are_judged_by_means_and_by_ranks() -> None:
    base, head = drawn(12), drawn(15, seed=2) + 0.02
    found = unpaired(base, head)
    for side, p in zip(SLOWER_OR_FASTER, (found.p_slower(), found.p_faster())):
        by_mean = stats.ttest_ind(head, base, equal_var=False, alternative=side).pvalue
        by_ranks = stats.mannwhitneyu(head, base, alternative=side).pvalue
        assert p == pytest.approx(together(by_mean, by_ranks), rel=0.05)


@pytest.mark.parametrize("rounds", [7, 12, 40])
def test_pairs_are_judged_by_means_and_by_ranks(rounds: int) -> None:
    ratios = drawn(rounds, seed=3) + 15.03
    found = paired(ratios)
    for side, p in zip(SLOWER_OR_FASTER, (found.p_slower(), found.p_faster())):
        by_mean = stats.ttest_1samp(ratios, 0, alternative=side).pvalue
        by_ranks = stats.wilcoxon(ratios, alternative=side, method="exact").pvalue
        assert p == pytest.approx(together(by_mean, by_ranks), rel=1e-9)


@pytest.mark.parametrize("rounds", [6, 7, 12, 25, 40])
def test_the_interval_of_pairs_is_that_of_the_exact_test(rounds: int) -> None:
    ratios = drawn(rounds, seed=3) + 15
    found = paired(ratios)
    for end, inwards in zip(found.log_interval(), (1e-9, -1e-9)):
        inside, outside = (
            stats.wilcoxon(ratios - end - step, method="exact").pvalue
            for step in (inwards, -inwards)
        )
        assert outside <= 1 - CONFIDENCE < inside
    means = [(a + b) / 2 for i, a in enumerate(ratios) for b in ratios[i:]]
    assert found.log_ratio == pytest.approx(np.median(means))


def test_few_pairs_have_the_interval_of_their_mean() -> None:
    ratios = drawn(4) + 15
    found = paired(ratios)
    theirs = stats.ttest_1samp(ratios, 0).confidence_interval(CONFIDENCE)
    assert found.log_interval() == pytest.approx((theirs.low, theirs.high))
    assert found.interval() == pytest.approx((np.exp(theirs.low), np.exp(theirs.high)))
    assert found.ratio == pytest.approx(math.exp(ratios.mean()))


def test_all_at_once_is_as_one_by_one() -> None:
    costs = drawn(3, 4, 25)
    means, errors = trimmed(costs)
    assert means.shape == errors.shape == (3, 4)
    for place in np.ndindex(3, 4):
        one = location(costs[place])
        assert (one.mean, one.error) == pytest.approx((means[place], errors[place]), rel=1e-12)
        assert (one.freedom, one.rounds) == (22, 25)
    several = both_tests(costs)
    assert several.shape == (3, 4)
    for place in np.ndindex(3, 4):
        assert paired(costs[place]).p_slower() == pytest.approx(several[place], rel=1e-9)


@given(logs, finite)
def test_the_unit_of_the_costs_does_not_matter(costs: list[float], shift: float) -> None:
    before, after = location(np.array(costs)), location(np.array(costs) + shift)
    assert after.mean == pytest.approx(before.mean + shift, abs=1e-9)
    assert after.error == pytest.approx(before.error, rel=1e-6, abs=1e-9)


@given(logs, st.floats(1, 10))
def test_noise_that_is_larger_makes_the_error_larger_in_proportion(
    costs: list[float], factor: float
) -> None:
    before, after = location(np.array(costs)), location(np.array(costs) * factor)
    assert after.mean == pytest.approx(before.mean * factor, abs=1e-9)
    least = LEAST_NOISE / math.sqrt(len(costs))
    if before.error > least:
        assert after.error == pytest.approx(before.error * factor, rel=1e-6)
    else:
        assert least <= after.error <= least * factor * (1 + 1e-9)


@given(logs, logs)
def test_swapping_two_campaigns_inverts_the_ratio(base: list[float], head: list[float]) -> None:
    there = unpaired(np.array(base), np.array(head), Share(0.3, 4))
    back = unpaired(np.array(head), np.array(base), Share(0.3, 4))
    assert_inverse(there, back)


@given(ratios_of_pairs)
def test_swapping_the_arms_inverts_the_ratio(ratios: np.ndarray) -> None:
    assert_inverse(paired(ratios), paired(-ratios))


def assert_inverse(there: Difference, back: Difference) -> None:
    assert there.log_ratio == pytest.approx(-back.log_ratio, abs=1e-9)
    low, high = back.log_interval()
    assert there.log_interval() == pytest.approx((-high, -low), rel=1e-6, abs=1e-9)
    assert there.p_slower() == pytest.approx(back.p_faster(), rel=1e-6, abs=1e-12)


@given(ratios_of_pairs, st.integers(0, 2**32 - 1))
def test_the_order_of_the_rounds_does_not_matter(ratios: np.ndarray, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(ratios))
    assert_same(paired(ratios), paired(ratios[order]))
    assert_same(unpaired(ratios, ratios / 2), unpaired(ratios, ratios[order] / 2))


def assert_same(one: Difference, other: Difference) -> None:
    assert one.log_ratio == pytest.approx(other.log_ratio, abs=1e-9)
    assert one.log_interval() == pytest.approx(other.log_interval(), rel=1e-6, abs=1e-9)
    assert one.p_slower() == pytest.approx(other.p_slower(), rel=1e-6, abs=1e-12)


@given(ratios_of_pairs, st.floats(-3, 3))
def test_a_slowdown_moves_ratio_and_interval_by_as_much(ratios: np.ndarray, shift: float) -> None:
    before, after = paired(ratios), paired(ratios + shift)
    assert after.log_ratio == pytest.approx(before.log_ratio + shift, abs=1e-9)
    moved = [end + shift for end in before.log_interval()]
    assert after.log_interval() == pytest.approx(moved, rel=1e-6, abs=1e-9)
    assert after.error == pytest.approx(before.error, rel=1e-6)


@given(ratios_of_pairs)
def test_the_interval_holds_the_ratio(ratios: np.ndarray) -> None:
    for found in (paired(ratios), unpaired(ratios, 2 * ratios)):
        low, high = found.interval()
        assert low < found.ratio < high
        assert 0 <= found.p_slower() <= 1
        assert 0 <= found.p_faster() <= 1


@pytest.mark.parametrize("rounds", [(1, 1), (1, 40), (40, 1)])
def test_a_single_round_has_no_interval_and_is_never_significant(rounds: tuple[int, int]) -> None:
    base, head = np.zeros(rounds[0]), np.full(rounds[1], 3.0)
    found = unpaired(base, head, Share(0.5, 3))
    assert found.log_ratio == 3
    assert not found.has_interval
    assert found.log_interval() == (-math.inf, math.inf)
    assert all(math.isnan(end) for end in found.interval())
    assert found.p_slower() == found.p_faster() == 1


def test_a_single_pair_has_no_interval_and_is_never_significant() -> None:
    found = paired(np.ones(1))
    assert found.ratio == pytest.approx(math.e)
    assert not found.has_interval
    assert found.p_slower() == found.p_faster() == 1


def test_no_round_is_refused() -> None:
    with pytest.raises(ValueError, match="no round"):
        location(np.array([]))


@pytest.mark.parametrize("rounds", SIZES)
def test_costs_that_never_vary_have_the_least_noise(rounds: int) -> None:
    same = np.full(rounds, -14.0)
    assert location(same).error == pytest.approx(LEAST_NOISE / math.sqrt(rounds))
    equal = paired(same - same)
    assert equal.ratio == 1
    assert equal.p_slower() > 0.4
    assert equal.p_faster() > 0.4
    low, high = equal.interval()
    assert 1 - 30 * LEAST_NOISE < low < 1 < high < 1 + 30 * LEAST_NOISE
    between = unpaired(same, same + 1e-6)
    assert between.error == pytest.approx(LEAST_NOISE * math.sqrt(2 / rounds))
    assert unpaired(same, same).p_slower() > 0.4


def test_most_rounds_at_one_cost_do_not_make_the_error_vanish() -> None:
    costs = np.zeros(20)
    costs[0] = 1.0  # the only one that differs is trimmed
    assert location(costs).mean == 0
    assert location(costs).error >= LEAST_NOISE / math.sqrt(20)


def test_sides_may_have_unequal_numbers_of_rounds() -> None:
    base, head = drawn(40), drawn(12) + 0.1
    found = unpaired(base, head)
    assert found.rounds == 12
    assert not found.paired
    sides = location(base), location(head)
    assert sides[1].freedom <= found.freedom <= sides[0].freedom + sides[1].freedom
    assert found.error == pytest.approx(math.hypot(*(side.error for side in sides)))


def width(difference: Difference) -> float:
    low, high = difference.log_interval()
    return high - low


def test_what_is_between_campaigns_widens_the_interval_and_nothing_else() -> None:
    base, head = drawn(12), drawn(12, seed=2)
    without = unpaired(base, head)
    none = unpaired(base, head, Share(0.0, 5))
    some = unpaired(base, head, Share(0.5, 5))
    more = unpaired(base, head, Share(1.0, 5))
    assert none.log_interval() == pytest.approx(without.log_interval(), rel=1e-12)
    assert width(without) < width(some) < width(more)
    assert without.log_ratio == some.log_ratio == more.log_ratio
    assert more.between**2 == pytest.approx(2 * some.between**2)
    assert more.error**2 == pytest.approx(without.error**2 + more.between**2)


def test_a_share_is_of_the_variance_of_a_round() -> None:
    rng = np.random.default_rng(5)
    base, head = 0.02 * rng.standard_normal((2, 9))
    variances = base.var(ddof=1) + head.var(ddof=1)
    assert unpaired(base, head, Share(0.3, 9)).between ** 2 == pytest.approx(0.3 * variances)


def test_a_poorly_known_share_has_fewer_degrees_of_freedom() -> None:
    base, head = drawn(12), drawn(12, seed=2)
    poorly, well = (unpaired(base, head, Share(1.0, known)) for known in (1, 1000))
    assert poorly.error == well.error
    assert poorly.freedom < well.freedom
    assert width(poorly) > width(well)


variances = st.lists(
    st.tuples(st.floats(1e-9, 1e3), st.floats(1, 1e3)), min_size=1, max_size=8
)  # fmt: skip


@given(variances)
def test_joint_freedom_is_at_least_the_least_and_at_most_the_sum(
    parts: list[tuple[float, float]],
) -> None:
    found = mean([Difference(0.0, error, degrees, 9, True) for error, degrees in parts])
    degrees = [each for _, each in parts]
    assert min(degrees) * (1 - 1e-9) <= found.freedom <= sum(degrees) * (1 + 1e-9)
    assert found.error == pytest.approx(math.hypot(*(error for error, _ in parts)) / len(parts))


@pytest.mark.parametrize("side", ["base", "head"])
def test_one_round_of_twenty_a_thousand_times_dearer_hardly_matters(side: str) -> None:
    rng = np.random.default_rng(6)
    sides = {"base": 0.02 * rng.standard_normal(20), "head": 0.02 * rng.standard_normal(20)}
    before = [paired(sides["head"] - sides["base"]), unpaired(sides["base"], sides["head"])]
    sides[side][7] += math.log(1000)
    after = [paired(sides["head"] - sides["base"]), unpaired(sides["base"], sides["head"])]
    for usual, disturbed in zip(before, after):
        assert abs(disturbed.log_ratio - usual.log_ratio) < usual.error
        assert disturbed.error < 1.5 * usual.error


def met(rounds: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Log ratios of identical code that the machine's pace has changed, and that pace."""
    rng = np.random.default_rng(seed)
    paces = 0.1 * rng.standard_normal(rounds)
    paces += 0.05 - paces.mean()
    return 1.2 * paces + 0.01 * rng.standard_normal(rounds), paces


def test_what_the_pace_of_the_machine_explains_is_taken_out() -> None:
    ratios, paces = met(40)
    found, adjusted = at_one_pace(ratios, paces)
    low, high = found.log_interval()
    assert low < 0 < high
    assert width(found) < 0.3 * width(paired(ratios))
    assert found.freedom == paired(ratios).freedom - 1  # the slope has cost one
    assert adjusted.std() == pytest.approx(0.01, rel=0.3)


def test_a_slowdown_survives_the_pace() -> None:
    ratios, paces = met(40)
    moved, still = (at_one_pace(each, paces)[0] for each in (ratios + 0.05, ratios))
    assert moved.log_ratio == pytest.approx(still.log_ratio + 0.05)
    assert moved.error == pytest.approx(still.error)
    assert moved.p_slower() < 1e-6 < still.p_slower()


def test_a_pace_that_never_changes_is_no_pace() -> None:
    ratios, _ = met(20)
    assert at_one_pace(ratios, np.full(20, 0.1))[0] == at_one_pace(ratios, None)[0]


def test_a_pace_that_would_explain_the_opposite_explains_nothing() -> None:
    ratios, paces = met(20)
    found, adjusted = at_one_pace(-ratios, paces)
    assert adjusted == pytest.approx(-ratios)
    assert found.log_ratio == pytest.approx(paired(-ratios).log_ratio)


def test_few_rounds_do_not_tell_what_the_pace_explains() -> None:
    ratios, paces = met(LEAST_ADJUSTED - 1)
    assert at_one_pace(ratios, paces)[0] == at_one_pace(ratios, None)[0]


def test_what_is_not_known_of_the_pace_widens_the_interval() -> None:
    ratios, paces = met(40)
    sure, unsure = (at_one_pace(ratios, paces, error)[0] for error in (0.0, 0.01))
    assert sure.log_ratio == unsure.log_ratio
    assert sure.error < unsure.error < math.hypot(sure.error, 0.015)
    assert width(sure) < width(unsure)
    likely = [min(each.p_slower(), each.p_faster()) for each in (sure, unsure)]
    assert likely[0] <= likely[1]
