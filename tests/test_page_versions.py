"""The page of the versions: what it shows, what it says, and what it keeps quiet about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from conftest import CampaignMaker
from one_page import html_of
from pages import plain_text

from pyconc.report.charts import lettering, pictures, style
from pyconc.report.family_versions import Row
from pyconc.report.page import Page, Shown
from pyconc.report.pages import families, versions
from pyconc.report.reading import read_campaigns
from pyconc.words.languages import Words

LOCKS = {
    "lock.contended[thread-2]": 4e-7,
    "lock.pair[thread-1]": 5e-8,
    "floor.mutex_contended[thread-2]": 6e-8,
    "process.function[process-fork-1]": 1e-3,
    "process.function[process-forkserver-1]": 4e-3,
    "process.function[process-spawn-1]": 2e-2,
    "reference.empty_loop[thread-1]": 8e-9,
}
COSTS = {
    "3.13.0": LOCKS,
    "3.14.1": {**LOCKS, "lock.contended[thread-2]": 1e-7},
    "pypy3.11": {**LOCKS, "lock.contended[thread-2]": 2e-8},
}
METRICS: dict[str, dict[str, float | str]] = {
    "lock.contended[thread-2]": {"floor": "floor.mutex_contended[thread-2]", "version": 1}
}


def interpreter(label: str, **about: Any) -> dict[str, Any]:
    return {
        "label": label, "version": label.removeprefix("pypy"), "gil": "on", "optimized": False,
        "implementation": "PyPy" if label.startswith("pypy") else "CPython", "compiler": "GCC",
        "lto": False, "debug": False, "start_method": "fork", "skipped": {}, **about,
    }  # fmt: skip


INTERPRETERS = [
    interpreter("3.13.0"),
    interpreter("3.14.1", start_method="forkserver"),
    interpreter("pypy3.11"),
]


def shown(
    make: CampaignMaker, costs: Mapping[str, Mapping[str, float]], rounds: int = 8, **about: Any
) -> Shown:
    (found,) = read_campaigns([make(costs, rounds, METRICS, **about)])
    return found


def page_of(found: Shown) -> Page:
    (page,) = versions.pages(found)
    return page


def of_families(found: Shown) -> list[Page]:
    """The pages of the families of which two versions share a case."""
    return [each for each in families.pages(found) if each.context.get("versions")]


def family_of(found: Shown, name: str) -> Page:
    [page] = [each for each in of_families(found) if each.name == f"family-{name}"]
    return page


def rows_of(found: Shown) -> list[Row]:
    return [row for page in of_families(found) for row in page.context["versions"].rows]


@pytest.fixture(scope="module")
def found(make_campaign: CampaignMaker) -> Shown:
    return shown(make_campaign, COSTS, interpreters=INTERPRETERS)


@pytest.fixture(scope="module")
def page(found: Shown) -> Page:
    return page_of(found)


def test_one_python_alone_has_no_page_and_neither_has_one_beside_pypy(
    make_campaign: CampaignMaker,
) -> None:
    alone = shown(make_campaign, {"3.13.0": LOCKS})
    assert not list(versions.pages(alone))
    costs = {"3.13.0": LOCKS, "pypy3.11": LOCKS}
    two = shown(make_campaign, costs, interpreters=[INTERPRETERS[0], INTERPRETERS[2]])
    assert not list(versions.pages(two))


def test_the_step_of_a_contended_lock_is_told_with_its_figures(found: Shown, page: Page) -> None:
    text = plain_text(html_of(found, page))
    assert "From 3.13.0 to 3.14.1: lock.contended[thread-2] 0.25x (" in text
    assert re.search(r"nobody else wants, for comparison: (0\.99|1\.00|1\.01)x \(", text)
    assert "▼ faster on 3.14.1: 0.25x" in plain_text(html_of(found, family_of(found, "lock")))
    assert "what the same contention costs in C" not in text  # which would be no like for like
    assert "a threading.Lock is a PyMutex" in text
    assert "https://github.com/python/cpython/pull/125116" in html_of(found, page)


def test_the_change_of_the_default_start_method_is_told_with_its_figures(
    found: Shown, page: Page
) -> None:
    text = plain_text(html_of(found, page))
    assert "The default changed from fork on Python 3.13.0 to forkserver on 3.14.1" in text
    assert re.search(r"started by default costs (4\.0|3\.9|4\.1)x as much", text)
    assert re.search(r"On 3\.14\.1 spawn costs (19|20|21)x as much as fork", text)


def test_what_was_found_is_told_on_the_home_page_and_has_its_place(
    found: Shown, page: Page
) -> None:
    words = Words("en")
    said = [words.say(each.says) for each in page.findings]
    assert "geometric mean of all families" in said[0]
    assert said[1].startswith("On Python 3.14.1 lock.contended[thread-2] costs 0.25x as much")
    assert "The default changed from fork" in said[2]
    made = html_of(found, page)
    for each in page.findings:
        assert f'id="{each.anchor}"' in made


def test_every_word_is_there_in_both_languages(found: Shown, page: Page) -> None:
    chinese = html_of(found, page, "zh")
    assert "有竞争的锁" in chinese
    of_locks = html_of(found, family_of(found, "lock"), "zh")
    assert "▼" in of_locks
    assert "3.14.1 更快：0.25x" in plain_text(of_locks)
    for drawing in page.drawings:
        for language in ("en", "zh"):
            assert Words(language).say(drawing.alt)
            assert drawing.caption
            assert Words(language).say(drawing.caption)


def test_every_case_is_a_row_on_the_page_of_its_family(found: Shown, page: Page) -> None:
    for each in (page, *of_families(found)):
        ids = re.findall(r' id="([^"]+)"', html_of(found, each))
        assert len(ids) == len(set(ids))
    assert "versions" in re.findall(r' id="([^"]+)"', html_of(found, family_of(found, "lock")))
    assert sorted(row.case for row in rows_of(found)) == sorted(LOCKS)


def test_pypy_is_shown_and_is_no_step(found: Shown, page: Page) -> None:
    steps = [each for row in rows_of(found) for each in row.steps]
    assert {each.after for each in steps} == {"3.14.1"}
    assert "Beside them, and never as a step: pypy3.11." in plain_text(html_of(found, page))


def test_an_unlike_build_is_said_at_its_steps(make_campaign: CampaignMaker) -> None:
    builds = [interpreter("3.13.0"), interpreter("3.14.1", compiler="Clang")]
    costs = {label: COSTS[label] for label in ("3.13.0", "3.14.1")}
    unlike = shown(make_campaign, costs, interpreters=builds)
    page = page_of(unlike)
    text = plain_text(html_of(unlike, page))
    assert "3.13.0 is compiled by GCC, 3.14.1 is compiled by Clang." in text
    locks = plain_text(html_of(unlike, family_of(unlike, "lock")))
    assert "▼ faster on 3.14.1: 0.25x (may be the build)" in locks
    assert "part of it may be theirs" in Words("en").say(page.findings[0].says)


def test_with_a_single_round_nothing_can_be_settled(make_campaign: CampaignMaker) -> None:
    one = shown(make_campaign, COSTS, rounds=1, interpreters=INTERPRETERS)
    page = page_of(one)
    text = plain_text(html_of(one, page))
    assert "With at most 1 round of a case nothing can be said" in text
    assert not any(row.steps for row in rows_of(one))
    assert "faster on 3.14.1" not in plain_text(html_of(one, family_of(one, "lock")))


def test_the_document_is_plain_json_without_nan(page: Page) -> None:
    document = json.loads(json.dumps(page.document, allow_nan=False))
    assert document["versions"] == ["3.13.0", "3.14.1"]
    cases = {each["case"]: each for each in document["passages"][0]["cases"]}
    assert cases["lock.contended[thread-2]"]["verdict"] == "faster"


def test_hostile_names_are_escaped_and_drawn(make_campaign: CampaignMaker) -> None:
    hostile = '<script>alert("1")</script>.$x^{2}$[&-{0}]'
    costs = {"3.13.0": {hostile: 1e-6, "x": 1e-6}, "3.14.1": {hostile: 3e-6, "x": 1e-6}}
    bad = shown(make_campaign, costs)
    for page in (page_of(bad), *of_families(bad)):
        for language in ("en", "zh"):
            assert "<script>alert" not in html_of(bad, page, language)
        for drawing in page.drawings:
            assert re.fullmatch(r"[a-z0-9.-]+", drawing.name)
            assert "<script>" not in pictures.draw(drawing)["en"]


def test_a_family_of_many_cases_is_drawn_by_those_with_steps(make_campaign: CampaignMaker) -> None:
    ids = [f"lock.section[thread-2-{n}]" for n in range(30)]
    costs = {
        "3.13.0": dict.fromkeys(ids, 1e-6),
        "3.14.1": {**dict.fromkeys(ids, 1e-6), ids[17]: 5e-6},
    }
    many = shown(make_campaign, costs)
    drawing = family_of(many, "lock").context["versions"].drawing
    assert drawing.name == "versions-family-lock"
    alt = Words("en").say(drawing.alt)
    assert "12 of 30 cases" in alt
    assert "lock.section[thread-2-17] 5.0x on 3.14.1" in alt
    with style.drawing():
        texts = [text.get_text() for text in drawing.draw().axes[0].texts]
    assert "section[thread-2-17]" in texts
    assert sum(text.startswith("section[") for text in texts) == 12


def test_every_chart_says_its_direction_and_is_translated(page: Page) -> None:
    for drawing in page.drawings:
        english, chinese = (pictures.draw(drawing)[language] for language in ("en", "zh"))
        assert "lower is better" in english
        assert "lower is better" not in chinese
        assert "越低越好" in chinese


def test_names_of_places_are_short_as_long_as_they_tell_versions_apart() -> None:
    many = [f"3.{minor}.1" for minor in range(9, 16)]
    names = lettering.short_names(many, ["pypy3.9.16"])
    assert list(names.values()) == ["3.9", ".10", ".11", ".12", ".13", ".14", ".15", "pypy"]
    assert max(names) > len(many)
    assert list(lettering.short_names(["3.13.1", "3.14.0"]).values()) == ["3.13", "3.14"]
    assert list(lettering.short_names(["3.13.0", "3.13.1"]).values()) == ["3.13.0", "3.13.1"]
    assert list(lettering.short_names(["main", "fork"]).values()) == ["main", "fork"]


def test_names_that_have_no_room_are_left_out_in_turn_or_stand_upright() -> None:
    short = {float(n): f".{n + 10}" for n in range(6)}
    assert lettering.place_names(short, 6.0).names == short
    assert list(lettering.place_names(short, 1.2).names) == [0.0, 2.0, 4.0]
    long = {float(n): f"2026-01-0{n}" for n in range(1, 7)}
    assert lettering.place_names(long, 1.5).is_upright
