"""The reader of public reports: what an entry may say, and one line for what it may not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_strings import CHINESE

from pyconc.errors import UsageError
from pyconc.findings.entries import LANGUAGES
from pyconc.findings.reported import FIGURES, FILE, known_reports, read_reports
from pyconc.suite import catalog
from pyconc.words import languages as words

CASES = ("lock.pair[thread-1]", "rlock.pair[thread-1]")
ENTRY = """
[cpython-1]
address = "https://github.com/python/cpython/issues/1"
title = { en = "Locks", zh = "锁" }
seen = { en = "Slow.", zh = "慢。" }
needs = { gil = "off", cores = 4, versions = ">=3.13,<3.14", system = "Windows" }
shows = [
    { case = "rlock.pair[thread-1]", against = "lock.pair[thread-1]", at_least = 2, reported = 72 },
]
"""
PARTS = (
    'address = "https://github.com/python/cpython/issues/1"',
    'title = { en = "Locks", zh = "锁" }',
    'gil = "off"', "cores = 4", '">=3.13,<3.14"', 'against = "lock.pair[thread-1]"', "at_least = 2",
    'case = "rlock.pair[thread-1]"', "[cpython-1]",
)  # fmt: skip


def written(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_text(text, "utf-8")
    return path


def test_an_entry_says_what_is_compared_and_where(tmp_path: Path) -> None:
    [report] = read_reports(written(tmp_path, ENTRY), CASES)
    assert report.id == "cpython-1"
    assert report.title == {"en": "Locks", "zh": "锁"}
    assert report.needs == ("off", 4, ">=3.13,<3.14", "Windows", False)
    [shown] = report.shows
    assert (shown.case, shown.against) == ("rlock.pair[thread-1]", "lock.pair[thread-1]")
    assert (shown.figure, shown.limit, shown.reported) == ("cost", 2, 72)
    assert report.families == ["rlock", "lock"]


def test_others_may_have_reported_the_same(tmp_path: Path) -> None:
    other = "https://github.com/Faster-CPython/ideas/issues/43"
    text = ENTRY.replace(PARTS[0], f'{PARTS[0]}\nalso = ["{other}"]')
    [report] = read_reports(written(tmp_path, text), CASES)
    assert report.addresses == {"cpython-1": report.address, "ideas-43": other}


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_that_are_made_wrong_below_are_there(part: str) -> None:
    assert ENTRY.count(part) == 1


@pytest.mark.parametrize(
    ("part", "instead", "says"),
    [
        ("[cpython-1]", "[CPython_1]", "has no name of lower-case letters"),
        (PARTS[0], "", "does not say 'address'"),
        (PARTS[0], 'address = "https://example.org/1"', "address must be that of an issue"),
        (PARTS[0], "address = 7", "address cannot be 7"),
        (PARTS[0], f'{PARTS[0]}\nadress = "x"', "says 'adress', which is none of address, also"),
        (PARTS[0], f'{PARTS[0]}\nalso = ["https://github.com/python"]', "address must be that"),
        (PARTS[0], f'{PARTS[0]}\nalso = "https://github.com"', "also must be a list of addresses"),
        (PARTS[0], f"{PARTS[0]}\nalso = [1]", "also cannot be [1]"),
        (PARTS[1], 'title = { en = "Locks" }', "a text does not say 'zh'"),
        (PARTS[1], 'title = { en = "Locks", zh = " " }', "a text must have words"),
        (PARTS[1], 'title = "Locks"', "a text must be a table, and is 'Locks'"),
        ('gil = "off"', "gil = false", "gil must be on or off"),
        ("cores = 4", "cores = 1", "cores must be a number from 2 on"),
        ("cores = 4", "kores = 4", "needs says 'kores'"),
        ('">=3.13,<3.14"', '"3.13"', "versions must be such as"),
        ('">=3.13,<3.14"', "3.13", "versions cannot be 3.13"),
        (PARTS[7], 'case = "lock.pear"', "names lock.pear, which is no case"),
        (PARTS[5], 'against = "lock.pear"', "names lock.pear, which is no case"),
        (PARTS[5], 'against = "rlock.pair[thread-1]"', "is against itself"),
        (PARTS[5], f'{PARTS[5]}, between = ["3.13", "3.14"]', "cannot be against and between"),
        (PARTS[5], 'between = ["3.13", "3.13"]', "between must be two versions"),
        (PARTS[5], 'between = ["3.13", "gil off"]', "between must be two versions"),
        (PARTS[5], 'between = ["new", "old"]', "between must be two versions"),
        (PARTS[5], f'{PARTS[5]}, figure = "speed"', "figure must be one of cost, throughput"),
        (PARTS[5], 'figure = "throughput"', "must be against or between something"),
        ("at_least = 2", "at_least = 2, at_most = 3", "must say either at_least or at_most"),
        (", at_least = 2", "", "must say either at_least or at_most"),
        ("at_least = 2", "at_least = 0", "a limit must be a number above 0"),
        ("at_least = 2", "at_least = nan", "a limit must be a number above 0"),
        ("at_least = 2", 'at_least = "2"', "a limit must be a number above 0"),
        ("at_least = 2", "at_leest = 2", "a comparison says 'at_leest'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line_that_names_the_entry(
    tmp_path: Path, part: str, instead: str, says: str
) -> None:
    path = written(tmp_path, ENTRY.replace(part, instead, 1))
    with pytest.raises(UsageError, match=re.escape(says)) as found:
        read_reports(path, CASES)
    said = str(found.value)
    assert said.startswith(f"{path}: [{'CPython_1' if 'CPython' in instead else 'cpython-1'}] ")
    assert "\n" not in said


@pytest.mark.parametrize("shows", ["", "shows = []", "shows = 1", "shows = [1]"])
def test_a_report_without_a_comparison_is_none(tmp_path: Path, shows: str) -> None:
    text = re.sub(r"shows = \[.*\]", shows, ENTRY, flags=re.DOTALL)
    with pytest.raises(UsageError, match=r"\[cpython-1\] .*(shows|comparison)"):
        read_reports(written(tmp_path, text), CASES)


def test_an_entry_is_a_table(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\[one\] the entry must be a table"):
        read_reports(written(tmp_path, "one = 1"), CASES)


def test_a_file_that_is_no_toml_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read .*reports\.toml"):
        read_reports(written(tmp_path, "[cpython-1"), CASES)
    with pytest.raises(UsageError, match=r"cannot read .*: No such file"):
        read_reports(tmp_path / "nothing.toml", CASES)


def test_the_example_of_the_document_can_be_read(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / "reports.md").read_text("utf-8")
    example, scaling = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    ids = [case.id for case in catalog.load(catalog.benchmarks_folder())]
    [report] = read_reports(written(tmp_path, example), ids)
    assert report.needs.cores == 2
    name = report.id
    more = re.sub(r"\[\[.*\.shows\]\]", f"[[{name}.shows]]", scaling)
    [report] = read_reports(written(tmp_path, f"{example}\n{more}"), ids)
    assert [shown.figure for shown in report.shows] == ["cost", "throughput"]


# What pyconc has


def test_every_report_names_cases_that_exist_on_every_machine() -> None:
    """Those of an axis that goes by the cores are there where its numbers do not."""
    cases = {case.id: case for case in catalog.load(catalog.benchmarks_folder())}
    for report in known_reports():
        for case in report.cases:
            axes = cases[case].declaration.words
            by_cores = [cases[case].parameters.get(axis) for axis in axes]
            assert all(int(str(value)) <= 4 for value in by_cores), (report.id, case)


def test_every_report_is_there_once() -> None:
    addresses = [each for report in known_reports() for each in report.addresses.values()]
    assert len(set(addresses)) == len(addresses) >= 20


def test_every_report_has_both_languages_and_the_punctuation_of_each() -> None:
    assert set(LANGUAGES) == set(words.LANGUAGES)
    wrong = re.compile("[\u4e00-\u9fff][,;:?!()]|[,;:?!(][\u4e00-\u9fff]")
    for report in known_reports():
        for text in (report.title, report.seen):
            assert not CHINESE.search(text["en"]), report.id
            assert CHINESE.search(text["zh"]), report.id
            assert not wrong.search(text["zh"]), report.id
            code = [set(re.findall("`([^`]+)`", text[language])) for language in LANGUAGES]
            assert code[0] <= code[1], report.id


def test_every_figure_has_a_name() -> None:
    for figure in FIGURES:
        part = "reports.figure" if figure in FIGURES[:2] else "family_page.metric"
        assert f"{part}.{figure}" in words.table(), figure
