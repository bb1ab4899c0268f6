"""Steps from one Python to the next, and from one campaign to the next."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pyconc.findings.steps import Pair, Versions, arranged, passages, versions
from pyconc.findings.timeline import Timeline, timeline
from pyconc.statistics.history import History, Stored
from pyconc.statistics.verdicts import FASTER, INCONCLUSIVE, SAME, SLOWER, SUSPECT
from pyconc.store.measured import Measured, Side

MACHINE = {"hostname": "h"}


def side(
    label: str,
    costs: Mapping[str, float],
    *,
    rounds: int = 12,
    noise: float = 0.005,
    campaign: str = "one",
    version: int = 1,
    **about: Any,
) -> Side:
    """A Python whose rounds cost what is given, with a little noise."""
    chance = random.Random(f"{label} {campaign}")
    measured = {
        case: Measured(
            case,
            {n: cost * math.exp(chance.gauss(0, noise)) for n in range(1, rounds + 1)},
            "second",
            {"pyconc_version": version},
        )
        for case, cost in costs.items()
    }
    told = {"implementation": "CPython", "version": label, "compiler": "GCC", **about}
    return Side(label, label, campaign, "quick", MACHINE, told, measured, Path(label))


def sides(*given: Side) -> dict[str, Side]:
    return {each.label: each for each in given}


def test_versions_of_cpython_are_in_order_whatever_order_they_were_given_in() -> None:
    given = sides(*(side(label, {}) for label in ("3.10.1", "3.9.2", "3.15.0rc1", "3.15.0")))
    assert arranged(given) == (("3.9.2", "3.10.1", "3.15.0rc1", "3.15.0"), ())


def test_other_implementations_and_other_kinds_of_builds_are_beside() -> None:
    given = sides(
        side("3.13.0", {}),
        side("3.14.0", {}),
        side("3.14.0t", {}, version=1, free_threaded=True),
        side("pypy3.11", {}, implementation="PyPy"),
    )
    assert arranged(given) == (("3.13.0", "3.14.0"), ("3.14.0t", "pypy3.11"))


def test_free_threaded_builds_are_the_track_where_there_are_more_of_them() -> None:
    given = sides(
        side("3.13.0", {}),
        side("3.13.0t", {}, free_threaded=True),
        side("3.14.0t", {}, free_threaded=True),
    )
    assert arranged(given) == (("3.13.0t", "3.14.0t"), ("3.13.0",))


def test_a_version_that_was_measured_twice_is_no_step_from_itself() -> None:
    again = side("3.13.0", {})._replace(label="3.13.0-again")
    assert arranged(sides(side("3.13.0", {}), again)).track == ("3.13.0",)
    assert versions(sides(side("3.13.0", {"a.x": 1.0}), again)) is None


def steps_of(*given: Side) -> Versions:
    found = versions(sides(*given))
    assert found
    return found


def test_a_step_is_marked_at_the_version_that_made_it() -> None:
    found = steps_of(
        side("3.12.0", {"a.x": 1e-6, "a.y": 1e-6}),
        side("3.13.0", {"a.x": 1e-6, "a.y": 1e-6}),
        side("3.14.0", {"a.x": 3e-7, "a.y": 2e-6}),
    )
    steps = found.steps_by_case()
    (faster,), (slower,) = steps["a.x"], steps["a.y"]
    assert (faster.verdict, faster.before, faster.after) == (FASTER, "3.13.0", "3.14.0")
    assert (slower.verdict, slower.before, slower.after) == (SLOWER, "3.13.0", "3.14.0")
    assert faster.change.value == pytest.approx(0.3, rel=0.02)
    assert faster.change.low < faster.change.value < faster.change.high
    assert {each.verdict for each in found.passages[0].steps} <= {SAME, INCONCLUSIVE}
    assert found.totals["a.y"].verdict == SLOWER


def test_pythons_beside_have_no_step_and_are_given_relative_to_the_oldest() -> None:
    found = steps_of(
        side("3.13.0", {"a.x": 1e-6}),
        side("3.14.0", {"a.x": 1e-6}),
        side("pypy3.11", {"a.x": 1e-8}, implementation="PyPy"),
    )
    assert not found.steps_by_case()
    assert len(found.passages) == 1
    relative = found.relative["a.x"]
    assert relative["3.13.0"].value == 1
    assert relative["pypy3.11"].value == pytest.approx(0.01, rel=0.02)


def test_a_case_that_came_later_is_relative_to_the_first_version_that_has_it() -> None:
    found = steps_of(
        side("3.12.0", {"a.x": 1e-6}),
        side("3.13.0", {"a.x": 1e-6, "a.new": 1e-6}),
        side("3.14.0", {"a.x": 1e-6, "a.new": 2e-6}),
    )
    assert found.totals["a.new"].before == "3.13.0"
    assert found.totals["a.new"].verdict == SLOWER
    assert list(found.relative["a.new"]) == ["3.13.0", "3.14.0"]
    assert not found.passages[0].left_out  # it is not there, which is no contradiction


def test_what_was_measured_otherwise_is_left_out_by_the_names_of_the_versions() -> None:
    one, other = side("3.13.0", {"a.x": 1.0, "a.y": 1.0}), side("3.14.0", {"a.x": 1.0, "a.y": 1.0})
    changed = other.measured["a.y"]._replace(metadata={"pyconc_version": 2})
    found = steps_of(one, other._replace(measured={**other.measured, "a.y": changed}))
    assert found.passages[0].left_out == [("a.y", "its version is 1 on 3.13.0 and 2 on 3.14.0")]


def test_an_unlike_compiler_may_be_why_and_another_default_start_method_is_python_itself() -> None:
    costs = {"a.x": 1e-6}
    found = steps_of(
        side("3.12.0", costs, start_method="fork"),
        side("3.13.0", costs, start_method="forkserver"),
        side("3.14.0", costs, start_method="forkserver", compiler="Clang"),
    )
    assert found.passages[0].unlike == []
    assert found.passages[1].unlike == ["3.13.0 is compiled by GCC, 3.14.0 is compiled by Clang"]


def test_a_single_round_settles_nothing() -> None:
    found = steps_of(
        side("3.13.0", {"a.x": 1e-6}, rounds=1), side("3.14.0", {"a.x": 9e-6}, rounds=1)
    )
    assert not found.passages[0].is_settled
    assert not found.steps_by_case()
    assert not found.totals["a.x"].change.has_interval
    assert found.passages[0].overall is None


def test_few_rounds_make_suspects_and_no_step() -> None:
    found = steps_of(
        side("3.13.0", {"a.x": 1e-6, "a.y": 1e-6}, rounds=5),
        side("3.14.0", {"a.x": 9e-6, "a.y": 1e-6}, rounds=5),
    )
    assert not found.passages[0].is_settled
    assert not found.steps_by_case()
    assert [each.case for each in found.passages[0].of(SUSPECT)] == ["a.x"]


def test_all_pairs_are_judged_together() -> None:
    """What is a step alone is none among many comparisons."""
    hint = side("3.13.0", {"a.x": 1.0}, noise=0)
    costs = {n: math.exp(0.03 + (0.03 if n % 2 else -0.03)) for n in range(1, 13)}
    other = side("3.14.0", {"a.x": 1.0})
    other = other._replace(measured={"a.x": other.measured["a.x"]._replace(costs=costs)})
    pair = Pair.of("3.13.0", "3.14.0", hint, other)
    alone = passages([pair])[0].steps[0]
    many = {f"b.x{n}": 1.0 for n in range(80)}
    null = Pair.of("b", "c", side("3.11.0", many), side("3.12.0", many))
    together = passages([pair, null])[0].steps[0]
    assert alone.verdict == SLOWER
    assert together.verdict == INCONCLUSIVE


def test_the_mean_of_all_families_leaves_out_c_code() -> None:
    found = steps_of(
        side("3.13.0", {"a.x": 1e-6, "floor.y": 1e-6}),
        side("3.14.0", {"a.x": 1e-6, "floor.y": 4e-6}),
    )
    overall = found.passages[0].overall
    assert overall
    assert overall.change.value == pytest.approx(1, rel=0.02)
    assert {each.family for each in found.passages[0].means} == {"a", "floor"}


def test_no_two_versions_with_a_case_in_common_have_no_steps() -> None:
    assert versions(sides(side("3.13.0", {"a.x": 1.0}), side("3.14.0", {"a.y": 1.0}))) is None
    assert versions(sides(side("3.13.0", {"a.x": 1.0}))) is None


def over(*given: Side, stored: Sequence[Stored] = ()) -> Timeline:
    """Campaigns of one Python each, in their order."""
    names = ["first", "second", "third", "fourth"][: len(given)]
    found = timeline([sides(each) for each in given], names, History(stored))
    assert found
    return found


def test_a_cost_that_doubled_since_the_campaign_before_is_a_suspect() -> None:
    found = over(
        side("3.13.0", {"a.x": 1e-6, "a.y": 1e-6}, campaign="one"),
        side("3.13.0", {"a.x": 2e-6, "a.y": 1e-6}, campaign="two"),
    )
    assert "a.x" in {each.step.case for each in found.changes()}
    change = found.changes()[0]
    assert (change.python, change.place, change.step.case) == ("3.13.0", 1, "a.x")
    assert (change.step.before, change.step.after) == ("first", "second")
    assert change.step.verdict == SUSPECT  # without a history nothing is certain
    assert not change.step.is_step
    assert found.provisional


def test_stored_campaigns_of_the_machine_make_verdicts_final() -> None:
    costs = {("a.x", 1): [[1.0, 1.01, 0.99], [1.0, 1.02, 0.98]]}
    apart = {("a.x", 1): [[2.0, 2.02, 1.98], [2.0, 2.04, 1.96]]}
    found = over(
        side("3.13.0", {"a.x": 1e-6}, campaign="one"),
        side("3.13.0", {"a.x": 2e-6}, campaign="two"),
        stored=[Stored(MACHINE, "3.13", each) for each in (costs, apart, costs, apart, costs)],
    )
    assert found.provisional is None
    assert not found.changes()  # this machine's campaigns differ by as much anyway


def test_what_campaigns_of_the_machine_do_not_explain_is_a_step() -> None:
    chance = random.Random(5)
    stored = [
        Stored(
            MACHINE,
            "3.13",
            {
                (case, 1): [[math.exp(chance.gauss(0, 0.005)) for _ in range(12)] for _ in "ab"]
                for case in ("a.x", "a.y")
            },
        )
        for _ in range(5)
    ]
    found = over(
        side("3.13.0", {"a.x": 1e-6, "a.y": 1e-6}, campaign="one"),
        side("3.13.0", {"a.x": 2e-6, "a.y": 1e-6}, campaign="two"),
        stored=stored,
    )
    assert found.provisional is None
    (change,) = found.changes()
    assert (change.step.case, change.step.verdict) == ("a.x", SLOWER)
    assert change.step.change.value == pytest.approx(2, rel=0.02)


def test_another_version_of_a_case_breaks_its_line_and_is_named() -> None:
    found = over(
        side("3.13.0", {"a.x": 1e-6, "a.y": 1.0}, campaign="one"),
        side("3.13.0", {"a.x": 1e-6, "a.y": 1.0}, campaign="two"),
        side("3.13.0", {"a.x": 5e-6}, campaign="three", version=2),
        side("3.13.0", {"a.x": 5e-6}, campaign="four", version=2),
    )
    assert [(python, tuple(left)) for python, left in found.incomparable()] == [
        ("3.13.0", ("a.x", "its version is 1 on second and 2 on third"))
    ]
    (line,) = found.lines
    assert line.runs("a.x") == [[0, 1], [2, 3]]
    assert line.runs("a.y") == [[0, 1]]
    assert all(each.step.case != "a.x" for each in found.changes())


def test_a_python_that_one_campaign_lacks_is_compared_over_it() -> None:
    found = over(
        side("3.13.0", {"a.x": 1e-6}, campaign="one"),
        side("3.14.0", {"a.x": 1e-6}, campaign="two"),
        side("3.13.0", {"a.x": 4e-6}, campaign="three"),
    )
    (line,) = found.lines
    assert (line.python, line.places) == ("3.13.0", (0, 2))
    assert [each.place for each in found.changes()] == [2]
    assert line.families["a"][2].value == pytest.approx(4, rel=0.02)


def test_campaigns_with_no_python_in_common_have_no_history() -> None:
    given = [sides(side("3.13.0", {"a.x": 1.0})), sides(side("3.14.0", {"a.x": 1.0}))]
    assert timeline(given, ["first", "second"], History([])) is None


def test_no_step_that_is_as_large_in_c_is_a_finding() -> None:
    """Floors changed by half: only what changed by more tells of Python."""
    before = {
        "floor.mutex_pair[thread-1]": 1e-8,
        "lock.pair[thread-1]": 1e-7,
        "x.y[thread-1]": 1e-6,
    }
    factors = dict(zip(before, (1.5, 1.4, 3.0)))
    after = {case: cost * factors[case] for case, cost in before.items()}
    found = versions({"3.13.0": side("3.13.0", before), "3.14.0": side("3.14.0", after)})
    assert found
    [passage] = found.passages
    assert {each.case for each in passage.steps if each.is_step} == set(before)
    assert [each.case for each in passage.telling] == ["x.y[thread-1]"]
