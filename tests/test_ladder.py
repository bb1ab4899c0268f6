"""The numbers to know: which cases they are, net or not, and what is said of them."""

from __future__ import annotations

import pytest
from one_page import costs_of, interpreter, shown_of

from pyconc.findings.ladder import (
    IN_TERMS_OF,
    KINDS,
    RUNGS,
    Placed,
    changes,
    ladder,
    multiples,
    standard_builds,
)
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.matched import matched_cases
from pyconc.suite.case import Case
from pyconc.words.languages import LANGUAGES, Words, table

CALL, EMPTY = "reference.call[thread-1]", "reference.empty_loop[thread-1]"
LOCK, MUTEX = "lock.pair[thread-1]", "floor.mutex_pair[thread-1]"
NOTHING = "floor.empty_loop[thread-1]"
FORK = "process.function[process-fork-1]"
OLD, NEW = "3.9.18", "3.14.10"

CONTROLS = {CALL: {"control": EMPTY}, LOCK: {"control": EMPTY, "floor": MUTEX},
            MUTEX: {"control": NOTHING}}  # fmt: skip


def beside(*pythons: str) -> dict[tuple[str, str], dict[str, str]]:
    return {(python, case): said for python in pythons for case, said in CONTROLS.items()}


def placed_by_name(placed: list[Placed]) -> dict[str, Placed]:
    return {each.rung.name: each for each in placed}


def test_a_net_rung_has_a_control(cases: dict[str, Case]) -> None:
    for rung in RUNGS:
        case = cases.get(rung.case.replace("{process}", "process-fork"))
        assert case
        assert not rung.net or case.workload_class.control, rung.name


def test_rungs_have_names_of_their_own_in_every_language() -> None:
    names = [f"numbers.rung.{rung.name}" for rung in RUNGS]
    for language in LANGUAGES:
        said = {Words(language)(name, method="fork") for name in names}
        assert len(said) == len(RUNGS)
    assert {key for key in table() if key.startswith("numbers.rung.")} == set(names)


def test_rungs_are_of_known_kinds_and_terms_of_known_rungs() -> None:
    assert {rung.kind for rung in RUNGS} == set(KINDS)
    assert {name for pair in IN_TERMS_OF for name in pair} <= {rung.name for rung in RUNGS}


def test_a_net_rung_is_without_its_loop_and_has_its_floor() -> None:
    given = {LOCK: 50e-9, EMPTY: 10e-9, MUTEX: 6e-9, NOTHING: 1e-9}
    [lock] = ladder(costs_of({NEW: given}, beside=beside(NEW)))
    assert lock.net
    assert lock.costs[NEW].value == pytest.approx(40e-9, rel=0.03)
    assert lock.floors[NEW].value == pytest.approx(5e-9, rel=0.05)
    assert lock.distances[NEW].value == pytest.approx(8, rel=0.05)


def test_a_rung_whose_control_was_not_measured_is_as_measured() -> None:
    [lock] = ladder(costs_of({NEW: {LOCK: 50e-9}}, beside=beside(NEW)))
    assert not lock.net
    assert lock.costs[NEW].value == pytest.approx(50e-9, rel=0.03)
    assert lock.floors == {}


def test_where_nothing_is_forked_processes_are_spawned() -> None:
    case = "pool.process_pool_executor_cold[process-spawn-4]"
    [pool] = ladder(costs_of({NEW: {case: 0.3}}))
    assert pool.case == case
    assert "spawn" in Words("en").say(pool.name)


def test_one_rung_in_terms_of_another_is_net_where_they_are() -> None:
    costs = costs_of({NEW: {CALL: 60e-9, EMPTY: 10e-9, FORK: 1e-3}}, beside=beside(NEW))
    [multiple] = multiples(costs, ladder(costs), NEW)
    assert (multiple.slow.rung.name, multiple.fast.rung.name) == ("fork", "call")
    assert multiple.ratio.value == pytest.approx(20_000, rel=0.03)
    assert multiple.ratio.low < multiple.ratio.value < multiple.ratio.high


def test_there_is_no_multiple_of_a_cost_that_is_lost_in_its_control() -> None:
    costs = costs_of({NEW: {CALL: 10e-9, EMPTY: 60e-9, FORK: 1e-3}}, beside=beside(NEW))
    assert multiples(costs, ladder(costs), NEW) == []


def compared(costs: Costs, old: str, new: str) -> dict[str, Estimate]:
    """As comparisons of two sides have it."""
    sides = shown_of(costs).campaign.sides
    found, _ = matched_cases(sides[old], sides[new])
    return {each.case: each.difference.estimate for each in found}


def test_only_what_its_interval_supports_is_a_change() -> None:
    old = {FORK: 1e-3, LOCK: 50e-9, "queue.put_get[thread-1-Queue]": 1e-6}
    new = {FORK: 1e-3, LOCK: 25e-9, "queue.put_get[thread-1-Queue]": 5e-6}
    costs = costs_of({OLD: old, NEW: new})
    ratios = compared(costs, OLD, NEW)
    queue, lock = changes(costs, ladder(costs), ratios, OLD, NEW)
    assert (queue.placed.rung.name, lock.placed.rung.name) == ("queue", "lock")
    assert queue.ratio == ratios["queue.put_get[thread-1-Queue]"]  # one figure, wherever it is
    assert queue.ratio.value == pytest.approx(5, rel=0.03)
    assert lock.ratio.value == pytest.approx(0.5, rel=0.03)
    assert queue.least > lock.least > 1.9


def test_the_change_of_a_net_rung_is_of_net_costs() -> None:
    old, new = {CALL: 60e-9, EMPTY: 10e-9}, {CALL: 160e-9, EMPTY: 10e-9}
    costs = costs_of({OLD: old, NEW: new}, beside=beside(OLD, NEW))
    [call] = changes(costs, ladder(costs), compared(costs, OLD, NEW), OLD, NEW)
    assert call.ratio.value == pytest.approx(3, rel=0.05)
    assert call.placed.net


def test_what_has_no_ratio_is_no_change() -> None:
    costs = costs_of({OLD: {FORK: 1e-3}, NEW: {FORK: 5e-3}})
    assert changes(costs, ladder(costs), {}, OLD, NEW) == []


def test_a_single_round_is_no_evidence_of_a_change() -> None:
    costs = costs_of({OLD: {FORK: 1e-3}, NEW: {FORK: 5e-3}}, rounds=1)
    assert changes(costs, ladder(costs), compared(costs, OLD, NEW), OLD, NEW) == []


def test_versions_are_those_of_cpython_with_the_gil() -> None:
    about = {
        "interpreters": [
            interpreter(OLD),
            interpreter(NEW),
            interpreter("3.14.10t", free_threaded=True, gil="off"),
            interpreter("pypy3.11", implementation="PyPy"),
        ]
    }
    assert standard_builds(about, [OLD, NEW, "3.14.10t", "pypy3.11"]) == [OLD, NEW]


def test_rungs_are_found_on_every_python() -> None:
    costs = costs_of({OLD: {FORK: 1e-3}, NEW: {FORK: 2e-3, CALL: 60e-9}})
    found = placed_by_name(ladder(costs))
    assert set(found["fork"].costs) == {OLD, NEW}
    assert set(found["call"].costs) == {NEW}
