"""The smallest visible effect: so many comparisons find it, and it is what the gate asks for."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconc.statistics.exchange import ENOUGH_ROUNDS, exchange, largest_by_chance
from pyconc.statistics.verdicts import FALSE_ALARMS
from pyconc.statistics.visible import MOST, POWER, smallest_effect


def numbered(ratios: np.ndarray) -> dict[int, float]:
    return dict(enumerate(ratios.tolist(), 1))


@pytest.mark.parametrize(
    ("rounds", "among", "within"),
    [(8, 0, 0.12), (10, 0, 0.12), (20, 0, 0.12), (40, 0, 0.12), (12, 20, 0.17), (40, 20, 0.17),
     (9, 20, 0.25)],  # of few rounds among others it is rough
)  # fmt: skip
def test_four_of_five_comparisons_find_the_visible_effect(
    rounds: int, among: int, within: float
) -> None:
    """As the gate finds them: the rounds of one comparison tell what is visible, and others are
    drawn anew.
    """
    rng = np.random.default_rng(rounds)
    spread = 0.02
    others = [numbered(each) for each in spread * rng.standard_normal((among, rounds))]
    limit = largest_by_chance(others, "", FALSE_ALARMS / 2) if others else 0.0
    own = spread * rng.standard_normal((20, rounds))
    effect = float(np.median([smallest_effect(each, FALSE_ALARMS, limit) for each in own]))
    found, count = 0, 150
    for _ in range(count):
        slowed = spread * rng.standard_normal(rounds) + math.log1p(effect)
        p = exchange([numbered(slowed), *others], "").slower[0]
        found += p <= FALSE_ALARMS and slowed.mean() > math.log1p(0.01)
    assert found / count == pytest.approx(POWER, abs=within)


def test_by_hand_of_rounds_of_one_size() -> None:
    """Every exchange of them has the same spread about 0; the mean is as the signs fall."""
    ratios = np.array([0.03, -0.03] * 10)
    spread = 0.03 * math.sqrt(20 / 19)
    needed = 2.4 * spread / math.sqrt(20 - 2.4**2)  # where the signs cancel
    unlucky = 0.84 * spread / math.sqrt(20)  # which one of five is
    assert smallest_effect(ratios, FALSE_ALARMS, 2.4) == pytest.approx(needed + unlucky, rel=0.05)


@given(st.integers(8, 40), st.floats(1.5, 2.5), st.integers(0, 1000))
def test_more_noise_hides_more(rounds: int, limit: float, seed: int) -> None:
    own = 0.05 * np.random.default_rng(seed).standard_normal(rounds)
    steady, noisy = (smallest_effect(factor * own, FALSE_ALARMS, limit) for factor in (1, 2))
    assert 0.01 <= steady <= noisy
    assert smallest_effect(own, FALSE_ALARMS, limit) <= smallest_effect(
        own, FALSE_ALARMS, limit * 1.1
    )


@given(st.integers(8, 40), st.floats(-1, 1), st.integers(0, 1000))
def test_a_difference_of_the_arms_is_no_noise(rounds: int, shift: float, seed: int) -> None:
    own = 0.05 * np.random.default_rng(seed).standard_normal(rounds)
    assert smallest_effect(own + shift, FALSE_ALARMS, 2.5) == pytest.approx(
        smallest_effect(own, FALSE_ALARMS, 2.5), rel=1e-6
    )


def test_too_few_rounds_show_nothing() -> None:
    few = 0.001 * np.random.default_rng(1).standard_normal(ENOUGH_ROUNDS - 1)
    assert smallest_effect(few, FALSE_ALARMS, 0.5) == math.inf


def test_a_limit_that_no_statistic_reaches_shows_nothing() -> None:
    own = 0.001 * np.random.default_rng(1).standard_normal(9)
    assert smallest_effect(own, FALSE_ALARMS, 3.0) == math.inf
    assert smallest_effect(own, FALSE_ALARMS, 2.9) < math.inf


def test_what_nobody_needs_a_comparison_for_is_not_told() -> None:
    own = 5 * np.random.default_rng(1).standard_normal(9)
    assert smallest_effect(own, FALSE_ALARMS, 2.5) == math.inf
    assert smallest_effect(own / 30, FALSE_ALARMS, 2.5) < MOST - 1


def test_a_threshold_hides_what_is_below_it() -> None:
    steady = 1e-4 * np.random.default_rng(1).standard_normal(40)
    assert 0.01 < smallest_effect(steady, FALSE_ALARMS, 2.6) < 0.0102
    assert smallest_effect(steady, FALSE_ALARMS, 2.6, threshold=0.0) < 0.001


def test_rounds_that_never_vary_show_what_is_above_the_threshold() -> None:
    assert smallest_effect(np.zeros(20), FALSE_ALARMS, 2.6) == pytest.approx(0.01)


@pytest.mark.parametrize("rounds", [8, 9, 10, 12, 20])
@pytest.mark.parametrize("size", [0.013, 0.1, 0.3])
def test_rounds_of_two_modes_are_no_trouble(rounds: int, size: float) -> None:
    """Where exchanges leave all rounds equal, but for their last digits."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = smallest_effect(np.array([size, -size] * rounds)[:rounds], FALSE_ALARMS, 2.4)
    assert 0.01 < found < 2
