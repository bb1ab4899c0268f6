"""Which cases compare, which rounds belong together, and what is left out, by name and reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyconc.statistics.difference import Difference
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.matched import MatchedCase, matched_cases, same_campaign
from pyconc.statistics.moderated import LEAST_VARIANCE, Variance
from pyconc.store.measured import Measured, Side

CASE = "lock.pair[thread-1]"
SAID: dict[str, Any] = {
    "pyconc_version": 1,
    "pyconc_clock": "perf_counter",
    "pyconc_backend": "thread",
    "pyconc_start_method": "fork",
    "pyconc_workers": 1,
    "timeit": "pass",
    "timeit_setup": "import os",
    "timeit_teardown": "pass",
}


def measured(
    costs: Mapping[int, float], case: str = CASE, unit: str = "second", **metadata: Any
) -> Measured:
    return Measured(case, costs, unit, {**SAID, **metadata})


def side(*cases: Measured, campaign: str | None = "one", build: str = "b") -> Side:
    by_id = {each.case: each for each in cases}
    machine, about = {"hostname": "h"}, {"build": build}
    return Side("side", "3.13", campaign, "full", machine, about, by_id, Path("side"))


def width(difference: Difference) -> float:
    return difference.high - difference.low


def rounds(*costs: float, start: int = 1) -> dict[int, float]:
    return dict(enumerate(costs, start))


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("other", [17, None])
def test_what_was_measured_otherwise_is_left_out_with_the_reason(
    name: str, other: int | None
) -> None:
    ours = measured(rounds(1, 2))
    theirs = ours._replace(metadata={**SAID, name: other})
    for one, two in ((ours, theirs), (theirs, ours)):
        found, left = matched_cases(side(one), side(two))
        assert not found
        (out,) = left
        assert out.case == CASE
        what = name.removeprefix("pyconc_").replace("_", " ")
        words = ["not said" if e.metadata[name] is None else e.metadata[name] for e in (one, two)]
        assert out.reason == f"its {what} is {words[0]} in BASE and {words[1]} in HEAD"


def test_another_unit_is_left_out_with_the_reason() -> None:
    found, left = matched_cases(side(measured(rounds(1))), side(measured(rounds(1), unit="byte")))
    assert not found
    assert left == [(CASE, "its unit is second in BASE and byte in HEAD")]


def test_other_metadata_may_differ() -> None:
    head = measured(rounds(1, 2), load_avg_1min=3.0, python_version="3.14", name="x")
    found, left = matched_cases(side(measured(rounds(1, 2))), side(head))
    assert len(found) == 1
    assert not left


def test_files_from_elsewhere_say_nothing_of_pyconc_and_compare() -> None:
    plain = Measured("nbody", rounds(1, 2), "second", {"python_version": "3.13"})
    found, left = matched_cases(side(plain, campaign=None), side(plain, campaign=None))
    assert [each.case for each in found] == ["nbody"]
    assert not left


def test_a_case_of_one_side_is_left_out_and_named() -> None:
    shared = measured(rounds(1, 2), "a.shared")
    base = side(measured(rounds(1, 2), "a.base"), shared)
    head = side(measured(rounds(1, 2), "a.head"), shared)
    found, left = matched_cases(base, head)
    assert [each.case for each in found] == ["a.shared"]
    assert left == [("a.base", "only in BASE"), ("a.head", "only in HEAD")]


def test_cases_come_in_the_order_of_base() -> None:
    names = ["b.two", "a.one", "c.three"]
    base = side(*(measured(rounds(1, 2), name) for name in names))
    head = side(*(measured(rounds(1, 2), name) for name in sorted(names)))
    found, _ = matched_cases(base, head)
    assert [each.case for each in found] == names


def test_rounds_are_paired_by_their_number_and_not_by_their_place() -> None:
    pace = {1: 1.0, 2: 8.0, 3: 2.0, 4: 0.5, 5: 3.0}
    base = measured({number: 10 * pace[number] for number in (3, 1, 5, 2, 4)})
    head = measured({number: 20 * pace[number] for number in (5, 4, 2, 1, 3)})
    (found,) = matched_cases(side(base), side(head))[0]
    assert found.difference.paired
    assert found.difference.rounds == 5
    assert found.difference.ratio == pytest.approx(2)
    assert width(found.difference) < 0.02  # what both sides of a round met cancels


def test_rounds_that_one_side_lacks_are_left_out_of_the_pairs() -> None:
    base = measured({1: 1.0, 2: 10.0, 3: 100.0, 9: 7.0})
    head = measured({0: 5.0, 2: 20.0, 3: 200.0, 1: 2.0})
    (found,) = matched_cases(side(base), side(head))[0]
    assert found.difference.paired
    assert found.difference.rounds == 3
    assert found.difference.ratio == pytest.approx(2)
    assert width(found.difference) < 0.01
    assert found.ratios == pytest.approx(dict.fromkeys((1, 2, 3), math.log(2)))
    assert (found.base.rounds, found.head.rounds) == (3, 3)
    assert (found.base.value, found.head.value) == pytest.approx((10, 20))


def test_one_campaign_without_a_common_round_is_not_paired() -> None:
    base, head = measured(rounds(1, 2, 3)), measured(rounds(1, 2, 3, start=7))
    (found,) = matched_cases(side(base), side(head))[0]
    assert not found.difference.paired
    assert found.difference.has_interval


@pytest.mark.parametrize(("one", "two"), [("one", "two"), ("one", None), (None, None)])
def test_different_campaigns_are_not_paired(one: str | None, two: str | None) -> None:
    costs = rounds(1.0, 8.0, 2.0, 0.5)
    base, head = side(measured(costs), campaign=one), side(measured(costs), campaign=two)
    assert not same_campaign(base, head)
    (found,) = matched_cases(base, head)[0]
    assert not found.difference.paired
    assert found.difference.ratio == pytest.approx(1)
    assert width(found.difference) > 1


class Told:
    """What stored campaigns would tell, and what was asked."""

    def __init__(self, machine: Variance, case: Variance) -> None:
        self.machine, self.case = machine, case
        self.asked: list[tuple[str, Any]] = []

    def of_case(self, case: str, version: Any) -> Variance:
        self.asked.append((case, version))
        return self.case


def test_what_differs_between_campaigns_is_added_to_different_campaigns_alone() -> None:
    between = Told(Variance(0.03**2, 4), Variance(0.5, 7))
    costs = measured(rounds(1.0, 1.1, 1.2, 0.9))
    (same,) = matched_cases(side(costs), side(costs), between)[0]
    assert same.difference.between == ()
    assert not between.asked
    (other,) = matched_cases(side(costs), side(costs, campaign="two"), between)[0]
    own = float(np.log([1.0, 1.1, 1.2, 0.9]).var(ddof=1))
    of_case, of_machine = other.difference.between
    assert of_machine == pytest.approx((2 * 0.03**2, 4))  # of both campaigns
    assert of_case == pytest.approx((0.5 * 2 * own, 7))
    assert between.asked == [(CASE, 1)]
    assert other.knows_campaigns
    assert not same.knows_campaigns
    (unknown,) = matched_cases(side(costs), side(costs, campaign="two"))[0]
    assert not unknown.knows_campaigns
    assert width(unknown.difference) < width(other.difference)


def test_costs_are_those_of_each_side_by_itself() -> None:
    (found,) = matched_cases(
        side(measured(rounds(1e-6, 4e-6))), side(measured(rounds(3e-6, 3e-6)))
    )[0]
    assert found.base.value == pytest.approx(2e-6)
    assert found.head == pytest.approx((3e-6, 3e-6, 3e-6, 2))
    assert found.difference.ratio == pytest.approx(1.5)
    assert found.unit == "second"
    assert found.base.low < found.base.value < found.base.high


def many(spreads: np.ndarray, count: int, seed: int = 1) -> list[Measured]:
    """Cases of given noise."""
    noise = np.random.default_rng(seed).standard_normal((len(spreads), count))
    return [
        measured(rounds(*np.exp(spread * own).tolist()), f"a.{place}")
        for place, (spread, own) in enumerate(zip(spreads, noise))
    ]


def test_rounds_that_happen_to_lie_close_say_little_where_others_say_what_is_usual() -> None:
    base = side(*many(np.full(100, 0.05), 3), campaign="one")
    alike = measured(rounds(1.0, 1.0001, 1.0), "a.0")
    head = [alike, *many(np.full(100, 0.05), 3, seed=2)[1:]]
    (found,), _ = matched_cases(base.only("a.0".__eq__), side(alike, campaign="two"))
    (among,) = (
        each for each in matched_cases(base, side(*head, campaign="two"))[0] if each.case == "a.0"
    )
    alone_head, usual_head = (each.difference.within[1] for each in (found, among))
    assert alone_head.value == pytest.approx(LEAST_VARIANCE / 3)
    assert 0.2 * 0.05**2 / 3 < usual_head.value < 2 * 0.05**2 / 3
    assert [each.freedom for each in among.difference.within] == [2, 2]  # no more than it has


def test_sides_may_have_unequal_numbers_of_rounds() -> None:
    (found,) = matched_cases(
        side(*many(np.array([0.05]), 40), campaign="one"),
        side(*many(np.array([0.05]), 12, seed=2), campaign="two"),
    )[0]
    assert found.difference.rounds == 12
    assert [each.freedom for each in found.difference.within] == [39, 11]
    assert (found.base.rounds, found.head.rounds) == (40, 12)
    assert [len(each) for each in found.logs] == [40, 12]


def test_a_side_of_a_single_round_has_no_interval_though_others_tell_what_is_usual() -> None:
    base = side(*many(np.full(20, 0.05), 5), campaign="one")
    single = measured(rounds(9.0), "a.0")
    head = side(single, *many(np.full(20, 0.05), 5, seed=2)[1:], campaign="two")
    by_case = {each.case: each for each in matched_cases(base, head)[0]}
    assert not by_case["a.0"].difference.has_interval
    assert by_case["a.0"].difference.ratio > 5
    assert by_case["a.1"].difference.has_interval


def by_turns(*values: list[float]) -> Measured:
    costs = {number: float(np.mean(each)) for number, each in enumerate(values, 1)}
    return measured(costs)._replace(turns=dict(enumerate(values, 1)))


def test_the_ratio_of_a_round_is_that_of_the_middle_half_of_its_turns() -> None:
    base = by_turns([1.0, 2.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0])
    head = by_turns([1.1, 2.2, 9.0, 1.21], [1.1, 1.1, 1.1, 0.1])  # disturbed now and then
    found = paired(base, head)
    by_hand = {1: (math.log(1.1) + math.log(1.21)) / 2, 2: math.log(1.1)}
    assert found.ratios == pytest.approx(by_hand)
    assert found.difference.log_ratio == pytest.approx((by_hand[1] + by_hand[2]) / 2)
    assert isinstance(found.base, Estimate)  # of all turns, as they are shown of one side alone
    assert found.base.value == pytest.approx(math.sqrt(1.25))
    assert found.head.value == pytest.approx(math.sqrt((1.1 + 2.2 + 9.0 + 1.21) / 4 * 3.4 / 4))


def test_rounds_may_have_unlike_numbers_of_turns() -> None:
    found = paired(by_turns([1.0, 1.0], [1.0]), by_turns([1.1, 1.21], [1.3]))
    assert found.ratios == pytest.approx({1: math.log(1.1 * 1.21) / 2, 2: math.log(1.3)})


def test_of_unlike_numbers_of_turns_those_count_that_both_had() -> None:
    base, head = by_turns([1.0, 1.0, 4.0], [1.0]), by_turns([1.1, 1.1], [1.0])
    assert paired(base, head).ratios == pytest.approx({1: math.log(1.1), 2: 0.0})


def test_what_took_no_turns_is_paired_by_whole_rounds() -> None:
    base, head = by_turns([1.0, 1.0, 4.0], [1.0]), by_turns([1.1, 1.1], [1.0])
    without = head._replace(turns={})
    assert paired(base, without).ratios == pytest.approx({1: math.log(1.1 / 2), 2: 0.0})


def paired(base: Measured, head: Measured) -> MatchedCase:
    (found,), left = matched_cases(side(base), side(head))
    assert not left
    return found


def test_values_may_be_integers_beyond_what_64_bits_hold() -> None:
    found = paired(by_turns([10**29, 10**29], [10**29]), by_turns([2 * 10**29] * 2, [10**29]))
    assert found.ratios == pytest.approx({1: math.log(2), 2: 0.0})


def test_swapping_the_sides_inverts_everything() -> None:
    rng = np.random.default_rng(5)
    turns = np.exp(rng.standard_normal((2, 9, 4)))
    base, head = (by_turns(*each.tolist()) for each in turns)
    for there, back in (
        (paired(base, head), paired(head, base)),
        (apart(base, head), apart(head, base)),
    ):
        assert there.difference.log_ratio == pytest.approx(-back.difference.log_ratio)
        assert there.difference.low == pytest.approx(-back.difference.high)
        assert (there.base, there.head) == (back.head, back.base)


def apart(base: Measured, head: Measured) -> MatchedCase:
    (found,), _ = matched_cases(side(base), side(head, campaign="two"))
    return found
