"""What stored campaigns tell of the next ones: when they count, and how well they are read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special

from pyconc.compare.history import (
    LEAST_CAMPAIGNS,
    Between,
    History,
    Stored,
    _fit,
    _inverse_trigamma,
    _Seen,
)
from pyconc.compare.study import KINDS, coverage_between
from pyconc.store.sides import Side

MACHINE = {"hostname": "here", "cpu_count": 2}


def side(machine: Mapping[str, Any] = MACHINE) -> Side:
    return Side("side", "3.13", "one", "full", machine, {}, {}, Path("side"))


def campaigns(
    count: int,
    share: float,
    *,
    cases: int = 100,
    rounds: int = 12,
    python: str = "one",
    machine: Mapping[str, Any] = MACHINE,
    seed: int = 1,
) -> list[Stored]:
    """A/A campaigns with a variance between them, as a share of that of a round."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        met = math.sqrt(share) * rng.standard_normal((cases, 1, 1))
        costs = 1e-6 * np.exp(0.02 * (rng.standard_normal((cases, 2, rounds)) + met))
        found.append(
            Stored(machine, python, {(f"a.{i}", 1): costs[i].tolist() for i in range(cases)})
        )
    return found


def shares(between: Between, cases: int = 100) -> np.ndarray:
    return np.array([between(f"a.{i}", 1).value for i in range(cases)])


def test_without_campaigns_it_says_what_is_lacking() -> None:
    history = History([])
    reason = history.lacks(side())
    assert reason is not None
    assert "0 of at least 2" in reason
    assert "pyconc noise" in reason
    assert history.between(side()) is None


def test_a_single_campaign_is_too_few() -> None:
    history = History(campaigns(1, 0.5))
    reason = history.lacks(side())
    assert reason is not None
    assert "1 of at least 2" in reason
    assert history.between(side()) is None


def test_two_campaigns_are_enough() -> None:
    history = History(campaigns(LEAST_CAMPAIGNS, 0.5))
    assert history.lacks(side()) is None
    assert history.between(side()) is not None


@pytest.mark.parametrize(
    "other", [{"hostname": "there", "cpu_count": 2}, {"hostname": "here", "cpu_count": 4}, {}]
)
def test_campaigns_of_another_machine_do_not_count(other: Mapping[str, Any]) -> None:
    history = History([*campaigns(5, 0.5, machine=other), *campaigns(1, 0.5)])
    assert len(history.of_machine(side())) == 1
    assert history.between(side()) is None
    assert history.lacks(side()) is not None


def test_where_the_machine_is_not_said_nothing_counts() -> None:
    history = History(campaigns(5, 0.5, machine={}))
    reason = history.lacks(side({}))
    assert reason is not None
    assert "do not say which machine" in reason
    assert history.between(side({})) is None


def test_one_campaign_each_of_two_pythons_is_too_few() -> None:
    history = History([*campaigns(1, 0.5), *campaigns(1, 0.5, python="two")])
    assert history.lacks(side()) is not None
    assert history.between(side()) is None


def test_what_one_python_costs_more_than_another_is_not_between_campaigns() -> None:
    one = campaigns(4, 0.0)
    two = [
        each._replace(
            python="two",
            costs={case: [[10 * c for c in arm] for arm in arms]
                   for case, arms in each.costs.items()},
        )
        for each in campaigns(4, 0.0, seed=2)
    ]  # fmt: skip
    between = History([*one, *two]).between(side())
    assert between is not None
    assert shares(between).max() < 0.05


def test_campaigns_that_do_not_differ_give_a_share_near_nothing() -> None:
    between = Between([campaigns(10, 0.0)])
    assert shares(between).mean() < 0.02
    assert shares(between).max() < 0.05


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0, 3.0])
def test_a_known_variance_is_found_again(share: float) -> None:
    found = shares(Between([campaigns(40, share)]))
    assert found.mean() == pytest.approx(share, rel=0.1)
    assert np.median(found) == pytest.approx(share, rel=0.1)


def test_two_campaigns_give_sensible_shares() -> None:
    # what a single case shows is wild: its variance has one degree of freedom
    between = Between([campaigns(2, 0.5)])
    found = shares(between)
    assert found.mean() == pytest.approx(0.5, rel=0.4)
    assert found.min() > 0.1
    assert found.max() < 1.5
    assert between("a.0", 1).freedom > 3


