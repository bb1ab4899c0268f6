"""A family's cases by workload, what is plotted against what, and the tables of its page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyconc.findings import family_code, family_table
from pyconc.findings.family import HEADLINES, Family, families, headline, page_names, single, sweeps
from pyconc.report.reading import read_campaigns
from pyconc.statistics.costs import Costs
from pyconc.suite import catalog
from pyconc.suite.case import Case

CampaignMaker = Callable[..., Path]
HOSTILE = "<b>.<i>[../x]"


def only(ids: list[str], cases: dict[str, Case]) -> Family:
    [family] = families(ids, cases)
    return family


def costs_of(folder: Path) -> Costs:
    return read_campaigns([folder])[0].campaign.costs


def test_families_and_cases_come_in_the_order_of_the_catalogue(cases: dict[str, Case]) -> None:
    backwards = list(cases)[::-1]

    found = families(["gone.case[thread-1]", "ancient.case[thread-1]", *backwards], cases)

    assert [case for family in found for case in family.cases] == [
        *cases, "ancient.case[thread-1]", "gone.case[thread-1]",
    ]  # fmt: skip


def test_a_case_that_the_catalogue_no_longer_has_joins_its_family(cases: dict[str, Case]) -> None:
    family = only(["lock.gone[thread-1]", "lock.pair[thread-1]"], cases)

    assert [group.name for group in family.groups] == ["lock.pair", "lock.gone"]
    assert family.groups[1].workload is None
    assert family.groups[1].members[0].values == {}


def test_workers_of_a_larger_machine_are_read_from_the_id(cases: dict[str, Case]) -> None:
    family = only(["lock.contended[thread-2]", "lock.contended[thread-640]"], cases)

    [sweep] = sweeps(family.groups[0])
    assert sweep.points == (
        (2, "lock.contended[thread-2]"), (640, "lock.contended[thread-640]"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "thread", "thread-1-2-3", "fibre-2", "process-forked-1"])
def test_an_id_that_does_not_fit_its_workload_has_no_parameters(
    text: str, cases: dict[str, Case]
) -> None:
    family = only([f"lock.contended[{text}]"], cases)

    assert family.groups[0].members[0].values == {}
    assert sweeps(family.groups[0]) == []


def test_the_last_number_that_varies_is_the_axis(cases: dict[str, Case]) -> None:
    chosen = [case for case in cases if case.startswith("lock.section[")]

    found = sweeps(only(chosen, cases).groups[0])

    assert {sweep.axis for sweep in found} == {"outside"}
    assert [sweep.fixed for sweep in found] == [("inside 0",), ("inside 10",), ("inside 100",)]
    assert [number for number, _ in found[0].points] == [0, 10, 100]
    assert found[1].title == "section inside 10"


def test_words_tell_the_lines_of_a_workload_apart(cases: dict[str, Case]) -> None:
    chosen = [case for case in cases if case.startswith("counter.method[")]

    found = sweeps(only(chosen, cases).groups[0])

    assert [(sweep.axis, sweep.fixed) for sweep in found] == [
        ("workers", ("one",)), ("workers", ("each",)),
    ]  # fmt: skip


def test_cases_that_differ_in_words_alone_are_single(cases: dict[str, Case]) -> None:
    family = only(["process.function[process-fork-1]", "process.function[process-spawn-1]"], cases)

    assert sweeps(family.groups[0]) == []
    assert single(family) == [
        ("function process-fork", "process.function[process-fork-1]"),
        ("function process-spawn", "process.function[process-spawn-1]"),
    ]


def test_a_case_that_is_alone_on_its_line_is_single(cases: dict[str, Case]) -> None:
    ids = [
        "queue.payload[process-fork-2-Queue-0]", "queue.payload[process-fork-2-Queue-65536]",
        "queue.payload[process-fork-2-SimpleQueue-0]",
    ]  # fmt: skip
    family = only(ids, cases)

    assert [sweep.fixed for sweep in sweeps(family.groups[0])] == [()]
    assert [case for _, case in single(family)] == [ids[2]]


def test_every_case_is_in_a_sweep_or_single(cases: dict[str, Case]) -> None:
    for family in families(cases, cases):
        swept = [c for group in family.groups for sweep in sweeps(group) for _, c in sweep.points]
        assert sorted([*swept, *(case for _, case in single(family))]) == sorted(family.cases)


def test_every_family_has_a_case_that_stands_for_it(cases: dict[str, Case]) -> None:
    assert {case.partition(".")[0]: case for case in HEADLINES.values()} == HEADLINES
    assert set(HEADLINES.values()) <= set(cases)
    assert set(HEADLINES) == set(catalog.family_names(catalog.benchmarks_folder()))


def test_another_case_stands_for_a_family_where_that_one_was_not_measured(
    cases: dict[str, Case],
) -> None:
    both = only(["lock.with[thread-1]", "lock.pair[thread-1]"], cases)

    assert headline(both) == HEADLINES["lock"]
    assert headline(only(["lock.with[thread-1]"], cases)) == "lock.with[thread-1]"


def test_pages_have_names_that_files_may_have() -> None:
    names = page_names(["lock", "shared_state", "../x", "..\\x", "", "x", "LOCK!", "é"])

    assert names["lock"] == "family-lock"
    assert names["shared_state"] == "family-shared_state"
    assert names["x"] == "family-x"
    assert names["../x"] == "family-x-2"
    assert names["..\\x"] == "family-x-3"
    assert names["LOCK!"] == "family-LOCK-2"
    assert names[""] == "family-unnamed"
    assert len({name.lower() for name in names.values()}) == len(names)


def test_rows_have_what_is_known_of_a_case(
    cases: dict[str, Case], make_campaign: CampaignMaker
) -> None:
    pair, loop = "lock.pair[thread-1]", "reference.empty_loop[thread-1]"
    floor = "floor.mutex_pair[thread-1]"
    folder = make_campaign(
        {"3.13.0": {pair: 3e-8, loop: 1e-8, floor: 1e-8}, "3.14.0": {pair: 5e-8}},
        metrics={pair: {"control": loop, "floor": floor, "overlap": 0.5, "short_window": 1.0}},
    )
    costs = costs_of(folder)
    metrics = costs.all_metrics()

    old, new = family_table.rows(costs, only([pair], cases), metrics)

    assert (old.python, new.python) == ("3.13.0", "3.14.0")
    assert old.net is not None
    assert old.net.value == pytest.approx(2e-8, rel=0.1)
    assert old.distance is not None
    assert old.distance.value == pytest.approx(2, rel=0.1)
    assert (old.overlap, old.short) == (0.5, True)
    assert (new.net, new.distance) == (None, None)


def test_metrics_are_those_that_costs_has(make_campaign: CampaignMaker) -> None:
    handoff, pair = "lock.handoff[thread-2]", "lock.pair[thread-1]"
    said = {"handoff_histogram": "159:9 319:1", "handoff_max": 1.1e-3, "cpu_seconds": 2e-6}
    made = make_campaign({"3.14.0": {handoff: 1e-5, pair: 1e-7}}, metrics={handoff: said})
    costs = costs_of(made)

    found = costs.all_metrics()

    assert found["3.14.0", handoff] == pytest.approx(costs.metrics("3.14.0", handoff))
    assert found["3.14.0", pair] == {}


def test_a_metric_that_is_no_number_is_left_out(make_campaign: CampaignMaker) -> None:
    pair = "lock.pair[thread-1]"
    said = {"jain": HOSTILE, "cpu_seconds": 1e-6}

    folder = make_campaign({"3.14": {pair: 1e-7}}, metrics={pair: said})

    found = costs_of(folder).all_metrics()

    assert found["3.14", pair] == {"cpu_seconds": pytest.approx(1e-6)}


def test_a_table_has_the_columns_that_its_family_needs(cases: dict[str, Case]) -> None:
    metrics = {
        ("3.14", "lock.pair[thread-1]"): {"overlap": 1.0, "handoff_p50": 1e-6, "cpu_seconds": 1e-7},
        ("3.14", "rlock.pair[thread-1]"): {"jain": 1.0},
    }

    assert family_table.columns(only(["lock.pair[thread-1]"], cases), metrics) == [
        "cpu_seconds", "handoff_p50",
    ]  # fmt: skip


def test_what_was_skipped_is_told_once_for_all_pythons_that_agree() -> None:
    need = "needs concurrent.interpreters (Python 3.14+)"
    interpreters: list[dict[str, Any]] = [
        {"label": "3.9", "skipped": {"pool.a[x]": need, "pool.b[x]": need, "lock.c[x]": "?"}},
        {"label": "3.10", "skipped": {"pool.a[x]": need, "pool.b[x]": need}},
        {"label": "3.14"},
    ]

    assert family_table.skipped(interpreters, "pool") == [
        (need, ("3.9", "3.10"), ("pool.a[x]", "pool.b[x]")),
    ]


def test_code_is_shown_where_it_is_what_was_measured(
    cases: dict[str, Case], make_campaign: CampaignMaker
) -> None:
    pair = "lock.pair[thread-1]"
    version = cases[pair].workload_class.version
    told = costs_of(make_campaign({"3.14": {pair: 1e-7}}))
    family = only([pair], cases)

    for versions, state in (
        ({pair: version}, family_code.SAME),
        ({pair: version + 1}, family_code.CHANGED),
        ({pair: [version]}, family_code.CHANGED),
        ({}, family_code.UNTOLD),
    ):
        [code] = family_code.codes(told, family, versions)
        assert code.state == state
        assert (code.source is not None) == (state == family_code.SAME)


def test_rounds_say_what_version_they_are_of(
    cases: dict[str, Case], make_campaign: CampaignMaker
) -> None:
    pair = "lock.pair[thread-1]"
    version = float(cases[pair].workload_class.version)
    costs = costs_of(make_campaign({"3.14": {pair: 1e-7}}, metrics={pair: {"version": version}}))

    [code] = family_code.codes(costs, only([pair], cases), {})

    assert code.state == family_code.SAME
    assert code.source is not None
    assert code.source.startswith("@case(")
    assert "class Pair(Uncontended):" in code.source
    assert code.bases == ("lock.Uncontended",)


def test_a_base_is_shown_once_and_not_where_it_is_a_workload_itself(
    cases: dict[str, Case], make_campaign: CampaignMaker
) -> None:
    ids = ["lock.pair[thread-1]", "lock.process_pair[process-fork-1]", "lock.with[thread-1]"]
    costs = costs_of(make_campaign({"3.14": dict.fromkeys(ids, 1e-7)}))
    family = only(ids, cases)
    versions = {each: cases[each].workload_class.version for each in ids}
    codes = family_code.codes(costs, family, versions)

    shared = family_code.shared(family, codes)

    assert [each.name for each in shared] == ["lock.Uncontended"]
    assert shared[0].source.startswith("class Uncontended(Workload):")
    assert codes[1].bases == ("lock.Pair", "lock.Uncontended")


def test_a_workload_that_is_gone_has_no_code(
    cases: dict[str, Case], make_campaign: CampaignMaker
) -> None:
    gone = "lock.gone[thread-1]"
    costs = costs_of(make_campaign({"3.14": {gone: 1e-7}}, metrics={gone: {"control": "a.b[c]"}}))

    [code] = family_code.codes(costs, only([gone], cases), {gone: 1})

    assert (code.state, code.source, code.says) == (family_code.GONE, None, "")
    assert code.controls == ("a.b[c]",)


@pytest.mark.parametrize(
    ("case", "family", "short"),
    [
        ("lock.pair[thread-1]", "lock", "pair"),
        ("tests/test_x.py::test_a[1.5]", "tests/test_x.py", "test_a"),
        ("nbody", "benchmarks", "nbody"),
        ("sort[a.b]", "benchmarks", "sort"),
        (".hidden", "benchmarks", ".hidden"),
    ],
)
def test_what_is_none_of_ours_has_a_family_too(case: str, family: str, short: str) -> None:
    [found] = families([case], {})
    assert (found.name, found.groups[0].short) == (family, short)


def test_costs_of_one_family_in_two_units_are_two_families() -> None:
    units = {"a.x": "second", "a.y": "byte", "a.z": "second"}
    found = families(units, {}, units.__getitem__)
    assert [(each.name, each.unit, each.cases) for each in found] == [
        ("a", "second", ["a.x", "a.z"]),
        ("a (byte)", "byte", ["a.y"]),
    ]
