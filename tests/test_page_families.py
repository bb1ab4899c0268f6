"""The pages of the families: charts for what was measured, a place for every case, the code."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from one_page import html_of
from pages import Html, plain_text

from pyconc.findings.modes import FEWEST_ROUNDS
from pyconc.report.charts import pictures
from pyconc.report.charts.of_family import newest
from pyconc.report.page import Page, Shown, anchor
from pyconc.report.pages import families
from pyconc.report.reading import read_campaigns
from pyconc.store.journal import Journal, Record
from pyconc.suite.case import Case
from pyconc.words.languages import LANGUAGES, Words, table

CampaignMaker = Callable[..., Path]
HOSTILE = """<script>harm()</script>"'{{7*7}} {cost} `x`"""
PYTHONS = ("3.13.0", "3.14.0", "pypy3.11")
#: Of several families, with and without a number to be plotted against.
CASES = (
    "lock.pair[thread-1]", "lock.with[thread-1]", "lock.contended[thread-2]",
    "lock.contended[thread-8]", "lock.handoff[thread-2]", "process.function[process-fork-1]",
    "process.function[process-spawn-1]", "queue.payload[process-fork-2-Queue-0]",
    "queue.payload[process-fork-2-Queue-65536]", "reference.empty_loop[thread-1]",
    "floor.mutex_pair[thread-1]",
)  # fmt: skip
PAIR, LOOP = "lock.pair[thread-1]", "reference.empty_loop[thread-1]"
FLOOR = "floor.mutex_pair[thread-1]"
#: Seconds on the first Python; a hundred microseconds where nothing is said.
COSTS = {PAIR: 5e-8, LOOP: 1e-8, FLOOR: 2e-8, "lock.contended[thread-8]": 3e-6}


def shown_of(folder: Path) -> Shown:
    return read_campaigns([folder])[0]


def made(shown: Shown) -> dict[str, Page]:
    return {page.name: page for page in families.pages(shown)}


def read(shown: Shown, name: str, language: str = "en") -> Html:
    pages = made(shown)
    return Html(Path(name), html_of(shown, pages[name], language, pages.values()))


def rows(page: Html) -> int:
    """Of the table of all costs, which comes after that of the versions."""
    return len(page.tables[-1])


def targets(page: Html) -> set[str]:
    """Where its links lead."""
    return {target for *_, target in page.links}


def alts(page: Page, ending: str) -> list[str]:
    """What is said of the page's charts whose names end so."""
    return [Words("en").say(d.alt) for d in page.drawings if d.name.endswith(ending)]


def with_rounds(costs: Mapping[str, Mapping[str, list[float]]], make: CampaignMaker) -> Path:
    """A campaign whose rounds have these costs, by Python and case."""
    folder = make({p: {c: each[0] for c, each in by.items()} for p, by in costs.items()}, rounds=0)
    journal = Journal(folder)
    for python, by_case in costs.items():
        for case, rounds in by_case.items():
            for number, cost in enumerate(rounds, 1):
                run = {"values": [cost], "metadata": {}}
                metadata = {"name": case, "unit": "second", "loops": 1, "inner_loops": 1}
                suite = {"version": "1.0", "benchmarks": [{"runs": [run], "metadata": metadata}]}
                journal.append(Record(case, python, number, 0.1, suite=suite))
    journal.close()
    return folder


@pytest.fixture(scope="module")
def shown(cases: dict[str, Case], make_campaign: CampaignMaker) -> Shown:
    """Some cases on three Pythons."""
    costs = {
        python: {case: COSTS.get(case, 1e-4) * place for case in CASES}
        for place, python in enumerate(PYTHONS, 1)
    }
    twins = {"control": LOOP, "floor": FLOOR}
    metrics: dict[str, dict[str, float | str]] = {
        PAIR: dict(twins),
        "lock.contended[thread-2]": {"jain": 0.9, "overlap": 0.4, "short_window": 1.0},
        "lock.handoff[thread-2]": {
            "handoff_histogram": "159:900 319:800", "handoff_max": 1.1e-3,
            "control": "lock.update[thread-2]",
        },
    }  # fmt: skip
    versions = {case: cases[case].workload_class.version for case in CASES}
    versions["lock.with[thread-1]"] += 1
    folder = make_campaign(costs, metrics=metrics, case_versions=versions)
    return shown_of(folder)


def test_every_measured_family_has_a_page(shown: Shown) -> None:
    assert list(made(shown)) == [
        "families", "family-lock", "family-queue", "family-process", "family-reference",
        "family-floor",
    ]  # fmt: skip


