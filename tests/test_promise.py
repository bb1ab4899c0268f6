"""The promise of `pyconc compare`, with noise as our own cases show it, and noise that they do not.

Identical code raises an alarm in at most 1 % of whole-suite comparisons, a slowdown of one case is
found, and intervals hold the truth. All draws have fixed seeds; docs/statistics.md has the study
with more of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyperf._utils import is_significant
from scipy import stats

from pyconc.compare.comparison import Comparison, compare
from pyconc.statistics.exchange import exchange
from pyconc.statistics.history import History, Stored
from pyconc.statistics.verdicts import FALSE_ALARMS, FASTER, SLOWER
from pyconc.store.measured import Measured, Side
from pyconc.trust import scenarios, study
from pyconc.trust.simulated import CLEAN_MODES, KINDS, NORMAL, PROMISED, TICKS, Noise

MACHINE = {"hostname": "simulated"}
every_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
every_promised = pytest.mark.parametrize("kind", PROMISED, ids=[kind.name for kind in PROMISED])


def at_most(share: float, tries: int) -> float:
    """What a rate of just that share does not exceed in 99 of 100 such simulations."""
    return float(stats.binom.ppf(0.99, tries, share)) / tries


@every_kind
@pytest.mark.parametrize(("rounds", "suites"), [(8, 200), (12, 30)])
def test_identical_code_raises_an_alarm_in_at_most_one_of_a_hundred_suites(
    kind: Noise, rounds: int, suites: int
) -> None:
    rng = np.random.default_rng(rounds)
    alarms = 0
    for number in range(suites):
        base, head = kind.draw(rng, (scenarios.CASES, rounds))
        ratios = [dict(enumerate(case)) for case in (head - base).tolist()]
        alarms += bool((exchange(ratios, str(number)).slower <= FALSE_ALARMS).any())
    assert alarms / suites <= at_most(FALSE_ALARMS, suites)


@pytest.mark.parametrize("rounds", [3, 4, 6])
@pytest.mark.parametrize("kind", [CLEAN_MODES, TICKS], ids=lambda kind: kind.name)
def test_of_few_rounds_nothing_is_claimed(kind: Noise, rounds: int) -> None:
    for said in study.said(scenarios.campaign(kind, rounds), 10):
        assert not said.alarm
        assert not said.verdict


@pytest.mark.parametrize(
    "scenario",
    [
        scenarios.two_files(NORMAL, 40, 3),
        scenarios.two_files(NORMAL, 20, 6, 10.0),
        scenarios.two_files(NORMAL, 20, 20, 2.0),
        scenarios.two_files(CLEAN_MODES, 3, 3),
    ],
    ids=lambda scenario: scenario.name,
)
def test_between_files_nothing_is_claimed_without_a_history(scenario: scenarios.Scenario) -> None:
    for said in study.said(scenario, 4):
        assert not said.alarm
        assert not said.verdict


@pytest.mark.parametrize("stored", [2, 3, pytest.param(5, marks=pytest.mark.long)])
def test_a_machine_that_moves_as_a_whole_raises_no_alarm(stored: int) -> None:
    every = study.said(scenarios.two_campaigns(stored, 0.02), 20)
    assert sum(said.alarm for said in every) <= 20 * at_most(FALSE_ALARMS, 20)
    assert np.mean([said.cases_held for said in every]) > 0.8  # they hold or miss together
    assert np.mean([said.all_held for said in every]) >= 0.8


@pytest.mark.parametrize("kind", [NORMAL, CLEAN_MODES], ids=lambda kind: kind.name)
def test_stopping_when_intervals_are_narrow_raises_no_alarm(kind: Noise) -> None:
    every = study.said(scenarios.as_quick_stops(kind), 20)
    assert sum(said.alarm for said in every) <= 20 * at_most(FALSE_ALARMS, 20)


@every_promised
def test_a_case_five_percent_slower_is_found_in_a_suite_of_two_hundred(kind: Noise) -> None:
    assert study.found(kind, 0.03, 0.05, comparisons=100) >= 1 - at_most(0.02, 100)


@every_promised
def test_a_steady_case_two_percent_slower_is_found_in_a_suite_of_two_hundred(kind: Noise) -> None:
    assert study.found(kind, 0.015, 0.02, comparisons=100) >= 1 - at_most(0.10, 100)


@pytest.mark.parametrize("kind", KINDS[:-1], ids=[kind.name for kind in KINDS[:-1]])
@pytest.mark.parametrize("rounds", [6, 8, 12, 40])
def test_intervals_of_pairs_hold_the_truth_as_often_as_they_say(kind: Noise, rounds: int) -> None:
    held = study.held_by_ours(kind, rounds, 2000)
    assert held >= 0.933
    if kind is not TICKS:  # many ratios are just 1 there
        assert held <= 0.98


@pytest.mark.long
def test_the_figure_of_all_families_knows_what_the_cases_of_a_round_share() -> None:
    shared = next(kind for kind in KINDS if "shared" in kind.name)
    every = study.said(scenarios.campaign(shared, 12), 40)
    assert np.mean([said.families_held for said in every]) == pytest.approx(0.95, abs=0.04)
    assert np.mean([said.all_held for said in every]) == pytest.approx(0.95, abs=0.1)


def sides(costs: np.ndarray, campaign: str) -> list[Side]:
    """The arms of a campaign of pyconc: costs by case, arm and round."""
    return [
        Side(
            f"{campaign}@{arm}", "3.13", campaign, "full", MACHINE, {}, _measured(costs[:, arm]),
            Path(campaign) / str(arm),
        )
        for arm in range(costs.shape[1])
    ]  # fmt: skip


def _measured(costs: np.ndarray) -> dict[str, Measured]:
    return {
        f"family.case{place}": Measured(
            f"family.case{place}",
            dict(enumerate(of_case.tolist(), 1)),
            "second",
            {"pyconc_version": 1},
        )
        for place, of_case in enumerate(costs)
    }


def met(rng: np.random.Generator, cases: int, rounds: int) -> np.ndarray:
    """Costs in a campaign that meets every case of the machine in a state of its own."""
    state = 0.02 * rng.standard_normal((cases, 1, 1))
    costs: np.ndarray = 1e-6 * np.exp(0.02 * rng.standard_normal((cases, 2, rounds)) + state)
    return costs


def stored(costs: np.ndarray) -> Stored:
    cases: dict[tuple[str, Any], Sequence[Sequence[float]]] = {
        (f"family.case{place}", 1): of_case.tolist() for place, of_case in enumerate(costs)
    }
    return Stored(MACHINE, "simulated", cases)


def different(comparison: Comparison) -> int:
    return sum(each.verdict in (SLOWER, FASTER) for each in comparison.judged)


def test_others_take_one_campaign_from_the_next_and_we_do_not() -> None:
    rng = np.random.default_rng(3)
    cases, rounds, comparisons = 100, 12, 6
    pyperf = aware = suspects = 0
    for _ in range(comparisons):
        base, head, *before = (met(rng, cases, rounds) for _ in range(7))
        one, two = sides(base, "one")[0], sides(head, "two")[0]
        for place in range(cases):
            own, other = base[place, 0].tolist(), head[place, 0].tolist()
            pyperf += bool(is_significant(own, other)[0])
        unaware = compare(one, two)
        suspects += sum(each.verdict == "suspect" for each in unaware.judged)
        assert not unaware.alarms
        assert not different(unaware)
        known = compare(one, two, history=History([stored(each) for each in before]))
        aware += different(known)
        assert not known.alarms
        assert known.provisional is None
    assert pyperf > 0.4 * cases * comparisons
    assert suspects > 0.2 * cases * comparisons  # which is why they are no verdicts
    assert aware <= 0.01 * cases * comparisons


def test_between_campaigns_a_great_slowdown_is_found_where_enough_are_stored() -> None:
    rng = np.random.default_rng(5)
    base, head, *before = (met(rng, 100, 12) for _ in range(12))
    head[17] *= 2
    history = History([stored(each) for each in before])
    found = compare(sides(base, "one")[0], sides(head, "two")[0], history=history)
    assert [each.case for each in found.alarms] == ["family.case17"]


def test_without_stored_campaigns_it_says_that_it_is_provisional() -> None:
    rng = np.random.default_rng(4)
    one, two = sides(met(rng, 3, 12), "one")[0], sides(met(rng, 3, 12), "two")[0]
    assert compare(one, two).provisional is not None
    first, second = sides(met(rng, 3, 12), "three")
    assert compare(first, second).provisional is None


def test_ratios_that_go_with_those_before_them_are_said_to() -> None:
    rng = np.random.default_rng(6)
    costs = met(rng, 100, 40)
    wandering = np.cumsum(0.02 * rng.standard_normal((100, 40)), axis=1)
    costs[:, 1] *= np.exp(wandering)  # of one arm alone
    found = compare(*sides(costs, "one"))
    assert found.serial is not None
    assert found.serial.correlation > 0.5
    assert found.provisional is not None
    assert "lag-1" in found.provisional
    assert math.isfinite(found.serial.p_value)