def test_cases_that_differ_in_truth_are_told_apart_by_many_campaigns() -> None:
    steady, unsteady = campaigns(20, 0.0), campaigns(20, 4.0, seed=2)
    both = [
        Stored(
            MACHINE,
            "one",
            {**s.costs, **{(f"b{case}", v): arms for (case, v), arms in u.costs.items()}},
        )
        for s, u in zip(steady, unsteady)
    ]
    between = Between([both])
    assert np.median(shares(between)) < 0.2
    assert np.median([between(f"ba.{i}", 1).value for i in range(100)]) > 2.5


def test_a_case_that_is_not_stored_gets_what_is_usual() -> None:
    between = Between([campaigns(10, 0.5)])
    usual = between("unheard.of", 1)
    assert usual.value == pytest.approx(0.5, rel=0.3)
    assert usual.freedom > 0


def test_another_version_of_a_workload_is_another_case() -> None:
    between = Between([campaigns(10, 0.5)])
    assert between("a.0", 2) == between("unheard.of", 1)


def test_a_case_of_a_single_campaign_gets_what_is_usual() -> None:
    stored = campaigns(3, 0.5)
    stored[0].costs[("a.new", 1)] = [[1e-6, 2e-6]] * 2  # type: ignore[index]
    between = Between([stored])
    assert between("a.new", 1) == between("unheard.of", 1)


def test_a_single_round_tells_nothing_and_is_passed_over() -> None:
    stored = campaigns(3, 0.5)
    for each in stored:
        each.costs[("a.short", 1)] = [[1e-6], [2e-6]]  # type: ignore[index]
    between = Between([stored])
    assert between("a.short", 1) == between("unheard.of", 1)


def test_of_a_single_case_the_share_is_finite() -> None:
    between = Between([campaigns(3, 0.5, cases=1)])
    share = between("a.0", 1)
    assert 0 <= share.value < 10
    assert 0 < share.freedom < math.inf


def test_costs_that_never_vary_are_no_trouble() -> None:
    stored = [Stored(MACHINE, "one", {("a.0", 1): [[1.0] * 5] * 2}) for _ in range(3)]
    assert Between([stored])("a.0", 1).value == 0


@pytest.mark.parametrize("value", [1e-4, 0.1, math.pi**2 / 6, 10.0, 1e6])
def test_the_inverse_of_trigamma(value: float) -> None:
    assert special.polygamma(1, _inverse_trigamma(value)) == pytest.approx(value, rel=1e-6)


def test_what_is_usual_and_what_it_is_worth_are_found_again() -> None:
    rng = np.random.default_rng(3)
    freedom, worth, usual = 4, 8.0, 2.5
    drawn = usual * rng.f(freedom, worth, 20_000)
    inflation, degrees = _fit([_Seen(float(each), freedom, 24) for each in drawn])
    assert inflation == pytest.approx(usual, rel=0.03)
    assert degrees == pytest.approx(worth, rel=0.1)


def test_cases_that_all_show_the_same_are_worth_endlessly_much() -> None:
    inflation, degrees = _fit([_Seen(2.0, 4, 24)] * 50)
    assert math.isinf(degrees)
    assert inflation > 1


def test_nothing_seen_is_worth_nothing() -> None:
    assert _fit([]) == (1.0, 0.0)


@pytest.fixture(scope="module")
def covered() -> dict[int, float]:
    """How often 95 % intervals hold the truth, by the number of stored campaigns."""
    return {
        stored: coverage_between(KINDS[0], 0.5, campaigns=stored, rounds=12, cases=100, repeats=40)
        for stored in (0, 2, 3, 5)
    }


def test_with_stored_campaigns_intervals_hold_the_truth(covered: dict[int, float]) -> None:
    assert covered[0] < 0.7  # an interval cannot see beyond its own campaign
    assert covered[2] > covered[0] + 0.2
    for stored in (3, 5):
        assert 0.92 <= covered[stored] <= 0.985


def test_where_campaigns_do_not_differ_stored_ones_do_no_harm() -> None:
    assert (
        0.93
        <= coverage_between(KINDS[0], 0.0, campaigns=5, rounds=12, cases=50, repeats=20)
        <= 0.985
    )
