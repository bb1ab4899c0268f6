"""The profile quick: what the pages tell of must be in it, whatever else is left to full."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pyconc.findings import break_even, linearity, lost, start_methods, waiting
from pyconc.findings.decisions import known_decisions
from pyconc.findings.family import HEADLINES
from pyconc.findings.ladder import RUNGS
from pyconc.findings.notes import CLAIMS
from pyconc.findings.reported import known_reports
from pyconc.report.pages.correctness import REMEDIES
from pyconc.suite import catalog
from pyconc.suite.case import FORK, INTERPRETER, NATIVE, THREAD, Case

BACKENDS = (THREAD, NATIVE, INTERPRETER)


def needed() -> Iterator[tuple[str, list[str]]]:
    """What tells something, and the ids of the cases that it takes."""
    for report in known_reports():
        yield f"report {report.id}", report.cases
    for decision in known_decisions():
        yield f"decision {decision.id}", [decision.case, decision.against]
    for comparison in CLAIMS:
        pairs = (comparison.written, *comparison.others)
        yield f"notes {comparison.id}", [name for pair in pairs for name in (pair.slow, pair.fast)]
    for rung in RUNGS:
        yield f"rung {rung.name}", [rung.case]
    for family, case in HEADLINES.items():
        yield f"headline {family}", [case]
    for program in lost.PROGRAMS:
        yield f"lost {program.name}", [program.case]
    yield "remedies", list(REMEDIES)
    yield "start methods", list(start_methods.CASES.values())
    workloads = ("pairs", "no_pairs")
    yield (
        "linearity",
        [f"reference.{name}[thread-1-{times}]" for name in workloads for times in linearity.TIMES],
    )


NEEDED = dict(needed())


def here(name: str) -> str:
    """The case as it is on this platform, where processes may be started in another way."""
    return re.sub(rf"{FORK}-", f"{NATIVE}-", name.replace("{process}", NATIVE))


def are_quick(cases: dict[str, Case], start: str) -> list[int]:
    """The last parameters of the quick cases whose ids begin so."""
    found = (case for case in cases.values() if case.id.startswith(here(start)) and case.quick)
    return [int(list(case.parameters.values())[-1]) for case in found]


@pytest.mark.parametrize("what", NEEDED)
def test_what_the_pages_tell_is_in_quick(what: str, cases: dict[str, Case]) -> None:
    lacking = [name for name in map(here, NEEDED[what]) if not cases[name].quick]
    assert not lacking


def test_a_case_is_in_quick_with_its_floor(cases: dict[str, Case]) -> None:
    floors = {each.id: catalog.twin(each, "floor", cases) for each in cases.values() if each.quick}
    assert not {name: floor for name, floor in floors.items() if floor and not floor.quick}


def test_what_is_told_net_is_in_quick_with_its_control(cases: dict[str, Case]) -> None:
    for rung in RUNGS:
        control = catalog.twin(cases[here(rung.case)], "control", cases)
        assert not rung.net or (control and control.quick), rung.name


@pytest.mark.parametrize("pool", break_even.POOLS)
def test_where_a_pool_pays_is_found_between_lengths_in_quick(
    pool: str, cases: dict[str, Case]
) -> None:
    lengths = are_quick(cases, break_even.POOLS[pool])
    assert len(lengths) >= 3
    assert all(cases[break_even.ALONE.format(each)].quick for each in lengths)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", ["strong", "weak"])
def test_scaling_in_quick_is_from_one_worker_on(
    kind: str, backend: str, cases: dict[str, Case]
) -> None:
    workers = are_quick(cases, f"scaling.{kind}[{backend}-")
    assert 1 in workers
    assert len(workers) >= 2


@pytest.mark.parametrize("way", waiting.WAYS)
def test_requests_in_quick_are_one_and_many(way: str, cases: dict[str, Case]) -> None:
    numbers = are_quick(cases, waiting.WAYS[way])
    assert 1 in numbers
    assert len(numbers) >= 3


def test_every_family_has_cases_in_quick_unless_it_is_on_request(cases: dict[str, Case]) -> None:
    families = {each.family for each in cases.values()} - set(catalog.on_request())
    assert {each.family for each in cases.values() if each.quick} >= families


def test_quick_leaves_cases_to_full(cases: dict[str, Case]) -> None:
    assert sum(each.quick for each in cases.values()) < len(cases)
