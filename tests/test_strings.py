"""The report's table of strings: complete, used, and filled as it should be."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterator
from importlib import resources

import pytest
import tomllib
from strings_used import Used, used

from pyconc.statistics.estimate import Estimate
from pyconc.suite import catalog
from pyconc.suite.case import Case
from pyconc.words.languages import LANGUAGES, Words, _flat, markup, table
from pyconc.words.phrase import phrase

TABLE = table()

#: Beginnings of keys whose end is the name of what is shown: a page, a family, a column.
DYNAMIC = (
    "nav.",
    "home.about.",
    "home.door.",
    "family.",
    "workload.",
    "machine.rule.",
    "machine.column.",
    "machine.answer.",
    "machine.noise.column.",
    "data.about.",
    "notes.comparison.", "notes.pair.", "notes.section.", "notes.series.", "notes.column.",
    "notes.answer.", "notes.statement.",
    "numbers.rung.", "numbers.chart.kind.",
    "scaling.backend.", "scaling.way.", "scaling.says.", "scaling.column.", "scaling.chart.",
    "correctness.program.", "correctness.says.", "correctness.how.", "correctness.column.",
    "correctness.chart.", "correctness.alt.",
    "decisions.says.", "decisions.column.", "two.column.",
    "common.column.", "families.line.", "family_page.rounds.column.", "family_page.metric.",
    "family_page.state.", "family_page.axis.", "family_page.rivals.column.",
    "family_page.rivals.verdict.", "reports.column.", "reports.figure.", "reports.limit.",
    "reports.need.gil_", "reports.verdict.",
    "versions.step.", "versions.verdict.", "history.step.",
)  # fmt: skip
#: Strings that a language may do without: sentences of Chinese follow each other without a space.
MAY_BE_EMPTY = {"common.next"}
#: How a place for a figure may be written; the others are Python's own.
FORMS = {
    "", "seconds", "times", "percent", "count",
    "interval", "times_interval", "percent_interval", "count_interval",
}  # fmt: skip
PYTHONS_OWN = re.compile(r",|,?\.\d[fg]|g")
#: What is counted, by one and by several, which not every language tells apart.
COUNTED = re.compile(r"[a-z ]+\|[a-z ]+")
#: A number of something that would be wrong of one; one more is no word of how many.
MANY = re.compile(
    r"\}"
    r" (rounds|cases|campaigns|comparisons|steps|families|versions|statements)\b"
)
#: What looks like a measured figure, which only the data can give.
MEASURED = re.compile(r"\d[\d.,]* ?(?:ns|µs|us|ms|s|x|%|秒|毫秒|微秒|纳秒|倍)(?![A-Za-z])")
#: What looks like one and is none: of intervals, of percentiles, of a rule.
NOT_MEASURED = {"10 %", "95 %", "99 %"}
#: Names of the notes' sections, which are the same in English.
SECTIONS = ("共享变量", "使用Queue实现Pool", "异步I/O", "协程")
CHINESE = re.compile("[\u4e00-\u9fff]")

#: Every text with its key and its language, to be named by if it is at fault.
EVERY_TEXT = [(key, language, TABLE[key][language]) for key in TABLE for language in TABLE[key]]


@pytest.fixture(scope="module")
def asked() -> Used:
    return used()


def places(text: str) -> set[tuple[str, str]]:
    """The figures that a text has places for, and how each is written."""
    found = string.Formatter().parse(text)
    return {(name, COUNTED.sub("", spec or "")) for _, name, spec, _ in found if name}


def plain(text: str) -> str:
    """A text without its places for figures."""
    return "".join(literal for literal, *_ in string.Formatter().parse(text))


def catalogue_names(cases: dict[str, Case]) -> set[str]:
    return {case.name for case in cases.values()}


def test_a_string_is_there_in_every_language() -> None:
    assert not [key for key in TABLE if set(TABLE[key]) != set(LANGUAGES)]
    assert {key for key, _, text in EVERY_TEXT if not text.strip()} <= MAY_BE_EMPTY


def test_no_key_is_in_two_files() -> None:
    folder = resources.files("pyconc.words") / "strings"
    files = [path.read_text("utf-8") for path in folder.iterdir() if path.name.endswith(".toml")]
    keys = [key for file in files for key, _ in _flat("", tomllib.loads(file))]
    assert len(keys) == len(set(keys)) == len(TABLE)


def test_all_languages_have_the_same_places_for_figures() -> None:
    for key, texts_of in TABLE.items():
        first, *others = (places(text) for text in texts_of.values())
        assert all(other == first for other in others), key


def test_figures_are_written_in_a_known_way() -> None:
    for key, language, text in EVERY_TEXT:
        for name, spec in places(text):
            assert name.isidentifier(), (key, language)
            assert spec in FORMS or PYTHONS_OWN.fullmatch(spec), (key, language, spec)


def test_no_string_has_a_measured_figure_of_its_own() -> None:
    found = {(*where, figure) for *where, text in EVERY_TEXT for figure in measured_in(text)}
    assert not found


def measured_in(text: str) -> set[str]:
    return set(MEASURED.findall(plain(text))) - NOT_MEASURED


def test_english_is_english() -> None:
    assert not [key for key in TABLE if CHINESE.search(without_sections(TABLE[key]["en"]))]


def test_what_is_counted_may_be_one() -> None:
    assert not [key for key in TABLE if MANY.search(TABLE[key]["en"])]


@pytest.mark.parametrize(("count", "says"), [(0, "0 cases"), (1, "1 case"), (1300, "1,300 cases")])
def test_one_of_something_is_no_several(count: int, says: str) -> None:
    assert Words("en").format(count, "case|cases") == says


def without_sections(text: str) -> str:
    for section in SECTIONS:
        text = text.replace(section, "")
    return text


def test_chinese_has_the_punctuation_of_chinese() -> None:
    wrong = re.compile("[\u4e00-\u9fff][,;:?!()]|[,;:?!(][\u4e00-\u9fff]")
    assert not [key for key in TABLE if wrong.search(TABLE[key]["zh"])]


def test_a_title_has_no_code() -> None:
    """It is that of the window too, which knows no HTML."""
    titles = [text for key, _, text in EVERY_TEXT if key.endswith("title")]
    assert titles
    assert not [text for text in titles if "`" in text]


def test_code_is_the_same_in_all_languages() -> None:
    """Names of Python are not translated; where English has a word, Chinese may have the name."""
    for key, texts_of in TABLE.items():
        first, *others = (set(re.findall("`([^`]+)`", text)) for text in texts_of.values())
        assert all(first <= other for other in others), key


def test_every_string_is_used(asked: Used) -> None:
    unused = [key for key in TABLE if key not in asked.constants and not key.startswith(DYNAMIC)]
    assert not unused


def test_every_string_that_is_asked_for_exists(asked: Used) -> None:
    missing = {key: where for key, where in asked.keys.items() if key not in TABLE}
    assert not missing


def test_what_depends_on_the_data_begins_in_a_known_way(asked: Used) -> None:
    unknown = {key: where for key, where in asked.prefixes.items() if key not in DYNAMIC}
    assert not unknown


@pytest.mark.parametrize("prefix", DYNAMIC)
def test_a_known_beginning_has_strings(prefix: str) -> None:
    assert any(key.startswith(prefix) for key in TABLE)


def test_every_family_has_its_strings() -> None:
    families = catalog.family_names(catalog.benchmarks_folder())
    wanted = {f"family.{name}.{what}" for name in families for what in ("title", "what", "notes")}
    assert wanted == {key for key in TABLE if key.startswith("family.")}


def test_every_workload_has_its_strings(cases: dict[str, Case]) -> None:
    wanted = {f"workload.{name}" for name in catalogue_names(cases)}
    assert wanted == {key for key in TABLE if key.startswith("workload.")}


def test_a_workload_that_is_named_beside_another_exists(cases: dict[str, Case]) -> None:
    """As in "as `handoff`": readers look for it on the same page."""
    names = catalogue_names(cases)
    for key, text in TABLE.items():
        found = re.search("As `([a-z_]+)`", text["en"]) if key.startswith("workload.") else None
        if found:
            family = key.split(".")[1]
            assert f"{family}.{found[1]}" in names, key


def test_what_the_home_page_tells_of_pages_is_in_the_navigation() -> None:
    pages = {key.partition(".")[2] for key in TABLE if key.startswith("nav.")}
    told = {key.removeprefix("home.about.") for key in TABLE if key.startswith("home.about.")}
    assert told == pages - {"index"}


# How strings are filled


def texts(key: str, **figures: object) -> Iterator[str]:
    return (Words(language)(key, **figures) for language in LANGUAGES)


def test_figures_are_in_their_places() -> None:
    english, chinese = texts("common.interval", low="1.91 s", high="2.00 s")
    assert english == "1.91 s to 2.00 s"
    assert chinese == "1.91 s 至 2.00 s"


def test_a_missing_figure_is_an_error() -> None:
    with pytest.raises(KeyError, match="high"):
        Words("zh")("common.interval", low="1.91 s")


def test_an_unknown_string_is_an_error() -> None:
    assert "common.nothing" not in Words("en")
    with pytest.raises(KeyError, match=r"common\.nothing"):
        Words("en")("common.nothing")


def test_a_list_is_joined_by_the_comma_of_its_language() -> None:
    figures = {"fewest": 4, "most": 12, "pythons": ["3.13", "3.14"]}
    english, chinese = texts("home.how", **figures)
    assert "3.13, 3.14" in english
    assert "3.13、3.14" in chinese


def test_figures_in_a_list_are_written_as_one_is() -> None:
    assert Words("en").format([1e-6, 2e-3], "seconds") == "1.00 µs, 2.00 ms"


def test_sentences_in_a_list_follow_each_other() -> None:
    sentences = [phrase("common.skip"), phrase("common.pages")]
    assert Words("en").format(sentences, "") == "Skip to the content Pages"
    assert Words("zh").format(sentences, "") == "跳到正文页面"


def test_a_phrase_in_a_phrase_is_of_the_same_language() -> None:
    outer = phrase("common.interval", low=phrase("common.no_interval"), high="1x")
    assert Words("zh").say(outer) == "无区间 至 1x"


def test_an_interval_is_written_in_its_language() -> None:
    estimate = Estimate(2e-6, 1.5e-6, 2.5e-6, 5)
    assert Words("en").format(estimate, "interval") == "1.50 µs to 2.50 µs"
    assert Words("zh").format(estimate, "interval") == "1.50 µs 至 2.50 µs"
    assert Words("en").format(estimate.scaled(1e6), "times_interval") == "1.50x to 2.5x"


@pytest.mark.parametrize("spec", ["interval", "times_interval"])
def test_an_interval_without_rounds_says_so(spec: str) -> None:
    one_round = Estimate(2e-6, math.nan, math.nan, 1)
    assert Words("en").format(one_round, spec) == "no interval"
    assert Words("zh").format(one_round, spec) == "无区间"


def test_an_estimate_is_written_by_its_value() -> None:
    estimate = Estimate(0.25, 0.2, 0.3, 5)
    assert Words("en").format(estimate, "seconds") == "250 ms"
    assert Words("en").format(estimate, "percent") == "25 %"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_figure_is_no_markup(language: str) -> None:
    hostile = '<script>alert("1")</script>'
    text = Words(language)("common.measured", started="2026", profile=hostile, machine="{0}`<b>`")
    html = markup(text)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "{0}<code>&lt;b&gt;</code>" in html


def test_what_is_in_backticks_is_code() -> None:
    assert markup("`a<b` and `c`, ` alone") == "<code>a&lt;b</code> and <code>c</code>, ` alone"
