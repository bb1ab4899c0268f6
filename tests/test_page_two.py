"""Two Pythons: which pairs there are, and what the page of one says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from one_page import costs_of, html_of, interpreter, shown_of
from pages import Html, plain_text

from pyconc.report.page import Page, Shown
from pyconc.report.pages import two
from pyconc.words.languages import LANGUAGES

OLD, MIDDLE, NEW = "3.9.1", "3.13.0", "3.14.1"
LOCKS = {f"lock.section[thread-2-{n}]": 1e-6 for n in range(12)}
BASE = {**LOCKS, "queue.put_get[thread-1-Queue]": 2e-6, "floor.mutex_pair[thread-1]": 1e-8}
#: Every lock is faster, the last one most, and the queue is slower.
HEAD = {
    **{case: cost / (1.5 + place) for place, (case, cost) in enumerate(LOCKS.items())},
    "queue.put_get[thread-1-Queue]": 8e-6,
    "floor.mutex_pair[thread-1]": 1e-8,
}


@pytest.fixture(scope="module")
def shown() -> Shown:
    return shown_of(costs_of({OLD: BASE, MIDDLE: BASE, NEW: HEAD}, 10))


@pytest.fixture(scope="module")
def found(shown: Shown) -> dict[str, Page]:
    return {page.name: page for page in two.pages(shown)}


def test_every_two_versions_have_a_page_and_are_picked_on_another(
    shown: Shown, found: dict[str, Page]
) -> None:
    pairs = {"two-3.9.1-to-3.13.0", "two-3.9.1-to-3.14.1", "two-3.13.0-to-3.14.1"}
    assert found.keys() == {"two", *pairs}
    read = Html(Path("two.html"), html_of(shown, found["two"], beside=found.values()))
    assert {f"{name}.html" for name in pairs} <= {target for _, _, target in read.links}


def test_the_greatest_changes_are_named_each_way(shown: Shown, found: dict[str, Page]) -> None:
    page = found["two-3.13.0-to-3.14.1"]
    greatest = page.context["greatest"]
    assert [each.case for each in greatest["slower"]] == ["queue.put_get[thread-1-Queue]"]
    assert len(greatest["faster"]) == 10
    assert greatest["faster"][0].case == "lock.section[thread-2-11]"
    text = plain_text(html_of(shown, page, beside=found.values()))
    assert "On Python 3.14.1 12 cases are faster than on 3.13.0, 1 slower, 1 about the same" in text


def test_families_are_counted(found: dict[str, Page]) -> None:
    families = {each.family: each for each in found["two-3.9.1-to-3.14.1"].context["families"]}
    lock, queue = families["lock"], families["queue"]
    assert (lock.faster, lock.slower, lock.same, lock.unclear) == (12, 0, 0, 0)
    assert (queue.faster, queue.slower) == (0, 1)


def test_what_did_not_change_is_the_same(found: dict[str, Page]) -> None:
    whole = found["two-3.9.1-to-3.13.0"].context["whole"]
    assert (whole.faster, whole.slower) == (0, 0)
    assert whole.same + whole.unclear == len(BASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_builds_that_differ_come_first(language: str) -> None:
    builds = [interpreter(OLD), {**interpreter(NEW), "compiler": "Clang"}]
    unlike = shown_of(costs_of({OLD: BASE, NEW: HEAD}, 10), builds)
    _, page = two.pages(unlike)
    text = html_of(unlike, page, language, beside=two.pages(unlike))
    assert text.index("Clang") < text.index('class="lead"')


def test_one_build_with_its_gil_and_without_is_a_pair() -> None:
    free = {"version": NEW, "free_threaded": True}
    builds = [
        {**interpreter("3.14t"), **free, "gil": "off"},
        {**interpreter("3.14t+gil"), **free, "gil": "on"},
    ]
    shown = shown_of(costs_of({"3.14t": BASE, "3.14t+gil": HEAD}, 10), builds)
    assert [page.name for page in two.pages(shown)] == ["two", "two-3.14t-gil-to-3.14t"]


def test_one_python_has_no_other() -> None:
    assert not list(two.pages(shown_of(costs_of({NEW: BASE}, 10))))


def test_the_document_is_plain_json(found: dict[str, Page]) -> None:
    for page in found.values():
        json.dumps(page.document, allow_nan=False)
