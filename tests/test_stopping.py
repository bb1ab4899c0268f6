"""When a case has enough rounds, and who gets the time that is left."""

from __future__ import annotations

import math

import pyperf
import pytest
from conftest import suite_of

from pyconc.measure.plan import PROFILES, Plan
from pyconc.measure.state import State
from pyconc.measure.stopping import going_on, half_width, noisiness
from pyconc.store.journal import Record
from pyconc.suite.case import Case

QUIET, NOISY, WILD = "lock.pair[thread-1]", "thread.function[thread-1]", "lock.contended[thread-2]"
COSTS = {QUIET: [1.0, 1.001, 0.999, 1.0], NOISY: [1.0, 1.02, 0.98, 1.0], WILD: [1.0, 3.0, 0.5, 2.0]}


PROFILE = PROFILES["quick"]._replace(rounds=4)


def plan_of(cases: dict[str, Case], budget: float = 1e6, arms: tuple[str, ...] = ("a",)) -> Plan:
    return Plan(PROFILE, 1, {arm: [cases[name] for name in COSTS] for arm in arms}, budget)


def state_after(rounds: int, arms: tuple[str, ...] = ("a",)) -> State:
    """As if every round had taken a second."""
    state = State()
    for number in range(rounds + 1):
        for arm in arms:
            for name, costs in COSTS.items():
                cost = costs[(number - 1) % len(costs)]
                learned = {"timed": 0.8, "loops": 4, "value_seconds": 0.1, "cost": cost}
                state.learn(Record(name, arm, number, 1.0, suite={}, learned=learned))
    return state


def test_the_half_width_is_that_of_students_t_on_log_costs() -> None:
    pytest.importorskip("scipy")
    from pyconc.statistics.estimate import cost

    pandas = pytest.importorskip("pandas")
    figures = [1.0, 1.1, 0.9, 1.05, 0.97]
    estimate = cost(pandas.Series(figures))
    expected = math.log(estimate.high / estimate.value)
    assert half_width([math.log(figure) for figure in figures]) == pytest.approx(expected, rel=1e-3)
    assert half_width([0.0]) == math.inf


def test_every_case_is_measured_up_to_the_least_number_of_rounds(cases: dict[str, Case]) -> None:
    assert set(going_on(plan_of(cases), state_after(3), 4)) == set(COSTS)


def test_then_only_those_whose_interval_is_wide_and_first_those_that_can_still_get_there(
    cases: dict[str, Case],
) -> None:
    assert going_on(plan_of(cases), state_after(4), 5) == [NOISY, WILD]
    most = PROFILE.most_rounds
    assert going_on(plan_of(cases), state_after(most), most + 1) == []


def test_a_case_goes_on_everywhere_if_it_is_noisy_anywhere(cases: dict[str, Case]) -> None:
    state = state_after(4, ("a", "b"))
    state.costs["b", QUIET] = {1: 1.0, 2: 2.0, 3: 1.0, 4: 2.0}
    assert QUIET in going_on(plan_of(cases, arms=("a", "b")), state, 5)


def test_what_is_left_of_the_budget_goes_to_what_can_still_get_there(
    cases: dict[str, Case],
) -> None:
    spent = state_after(4).worked
    assert going_on(plan_of(cases, spent + 1.5), state_after(4), 5) == [NOISY]
    assert going_on(plan_of(cases, spent + 0.5), state_after(4), 5) == []


def test_of_those_that_cannot_get_there_the_steadiest_come_first(cases: dict[str, Case]) -> None:
    state = state_after(4)
    state.costs["a", NOISY] = {1: 1.0, 2: 1.2, 3: 0.8, 4: 1.0}
    assert going_on(plan_of(cases), state, 5) == [NOISY, WILD]
    state.costs["a", NOISY] = {1: 1.0, 2: 9.0, 3: 0.1, 4: 1.0}
    assert going_on(plan_of(cases), state, 5) == [WILD, NOISY]


