"""Plans: interleaved, reproducible, with the controls that net costs need."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pyconc.errors import UsageError
from pyconc.measure import announce, campaign
from pyconc.measure.plan import (
    PROFILES,
    Plan,
    profile_named,
    seconds_of,
    with_controls,
    without_controls,
)
from pyconc.suite import catalog
from pyconc.suite.case import Case


def make_plan(cases: dict[str, Case], seed: int = 1) -> Plan:
    few = [case for case in cases.values() if case.family == "barrier"]
    return Plan(PROFILES["quick"], seed, {"3.13": few, "3.14": few[:-1]}, 600.0)


def test_every_round_has_every_case_once_on_every_python(cases: dict[str, Case]) -> None:
    plan = make_plan(cases)
    expected = {(arm, case.id) for arm, each in plan.cases.items() for case in each}
    for number in range(3):
        tasks = plan.round(number)
        assert {task.round for task in tasks} == {number}
        assert len(tasks) == len(expected)
        assert {(task.arm, task.case.id) for task in tasks} == expected


def test_pythons_take_each_case_one_after_the_other_in_random_order(
    cases: dict[str, Case],
) -> None:
    few = [case for case in cases.values() if case.family == "barrier"]
    plan = Plan(PROFILES["quick"], 1, dict.fromkeys(("3.12", "3.13", "3.14"), few), 600.0)
    orders = set()
    for number in range(20):
        tasks = plan.round(number)
        assert len(tasks) == 3 * len(few)
        for start in range(0, len(tasks), 3):
            block = tasks[start : start + 3]
            assert len({task.case.id for task in block}) == 1
            orders.add(tuple(task.arm for task in block))
    assert len(orders) == 6  # every one that three Pythons can have


def test_a_round_can_be_of_some_cases_on_all_pythons_that_have_them(
    cases: dict[str, Case],
) -> None:
    plan = make_plan(cases)
    last = plan.cases["3.13"][-1].id
    tasks = plan.round(5, ["barrier.crossing[thread-2]", last])
    assert sorted((task.arm, task.case.id) for task in tasks) == [
        ("3.13", "barrier.crossing[thread-2]"),
        ("3.13", last),
        ("3.14", "barrier.crossing[thread-2]"),
    ]


def test_rounds_are_in_different_orders_that_the_seed_fixes(cases: dict[str, Case]) -> None:
    plan = make_plan(cases)
    assert plan.round(1) == make_plan(cases).round(1)
    assert plan.round(1) != make_plan(cases, seed=2).round(1)
    orders = {tuple((task.arm, task.case.id) for task in plan.round(number)) for number in range(5)}
    assert len(orders) == 5


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("30m", 1800), ("1.5h", 5400)]
)
def test_a_budget_in_words(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-3m", "0", "3d", "1h30m"])
def test_a_budget_that_is_no_time(text: str) -> None:
    with pytest.raises(UsageError, match="is no time; write 90s, 30m or"):
        seconds_of(text)


def test_contended_cases_are_asked_for_a_window(cases: dict[str, Case]) -> None:
    plan = make_plan(cases)
    assert plan.min_time(cases["counter.fine_lock[thread-2]"]) == 2 * plan.profile.min_window
    assert plan.min_time(cases["rlock.recursion[thread-1-1]"]) == plan.profile.min_time
    assert plan.min_time(cases["pool.thread_pool_executor_warm[thread-4]"]) == (
        4 * plan.profile.min_time
    )


def test_programs_and_teams_have_more_time_for_a_round(cases: dict[str, Case]) -> None:
    plan = make_plan(cases)
    assert plan.round_time(cases["rlock.recursion[thread-1-1]"]) == plan.profile.round_time
    assert plan.round_time(cases["counter.fine_lock[thread-2]"]) == plan.profile.team_time
    assert plan.round_time(cases["scaling.weak[thread-1]"]) == plan.profile.team_time


def test_a_case_that_needs_longer_says_so(cases: dict[str, Case]) -> None:
    plan = make_plan(cases)
    alone, beside_four = (cases[f"gil.sleep_zero[thread-1-{busy}-50000]"] for busy in (0, 4))
    assert plan.min_time(alone) == plan.profile.min_time
    assert plan.min_time(beside_four) == pytest.approx(2 * 5 * 0.05)


@pytest.mark.parametrize(("name", "rounds"), [("quick", 8), ("full", 12)])
def test_the_least_rounds_of_a_profile_fit_into_its_time(name: str, rounds: int) -> None:
    profile = PROFILES[name]
    assert profile.rounds >= rounds
    for pythons in (1, 2, 3):
        chosen = dict.fromkeys(map(str, range(pythons)), campaign.choose(profile, [], None))
        plan = Plan(profile, 1, chosen, budget=60 * profile.minutes * pythons)
        assert plan.estimate()[0] < 0.9 * plan.budget
        assert plan.affordable() >= rounds


def test_a_budget_for_fewer_rounds_is_said(cases: dict[str, Case]) -> None:
    prepared = campaign.prepare([cases["lock.pair[thread-1]"]], PROFILES["quick"], budget=1.0)
    plan = prepared.plan
    enough = plan._replace(budget=60.0)
    assert plan.affordable() < plan.profile.rounds <= enough.affordable()
    said = [each for each in announce.plan_lines(prepared) if "the budget is for about" in each]
    assert len(said) == 1
    lines = announce.plan_lines(prepared._replace(plan=enough))
    assert not any("the budget is for about" in each for each in lines)


def test_controls_and_floors_come_along_and_theirs(cases: dict[str, Case]) -> None:
    chosen = [cases["counter.fine_lock[thread-2]"]]
    planned = with_controls(list(cases.values()), chosen)
    assert [case.id for case in planned] == [
        "counter.unlocked[thread-2]",
        "counter.fine_lock[thread-2]",
        "reference.empty_range[thread-2]",
        "floor.empty_loop[thread-2]",
        "floor.mutex_contended[thread-2]",
    ]


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_selected_has_its_control_and_floor_whatever_the_profile(
    profile: str, cases: dict[str, Case]
) -> None:
    """Of every case, by its full id: also of those that the profile leaves out."""
    lacking = {
        name: twin.id
        for name, case in cases.items()
        for twin in (catalog.twin(case, "control", cases), catalog.twin(case, "floor", cases))
        if twin and not (PROFILES[profile].quick and twin.quick)
    }
    for name in list(lacking)[::40]:
        chosen = {case.id for case in campaign.choose(PROFILES[profile], [name], None)}
        assert {name, lacking[name]} <= chosen
    keyword = {case.id for case in campaign.choose(PROFILES[profile], [], "barrier.program")}
    assert "reference.start_join[process-spawn-4]" in keyword


def test_a_profile_that_is_measured_whole_has_its_own_cases_alone() -> None:
    assert all(case.quick for case in campaign.choose(PROFILES["quick"], [], None))


def test_a_full_id_is_measured_even_where_quick_leaves_it_out() -> None:
    name = "barrier.crossing[process-spawn-2]"
    assert name in [case.id for case in campaign.choose(PROFILES["quick"], [name], None)]
    family = campaign.choose(PROFILES["quick"], ["barrier", "rlock.recursion[thread-1-1]"], None)
    assert name not in [case.id for case in family]


def test_libraries_are_selected_by_their_names_too() -> None:
    """Also where a workload is called by something else: what loky's processes need is joblib."""
    quick = PROFILES["quick"]
    chosen = {case.id for case in campaign.choose(quick, [], "joblib and not tasks")}
    assert {"joblib.threads_jobs[thread-4-list-1000]", "ecosystem.loky_cold[thread-4]"} <= chosen
    others = {name for name in chosen if name.startswith(("ecosystem", "joblib"))}
    assert all(name.startswith(("joblib.", "ecosystem.loky")) for name in others)


