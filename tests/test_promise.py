"""The promise of `pyconc compare`, with noise as our own cases show it.

Identical code raises an alarm in at most 1 % of whole-suite comparisons, a slowdown of one case is
found, and intervals hold the truth in 93 to 97 %. All draws have fixed seeds.
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

from pyconc.compare import study
from pyconc.compare.comparison import Comparison, compare
from pyconc.compare.history import History, Stored
from pyconc.compare.study import INTERVALS, KINDS, Interval, Noise
from pyconc.statistics.contrast import Contrast
from pyconc.statistics.difference import at_one_pace, location
from pyconc.statistics.verdicts import FASTER, SLOWER, THRESHOLD, Judged, judge
from pyconc.store.sides import Measured, Side

CASES = 200
MACHINE = {"hostname": "simulated"}


def all_but(*names: str) -> pytest.MarkDecorator:
    kinds = [kind for kind in KINDS if kind.name not in names]
    return pytest.mark.parametrize("kind", kinds, ids=[kind.name for kind in kinds])


every_kind = all_but()
#: Where the machine wanders, campaigns differ; what is stored of earlier ones tells by how much.
steady_campaigns = all_but("drift of the machine")


def judged(base: np.ndarray, head: np.ndarray) -> list[Judged]:
    """Log costs of cases by round, as arms of one campaign, through all that `compare` does."""
    found = []
    for place, (one, two) in enumerate(zip(base, head)):
        difference, _ = at_one_pace(two - one)
        found.append(
            Contrast(f"family.case{place}", location(one), location(two), difference, "second")
        )
    return judge(found, [THRESHOLD] * len(found))


@every_kind
@pytest.mark.parametrize("rounds", [12, 40])
def test_identical_code_raises_an_alarm_in_at_most_one_of_a_hundred_suites(
    kind: Noise, rounds: int
) -> None:
    suites = 2000
    share = study.alarms(kind, 0.03, rounds=rounds, cases=CASES, suites=suites)
    # what a rate of just 1 % would not exceed in 99 of 100 such simulations
    assert share * suites <= stats.binom.ppf(0.99, suites, 0.01)


@every_kind
def test_the_gate_of_the_simulation_is_the_real_one(kind: Noise) -> None:
    rng = np.random.default_rng(1)
    for effect in (0.0, 0.0, 0.03, 0.05):
        base, head = kind.draw(rng, (CASES, 40)) * 0.03
        head[17] += math.log1p(effect)
        simulated = study._gate(head - base, CASES)
        names = {f"family.case{place}" for place in np.flatnonzero(simulated)}
        assert {each.case for each in judged(base, head) if each.slower_for_sure} == names


def test_identical_code_raises_no_alarm_in_any_of_some_real_comparisons() -> None:
    rng = np.random.default_rng(2)
    alarms = 0
    for kind in KINDS:
        for _ in range(4):
            base, head = kind.draw(rng, (CASES, 12)) * 0.03
            alarms += any(each.slower_for_sure for each in judged(base, head))
    assert alarms == 0


@every_kind
def test_a_case_five_percent_slower_is_found_in_a_suite_of_two_hundred(kind: Noise) -> None:
    share = study.found(kind, 0.03, 0.05, rounds=40, cases=CASES, comparisons=20_000)
    assert share >= 0.99


@every_kind
def test_a_steady_case_two_percent_slower_is_found_in_a_suite_of_two_hundred(kind: Noise) -> None:
    share = study.found(kind, 0.015, 0.02, rounds=40, cases=CASES, comparisons=10_000)
    assert share >= 0.80


def interval(name: str) -> Interval:
    return next(each for each in INTERVALS if each.name == name)


@every_kind
@pytest.mark.parametrize("rounds", [12, 40])
def test_intervals_of_pairs_hold_the_truth_as_often_as_they_say(kind: Noise, rounds: int) -> None:
    held = study.coverage(kind, interval("signed ranks (ours)"), rounds, 10_000)
    assert 0.93 <= held <= 0.97


@steady_campaigns
@pytest.mark.parametrize("rounds", [6, 12, 40])
def test_intervals_of_campaigns_hold_the_truth_as_often_as_they_say(
    kind: Noise, rounds: int
) -> None:
    held = study.coverage(kind, interval("not paired (ours)"), rounds, 40_000)
    assert 0.93 <= held <= 0.97


def test_intervals_of_campaigns_know_from_earlier_ones_how_the_machine_wanders() -> None:
    drift = next(kind for kind in KINDS if kind.name.startswith("drift"))
    held = {
        stored: study.coverage_between(
            drift, 0.0, campaigns=stored, rounds=12, cases=100, repeats=30
        )
        for stored in (0, 5)
    }
    assert held[0] < 0.6
    assert 0.93 <= held[5] <= 0.97


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
    pyperf = unaware = aware = alarms = 0
    for _ in range(comparisons):
        base, head, *before = (met(rng, cases, rounds) for _ in range(7))
        one, two = sides(base, "one")[0], sides(head, "two")[0]
        for place in range(cases):
            own, other = base[place, 0].tolist(), head[place, 0].tolist()
            pyperf += bool(is_significant(own, other)[0])
        unaware += different(compare(one, two))
        known = compare(one, two, history=History([stored(each) for each in before]))
        aware += different(known)
        alarms += bool(known.alarms)
        assert known.provisional is None
    assert pyperf > 0.4 * cases * comparisons
    assert unaware > 0.4 * cases * comparisons  # which is why it is provisional then
    assert aware <= 0.01 * cases * comparisons
    assert alarms == 0


def test_without_stored_campaigns_it_says_that_it_is_provisional() -> None:
    rng = np.random.default_rng(4)
    one, two = sides(met(rng, 3, 12), "one")[0], sides(met(rng, 3, 12), "two")[0]
    assert compare(one, two).provisional is not None
    first, second = sides(met(rng, 3, 12), "three")
    assert compare(first, second).provisional is None
