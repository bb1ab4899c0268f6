"""Rank tests and intervals are those of scipy, or what counting all ways gives."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from pyconc.compare.ranks import MOST_ROUNDS, hodges_lehmann, p_above, p_greater
from pyconc.statistics.difference import t_above, t_margin
from pyconc.statistics.verdicts import benjamini_hochberg

RNG = np.random.default_rng(7)


@pytest.mark.parametrize("rounds", [2, 5, 6, 13, 40])
def test_signed_ranks_are_those_of_scipy(rounds: int) -> None:
    ratios = RNG.standard_normal((20, rounds)) + 0.3
    theirs = [stats.wilcoxon(e, alternative="greater", method="exact").pvalue for e in ratios]
    assert p_above(ratios) == pytest.approx(theirs, rel=1e-9)


def test_many_rounds_are_as_good_as_normal() -> None:
    ratios = RNG.standard_normal(MOST_ROUNDS + 50) + 0.1
    theirs = stats.wilcoxon(ratios, alternative="greater", method="approx", correction=True)
    assert float(p_above(ratios)) == pytest.approx(theirs.pvalue, rel=1e-6)


def test_equal_ones_are_judged_alike_in_any_order_and_on_the_safe_side() -> None:
    ratios = [0.5, 0.5, -0.5, 1.0, 0.2]
    found = {float(p_above(np.array(each))) for each in itertools.permutations(ratios)}
    assert len(found) == 1
    assert found.pop() >= float(p_above(np.array([0.51, 0.52, -0.5, 1.0, 0.2])))


@pytest.mark.parametrize("sizes", [(2, 3), (6, 6), (4, 14), (14, 4), (40, 40), (60, 9)])
def test_two_samples_are_judged_as_by_scipy(sizes: tuple[int, int]) -> None:
    for shift in (-0.5, 0.0, 0.5, 2.0):
        one, other = RNG.standard_normal(sizes[0]) + shift, RNG.standard_normal(sizes[1])
        theirs = stats.mannwhitneyu(one, other, alternative="greater", method="exact")
        assert p_greater(one, other) == pytest.approx(theirs.pvalue, rel=1e-9)


def test_two_large_samples_are_as_good_as_normal() -> None:
    one, other = RNG.standard_normal(300) + 0.1, RNG.standard_normal(400)
    theirs = stats.mannwhitneyu(one, other, alternative="greater", method="asymptotic")
    assert p_greater(one, other) == pytest.approx(theirs.pvalue, rel=1e-6)


def test_the_estimate_is_the_median_of_all_means_of_two() -> None:
    ratios = RNG.standard_normal(11)
    means = [(a + b) / 2 for a, b in itertools.combinations_with_replacement(ratios, 2)]
    centre, low, high = hodges_lehmann(ratios, 0.95)
    assert float(centre) == pytest.approx(np.median(means))
    assert low < centre < high


@pytest.mark.parametrize("rounds", [6, 9, 20])
def test_the_interval_is_what_the_test_does_not_refuse(rounds: int) -> None:
    ratios = RNG.standard_normal(rounds)
    _, low, high = hodges_lehmann(ratios, 0.95)
    inside, outside = 1e-9, -1e-9
    for end, sign in ((low, 1), (high, -1)):
        for beyond, is_refused in ((inside, False), (outside, True)):
            p = float(p_above(sign * (ratios - end) - beyond))
            assert (p <= 0.025) == is_refused


def test_students_t_is_that_of_scipy() -> None:
    for statistic, degrees in ((0.0, 3.0), (4.4, 39.0), (-2.0, 7.5), (11.0, 39.0), (60.0, 2.0)):
        assert t_above(statistic, degrees) == pytest.approx(stats.t.sf(statistic, degrees))
    for degrees in (1.0, 3.5, 39.0, 1e6):
        assert t_margin(degrees, 0.99975) == pytest.approx(stats.t.ppf(0.999875, degrees))


def test_false_discoveries_are_kept_as_by_scipy() -> None:
    for count in (1, 2, 50):
        p_values = RNG.random(count) ** 3
        theirs = stats.false_discovery_control(p_values)
        assert benjamini_hochberg(p_values) == pytest.approx(theirs)
