"""The page of what people report, and how the pages of families lead to it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from conftest import CampaignMaker
from one_page import costs_of, html_of, interpreter, shown_of
from pages import Html

from pyconc.findings.reported import known_reports
from pyconc.findings.reports_seen import VERDICTS
from pyconc.report.page import Page, Shown
from pyconc.report.pages import families, reports
from pyconc.report.reading import read_campaigns
from pyconc.words.languages import LANGUAGES, Words

POLLING = "interpreter.queue_handoff[interpreter-2]"
GATHER, AWAIT = "asyncio.gather[task-1-100]", "asyncio.one_by_one[task-1-100]"
NEW, FREE = "3.15.0", "3.15.0t"
COSTS = {POLLING: 1e-2, GATHER: 2e-6, AWAIT: 1e-6}
#: As many as there must be.
ROUNDS = 10


@pytest.fixture(scope="module")
def shown() -> Shown:
    """Polling is seen, gathering is not dear, and nothing else was measured."""
    return shown_of(costs_of({NEW: COSTS}, ROUNDS))


def the_page(shown: Shown) -> Page:
    [page] = reports.pages(shown)
    return page


def read(shown: Shown, language: str = "en") -> Html:
    return Html(Path("reports.html"), html_of(shown, the_page(shown), language))


def verdicts(page: Page) -> dict[str, str]:
    assert page.document is not None
    return {each["id"]: each["verdict"] for each in page.document["reports"]}


def test_every_report_has_its_place_and_its_address(shown: Shown) -> None:
    page = read(shown)
    places = [each for each in page.ids if each in {report.id for report in known_reports()}]
    assert places == [report.id for report in known_reports()]
    addresses = {target for _, _, target in page.links}
    assert {each for report in known_reports() for each in report.addresses.values()} <= addresses


def test_what_the_campaign_shows_is_told(shown: Shown) -> None:
    found = verdicts(the_page(shown))
    assert found["cpython-143017"] == "seen"
    assert found["cpython-96450"] == "absent"
    assert found["cpython-157914"] == "cannot"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_every_language(shown: Shown, language: str) -> None:
    page = read(shown, language)
    text = html.unescape(re.sub("<[^>]*>", "", page.text))
    words = Words(language)
    for report in known_reports():
        assert report.title[language].replace("`", "") in text
    for verdict in ("seen", "absent", "cannot"):
        assert words(f"reports.verdict.{verdict}") in page.text
    assert not page.stray
    assert read(shown).ids == read(shown, "zh").ids


def test_how_many_are_seen_is_for_the_home_page(shown: Shown) -> None:
    [finding] = the_page(shown).findings
    counts = {verdict: finding.says.figures[verdict] for verdict in VERDICTS}
    assert sum(map(int, map(str, counts.values()))) == len(known_reports())
    assert counts["seen"] == list(verdicts(the_page(shown)).values()).count("seen")
    assert finding.anchor in read(shown).ids


def test_every_figure_of_the_page_is_in_its_document(shown: Shown) -> None:
    document = json.loads(json.dumps(the_page(shown).document, allow_nan=False))
    [polling] = [each for each in document["reports"] if each["id"] == "cpython-143017"]
    [outcome] = polling["outcomes"]
    assert outcome["found"]["value"] == pytest.approx(1e-2, rel=0.05)
    assert outcome["found"]["rounds"] == ROUNDS
    assert outcome["pythons"] == [NEW]


def test_an_earlier_campaign_shows_what_the_newest_cannot(make_campaign: CampaignMaker) -> None:
    before = make_campaign({NEW: COSTS}, ROUNDS, started="2026-01-01T00:00:00+00:00")
    last = make_campaign({NEW: {AWAIT: 1e-6}}, ROUNDS, started="2026-02-01T00:00:00+00:00")
    [both] = read_campaigns([before, last])
    assert verdicts(the_page(both))["cpython-143017"] == "seen"
    assert f"From {before.name}, 2026-01-01" in read(both).text


def test_two_pythons_of_a_pair_are_told_in_their_order() -> None:
    dict_of_all = "shared_state.unlocked_dict[thread-4-one]"
    pythons = [
        interpreter(label, version=label.rstrip("t"), gil="off", free_threaded=True)
        for label in ("3.14.0t", FREE)
    ]
    costs = costs_of({"3.14.0t": {dict_of_all: 1e-6}, FREE: {dict_of_all: 2e-6}}, ROUNDS)
    pair = shown_of(costs, pythons)
    assert verdicts(the_page(pair))["cpython-157914"] == "seen"
    assert f"3.14.0t → {FREE}" in html_of(pair, the_page(pair))


def test_the_benchmarks_of_others_have_no_such_page(shown: Shown) -> None:
    theirs = {**shown.campaign.about, "seed": None}
    other = shown._replace(campaign=shown.campaign._replace(about=theirs))
    assert list(reports.pages(other)) == []


def test_the_pages_of_families_lead_to_what_is_reported_of_them(shown: Shown) -> None:
    pages = {page.name: page for page in families.pages(shown)}
    told = {
        name: [each.report.id for each in page.context["reported"]]
        for name, page in pages.items()
        if name != "families"
    }
    assert "cpython-143017" in told["family-interpreter"]
    assert "cpython-96450" in told["family-asyncio"]
    assert "cpython-96450" not in told["family-interpreter"]
    text = html_of(shown, pages["family-interpreter"])
    assert re.search(r'<a href="reports.html#cpython-143017">[^<]*</a>: seen', text)