def test_what_jobs_are_held_against_comes_along() -> None:
    chosen = campaign.choose(PROFILES["quick"], [], "joblib and threads_jobs and 1000")
    assert [case.id for case in chosen] == [
        "dispatch.no_pool[thread-1-1000]",
        "dispatch.thread_pool_executor[thread-4-wait-1000]",
        "joblib.threads_jobs[thread-4-list-1000]",
        "joblib.threads_jobs[thread-4-generator-1000]",
        "joblib.threads_jobs[thread-4-generator_unordered-1000]",
    ]


def test_what_comes_along_is_not_measured_for_itself(cases: dict[str, Case]) -> None:
    """If joblib is not here, there is nothing to measure, and that is said."""
    chosen = campaign.choose(PROFILES["quick"], [], "joblib and threads_jobs and 1000")
    left = {case.workload for case in without_controls(chosen)}
    assert left == {"threads_jobs"}
    with pytest.raises(UsageError, match=r"needs the module joblib.*--with PACKAGE"):
        campaign.prepare(chosen, PROFILES["quick"])


def test_what_was_asked_for_and_cannot_be_installed_is_said(cases: dict[str, Case]) -> None:
    case = cases["libraries.turns[task-2-anyio-Lock]"]
    arm: Any = SimpleNamespace(
        label="3.9",
        about={"missing": {"anyio": "no build of it"}},
        skipped={case.id: "needs the module anyio"},
    )
    assert campaign._why_none([case], [arm]) == (
        "needs the module anyio; anyio cannot be installed on 3.9: no build of it"
    )


def test_a_library_that_is_the_value_of_an_axis_is_selected_by_its_name() -> None:
    """With what it is held against, and without the other libraries."""
    chosen = campaign.choose(PROFILES["quick"], [], "anyio and turns")
    assert [case.id for case in chosen if case.family == "libraries"] == [
        "libraries.open_section[task-2-asyncio]",
        "libraries.open_section[task-2-anyio]",
        "libraries.turns[task-2-asyncio-Lock]",
        "libraries.turns[task-2-anyio-Lock]",
    ]


@pytest.mark.parametrize("keywords", ["thread", "round_trip", "cold and not process", "not lock"])
def test_a_word_that_others_have_too_names_no_library(keywords: str) -> None:
    chosen = campaign.choose(PROFILES["full"], [], keywords)
    assert chosen
    assert not [case.id for case in chosen if case.family in catalog.on_request()]


def test_a_library_that_nobody_named_is_not_spoken_of_where_it_is_missing(
    cases: dict[str, Case],
) -> None:
    everything = list(cases.values())
    names = ["ecosystem", "ecosystem.trio_cold"]
    chosen = campaign.choose(PROFILES["quick"], names, None)
    prepared = campaign.prepare(
        chosen, PROFILES["quick"], unnamed=catalog.unnamed(everything, names, None)
    )
    [arm] = prepared.taking_part
    skipped = [each for each in announce.plan_lines(prepared) if each.startswith("skipped")]
    assert skipped == [
        f"skipped on {arm.label}: ecosystem.trio_cold[thread-4]: needs the module trio"
    ]
    assert "ecosystem.asyncio_cold[thread-4]" in prepared.ids
    assert not [name for name in prepared.ids if name.startswith("ecosystem.ray")]


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown profile 'slow'.*smoke, quick, full"):
        profile_named("slow")
