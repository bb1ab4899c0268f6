"""Variances of few rounds, moderated by those of all cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from pyconc.statistics.moderated import (
    LEAST_VARIANCE,
    Prior,
    Variance,
    _inverse_trigamma,
    variance,
)

variances = st.builds(Variance, st.floats(1e-5, 1e3), st.integers(1, 60))


def drawn(cases: int, freedom: int, usual: float, worth: float, seed: int = 1) -> list[Variance]:
    """Variances as Smyth has them: each case's own from an inverse chi squared, and then seen."""
    rng = np.random.default_rng(seed)
    own = usual * worth / rng.chisquare(worth, cases) if math.isfinite(worth) else usual
    return [Variance(float(v), freedom) for v in own * rng.chisquare(freedom, cases) / freedom]


@pytest.mark.parametrize("freedom", [1, 2, 11])
@pytest.mark.parametrize("worth", [3.0, 8.0])
def test_what_is_usual_and_what_it_is_worth_are_found_again(freedom: int, worth: float) -> None:
    found = Prior.of(drawn(50_000, freedom, 2.5, worth))
    assert found.usual == pytest.approx(2.5, rel=0.05)
    assert found.freedom == pytest.approx(worth, rel=0.15)


def test_cases_of_one_variance_are_worth_endlessly_much() -> None:
    found = Prior.of(drawn(50_000, 4, 0.5, math.inf))
    assert found.usual == pytest.approx(0.5, rel=0.05)
    assert found.freedom > 100


def test_the_weighted_mean_by_hand() -> None:
    prior = Prior(4.0, 6.0, 1000.0)
    assert prior.moderate(Variance(1.0, 2)) == pytest.approx((3.25, 8))
    assert prior.moderate(Variance(math.nan, 0)) == (4.0, 6.0)


@given(st.lists(variances, min_size=2, max_size=20), variances)
def test_a_moderated_variance_lies_between_its_own_and_what_is_usual(
    seen: list[Variance], own: Variance
) -> None:
    prior = Prior.of(seen)
    value, freedom = prior.moderate(own)
    low, high = sorted((own.value, prior.usual))
    assert low * (1 - 1e-9) <= value <= high * (1 + 1e-9)
    assert 0 < freedom <= sum(each.freedom for each in seen)


def test_nothing_is_known_better_than_by_all_rounds_together() -> None:
    """Three cases that look alike are no endless number of cases."""
    seen = [Variance(0.01, 2)] * 3
    assert Prior.of(seen).moderate(seen[0]).freedom == 6


def test_a_single_case_is_known_by_nothing_but_itself() -> None:
    prior = Prior.of([Variance(0.01, 2)])
    assert prior.moderate(Variance(0.01, 2)) == pytest.approx((0.01, 2))
    assert prior.moderate(Variance(math.nan, 0)) == pytest.approx((0.01, 2))


def test_cases_without_a_variance_tell_nothing() -> None:
    assert Prior.of([]).moderate(Variance(math.nan, 0)).freedom == 0
    unknown = Variance(math.nan, 0)
    assert Prior.of([unknown, Variance(1.0, 3), Variance(2.0, 3)]) == Prior.of(
        [Variance(1.0, 3), Variance(2.0, 3)]
    )


@given(st.lists(variances, min_size=2, max_size=20), st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(seen: list[Variance], factor: float) -> None:
    before = Prior.of(seen, least=1e-30)
    after = Prior.of([Variance(v * factor, f) for v, f in seen], least=1e-30)
    assert after.usual == pytest.approx(before.usual * factor, rel=1e-6)
    if before.freedom < 1e4:
        assert after.freedom == pytest.approx(before.freedom, rel=1e-3)


@pytest.mark.parametrize("beyond", [0.0, 1e-12, 1e-8, 3e-6, 1e-5, 1e-2])
def test_variances_that_hardly_vary_beyond_chance_are_no_trouble(beyond: float) -> None:
    apart = math.sqrt(2 * (float(special.polygamma(1, 2)) + beyond))
    found = Prior.of([Variance(1.0, 4), Variance(math.exp(apart), 4)])
    assert found.freedom > 100
    assert 1 < found.usual < math.exp(apart) * 2


@pytest.mark.parametrize("value", [1e-5, 1e-4, 0.1, math.pi**2 / 6, 10.0, 1e6])
def test_the_inverse_of_trigamma(value: float) -> None:
    assert special.polygamma(1, _inverse_trigamma(value)) == pytest.approx(value, rel=1e-6)


def test_the_variance_of_rounds() -> None:
    assert variance(np.array([1.0, 2.0, 4.0])) == pytest.approx((7 / 3, 2))
    assert variance(np.full(5, 3.0)) == (LEAST_VARIANCE, 4)
    assert variance(np.array([1.0])).freedom == 0
    assert math.isnan(variance(np.array([1.0])).value)


def test_moderated_t_is_as_rare_as_it_says() -> None:
    """Of three rounds, all cases being the same: five of a hundred are beyond 5 %."""
    rng = np.random.default_rng(2)
    spreads = 0.02 * np.sqrt(6 / rng.chisquare(6, 20_000))
    rounds = spreads[:, None] * rng.standard_normal((20_000, 3))
    seen = [variance(each) for each in rounds]
    prior = Prior.of(seen)
    usual = [prior.moderate(each) for each in seen]
    errors = np.sqrt([value / 3 for value, _ in usual])
    limits = special.stdtrit([freedom for _, freedom in usual], 0.975)
    assert (np.abs(rounds.mean(axis=1)) / errors > limits).mean() == pytest.approx(0.05, abs=0.006)
