"""The page of lost updates, and what is concluded from rounds that lost none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from one_page import costs_of, draw, html_of, interpreter, shown_of

from pyconc.findings.lost import CALL, NOTES, PLAIN, PROGRAMS, VALUE, of, tallies, turn
from pyconc.report.page import Shown
from pyconc.report.pages.correctness import pages
from pyconc.statistics.costs import Costs
from pyconc.words.languages import Words

V39, V310, V314, FREE, PYPY = "3.9.18", "3.10.13", "3.14.10", "3.14.10t", "pypy3.11"
CASES = {program.name: program.case.replace("{process}", "process-fork") for program in PROGRAMS}
METRICS = {program.name: program.metric for program in PROGRAMS}


def measured(lost: dict[tuple[str, str], list[float]]) -> Costs:
    """What each round lost, by Python and program."""
    given: dict[str, dict[str, float]] = {}
    beside: dict[tuple[str, str], dict[str, Any]] = {}
    for (python, program), by_round in lost.items():
        given.setdefault(python, {})[CASES[program]] = 5e-8
        beside[python, CASES[program]] = {METRICS[program]: by_round}
    return costs_of(given, rounds=len(next(iter(lost.values()))), beside=beside)


def up_to_39() -> Costs:
    """What is expected: loss up to 3.9, and with a call everywhere."""
    some, none = [400_000.0, 380_000.0, 0.0, 420_000.0], [0.0] * 4
    return measured(
        {
            (V39, NOTES): some, (V39, PLAIN): some, (V39, CALL): some, (V39, VALUE): some,
            (V310, NOTES): none, (V310, PLAIN): none, (V310, CALL): some,
            (V314, NOTES): none, (V314, PLAIN): none, (V314, CALL): some, (V314, VALUE): some,
            (FREE, PLAIN): some, (PYPY, PLAIN): none,
        }
    )  # fmt: skip


def shown(costs: Costs) -> Shown:
    unlike: dict[str, dict[str, Any]] = {
        FREE: {"gil": "off", "free_threaded": True},
        PYPY: {"implementation": "PyPy"},
    }
    return shown_of(costs, [interpreter(each, **unlike.get(each, {})) for each in costs.pythons])


def sentences(costs: Costs, language: str = "en") -> dict[str, list[str]]:
    [page] = pages(shown(costs))
    say = Words(language).say
    return {name: [say(each) for each in says] for name, says in page.context["says"].items()}


def test_rounds_are_tallied() -> None:
    [tally] = tallies(measured({(V39, PLAIN): [0.0, 10.0, 20.0, 0.0]}))
    assert (tally.losing, tally.rounds, tally.mean.value) == (2, 4, 7.5)
    assert tally.mean.low == 0.0  # by its t interval it would be below
    assert tally.mean.high == pytest.approx(7.5 + 15.23, abs=0.01)


@pytest.mark.parametrize(
    ("lost", "low", "high"),
    [
        ([0.0] * 10, 0.0, 0.3085),
        ([5.0] * 10, 0.6915, 1.0),
        ([0.0, 5.0] * 5, 0.1871, 0.8129),
        ([0.0], 0.0, 0.975),
    ],
)
def test_the_share_of_losing_rounds_has_the_exact_interval(
    lost: list[float], low: float, high: float
) -> None:
    """Figures by Clopper and Pearson's method for 0, 10 and 5 of 10, and 0 of 1."""
    [tally] = tallies(measured({(V39, PLAIN): lost}))
    assert tally.share == pytest.approx((low, high), abs=1e-4)


def test_the_version_that_turned_is_found() -> None:
    found = of(tallies(up_to_39()), PLAIN)
    turned = turn(found, [V39, V310, V314])
    assert turned
    assert (turned.last_losing, turned.first_keeping) == (V39, V310)


def test_there_is_no_turn_where_a_newer_version_loses_again() -> None:
    lost = {(V39, PLAIN): [1.0], (V310, PLAIN): [0.0], (V314, PLAIN): [1.0]}
    assert turn(tallies(measured(lost)), [V39, V310, V314]) is None


def test_there_is_no_turn_where_all_lose_or_none_does() -> None:
    for figure in (0.0, 1.0):
        lost = {(V39, PLAIN): [figure], (V314, PLAIN): [figure]}
        assert turn(tallies(measured(lost)), [V39, V314]) is None


def test_what_is_said_is_what_was_measured() -> None:
    says = sentences(up_to_39())
    assert says[PLAIN][0] == (
        f"threads, share += 1: updates are lost up to Python {V39}; of a million on average "
        f"300,000 (0 to 619,304). From {V310} on with the GIL none was lost in 8 rounds, so that "
        f"at most 37 % of rounds lose any (95 % interval)."
    )
    assert says[CALL][0].startswith(
        "threads, share += call(): updates are lost on every version of CPython measured"
    )
    assert "on average 300,000 (0 to 619,304) from 0" in says[NOTES][0]


def test_builds_without_the_gil_and_others_are_told_apart() -> None:
    together, free, pypy = sentences(up_to_39())[PLAIN]
    assert FREE not in together
    assert free.startswith(f"threads, share += 1, {FREE}: updates are lost in 3 of 4 rounds")
    assert pypy.startswith(
        f"threads, share += 1, {PYPY}: no update was lost in 4 rounds, so that at"
    )


def test_mixed_results_are_said_to_be_mixed() -> None:
    lost = {(V39, PLAIN): [0.0], (V310, PLAIN): [9.0], (V314, PLAIN): [0.0]}
    [says] = sentences(measured(lost))[PLAIN]
    assert f"lost on Python {V310}" in says
    assert f"None was lost on {V39}, {V314} in 2 rounds" in says


def test_no_loss_is_said_with_the_number_of_rounds() -> None:
    [says] = sentences(measured({(V314, PLAIN): [0.0, 0.0]}))[PLAIN]
    assert says == (
        f"threads, share += 1: no update was lost on Python {V314} in 2 rounds, so that at most "
        f"84 % of rounds lose any (95 % interval)."
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_has_a_row_for_every_program_and_python(language: str) -> None:
    costs = up_to_39()
    [page] = pages(shown(costs))
    html = html_of(shown(costs), page, language)
    for tally in tallies(costs):
        assert f'id="{tally.program.name}-{tally.python}"' in html
    assert html.count("<figure") == 2
    assert "bpo-29988" in html
    assert all(f'id="{finding.anchor}"' in html for finding in page.findings)


def test_every_round_is_a_mark() -> None:
    [page] = pages(shown(measured({(V39, PLAIN): [5.0, 6.0, 7.0, 8.0, 0.0]})))
    pictures = draw(page)
    assert "(4/5)" in pictures["correctness-lost"]
    assert pictures["correctness-lost"].count("<circle ") >= 5
    assert "线程，share += 1" in pictures["correctness-lost.zh"]


def test_home_is_told_of_every_program() -> None:
    [page] = pages(shown(up_to_39()))
    anchors = [finding.anchor for finding in page.findings]
    assert anchors == ["chart-correctness-program", *["chart-correctness-lost"] * 3]


def test_a_campaign_without_counters_has_no_such_page() -> None:
    assert list(pages(shown_of(costs_of({V314: {"lock.pair[thread-1]": 1e-8}})))) == []


def test_the_document_is_plain_json() -> None:
    [page] = pages(shown(up_to_39()))
    document = json.loads(json.dumps(page.document, allow_nan=False))
    first = document["tallies"][0]
    assert first["rounds"] == [400_000, 380_000, 0, 420_000]
    assert 0 < first["share_low"] < 0.75 < first["share_high"] < 1
