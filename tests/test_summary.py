"""One figure a family, and one for all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Union

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconc.statistics.difference import paired, unpaired
from pyconc.statistics.estimate import of_logs
from pyconc.statistics.matched import MatchedCase
from pyconc.statistics.moderated import Variance, variance
from pyconc.statistics.summary import Family, by_family, overall, together

Logs = Union[Sequence[float], np.ndarray]
COST = of_logs(np.zeros(3))


def matched(case: str, *ratios: float) -> MatchedCase:
    """Of log ratios by round."""
    rounds = dict(enumerate(ratios, 1))
    return MatchedCase(case, COST, COST, paired(np.array(ratios)), "second", ratios=rounds)


def about(case: str, centre: float, rounds: int = 8, spread: float = 0.01) -> MatchedCase:
    noise = spread * np.linspace(-1, 1, rounds)
    return matched(case, *(centre + noise))


def apart(case: str, base: Logs, head: Logs, *between: Variance) -> MatchedCase:
    """Of two campaigns."""
    sides = [np.array(base), np.array(head)]
    within = [Variance(variance(side).value / len(side), len(side) - 1) for side in sides]
    rounds = min(map(len, sides))
    difference = unpaired(float(sides[1].mean() - sides[0].mean()), rounds, within, between)
    logs = tuple(dict(enumerate(side.tolist(), 1)) for side in sides)
    return MatchedCase(case, COST, COST, difference, "second", logs=(logs[0], logs[1]))


def known(found: Family | None) -> Family:
    assert found is not None
    return found


def test_a_family_with_many_cases_does_not_drown_the_others() -> None:
    many = [about(f"lock.case{i}", math.log(1.5)) for i in range(100)]
    families = by_family([*many, about("queue.put", math.log(2 / 3))])
    assert [(each.name, each.cases) for each in families] == [("lock", 100), ("queue", 1)]
    assert families[0].difference.ratio == pytest.approx(1.5)
    found = known(overall(families))
    assert found.cases == 101
    assert found.difference.ratio == pytest.approx(1.0)  # one half as dear again, one a third less


def test_a_family_has_the_geometric_mean_of_its_cases() -> None:
    (family,) = by_family([about("lock.a", math.log(2)), about("lock.b", math.log(8))])
    assert family.difference.ratio == pytest.approx(4)
    assert family.difference.paired
    assert family.difference.rounds == 8


def test_the_mean_of_one_case_is_that_case() -> None:
    one = matched("lock.a", 0.01, 0.05, -0.02, 0.03, 0.01, 0.02, 0.09)
    (family,) = by_family([one])
    assert family.difference == one.difference
    assert known(overall([family])).difference == one.difference
    between = apart(
        "lock.a", [0.0, 0.1, 0.3], [0.2, 0.1, 0.2], Variance(0.01, 3), Variance(0.02, 1)
    )
    (family,) = by_family([between])
    for found in (family, known(overall([family]))):
        assert found.difference.estimate == pytest.approx(between.difference.estimate)
        assert found.difference.between == between.difference.between


def test_the_mean_is_taken_round_by_round_so_that_what_cases_share_counts() -> None:
    """Cases that met the same are one; cases that met opposites cancel."""
    noise = [0.1, -0.1, 0.2, -0.2, 0.15, -0.15, 0.05, -0.05]
    same = by_family([matched("a.x", *noise), matched("a.y", *noise)])[0]
    opposite = by_family([matched("a.x", *noise), matched("a.y", *(-n for n in noise))])[0]
    alone = matched("a.x", *noise).difference
    assert (same.difference.low, same.difference.high) == pytest.approx((alone.low, alone.high))
    assert opposite.difference.high - opposite.difference.low == pytest.approx(0, abs=1e-12)


by_round = st.dictionaries(st.integers(1, 12), st.floats(-5, 5), min_size=1, max_size=12)


@given(st.lists(by_round, min_size=1, max_size=5))
def test_the_mean_of_what_is_taken_together_is_the_mean_of_the_means(
    parts: list[dict[int, float]],
) -> None:
    found = together(parts)
    assert list(found) == sorted(set().union(*parts))
    means = [np.mean(list(each.values())) for each in parts]
    assert np.mean(list(found.values())) == pytest.approx(np.mean(means), abs=1e-9)


@given(st.integers(1, 5), st.integers(1, 12), st.integers(0, 99))
def test_where_all_have_all_rounds_each_has_the_mean_of_what_they_showed_in_it(
    things: int, rounds: int, seed: int
) -> None:
    figures = np.random.default_rng(seed).standard_normal((things, rounds))
    found = together([dict(enumerate(each)) for each in figures.tolist()])
    assert list(found.values()) == pytest.approx(figures.mean(axis=0), abs=1e-12)


def test_a_thing_that_lacks_rounds_moves_the_mean_as_much_as_the_others() -> None:
    found = together([{1: 1.0, 2: 1.0, 3: 1.0, 4: 1.0}, {1: 4.0, 2: 2.0}])
    # (1 + 3) / 2, and of the second, twice what it has beyond its mean, by half
    assert found == pytest.approx({1: 3.0, 2: 1.0, 3: 2.0, 4: 2.0})


def test_the_interval_of_a_family_holds_the_truth_as_often_as_it_says() -> None:
    """Though its cases depend on each other, and one of them lacks rounds."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(600):
        met = 0.03 * rng.standard_normal(12)
        cases = met + 0.02 * rng.standard_normal((5, 12))
        family = by_family(
            [*(matched(f"a.{i}", *logs) for i, logs in enumerate(cases[:4])),
             matched("a.short", *cases[4, :9])]
        )[0]  # fmt: skip
        held += family.difference.low <= 0 <= family.difference.high
    assert 0.92 <= held / 600 <= 0.98


