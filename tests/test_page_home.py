"""The home page: the numbers first, five sentences, three doors, and then how it began."""

from __future__ import annotations

from pathlib import Path

import pytest
from one_page import costs_of, html_of, shown_of
from pages import Html

from pyconc.report.page import Page, Shown
from pyconc.report.pages import PAGES, home
from pyconc.words.languages import LANGUAGES

OLD, NEW = "3.13.5", "3.14.2"
COSTS = {
    "reference.call[thread-1]": 4e-8,
    "lock.pair[thread-1]": 5e-8,
    "counter.fine_lock[thread-2]": 4e-7,
    "counter.coarse_lock[thread-2]": 2e-8,
    "queue.put_get[thread-1-SimpleQueue]": 3e-8,
    "queue.put_get[thread-1-Queue]": 8e-7,
    "process.function[process-fork-1]": 2e-3,
}
PROGRAMS = {
    "counter.fine_lock_program[thread-2]": 0.4,
    "counter.coarse_lock_program[thread-2]": 0.02,
}


@pytest.fixture(scope="module")
def shown() -> Shown:
    slower = {case: 2 * cost for case, cost in COSTS.items()}
    return shown_of(costs_of({OLD: {**COSTS, **PROGRAMS}, NEW: {**slower, **PROGRAMS}}, 10))


@pytest.fixture(scope="module")
def others(shown: Shown) -> list[Page]:
    return [page for build in PAGES for page in build(shown)]


def test_the_ladder_comes_first_and_the_notes_after_the_doors(
    shown: Shown, others: list[Page]
) -> None:
    page = home.page(shown, others)
    drawn = page._replace(drawings=tuple(d for each in others for d in each.drawings))
    text = html_of(shown, drawn, beside=others)
    places = [text.index(each) for each in ("chart-home-ladder", 'id="findings"', "I teach")]
    assert places == sorted(places)
    if page.context["overview"]:
        assert places[-1] < text.index('id="notes"')


@pytest.mark.parametrize("language", LANGUAGES)
def test_five_sentences_lead_to_what_they_say(
    language: str, shown: Shown, others: list[Page]
) -> None:
    page = home.page(shown, others)
    assert len(page.context["sentences"]) == 5
    first = [each.name for each, _ in page.context["sentences"]]
    assert first[:2] == ["numbers", "decisions"]
    drawn = page._replace(drawings=tuple(d for each in others for d in each.drawings))
    read = Html(Path("index.html"), html_of(shown, drawn, language, beside=others))
    targets = {target for _, _, target in read.links}
    for each, finding in page.context["sentences"]:
        assert f"{each.name}.html#{finding.anchor}" in targets


def test_a_door_leads_only_to_what_is_there(shown: Shown, others: list[Page]) -> None:
    few = [each for each in others if each.name in ("decisions", "data")]
    assert home.page(shown, few).context["doors"] == {"choose": ["decisions"]}
