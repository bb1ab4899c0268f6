"""Pictures of charts: in every language, for light pages and dark ones, and always the same."""

from __future__ import annotations

import io
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import partial
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from PIL import Image

from pyconc.report import png
from pyconc.report.charts import pictures, style
from pyconc.report.page import Drawing
from pyconc.statistics.estimate import Estimate
from pyconc.words.languages import LANGUAGES, Words
from pyconc.words.phrase import phrase

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


def drawn(pythons: list[str], name: str = "lock.pair") -> dict[str, str]:
    """The chart's picture by language."""
    return pictures.draw(Drawing("chart", partial(draw, pythons, name), phrase("common.skip")))


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return drawn([*VERSIONS[:7], OTHERS[0]])


def words_of(picture: str) -> list[str]:
    return re.findall(">([^<>]+)</text>", picture)


def test_a_chart_has_a_picture_in_every_language(made: dict[str, str]) -> None:
    assert set(made) == set(LANGUAGES)
    for picture in made.values():
        assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"


def test_what_a_chart_says_is_in_the_language_of_its_page(made: dict[str, str]) -> None:
    for language, picture in made.items():
        said = words_of(picture)
        for key in ("common.chart.cost_axis", "common.chart.notes_figure"):
            assert Words(language)(key) in said


def test_nothing_of_another_language_is_left(made: dict[str, str]) -> None:
    english = Words("en")
    assert english("common.chart.cost_axis") not in made["zh"]
    assert not re.search("[\u4e00-\u9fff]", made["en"])


def test_who_cannot_see_a_chart_is_told_what_it_shows(made: dict[str, str]) -> None:
    for language, picture in made.items():
        root = ET.fromstring(picture)
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"] == Words(language)("common.skip")


def test_names_and_figures_are_the_same_in_all_languages(made: dict[str, str]) -> None:
    for picture in made.values():
        assert "lock.pair" in words_of(picture)
        assert "3.13" in words_of(picture)


def test_figures_in_a_sentence_are_carried_over(made: dict[str, str]) -> None:
    assert "1 s &amp; more to lock.pair" in words_of(made["en"])
    assert "1 s &amp; more 至 lock.pair" in words_of(made["zh"])


def test_lines_are_translated_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A string of two lines is two texts of the picture."""
    two = {"en": "first line\nsecond line", "zh": "第一行\n第二行"}
    one = {"en": "long\nin English", "zh": "短"}
    add_strings(monkeypatch, {"chart.two": two, "chart.one": one})

    def drawn() -> Figure:
        figure, [axes] = style.figure(2)
        axes.set_xlabel(style.say("chart.two"))
        axes.set_ylabel(style.say("chart.one"))
        return figure

    said = pictures.draw(Drawing("lines", drawn, alt=phrase("common.skip")))
    english, chinese = words_of(said["en"]), words_of(said["zh"])
    assert {"first line", "second line", "long", "in English"} <= set(english)
    assert {"第一行", "第二行", "短"} <= set(chinese)
    assert not {"first line", "second line", "long", "in English"} & set(chinese)


def add_strings(monkeypatch: pytest.MonkeyPatch, strings: dict[str, dict[str, str]]) -> None:
    """More strings, for one test; what charts keep of the table is made anew."""
    from pyconc.words import languages as words

    whole = {**words.table(), **strings}
    monkeypatch.setattr(words, "table", lambda: whole)
    monkeypatch.setattr(style, "_words", lambda: Words("en"))


def test_a_hostile_name_is_no_markup() -> None:
    for picture in drawn(["3.13"], HOSTILE).values():
        assert "<script>" not in picture
        assert "lock.pair&lt;/text&gt;&lt;script&gt;" in words_of(picture)


def test_the_same_data_give_the_same_letters() -> None:
    pythons = [*VERSIONS[:3], *OTHERS]
    assert drawn(pythons) == drawn(pythons)


def test_what_was_drawn_before_changes_nothing() -> None:
    alone = drawn(["3.13"])
    drawn(VERSIONS[:2], "lock.with")
    assert drawn(["3.13"]) == alone


def test_charts_drawn_at_once_are_as_those_drawn_alone() -> None:
    drawings = [
        Drawing(name, partial(draw, ["3.13"]), phrase("common.skip")) for name in ("one", "other")
    ]
    assert pictures.draw_all(drawings) == {each.name: pictures.draw(each) for each in drawings}


def test_drawing_leaves_the_settings_as_they_were() -> None:
    before = dict(mpl.rcParams)
    drawn(["3.13"])
    assert dict(mpl.rcParams) == before


def test_a_chart_is_a_png_where_a_document_wants_one() -> None:
    drawing = Drawing("chart", partial(draw, ["3.13"]), phrase("common.skip"))
    image = Image.open(io.BytesIO(png.png(drawing)))
    assert image.format == "PNG"
    assert image.width == 200 * style.WIDTH
    assert len(image.convert("RGB").getcolors() or ()) > 5
    assert png.png(drawing) == png.png(drawing)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["notes-overview"], "usage:"),
        (["no-such", "{}/x.png", "{}"], "no chart is called 'no-such'; there are "),
        (["family-lock-by-python", "{}/missing/x.png", "{}"], "cannot write"),
        (["family-lock-by-python", "x.png", "{}/missing"], "missing"),
    ],
)
def test_what_cannot_be_a_png_is_one_line(
    words: list[str],
    says: str,
    make_campaign: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    costs = {"lock.pair[thread-1]": 5e-8, "lock.with[thread-1]": 4e-8}
    folder = make_campaign({"3.13.0": costs, "3.14.0": costs}, rounds=3)
    monkeypatch.setattr(sys, "argv", ["png", *(word.format(folder) for word in words)])
    assert png.main() == 2
    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert says in err
    assert not out


# Names, as several charts are on one page


def test_two_charts_of_a_page_share_no_name() -> None:
    ours, theirs = (
        pictures.draw(Drawing(name, partial(draw, ["3.13"]), phrase("common.skip")))["en"]
        for name in ("one", "other")
    )
    ids = [set(re.findall(' id="([^"]+)"', picture)) for picture in (ours, theirs)]
    assert all(ids)
    assert not ids[0] & ids[1]
    for picture, [name, *_] in ((ours, sorted(ids[0])), (theirs, sorted(ids[1]))):
        style_ = re.findall(r"<style>(.*)</style>", picture)[0]
        selectors = re.findall(r"(?:^|[{}])([^{}@]+)\{", style_)
        assert selectors
        assert all(selector.startswith(f"#{name}") for selector in selectors), selectors


# Light and dark pages


def colours_of(picture: str) -> tuple[dict[str, str], dict[str, str]]:
    """The variables of a picture: where there is one theme, and where there are two."""
    css = re.findall(r"<style>(.*)</style>", picture)[0]
    one, both = re.fullmatch(r"(.*?)@supports [^{]*\{(.*?)\}\}(.*)", css).group(1, 2)  # type: ignore[union-attr]
    return (
        dict(re.findall(r"--(\w+):(#\w+)", one)),
        dict(re.findall(r"--(\w+):light-dark\((.*?)\)", both)),
    )


def test_every_colour_is_a_variable_with_a_value_for_either_theme(made: dict[str, str]) -> None:
    one, both = colours_of(made["en"])
    assert len(one) > 8
    assert both == {name: f"{light},{style.dark_colours()[light]}" for name, light in one.items()}
    used = set(re.findall(r"var\(--(\w+)\)", made["en"]))
    assert used == set(one)
    assert len(COLOUR.findall(made["en"])) == 3 * len(one), "a colour that is no variable"


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
