"""Which cases compare, which rounds belong together, and what is left out, by name and reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pyconc.statistics.contrast import Contrast, contrasts, same_campaign
from pyconc.statistics.difference import Difference, Share
from pyconc.store.sides import Measured, Side

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
    low, high = difference.log_interval()
    return high - low


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
        found, left = contrasts(side(one), side(two))
        assert not found
        (out,) = left
        assert out.case == CASE
        what = name.removeprefix("pyconc_").replace("_", " ")
        words = ["not said" if e.metadata[name] is None else e.metadata[name] for e in (one, two)]
        assert out.reason == f"its {what} is {words[0]} in BASE and {words[1]} in HEAD"


def test_another_unit_is_left_out_with_the_reason() -> None:
    found, left = contrasts(side(measured(rounds(1))), side(measured(rounds(1), unit="byte")))
    assert not found
    assert left == [(CASE, "its unit is second in BASE and byte in HEAD")]


def test_other_metadata_may_differ() -> None:
    head = measured(rounds(1, 2), load_avg_1min=3.0, python_version="3.14", name="x")
    found, left = contrasts(side(measured(rounds(1, 2))), side(head))
    assert len(found) == 1
    assert not left


def test_files_from_elsewhere_say_nothing_of_pyconc_and_compare() -> None:
    plain = Measured("nbody", rounds(1, 2), "second", {"python_version": "3.13"})
    found, left = contrasts(side(plain, campaign=None), side(plain, campaign=None))
    assert [each.case for each in found] == ["nbody"]
    assert not left


def test_a_case_of_one_side_is_left_out_and_named() -> None:
    shared = measured(rounds(1, 2), "a.shared")
    base = side(measured(rounds(1, 2), "a.base"), shared)
    head = side(measured(rounds(1, 2), "a.head"), shared)
    found, left = contrasts(base, head)
    assert [each.case for each in found] == ["a.shared"]
    assert left == [("a.base", "only in BASE"), ("a.head", "only in HEAD")]


def test_cases_come_in_the_order_of_base() -> None:
    names = ["b.two", "a.one", "c.three"]
    base = side(*(measured(rounds(1, 2), name) for name in names))
    head = side(*(measured(rounds(1, 2), name) for name in sorted(names)))
    found, _ = contrasts(base, head)
    assert [each.case for each in found] == names


def test_rounds_are_paired_by_their_number_and_not_by_their_place() -> None:
    pace = {1: 1.0, 2: 8.0, 3: 2.0, 4: 0.5, 5: 3.0}
    base = measured({number: 10 * pace[number] for number in (3, 1, 5, 2, 4)})
    head = measured({number: 20 * pace[number] for number in (5, 4, 2, 1, 3)})
    (found,) = contrasts(side(base), side(head))[0]
    assert found.difference.paired
    assert found.difference.rounds == 5
    assert found.difference.ratio == pytest.approx(2)
    assert width(found.difference) < 0.02  # what both sides of a round met cancels


def test_rounds_that_one_side_lacks_are_left_out_of_the_pairs() -> None:
    base = measured({1: 1.0, 2: 10.0, 3: 100.0, 9: 7.0})
    head = measured({0: 5.0, 2: 20.0, 3: 200.0, 1: 2.0})
    (found,) = contrasts(side(base), side(head))[0]
    assert found.difference.paired
    assert found.difference.rounds == 3
    assert found.difference.ratio == pytest.approx(2)
    assert width(found.difference) < 0.01
    assert found.rounds == (1, 2, 3)
    assert found.ratios == pytest.approx([math.log(2)] * 3)
    assert (found.base.rounds, found.head.rounds) == (3, 3)
    assert (found.base_cost, found.head_cost) == pytest.approx((10, 20))


def test_one_campaign_without_a_common_round_is_not_paired() -> None:
    base, head = measured(rounds(1, 2, 3)), measured(rounds(1, 2, 3, start=7))
    (found,) = contrasts(side(base), side(head))[0]
    assert not found.difference.paired
    assert found.difference.has_interval


@pytest.mark.parametrize(("one", "two"), [("one", "two"), ("one", None), (None, None)])
def test_different_campaigns_are_not_paired(one: str | None, two: str | None) -> None:
    costs = rounds(1.0, 8.0, 2.0, 0.5)
    base, head = side(measured(costs), campaign=one), side(measured(costs), campaign=two)
    assert not same_campaign(base, head)
    (found,) = contrasts(base, head)[0]
    assert not found.difference.paired
    assert found.difference.ratio == pytest.approx(1)
    assert width(found.difference) > 1


def test_what_differs_between_campaigns_is_added_to_different_campaigns_alone() -> None:
    asked: list[tuple[str, Any]] = []

    def between(case: str, version: Any) -> Share:
        asked.append((case, version))
        return Share(1.0, 5)

    costs = measured(rounds(1.0, 1.1, 1.2, 0.9))
    (same,) = contrasts(side(costs), side(costs), between)[0]
    assert same.difference.between == 0
    assert not asked
    (other,) = contrasts(side(costs), side(costs, campaign="two"), between)[0]
    assert other.difference.between > 0
    assert asked == [(CASE, 1)]


def test_costs_are_means_on_the_log_scale() -> None:
    (found,) = contrasts(side(measured(rounds(1e-6, 4e-6))), side(measured(rounds(3e-6, 3e-6))))[0]
    assert found.base_cost == pytest.approx(2e-6)
    assert found.head_cost == pytest.approx(3e-6)
    assert found.difference.ratio == pytest.approx(1.5)
    assert found.unit == "second"
    assert found.base.error == pytest.approx(np.log([1, 4]).std(ddof=1) / math.sqrt(2))


def slowed(
    paces: np.ndarray, effect: float, case: str = CASE, reading: float = 1e-9, seed: int = 0
) -> Measured:
    """Costs that the machine's pace has changed, and the pace as a Python reads it."""
    rng = np.random.default_rng(seed)
    costs = 1e-6 * (1 + effect) * np.exp(paces + 0.002 * rng.standard_normal(len(paces)))
    return measured(rounds(*costs.tolist()), case)._replace(
        paces=rounds(*(reading * np.exp(paces)).tolist())
    )


