"""The smallest visible effect: its power is what was asked for, by theory and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from pyconc.statistics.difference import Difference, both_tests
from pyconc.statistics.verdicts import FALSE_ALARMS
from pyconc.statistics.visible import POWER, power, smallest_effect, visible


@pytest.mark.parametrize("rounds", [2, 3, 4, 12, 40])
@pytest.mark.parametrize("false_alarms", [0.01, 0.01 / 200])
@pytest.mark.parametrize("effect", [0.0, 1.0, 4.0, 12.0])
def test_power_is_that_of_the_noncentral_t(rounds: int, false_alarms: float, effect: float) -> None:
    degrees = rounds - 1
    critical = stats.t.isf(false_alarms, degrees)
    expected = stats.nct.sf(critical, degrees, effect)
    assert power(effect, degrees, false_alarms) == pytest.approx(float(expected), abs=2e-3)


@pytest.mark.parametrize("degrees", [1, 2, 4, 9.5, 31, 400])
@pytest.mark.parametrize("false_alarms", [0.5, 0.01, 1e-5, 1e-12, 1e-100])
@pytest.mark.parametrize("least", [0.0, 3.0])
def test_at_the_visible_effect_the_power_is_what_was_asked_for(
    degrees: float, false_alarms: float, least: float
) -> None:
    effect = visible(degrees, false_alarms, least)
    assert effect > 0
    assert power(effect, degrees, false_alarms, least) == pytest.approx(POWER, abs=1e-3)


def test_no_chance_of_a_false_alarm_shows_nothing() -> None:
    assert visible(1, 5e-324) == math.inf
    assert visible(9, 1e-300) == math.inf
    assert visible(1, 0.0) == math.inf
    assert power(1e6, 1, 0.0) == 0
    assert smallest_effect(Difference(0.0, 0.01, 1, 2, paired=True), 0.0) == math.inf


@pytest.mark.parametrize(("rounds", "tests"), [(6, 1), (12, 200), (40, 200)])
def test_four_of_five_comparisons_or_a_few_more_find_the_visible_effect(
    rounds: int, tests: int
) -> None:
    """By simulation, as the gate judges: by both tests, and by the threshold."""
    rng = np.random.default_rng(rounds)
    ratios = 0.02 * math.sqrt(2) * rng.standard_normal((20_000, rounds))
    error = float(ratios.std()) / math.sqrt(rounds)
    truth = Difference(0.0, error, rounds - 1, rounds, paired=True)
    shifted = ratios + math.log1p(smallest_effect(truth, FALSE_ALARMS / tests))
    found = both_tests(shifted) * tests <= FALSE_ALARMS
    share = (found & (shifted.mean(axis=-1) > math.log1p(0.01))).mean()
    assert POWER - 0.01 <= share <= POWER + 0.1  # ranks help, which is not reckoned with


def test_a_threshold_hides_what_is_below_it() -> None:
    steady = Difference(0.0, 1e-4, 39, 40, paired=True)
    assert 0.01 < smallest_effect(steady, FALSE_ALARMS) < 0.0102
    assert smallest_effect(steady, FALSE_ALARMS, threshold=0.0) < 0.001