# Between campaigns


def test_of_two_campaigns_the_mean_is_taken_on_either_side() -> None:
    (family,) = by_family(
        [apart("a.x", [0.0, 0.2, 0.1], [0.3, 0.3, 0.6]), apart("a.y", [1.0, 1.2, 1.4], [1.0, 1.1])]
    )
    assert not family.difference.paired
    assert family.difference.log_ratio == pytest.approx(((0.4 - 0.1) + (1.05 - 1.2)) / 2)
    assert family.logs[0] == pytest.approx({1: 0.5, 2: 0.7, 3: 0.75})
    assert [each.freedom for each in family.difference.within] == [2, 2]


def test_what_moves_the_machine_moves_the_mean_and_what_moves_a_case_averages_out() -> None:
    machine = Variance(0.02**2, 2)
    cases = [
        apart(f"{family}.{i}", np.linspace(0, 0.01, 9), np.linspace(0, 0.01, 9),
              Variance(0.04**2, 5), machine)
        for family in "ab" for i in range(4)
    ]  # fmt: skip
    families = by_family(cases)
    of_cases, of_machine = families[0].difference.between
    assert of_machine == machine
    assert of_cases == pytest.approx((0.04**2 / 4, 5))
    in_all = known(overall(families)).difference
    assert in_all.between[0] == pytest.approx((0.04**2 / 8, 5))
    assert in_all.between[1] == machine
    assert in_all.high - in_all.low > 2 * 4.3 * 0.02  # Student's t of two degrees of freedom


def test_where_it_is_not_known_how_campaigns_differ_nothing_is_added() -> None:
    (family,) = by_family(
        [apart("a.x", [0.0, 0.1], [0.0, 0.1]), apart("a.y", [0.1, 0.2], [0.0, 0.1])]
    )
    assert family.difference.between == ()


# Which count


def test_benchmarks_from_elsewhere_are_one_family() -> None:
    families = by_family([about("nbody", 0.1), about("json_dumps", 0.3)])
    assert [(each.name, each.cases) for each in families] == [("benchmarks", 2)]
    assert families[0].difference.log_ratio == pytest.approx(0.2)


def test_families_come_in_the_order_of_their_first_cases() -> None:
    cases = ["queue.put[thread-1]", "lock.pair[thread-1]", "queue.get[thread-1.5]"]
    found = by_family([about(case, 0) for case in cases])
    assert [each.name for each in found] == ["queue", "lock"]


def test_cases_without_an_interval_do_not_count() -> None:
    families = by_family(
        [matched("lock.single", 5.0), about("lock.pair", 0.1), matched("queue.put", 0.0)]
    )
    assert [(each.name, each.cases) for each in families] == [("lock", 1)]
    assert families[0].difference.log_ratio == pytest.approx(0.1)


def test_without_any_interval_there_is_no_summary() -> None:
    assert by_family([matched("lock.single", 5.0)]) == []
    assert overall([]) is None


def test_a_case_without_a_common_round_is_not_in_the_mean_of_those_that_have_some() -> None:
    alone = apart("a.z", [0.0, 0.1, 0.2], [5.0, 5.1, 5.3])
    families = by_family([about("a.x", 0.1), alone, alone._replace(case="b.x"), about("c.x", 0.3)])
    assert [(each.name, each.cases) for each in families] == [("a", 1), ("b", 1), ("c", 1)]
    in_all = known(overall(families))
    assert in_all.difference.log_ratio == pytest.approx(0.2)
    assert in_all.cases == 2


def test_a_family_of_rounds_in_part_has_all_of_them() -> None:
    (family,) = by_family([matched("a.x", 0.1, 0.2, 0.3), matched("a.y", 0.1, 0.2)])
    assert list(family.ratios) == [1, 2, 3]
    assert family.difference.log_ratio == pytest.approx((0.2 + 0.15) / 2)
