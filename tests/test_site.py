"""The report's pages as files: links, languages, headings, words, weight."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from demonstration import HOSTILE, OUTSIDE, Demonstration, demonstration
from pages import astray, read

from pyconc.report.page import anchor

#: With its style, script and charts: bytes.
MOST_OF_HOME = 300_000


@pytest.fixture(scope="module")
def shown(
    make_campaign: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Demonstration:
    return demonstration(make_campaign, tmp_path_factory.getbasetemp())


def test_every_link_resolves_inside_the_site(shown: Demonstration) -> None:
    assert sum(len(read(path).links) for path in shown.pages) > 500
    found = [fault for path in shown.pages for fault in astray(read(path), shown.site)]
    assert not found, "\n".join(dict.fromkeys(found))


def test_a_chart_is_on_its_page_in_both_languages(shown: Demonstration) -> None:
    english = {path.name: read(path).charts for path in shown.site.glob("*.html")}
    assert sum(map(len, english.values())) > 20
    for name, charts in english.items():
        chinese = read(shown.site / "zh" / name).charts
        assert [chart.partition(" aria-label")[0] for chart in charts] == [
            chart.partition(" aria-label")[0] for chart in chinese
        ]
        assert not set(charts) & set(chinese), name


def test_an_id_is_there_once(shown: Demonstration) -> None:
    twice = {
        str(path.relative_to(shown.site)): [i for i, n in Counter(read(path).ids).items() if n > 1]
        for path in shown.pages
    }
    assert not {page: ids for page, ids in twice.items() if ids}
    assert not [i for path in shown.pages for i in read(path).ids if re.search(r"\s", i) or not i]


def test_every_case_has_a_permanent_place(shown: Demonstration) -> None:
    about = json.loads((shown.campaigns[0] / "campaign.json").read_text("utf-8"))
    for case in about["cases"]:
        page = read(shown.site / f"family-{case.partition('.')[0]}.html")
        assert anchor(case) in page.ids, case


def test_both_languages_have_the_same_pages_and_places(shown: Demonstration) -> None:
    for folder in (shown.site, *shown.site.glob("machine-*")):
        english, chinese = sorted(folder.glob("*.html")), sorted((folder / "zh").glob("*.html"))
        assert [path.name for path in english] == [path.name for path in chinese]
        for ours, theirs in zip(map(read, english), map(read, chinese)):
            assert (ours.language, theirs.language) == ("en", "zh-Hans")
            assert ours.ids == theirs.ids
            assert ours.tables == theirs.tables
            assert ("a", "href", f"zh/{ours.path.name}") in ours.links
            assert ("a", "href", f"../{ours.path.name}") in theirs.links
            assert ours.title != theirs.title


def test_titles_tell_pages_apart(shown: Demonstration) -> None:
    for folder in (shown.site, shown.site / "zh"):
        titles = Counter(read(path).title for path in folder.glob("*.html"))
        assert max(titles.values()) == 1, titles
        assert all(title.endswith(" · pyconc") for title in titles)


def test_chinese_words_are_marked_as_such(shown: Demonstration) -> None:
    pages = [read(path) for path in shown.pages]
    assert not [(page.path.name, page.stray) for page in pages if page.stray]


def test_headings_leave_no_level_out(shown: Demonstration) -> None:
    for page in map(read, shown.pages):
        assert page.headings[0] == 1
        assert page.headings.count(1) == 1
        steps = [after - before for before, after in zip(page.headings, page.headings[1:])]
        assert max(steps, default=0) <= 1, page.path


def test_tables_have_as_many_cells_as_headings(shown: Demonstration) -> None:
    for page in map(read, shown.pages):
        for table in page.tables:
            assert set(table[0]) == {"th"}, page.path
            assert {len(row) for row in table} == {len(table[0])}, page.path
            assert all(row[0] == "th" for row in table), page.path


def test_every_picture_has_words(shown: Demonstration) -> None:
    images = [image for path in shown.pages for image in read(path).images]
    assert images
    assert not [image for image in images if len(image.get("aria-label", "")) < 15]


def test_no_script_is_a_strangers(shown: Demonstration) -> None:
    for page in map(read, shown.pages):
        assert len(page.scripts) == 1
        assert page.scripts[0] in {"assets/site.js", "../assets/site.js"}
        assert not page.handlers, page.path


def test_names_from_outside_are_escaped(shown: Demonstration) -> None:
    spoilt = [path for path in shown.pages if HOSTILE in path.read_text("utf-8")]
    assert not spoilt
    elsewhere = [p for p in shown.pages if "machine-2" in p.parts and "harmed" in read(p).text]
    assert len(elsewhere) > 2
    assert any("{{7*7}}" in read(path).text for path in elsewhere), "not what was said"
    assert OUTSIDE in "".join(read(path).text for path in elsewhere)


def test_nothing_is_written_outside_the_site(shown: Demonstration) -> None:
    beside = [
        path for path in shown.site.parent.rglob("*harmed*") if shown.site not in path.parents
    ]
    above = [path for folder in shown.site.parents[1:4] for path in folder.glob("*harmed*")]
    assert not [*beside, *above]


def test_charts_are_whole_and_harmless(shown: Demonstration) -> None:
    charts = {chart: path for path in shown.pages for chart in read(path).charts}
    assert charts
    for chart, path in charts.items():
        for element in ET.fromstring(chart).iter():
            name = element.tag.rpartition("}")[2]
            assert name not in ("script", "image", "foreignObject", "a"), path
            for attribute in element.attrib:
                assert not attribute.startswith("on"), path
                assert not attribute.endswith("href"), path


def test_a_chart_is_no_file_of_its_own(shown: Demonstration) -> None:
    kinds = {path.suffix for path in shown.site.rglob("*") if path.is_file()}
    assert kinds == {".html", ".css", ".js", ".json", ".csv"}


def test_style_and_script_ask_for_nothing(shown: Demonstration) -> None:
    assets = [path.read_text("utf-8") for path in (shown.site / "assets").iterdir()]
    assert len(assets) == 2
    for text in assets:
        assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttpRequest|eval\(", text)


def test_home_is_light(shown: Demonstration) -> None:
    beside = sum(path.stat().st_size for path in (shown.site / "assets").iterdir())
    for home in (shown.home, shown.site / "zh" / "index.html"):
        assert home.stat().st_size + beside < MOST_OF_HOME


def test_numbers_are_plain_json(shown: Demonstration) -> None:
    text = (shown.site / "data" / "report.json").read_text("utf-8")
    document = json.loads(text, parse_constant=pytest.fail)
    assert len(document["pages"]) > 3