def test_the_page_of_all_leads_to_each_with_its_figure(shown: Shown) -> None:
    found = read(shown, "families")

    assert {"family-lock.html", "family-floor.html"} <= targets(found)
    text = plain_text(found.text)
    assert re.search(r"pair\[thread-1\] : \d+ ns \(.* to .*\) on Python 3\.14\.0", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_renders_in_every_language(shown: Shown, language: str) -> None:
    for name in made(shown):
        found = read(shown, name, language)
        assert len(found.ids) == len(set(found.ids))
        assert {link[1:] for link in targets(found) if link[:1] == "#"} <= {*found.ids, "main"}


def test_every_case_has_its_permanent_place(shown: Shown) -> None:
    pages = {name: read(shown, name).ids for name in made(shown)}

    for case in CASES:
        assert pages[f"family-{case.partition('.')[0]}"].count(anchor(case)) == 1


def test_there_is_a_row_for_each_case_and_python(shown: Shown) -> None:
    found = read(shown, "family-process")

    assert rows(found) == 1 + 2 * len(PYTHONS)


def test_twins_are_links_where_they_were_measured(shown: Shown) -> None:
    found = read(shown, "family-lock")
    links = targets(found)

    assert "family-reference.html#reference.empty_loop-thread-1" in links
    assert "family-floor.html#floor.mutex_pair-thread-1" in links
    assert "lock.update[thread-2]" in found.text
    assert not any("lock.update" in link for link in links)


def test_code_is_shown_but_not_of_a_workload_that_has_changed(shown: Shown) -> None:
    found = read(shown, "family-lock")

    assert "class Pair(Uncontended):" in found.text
    assert "class Uncontended(Workload):" in found.text
    assert "class With(Uncontended):" not in found.text
    assert Words("en")("family_page.state.changed") in plain_text(found.text)


def test_a_short_window_is_flagged(shown: Shown) -> None:
    text = plain_text(read(shown, "family-lock").text)

    assert text.count("short window") == len(PYTHONS)
    assert "0.40" in text


def test_charts_are_those_that_the_data_allow(shown: Shown) -> None:
    drawn = {name: [d.name for d in page.drawings] for name, page in made(shown).items()}

    assert drawn["family-lock"] == [
        "family-lock-by-parameter", "family-lock-parts", "family-lock-by-python",
        "family-lock-durations", "versions-family-lock",
    ]  # fmt: skip
    assert drawn["family-process"] == ["family-process-by-python", "versions-family-process"]
    assert drawn["family-queue"] == ["family-queue-by-parameter", "versions-family-queue"]
    assert drawn["families"] == []


def test_alternative_texts_have_findings(shown: Shown) -> None:
    [change] = alts(made(shown)["family-lock"], "-by-parameter")
    [parts] = alts(made(shown)["family-lock"], "-parts")
    [pythons] = alts(made(shown)["family-process"], "-by-python")
    [durations] = alts(made(shown)["family-lock"], "-durations")

    assert re.search(r"Python 3\.14\.0: contended costs \d+ µs at workers 2 and [\d.]+ µs", change)
    assert re.search(r"3 cases on Python 3\.14\.0.* ns for pair to .* µs for (with|handoff)", parts)
    assert re.search(r"function process-\w+: .* on 3\.13\.0, .* on pypy3\.11", pythons)
    assert "lock.handoff[thread-2]" in durations


def test_charts_can_be_drawn_in_every_language(shown: Shown) -> None:
    drawings = made(shown)["family-lock"].drawings
    drawn = pictures.draw_all(drawings)
    assert list(drawn) == [drawing.name for drawing in drawings]
    assert all(set(said) == set(LANGUAGES) for said in drawn.values())
    chinese = drawn["family-lock-by-parameter"]["zh"]
    assert table()["family_page.axis.workers"]["zh"] in chinese


def test_one_python_and_one_round_have_a_page(make_campaign: CampaignMaker) -> None:
    costs = {"3.14.0": {case: 1e-6 * (n + 1) for n, case in enumerate(CASES)}}
    shown = shown_of(make_campaign(costs, rounds=1))

    drawn = made(shown)["family-lock"].drawings
    assert pictures.draw_all(drawn)

    assert [drawing.name for drawing in drawn] == ["family-lock-by-parameter", "family-lock-parts"]
    assert "no interval" in read(shown, "family-lock").text


def test_one_case_has_a_page_without_charts(make_campaign: CampaignMaker) -> None:
    shown = shown_of(make_campaign({"3.14.0": {PAIR: 1e-7}}))

    assert made(shown)["family-lock"].drawings == ()
    assert rows(read(shown, "family-lock")) == 2


def test_a_python_that_lacks_a_case_has_no_row(make_campaign: CampaignMaker) -> None:
    both, one = "lock.pair[thread-1]", "lock.with[thread-1]"
    shown = shown_of(make_campaign({"3.13.0": {both: 1e-7}, "3.14.0": {both: 1e-7, one: 1e-7}}))

    assert rows(read(shown, "family-lock")) == 1 + 3


def test_two_modes_are_named_on_their_chart(make_campaign: CampaignMaker) -> None:
    two = [2e-7 * (1 + place / 200) for place in range(5)] + [8e-7] * 5
    one = [2e-7 * (1 + place / 200) for place in range(10)]
    contended = "lock.contended[thread-2]"
    folder = with_rounds({"3.13.0": {contended: two}, "3.14.0": {contended: one}}, make_campaign)
    shown = shown_of(folder)

    page = made(shown)["family-lock"]
    [drawing] = [each for each in page.drawings if each.name == "family-lock-rounds"]
    assert pictures.draw(drawing)

    named = f"{contended} on Python 3.13.0: 202 ns in 5 rounds and 800 ns in 5"
    assert drawing.caption is not None
    for told in (drawing.alt, drawing.caption):
        assert named in Words("en").say(told)
    assert "3.14.0" not in Words("en").say(drawing.caption)
    assert page.document is not None
    assert [each["low_rounds"] for each in page.document["two_modes"]] == [5]


def test_too_few_rounds_have_no_chart_of_modes(make_campaign: CampaignMaker) -> None:
    few = [2e-7] * 3 + [8e-7] * (FEWEST_ROUNDS - 4)
    shown = shown_of(with_rounds({"3.13.0": {"lock.pair[thread-1]": few}}, make_campaign))

    page = made(shown)["family-lock"]

    assert page.document is not None
    assert page.document["two_modes"] == []
    assert not any("rounds" in drawing.name for drawing in page.drawings)


def test_hostile_names_are_text(make_campaign: CampaignMaker) -> None:
    names = (f"lock.{HOSTILE}[thread-2]", f"{HOSTILE}.{HOSTILE}[{HOSTILE}]", "../../up.up[up]")
    said = {name: {"control": HOSTILE, "jain": HOSTILE, "handoff_max": 1.0} for name in names}
    costs = {python: dict.fromkeys([*names, PAIR], 1e-6) for python in (HOSTILE, f"{HOSTILE}2")}
    shown = shown_of(make_campaign(costs, metrics=said))

    for name, page in made(shown).items():
        assert re.fullmatch(r"famil(ies|y-[A-Za-z0-9_-]+)", name)
        for language in LANGUAGES:
            written = read(shown, name, language).text
            assert "<script>harm" not in written
            assert "49" not in plain_text(written).replace("{{7*7}}", "")
        for drawing in page.drawings:
            assert re.fullmatch(r"[a-z0-9.-]+", drawing.name)
            assert all("<script>" not in said for said in pictures.draw(drawing).values())


def test_what_was_skipped_is_told_with_its_reason(shown: Shown) -> None:
    about = dict(shown.campaign.about)
    about["interpreters"] = [
        {**each, "skipped": {"lock.gone[thread-1]": "needs <magic>"}}
        for each in about["interpreters"]
    ]

    campaign = shown.campaign._replace(about=about)
    text = plain_text(read(shown._replace(campaign=campaign), "family-lock").text)

    assert "needs <magic>" in text
    assert "lock.gone[thread-1]" in text


def test_the_numbers_of_a_page_are_plain_json(shown: Shown) -> None:
    for page in made(shown).values():
        said: Any = json.loads(json.dumps(page.document, allow_nan=False))
        assert page.name == "families" or said["cases"]

    document = made(shown)["family-lock"].document
    assert document is not None
    pair = document["cases"][PAIR]["3.14.0"]
    assert pair["gross"]["low"] < pair["gross"]["value"] < pair["gross"]["high"]
    assert math.isclose(pair["net"]["value"], 8e-8, rel_tol=0.05)
    assert math.isclose(pair["multiple_of_floor"]["value"], 2, rel_tol=0.05)


def test_one_round_is_null_where_it_has_no_interval(make_campaign: CampaignMaker) -> None:
    shown = shown_of(make_campaign({"3.14.0": {PAIR: 1e-7}}, rounds=1))

    document = made(shown)["family-lock"].document

    assert document is not None
    assert document["cases"][PAIR]["3.14.0"]["gross"]["low"] is None


def test_the_newest_python_is_the_last_version_of_cpython() -> None:
    assert newest(["3.9.1", "3.14.0", "pypy3.11"]) == "3.14.0"
    assert newest(["graalpy24", "pypy3.11"]) == "pypy3.11"
