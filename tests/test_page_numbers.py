"""The page of the numbers to know."""

from __future__ import annotations

import json

import pytest
from one_page import Given, costs_of, draw, html_of, interpreter, shown_of

from pyconc.findings.ladder import RUNGS
from pyconc.report.page import Page, Shown
from pyconc.report.pages.numbers import pages
from pyconc.words.languages import Words

OLD, NEW, OTHER = "3.9.18", "3.14.10", "pypy3.11"
HOSTILE = "<script>alert(1)</script>"


def every_rung(share: float) -> dict[str, float]:
    """Each rung is a little dearer than the one before it."""
    names = [rung.case.replace("{process}", "process-fork") for rung in RUNGS]
    return {name: share * 3e-8 * 1.6**place for place, name in enumerate(names)}


def two_and_another() -> Shown:
    new = every_rung(1.0)
    new["process.function[process-spawn-1]"] *= 3
    costs = costs_of({OLD: every_rung(1.0), NEW: new, OTHER: every_rung(0.5)})
    pypy = interpreter(OTHER, implementation="PyPy")
    return shown_of(costs, [interpreter(OLD), interpreter(NEW), pypy])


def page_of(given: Given, rounds: int = 5) -> tuple[Shown, Page]:
    shown = shown_of(costs_of(given, rounds))
    [page] = pages(shown)
    return shown, page


def test_the_ladder_is_that_of_the_newest_version_sorted_by_cost() -> None:
    [page] = pages(two_and_another())
    costs = [each.costs[NEW].value for each in page.context["placed"]]
    assert page.context["newest"] == NEW
    assert costs == sorted(costs)
    assert len(costs) == len(RUNGS)


def test_home_is_told_of_multiples_and_of_changes() -> None:
    [page] = pages(two_and_another())
    says = {Words("en").say(finding.says): finding.anchor for finding in page.findings}
    changed = next(text for text in says if "spawn" in text)
    assert changed.startswith(f"Python {NEW} against {OLD}: process start + join, spawn costs 3.0x")
    assert says[changed] == "chart-numbers-changed"
    multiple = next(text for text in says if "× function call" in text)
    assert says[multiple] == "chart-numbers-ladder"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_every_rung_on_every_python(language: str) -> None:
    shown = two_and_another()
    [page] = pages(shown)
    html = html_of(shown, page, language)
    for rung in RUNGS:
        assert f'id="rung-{rung.name}"' in html
    for python in (OLD, NEW, OTHER):
        assert f'<th scope="col" class="figure">{python}</th>' in html
    assert 'id="chart-numbers-ladder"' in html


def test_charts_are_in_both_languages() -> None:
    [page] = pages(two_and_another())
    pictures = draw(page)
    assert "thread start + join: " in pictures["numbers-ladder"]
    assert "线程启动 + join：" in pictures["numbers-ladder.zh"]
    assert "3.0x" in pictures["numbers-changed"]


def test_one_python_has_nothing_to_change_from() -> None:
    shown, page = page_of({NEW: every_rung(1.0)})
    assert [drawing.name for drawing in page.drawings] == ["numbers-ladder", "home-ladder"]
    assert 'id="changed"' not in html_of(shown, page)


def test_no_change_is_said_to_be_none() -> None:
    same = {"lock.pair[thread-1]": 5e-8}
    shown, page = page_of({OLD: same, NEW: same}, rounds=1)
    assert [drawing.name for drawing in page.drawings] == ["numbers-ladder", "home-ladder"]
    assert "none differs by its interval" in html_of(shown, page)


def test_one_round_has_no_interval_and_is_drawn() -> None:
    shown, page = page_of({NEW: every_rung(1.0)}, rounds=1)
    assert "no interval" in html_of(shown, page)
    assert draw(page)


def test_a_net_cost_below_zero_is_in_the_table_only() -> None:
    call, empty = "reference.call[thread-1]", "reference.empty_loop[thread-1]"
    given = {NEW: {call: 1e-8, empty: 3e-8, "lock.pair[thread-1]": 5e-8}}
    costs = costs_of(given, beside={(NEW, call): {"control": empty}})
    shown = shown_of(costs)
    [page] = pages(shown)
    assert "function call" not in draw(page)["numbers-ladder"]
    assert 'id="rung-call"' in html_of(shown, page)


def test_a_campaign_without_rungs_has_no_such_page() -> None:
    assert list(pages(shown_of(costs_of({NEW: {"family.other[thread-1]": 1e-6}})))) == []


def test_a_hostile_label_is_escaped() -> None:
    shown, page = page_of({HOSTILE: {"lock.pair[thread-1]": 5e-8}})
    assert HOSTILE not in html_of(shown, page)
    assert HOSTILE not in draw(page)["numbers-ladder"]


def test_the_document_is_plain_json() -> None:
    _, page = page_of({NEW: {"lock.pair[thread-1]": 5e-8}}, rounds=1)
    text = json.dumps(page.document, allow_nan=False)
    [rung] = json.loads(text)["rungs"]
    assert rung["name"] == "lock"
    assert rung["seconds"][NEW]["low"] is None
