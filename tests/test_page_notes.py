"""The page of the notes: comparisons, start methods, eval and statements, from given data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from one_page import html_of

from pyconc.errors import UsageError
from pyconc.findings.statements import rows, summary, versions
from pyconc.report.charts import pictures
from pyconc.report.page import Page, Shown
from pyconc.report.pages import notes
from pyconc.report.reading import read_campaigns
from pyconc.statements.answers import Answer
from pyconc.statements.catalog import SECTIONS, STATEMENTS
from pyconc.statements.statement import always
from pyconc.statements.store import FILE, write_answers
from pyconc.words.languages import LANGUAGES, Words, table
from pyconc.words.phrase import Phrase

HOSTILE = "<script>alert(1)</script>"
Maker = Callable[..., Path]
say = Words("en").say


def program_costs(method_factor: float) -> dict[str, float]:
    """Costs of everything that the notes compare."""
    costs = {
        "counter.fine_lock_program[thread-2]": 9e-7,
        "counter.coarse_lock_program[thread-2]": 6e-8,
        "counter.unlocked_program[thread-2]": 5e-8,
        "counter.fine_lock[thread-2]": 9e-7,
        "counter.coarse_lock[thread-2]": 6e-8,
        "counter.unlocked[thread-2]": 5e-8,
        "counter.tallied[thread-2]": 5e-8,
        "counter.tallied_call[thread-2]": 8e-8,
        "rlock.eval_program[thread-2]": 8e-6,
        "rlock.eval_alone_program[thread-2]": 7e-6,
        "rlock.direct_program[thread-2]": 8e-7,
        "rlock.recursion[thread-1-1]": 5e-8,
        "rlock.recursion[thread-1-2]": 9e-8,
        "rlock.empty_nest[thread-1-1]": 1e-8,
        "pool.no_pool[thread-1]": 1e-5,
    }
    programs = {
        "shared_state.fill_program[{}-10]": 9e-4,
        "barrier.program[{}-4]": 6e-4,
        "pool.queue_pool_cold[{}-4]": 8e-4,
    }
    for name, cost in programs.items():
        costs[name.format("thread")] = cost
        name = name.replace("queue_pool", "multiprocessing_pool")
        costs[name.format("process-fork")] = cost * 20
        costs[name.format("process-forkserver")] = cost * 20 * method_factor
        costs[name.format("process-spawn")] = cost * 300
    return costs


METRICS: Mapping[str, Mapping[str, Any]] = {
    "counter.unlocked_program[thread-2]": {"nonzero": 0.0},
    "counter.tallied[thread-2]": {"lost_per_million": 0.0},
    "counter.tallied_call[thread-2]": {"lost_per_million": 1234.0},
    "rlock.recursion[thread-1-1]": {"control": "rlock.empty_nest[thread-1-1]"},
}


def shown(folder: Path) -> Shown:
    [found] = read_campaigns([folder])
    return found


def page_of(folder: Path) -> Page:
    [page] = notes.pages(shown(folder))
    return page


def interpreters(folder: Path, defaults: Mapping[str, str]) -> None:
    """Change what the campaign says of default start methods."""
    path = folder / "campaign.json"
    about = json.loads(path.read_text("utf-8"))
    for each in about["interpreters"]:
        each["start_method"] = defaults.get(each["label"], "fork")
    path.write_text(json.dumps(about), "utf-8")


@pytest.fixture(scope="module")
def folder(make_campaign: Maker) -> Path:
    """A campaign of two Pythons with other defaults, and their answers."""
    made = make_campaign({"3.13.0": program_costs(4), "3.14.0": program_costs(4)}, 5, METRICS)
    interpreters(made, {"3.14.0": "forkserver"})
    write_answers(made / FILE, answers())
    return made


def answers() -> dict[str, dict[str, Answer]]:
    """Made up: one of each kind."""
    old = {each.id: Answer(True, "RuntimeError") for each in STATEMENTS}
    new = dict(old)
    new["thread-name"] = Answer(False, "Thread-1 (func)")
    new["thread-current-name"] = Answer(True, "", True)
    new["asyncio-coroutine"] = Answer(None, "ended with status -9")
    for given in (old, new):
        given["event-clear"] = Answer(False, "wait() blocks")
    return {"3.13.0": old, "3.14.0": new}


def html_in(folder: Path, language: str) -> str:
    return html_of(shown(folder), page_of(folder), language)


def test_every_comparison_has_a_section_with_its_chart(folder: Path) -> None:
    names = {drawing.name for drawing in page_of(folder).drawings}
    html = html_in(folder, "en")
    for comparison in ("lock-granularity", "rlock-eval", "shared-dict", "barrier", "pool",
                       "unlocked-counter"):  # fmt: skip
        assert f'<h2 id="{comparison}">' in html
        assert f"notes-{comparison}" in names
        assert f'id="{comparison}-3.14.0"' in html
    assert {"notes-overview", "notes-start-methods"} <= names


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_contradiction_in_every_language(language: str, folder: Path) -> None:
    html = html_in(folder, language)
    assert re.search(r'class="caution">[^<]*2\.0x[^<]*27x', html)


def test_the_findings_come_from_the_data(folder: Path) -> None:
    told = {finding.anchor: say(finding.says) for finding in page_of(folder).findings}
    assert "it is 27x" in told["shared-dict"]
    assert "Python 3.14.0 starts processes by `forkserver`" in told["start-methods"]
    eval_says = "On 3.14.0 90 % (90 % to 90 %) of the time of the notes' RLock program is `eval`"
    assert eval_says in told["rlock-eval"]
    assert "ended at 0 in every round" in told["unlocked-counter"]
    assert "In 5 of the notes' 5 comparisons" in told["comparisons"]
    assert told["statements"].startswith(f"Of {len(STATEMENTS)} statements")
    html = html_in(folder, "en")
    assert all(f'id="{anchor}"' in html for anchor in told)


def test_defaults_stand_beside_every_start_method(folder: Path) -> None:
    document = page_of(folder).document
    assert document
    starts = {(each["id"], each["python"]): each for each in document["start_methods"]}
    assert len(starts) == 6
    assert starts["pool", "3.13.0"]["of_fork"] is None
    assert starts["pool", "3.14.0"]["of_fork"]["value"] == pytest.approx(4, rel=0.03)
    assert starts["pool", "3.14.0"]["of_threads"]["value"] == pytest.approx(80, rel=0.03)


def test_the_document_is_plain_json(folder: Path) -> None:
    text = json.dumps(page_of(folder).document, allow_nan=False)
    comparisons = {each["id"]: each for each in json.loads(text)["comparisons"]}
    shared = comparisons["shared-dict"]
    assert shared["notes"]["contradiction"].startswith("The notes' text says more than 2.0x")
    assert [each["python"] for each in shared["measured"]] == ["3.13.0", "3.14.0"]
    counted = comparisons["unlocked-counter"]["measured"][0]["unlocked"]
    assert counted == {"rounds": 5, "rounds_not_zero": 0, "lost_per_million": 0.0,
                       "lost_per_million_of_calls": pytest.approx(1234.0)}  # fmt: skip


def test_a_statement_says_where_it_stopped_being_true(folder: Path) -> None:
    by_id = {row.id: row for row in rows(answers())}
    assert say(by_id["thread-name"].changes[0]) == "Held up to 3.13.0, no longer on 3.14.0."
    assert by_id["thread-name"].found == ("Thread-1 (func)",)
    assert say(by_id["thread-current-name"].changes[0]) == "Deprecated from 3.14.0 on."
    assert by_id["asyncio-coroutine"].changes == ()
    assert by_id["event-clear"].nowhere
    assert by_id["lock-release"].found == ("RuntimeError",)
    html = html_in(folder, "en")
    row = re.search(r'<tr id="statement-thread-name">.*?</tr>', html, re.DOTALL)
    assert row
    assert '<td class="yes">yes</td>' in row[0]
    assert '<td class="no">no</td>' in row[0]
    assert "The name ends with that of the function" in row[0]


def test_statements_are_counted() -> None:
    counted = summary(rows(answers())).figures
    assert counted == {"count": len(STATEMENTS), "everywhere": len(STATEMENTS) - 2, "nowhere": 1,
                       "depending": 1}  # fmt: skip


def test_versions_of_cpython_make_one_line() -> None:
    given = ["3.14.0", "pypy3.11.13", "3.9.18", "3.14.0t", "3.14.0t+gil", "3.15.0b1", "again"]
    assert versions(given) == ["3.9.18", "3.14.0", "3.15.0b1"]


def test_every_statement_has_its_words() -> None:
    for each in STATEMENTS:
        key = f"notes.statement.{each.id}"
        assert f"{key}.says" in table()
        may_fail = each.expected is not always or each.deprecated
        assert (f"{key}.instead" in table()) == bool(may_fail), each.id
    assert all(f"notes.section.{name}" in table() for name in SECTIONS)


def test_every_chart_is_drawn(folder: Path) -> None:
    for drawing in page_of(folder).drawings:
        chinese = pictures.draw(drawing)["zh"]
        assert re.search("[\u4e00-\u9fff]", chinese), drawing.name
        assert all(say(each) for each in (drawing.alt, drawing.caption) if each)


def test_the_alternative_text_has_the_finding(folder: Path) -> None:
    alts = {drawing.name: say(drawing.alt) for drawing in page_of(folder).drawings}
    assert "27x by the notes' figures, here 3.13.0 20x, 3.14.0 20x" in alts["notes-shared-dict"]
    assert "3.13.0 1,234, 3.14.0 1,234" in alts["notes-unlocked-counter"]
    assert re.search(r"3\.14\.0 \(forkserver\) (79|80|81)x", alts["notes-start-methods"])


@pytest.mark.parametrize("case", sorted(program_costs(4)))
def test_one_case_alone_gives_no_page(case: str, make_campaign: Maker) -> None:
    folder = make_campaign({"3.13.0": {case: 1e-6}}, 1)
    assert list(notes.pages(shown(folder))) == []


@pytest.mark.parametrize("rounds", [1, 2])
def test_one_python_and_few_rounds_are_enough(rounds: int, make_campaign: Maker) -> None:
    folder = make_campaign({"pypy3.11.13": program_costs(4)}, rounds)
    html = html_in(folder, "zh")
    assert 'id="barrier-pypy3.11.13"' in html
    for drawing in page_of(folder).drawings:
        assert len(pictures.draw(drawing)["en"]) > 1000


def test_hostile_answers_are_escaped(make_campaign: Maker) -> None:
    folder = make_campaign({"3.13.0": program_costs(4)})
    write_answers(folder / FILE, {HOSTILE: {"lock-release": Answer(False, HOSTILE)}})
    html = html_in(folder, "en")
    assert HOSTILE not in html
    assert "&lt;script&gt;alert(1)" in html


def test_damaged_answers_are_one_line(make_campaign: Maker) -> None:
    folder = make_campaign({"3.13.0": program_costs(4)})
    (folder / FILE).write_text("{")
    with pytest.raises(UsageError, match=r"statements\.json holds no answers"):
        page_of(folder)


def test_without_answers_there_is_no_table_of_statements(make_campaign: Maker) -> None:
    folder = make_campaign({"3.13.0": program_costs(4)})
    assert 'id="statements"' not in html_in(folder, "en")
    assert all(isinstance(finding.says, Phrase) for finding in page_of(folder).findings)