def by_turns(state: State, case: str, ratios: dict[tuple[str, str], list[float]]) -> State:
    """With the log ratios of a case, round by round, of an arm to the one before it."""
    for (before, arm), logs in ratios.items():
        state.ratios[case, arm, before] = logs
    return state


def test_of_pythons_that_take_turns_the_ratio_counts_and_not_what_disturbs_both(
    cases: dict[str, Case],
) -> None:
    arms = ("a", "b", "c")
    plan, state = plan_of(cases, arms=arms), state_after(4, arms)
    steady, noisy = [0.1, 0.101, 0.099, 0.1], [0.1, 0.2, 0.0, 0.1]
    assert noisiness(plan, state)[WILD] > 1
    by_turns(state, WILD, {("a", "b"): steady, ("b", "c"): steady})
    assert noisiness(plan, state)[WILD] == half_width(steady) < 0.01
    by_turns(state, WILD, {("b", "c"): noisy})
    assert noisiness(plan, state)[WILD] == half_width(noisy)  # the widest counts
    state.learn(Record(WILD, "c", 5, 1.0, error="it hung"))
    assert noisiness(plan, state)[WILD] == half_width(steady)  # of those that go on


def test_costs_count_where_turns_are_not_known(cases: dict[str, Case]) -> None:
    """As in journals of older campaigns, and where the first turns have just been taken."""
    plan, state = plan_of(cases, arms=("a", "b")), state_after(4, ("a", "b"))
    by_cost = noisiness(plan, state)[NOISY]
    assert by_cost == half_width([math.log(cost) for cost in COSTS[NOISY]])
    assert noisiness(plan, by_turns(state, NOISY, {("a", "b"): [0.1]}))[NOISY] == by_cost
    by_turns(state, NOISY, {("a", "b"): [0.1, 0.1]})
    assert noisiness(plan, state)[NOISY] == 0


def test_a_case_that_failed_everywhere_is_left_alone(cases: dict[str, Case]) -> None:
    state = state_after(4)
    state.learn(Record(WILD, "a", 5, 1.0, error="it hung"))
    assert going_on(plan_of(cases), state, 5) == [NOISY]


def test_what_was_learned_is_learned_again_from_the_journal() -> None:
    records = [
        Record("a", "3", 0, 2.0, suite={}, learned={"timed": 1, "loops": 8, "value_seconds": 0.2}),
        Record("a", "3", 1, 3.0, suite={}, learned={"timed": 2, "cost": 1e-6}),
        Record("a", "4", 1, 0.0, suite={}, learned={"cost": 2e-6, "ratios": {"3": 0.7}}),
        Record("b", "3", 0, 4.0, error="it hung"),
    ]
    state = State(records)
    assert state.done == {(0, "3", "a"), (1, "3", "a"), (1, "4", "a")}
    assert state.ratios == {("a", "4", "3"): [0.7]}
    assert state.calibrated["3", "a"].loops == 8
    assert state.costs["3", "a"] == {1: 1e-6}
    assert (state.timed, state.worked) == (3, 5.0)
    assert state.seconds(("3", "a")) == 3.0
    assert not state.failed  # it is tried again


def test_a_long_campaign_is_read_without_an_object_of_pyperf(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They take longer to make than all that is read from them."""
    learned = {"timed": 0.2, "loops": 8, "value_seconds": 0.1, "cost": 1e-6}
    suites = {(n, bool(r)): suite_of(f"case {n}", r) for n in range(50) for r in (0, 1)}
    lines = [
        Record(
            f"case {n % 50}", "3", n // 50, 0.3, suites[n % 50, n >= 50], learned=learned
        ).to_json()
        for n in range(500)
    ]  # fmt: skip
    for made in (pyperf.Run, pyperf.Benchmark, pyperf.BenchmarkSuite):
        monkeypatch.setattr(made, "__init__", lambda *_, **__: pytest.fail("made by pyperf"))
    state = State(map(Record.from_json, lines))
    assert len(state.done) == 500
    assert len(state.calibrated) == 50
    assert sum(map(len, state.costs.values())) == 450