def test_a_pace_that_was_worse_for_one_side_is_taken_out_of_the_ratio() -> None:
    paces = 0.1 * np.random.default_rng(1).standard_normal((2, 20)) + np.array([[0.0], [0.1]])
    base, head = slowed(paces[0], 0), slowed(paces[1], 0.02, seed=1)
    (found,) = contrasts(side(base), side(head))[0]
    assert found.difference.ratio == pytest.approx(1.02, abs=0.005)
    assert width(found.difference) < 0.02
    assert found.head_cost / found.base_cost == pytest.approx(found.difference.ratio)
    untold = [each._replace(paces={}) for each in (base, head)]
    (plain,) = contrasts(side(untold[0]), side(untold[1]))[0]
    assert plain.difference.ratio > 1.05


def test_a_round_without_a_pace_leaves_the_ratio_as_it_is() -> None:
    paces = 0.1 * np.random.default_rng(1).standard_normal((2, 20))
    base, head = slowed(paces[0], 0), slowed(paces[1], 0.02, seed=1)
    partly = head._replace(paces={n: pace for n, pace in head.paces.items() if n != 7})
    untold = [each._replace(paces={}) for each in (base, head)]
    (found,), (plain,) = (
        contrasts(side(one), side(two))[0] for one, two in ((base, partly), untold)
    )
    assert found.difference == plain.difference


def test_a_python_that_reads_the_pace_slower_is_not_a_slower_machine() -> None:
    rng = np.random.default_rng(2)
    cases = [f"a.{i}" for i in range(40)]
    paces = 0.1 * rng.standard_normal((2, 40, 20))
    base = side(*(slowed(pace, 0, case, 1e-9, 1) for pace, case in zip(paces[0], cases)))
    head = side(
        *(slowed(pace, 0.02, case, 3e-9, 2) for pace, case in zip(paces[1], cases)), build="other"
    )
    found, _ = contrasts(base, head)
    assert len(found) == 40
    for each in found:
        assert each.difference.ratio == pytest.approx(1.02, abs=0.02)
    ends = [each.difference.interval() for each in found]
    held = sum(low <= 1.02 <= high for low, high in ends)
    assert held >= 36


def by_turns(*values: list[float]) -> Measured:
    costs = {number: float(np.mean(each)) for number, each in enumerate(values, 1)}
    return measured(costs)._replace(turns=dict(enumerate(values, 1)))


def test_the_ratio_of_a_round_is_that_of_the_middle_half_of_its_turns() -> None:
    base = by_turns([1.0, 2.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0])
    head = by_turns([1.1, 2.2, 9.0, 1.21], [1.1, 1.1, 1.1, 0.1])  # disturbed now and then
    found = paired(base, head)
    assert found.ratios == pytest.approx([(math.log(1.1) + math.log(1.21)) / 2, math.log(1.1)])
    assert found.head_cost / found.base_cost == pytest.approx(found.difference.ratio)


def test_rounds_may_have_unlike_numbers_of_turns() -> None:
    found = paired(by_turns([1.0, 1.0], [1.0]), by_turns([1.1, 1.21], [1.3]))
    assert found.ratios == pytest.approx([math.log(1.1 * 1.21) / 2, math.log(1.3)])


def test_what_took_other_turns_is_paired_by_whole_rounds() -> None:
    base, head = by_turns([1.0, 1.0, 4.0], [1.0]), by_turns([1.1, 1.1], [1.0])
    assert paired(base, head).ratios == pytest.approx([math.log(1.1 / 2), 0.0])
    without = head._replace(turns={})
    assert paired(base, without).ratios == pytest.approx([math.log(1.1 / 2), 0.0])


def paired(base: Measured, head: Measured) -> Contrast:
    (found,), left = contrasts(side(base), side(head))
    assert not left
    return found
