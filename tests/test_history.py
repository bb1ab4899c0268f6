"""What stored campaigns tell of the next ones: when they count, and how well they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyconc.compare.comparison import Comparison, compare
from pyconc.statistics.history import ENOUGH_CAMPAIGNS, LEAST_CAMPAIGNS, Between, History, Stored
from pyconc.statistics.verdicts import SLOWER, SUSPECT
from pyconc.store.measured import Measured, Side

MACHINE = {"hostname": "here", "cpu_count": 2}


def side(machine: Mapping[str, Any] = MACHINE) -> Side:
    return Side("side", "3.13", "one", "full", machine, {}, {}, Path("side"))


def campaigns(
    count: int,
    share: float,
    *,
    machine_moves: float = 0.0,
    cases: int = 100,
    rounds: int = 12,
    python: str = "one",
    machine: Mapping[str, Any] = MACHINE,
    seed: int = 1,
) -> list[Stored]:
    """A/A campaigns: in each, every case has moved with a variance that is a share of that of a
    round, and the machine as a whole by so much.
    """
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        met = np.sqrt(share) * rng.standard_normal((cases, 1, 1))
        as_a_whole = machine_moves * rng.standard_normal()
        logs = 0.02 * (rng.standard_normal((cases, 2, rounds)) + met) + as_a_whole
        costs = 1e-6 * np.exp(logs)
        found.append(
            Stored(machine, python, {(f"a.{i}", 1): costs[i].tolist() for i in range(cases)})
        )
    return found


def shares(between: Between, cases: int = 100) -> np.ndarray:
    return np.array([between.of_case(f"a.{i}", 1).value for i in range(cases)])


@pytest.mark.parametrize(
    ("stored", "said", "tells"),
    [
        ([], "0 of at least 5", False),
        (campaigns(1, 0.5), "is not known, as 1 of at least 5", False),
        *(
            (campaigns(count, 0.5), f"is known only roughly, as {count} of at least 5", True)
            for count in range(LEAST_CAMPAIGNS, ENOUGH_CAMPAIGNS)
        ),
        (campaigns(5, 0.5, rounds=1), "0 of at least 5", False),  # which tell nothing of noise
    ],
)
def test_too_few_campaigns_leave_verdicts_provisional_though_two_tell_something(
    stored: list[Stored], said: str, tells: bool
) -> None:
    history = History(stored)
    reason = str(history.lacks(side()))
    assert said in reason
    assert "pyconc noise" in reason
    assert (history.between(side()) is not None) is tells


def test_five_campaigns_are_enough() -> None:
    history = History(campaigns(ENOUGH_CAMPAIGNS, 0.5))
    assert history.lacks(side()) is None
    assert history.between(side()) is not None


def test_campaigns_without_a_case_in_common_tell_nothing() -> None:
    stored = campaigns(5, 0.5, cases=5)
    apart = [stored[n]._replace(costs={(f"a.{n}", 1): stored[n].costs[f"a.{n}", 1]})
             for n in range(5)]  # fmt: skip
    assert History(apart).between(side()) is None


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
    assert between.machine.value < 0.001**2
    assert between.machine.freedom == 9


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("machine_moves", [0.0, 0.05])
def test_known_variances_are_found_again(share: float, machine_moves: float) -> None:
    between = Between([campaigns(40, share, machine_moves=machine_moves)])
    assert shares(between).mean() == pytest.approx(share, rel=0.1)
    assert np.sqrt(between.machine.value) == pytest.approx(machine_moves, rel=0.25, abs=0.005)
    assert between.machine.freedom == 39


def test_few_campaigns_of_many_cases_tell_of_the_cases_and_little_of_the_machine() -> None:
    between = Between([campaigns(3, 0.5, machine_moves=0.05)])
    found = shares(between)
    assert found.mean() == pytest.approx(0.5, rel=0.4)
    assert found.min() > 0.1
    assert found.max() < 1.5
    assert between.of_case("a.0", 1).freedom > 3
    assert between.machine.freedom == 2


def test_the_shift_of_the_machine_by_hand() -> None:
    """Two campaigns, the second dearer by 0.1 and 0.3: of both by 0.2."""
    arms = [[np.exp(x).tolist() for x in ([0.0, 0.02], [0.0, 0.02])],
            [np.exp(x).tolist() for x in ([0.1, 0.12], [0.1, 0.12])],
            [np.exp(x).tolist() for x in ([0.3, 0.32], [0.3, 0.32])]]  # fmt: skip
    between = Between(
        [[Stored(MACHINE, "one", {("a", 1): arms[0], ("b", 1): arms[0]}),
          Stored(MACHINE, "one", {("a", 1): arms[1], ("b", 1): arms[2]})]]
    )  # fmt: skip
    assert between.machine == pytest.approx((2 * 0.1**2, 1))


def lacking(stored: Stored, *cases: int) -> Stored:
    gone = {(f"a.{case}", 1) for case in cases}
    return stored._replace(costs={key: arms for key, arms in stored.costs.items()
                                  if key not in gone})  # fmt: skip


def test_campaigns_that_lack_cases_tell_as_much_of_the_machine() -> None:
    whole = campaigns(4, 0.0, machine_moves=0.1)
    some = [lacking(each, *range(20 * n, 20 * n + 60)) for n, each in enumerate(whole)]
    one, other = Between([whole]).machine, Between([some]).machine
    assert other.value == pytest.approx(one.value, rel=0.1)
    assert other.freedom == 3


def test_a_campaign_of_other_cases_tells_nothing_of_the_machine() -> None:
    """Nor do two pairs of campaigns with no case in common tell how the pairs differ."""
    stored = campaigns(4, 0.0, machine_moves=0.1, cases=20)
    alone = lacking(stored[3], *range(20))
    alone.costs["b.only", 1] = stored[3].costs["a.0", 1]  # type: ignore[index]
    three, four = Between([stored[:3]]).machine, Between([[*stored[:3], alone]]).machine
    assert four == pytest.approx(three)
    pairs = [lacking(each, *(range(10) if n < 2 else range(10, 20)))
             for n, each in enumerate(stored)]  # fmt: skip
    both = [Between([couple]).machine.value for couple in (pairs[:2], pairs[2:])]
    assert Between([pairs]).machine == pytest.approx((np.mean(both), 2))


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
    assert np.median([between.of_case(f"ba.{i}", 1).value for i in range(100)]) > 2.5


def test_a_case_that_is_not_stored_gets_what_is_usual() -> None:
    between = Between([campaigns(10, 0.5)])
    usual = between.of_case("unheard.of", 1)
    assert usual.value == pytest.approx(0.5, rel=0.3)
    assert usual.freedom > 0


def test_another_version_of_a_workload_is_another_case() -> None:
    between = Between([campaigns(10, 0.5)])
    assert between.of_case("a.0", 2) == between.of_case("unheard.of", 1)


def test_a_case_of_a_single_campaign_gets_what_is_usual() -> None:
    stored = campaigns(3, 0.5)
    stored[0].costs[("a.new", 1)] = [[1e-6, 2e-6]] * 2  # type: ignore[index]
    between = Between([stored])
    assert between.of_case("a.new", 1) == between.of_case("unheard.of", 1)


def test_a_single_round_tells_nothing_and_is_passed_over() -> None:
    stored = campaigns(3, 0.5)
    for each in stored:
        each.costs[("a.short", 1)] = [[1e-6], [2e-6]]  # type: ignore[index]
    between = Between([stored])
    assert between.of_case("a.short", 1) == between.of_case("unheard.of", 1)


def test_of_a_single_case_all_is_the_machines() -> None:
    between = Between([campaigns(3, 0.5, cases=1)])
    assert between.of_case("a.0", 1) == (0, 2)
    assert between.of_case("unheard.of", 1) == (0, 2)
    assert between.machine.value > 0


def test_costs_that_never_vary_are_no_trouble() -> None:
    stored = [
        Stored(MACHINE, "one", {(f"a.{n}", 1): [[1.0] * 5] * 2 for n in range(3)}) for _ in range(3)
    ]
    between = Between([stored])
    assert between.of_case("a.0", 1).value == 0
    assert between.of_case("a.0", 1).freedom > 0
    assert between.machine == (0, 2)


# What comes of it


def measured(logs: np.ndarray, campaign: str) -> Side:
    """By case and round."""
    cases = {
        f"{'ab'[n % 2]}.{n}": Measured(
            f"{'ab'[n % 2]}.{n}", dict(enumerate(np.exp(row).tolist(), 1)), "second", {}
        )
        for n, row in enumerate(logs)
    }
    return Side(campaign, "3.13", campaign, "full", MACHINE, {}, cases, Path(campaign))


def stored_again(count: int, machine_moves: float, *, cases: int, seed: int) -> list[Stored]:
    found = campaigns(count, 0.0, machine_moves=machine_moves, cases=cases, seed=seed)
    return [
        each._replace(
            costs={(f"{'ab'[n % 2]}.{n}", None): arms for n, arms in enumerate(each.costs.values())}
        )
        for each in found
    ]


def compared(
    shift: float, stored: Sequence[Stored], *, cases: int = 60, rounds: int = 12, seed: int = 3
) -> Comparison:
    """Identical code in two campaigns, between which the machine as a whole has moved."""
    logs = 0.02 * np.random.default_rng(seed).standard_normal((2, cases, rounds))
    logs[1] += shift
    return compare(
        measured(logs[0], "one"), measured(logs[1], "two"), history=History(list(stored))
    )


@pytest.mark.parametrize("count", [2, 3])
def test_a_shift_of_the_whole_machine_raises_no_alarm(count: int) -> None:
    """Of 2 %, as those that are stored have it."""
    alarms = verdicts = 0
    for seed in range(20):
        stored = stored_again(count, 0.02, cases=60, seed=seed + 100)
        shift = 0.02 * np.random.default_rng(seed).standard_normal()
        found = compared(float(shift), stored, seed=seed)
        alarms += bool(found.alarms or found.improvements)
        verdicts += any(each.verdict == SLOWER for each in found.judged)
        assert found.provisional
    assert alarms <= 1
    assert verdicts <= 2


def test_the_mean_of_all_families_widens_with_the_shift_of_the_machine() -> None:
    steady, moving = (
        compared(0.02, stored_again(3, moves, cases=60, seed=5)).overall for moves in (0.0, 0.02)
    )
    assert steady is not None
    assert moving is not None
    widths = [each.difference.high - each.difference.low for each in (steady, moving)]
    assert widths[1] > 3 * widths[0]
    assert moving.difference.low < 0 < moving.difference.high
    assert steady.difference.log_ratio == moving.difference.log_ratio


def test_with_enough_steady_campaigns_a_slowdown_of_one_case_is_an_alarm() -> None:
    stored = stored_again(6, 0.002, cases=60, seed=7)
    logs = 0.01 * np.random.default_rng(3).standard_normal((2, 60, 20))
    logs[1, 17] += 0.1
    base, head = measured(logs[0], "one"), measured(logs[1], "two")
    found = compare(base, head, history=History(stored))
    assert found.provisional is None
    assert [each.case for each in found.alarms] == ["b.17"]
    without = compare(base, head)
    assert without.alarms == []
    assert {each.case: each.verdict for each in without.judged}["b.17"] == SUSPECT
    assert [each.case for each in without.suspects] == ["b.17"]


@pytest.mark.parametrize(("count", "least"), [(2, 0.93), (5, 0.93)])
def test_with_stored_campaigns_intervals_hold_the_truth(count: int, least: float) -> None:
    """Which they do not where nothing is known of how campaigns differ."""
    held = without = total = 0
    for seed in range(40):
        both = stored_again(count + 2, 0.03, cases=20, seed=seed)
        base, head = (
            measured(np.log([arms[0] for arms in each.costs.values()]), name)
            for each, name in zip(both, ("one", "two"))
        )
        for history in (both[2:], []):
            found = compare(base, head, history=History(history)).judged
            inside = sum(each.difference.low <= 0 <= each.difference.high for each in found)
            held, without = (held + inside, without) if history else (held, without + inside)
        total += 20
    assert held / total >= least
    assert without / total < 0.75
