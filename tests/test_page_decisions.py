"""The page of decisions: which of two ways to take, as the campaign that is shown has it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from one_page import costs_of, html_of, shown_of
from pages import Html

from pyconc.errors import UsageError
from pyconc.findings.decisions import (
    FASTER,
    SAME,
    SLOWER,
    UNCLEAR,
    known_decisions,
    read_decisions,
    verdict,
)
from pyconc.report.page import Page, Shown
from pyconc.report.pages import decisions
from pyconc.statistics.estimate import Estimate
from pyconc.words.languages import LANGUAGES, Words

LOCK, RLOCK = "lock.pair[thread-1]", "rlock.pair[thread-1]"
SIMPLE, QUEUE = "queue.put_get[thread-1-SimpleQueue]", "queue.put_get[thread-1-Queue]"
WITH, TRY = "context_manager.with[thread-1-lock]", "context_manager.try_finally[thread-1-lock]"
OLD, NEW = "3.13.5", "3.14.2"
ENTRY = """
[one-lock]
need = { en = "A lock", zh = "锁" }
use = { en = "`Lock`", zh = "`Lock`" }
instead = { en = "`RLock`", zh = "`RLock`" }
unless = { en = "never", zh = "从不" }
case = "lock.pair[thread-1]"
against = "rlock.pair[thread-1]"
"""


@pytest.fixture(scope="module")
def shown() -> Shown:
    """A queue is dear, both locks are alike, and `with` is slower than what it stands for."""
    of_all = {LOCK: 1e-7, RLOCK: 1.02e-7, SIMPLE: 1e-7, QUEUE: 2.5e-6}
    return shown_of(costs_of({OLD: of_all, NEW: {**of_all, WITH: 2e-7, TRY: 1e-7}}, 10))


def the_page(shown: Shown) -> Page:
    [page] = decisions.pages(shown)
    return page


def found(shown: Shown) -> dict[str, dict[str, str]]:
    document = the_page(shown).document
    assert document is not None
    return {
        each["id"]: {python: one["verdict"] for python, one in each["answers"].items()}
        for each in document["decisions"]
    }


def test_there_are_as_many_as_a_page_has_room_for() -> None:
    assert 12 <= len(known_decisions()) <= 20


def test_each_python_answers_what_it_has_measured(shown: Shown) -> None:
    assert found(shown) == {
        "lock": {OLD: SAME, NEW: SAME},
        "with": {NEW: FASTER},
        "thread-queue": {OLD: SLOWER, NEW: SLOWER},
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_is_a_sentence_with_its_ratio_and_leads_to_its_cases(
    language: str, shown: Shown
) -> None:
    page = the_page(shown)
    text = html_of(shown, page, language)
    [row] = [each for each in page.context["rows"] if each.decision.id == "thread-queue"]
    said = Words(language).say(decisions.says(row, NEW))
    assert "25x" in said
    assert ("Use" in said) == (language == "en")
    read = Html(Path("decisions.html"), text)
    assert "thread-queue" in read.ids
    targets = [target for _, _, target in read.links]
    assert sum("family-queue" in each or "families" in each for each in targets) >= 2


def test_the_newest_python_is_open_and_the_others_can_be(shown: Shown) -> None:
    text = html_of(shown, the_page(shown), "en")
    assert text.index(f"Python {NEW}</summary>") < text.index(f"Python {OLD}</summary>")
    assert text.count("<details open>") == 1


def test_home_is_told_the_greatest_difference(shown: Shown) -> None:
    first, *_ = the_page(shown).findings
    assert first.anchor == "thread-queue"


def test_nothing_measured_is_no_page() -> None:
    assert not list(decisions.pages(shown_of(costs_of({NEW: {LOCK: 1e-7}}, 10))))


@pytest.mark.parametrize(
    ("low", "high", "rounds", "says"),
    [
        (1.5, 2.0, 8, SLOWER), (0.2, 0.5, 8, FASTER), (0.95, 1.05, 8, SAME),
        (1.02, 1.3, 8, SLOWER), (1.003, 1.24, 8, UNCLEAR), (0.9, 1.3, 8, UNCLEAR),
        (1.5, 2.0, 7, UNCLEAR), (math.nan, math.nan, 8, UNCLEAR),
    ],
)  # fmt: skip
def test_the_interval_decides(low: float, high: float, rounds: int, says: str) -> None:
    assert verdict(Estimate(1.0, low, high, rounds)) == says


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('unless = { en = "never", zh = "从不" }\n', "", "does not say 'unless'"),
        (', zh = "锁"', "", "does not say 'zh'"),
        ("rlock.pair", "rlock.pear", "which is no case"),
        ("rlock.pair", "lock.pair", "held against itself"),
        ("one-lock", "One_lock", "has no name"),
        ("[one-lock]", "[one-lock", "cannot read"),
    ],
)
def test_what_is_wrong_with_an_entry_is_one_line(
    before: str, after: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "decisions.toml"
    path.write_text(ENTRY.replace(before, after), "utf-8")
    with pytest.raises(UsageError, match=says) as raised:
        read_decisions(path, [LOCK, RLOCK])
    assert len(str(raised.value).splitlines()) == 1
