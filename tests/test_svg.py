"""matplotlib's SVG made small: what is seen stays what it was."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from pyconc.report.charts import svg
from pyconc.report.charts.path import Path, number

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 432 100.08">'  # noqa: E501
CIRCLE = (
    "M 0 2.25 C 0.6 2.25 1.17 2.01 1.59 1.59 C 2.01 1.17 2.25 0.6 2.25 0 "
    "C 2.25 -0.6 2.01 -1.17 1.59 -1.59 C 1.17 -2.01 0.6 -2.25 0 -2.25 "
    "C -0.6 -2.25 -1.17 -2.01 -1.59 -1.59 C -2.01 -1.17 -2.25 -0.6 -2.25 0 "
    "C -2.25 0.6 -2.01 1.17 -1.59 1.59 C -1.17 2.01 -0.6 2.25 0 2.25 z"
)
LINE = "fill: none; stroke: #1b1f24; stroke-width: 0.8"
DRAWN = f'<path d="M 0 0 L 5 5" style="{LINE}"/>'
FILLED = '<path d="M 0 0 L 5 5 L 5 0 z" style="fill: #1b1f24"/>'


def compact(body: str) -> ET.Element:
    """The picture that is made of some elements of matplotlib's."""
    return ET.fromstring(svg.compact(f"{HEAD}{body}</svg>", "chart", {"#1b1f24": "#e6edf3"}))


def shapes(picture: ET.Element) -> list[tuple[str, dict[str, str]]]:
    """What is drawn, without classes and what only groups."""
    found = [(each.tag.rpartition("}")[2], dict(each.attrib)) for each in picture.iter()]
    kept = [(tag, said) for tag, said in found if tag in ("path", "circle", "text")]
    return [(tag, {k: v for k, v in said.items() if k != "class"}) for tag, said in kept]


def css(picture: ET.Element) -> str:
    return next(each.text or "" for each in picture.iter() if each.tag.endswith("style"))


def places(d: str) -> list[tuple[float, float]]:
    """Where a path goes, of those that have no curves."""
    found, x, y = [], 0.0, 0.0
    for command, rest in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", d):
        figures = [float(each) for each in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        pairs = {
            "h": [(each, 0.0) for each in figures],
            "v": [(0.0, each) for each in figures],
        }.get(command, list(zip(figures[::2], figures[1::2])))
        for across, down in pairs:
            x, y = (across, down) if command == "M" else (x + across, y + down)
            found.append((round(x, 2), round(y, 2)))
    return found


@pytest.mark.parametrize(
    ("figure", "text"),
    [(0, "0"), (-0.001, "0"), (0.5, ".5"), (-0.5, "-.5"), (12.0, "12"), (1.005, "1"), (10, "10")],
)
def test_a_figure_has_no_letter_too_many(figure: float, text: str) -> None:
    assert number(figure) == text


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (10.04, 0), (10.04, 7.5)],
        [(1.26, 3), (0.5, -2.22), (-7, -2.22), (-7, 0.1)],
        [(5, 5), (5, 9), (5, 7), (5, 12)],
        [(3, 3), (3, 3)],
    ],
)
def test_a_path_goes_where_it_went(points: list[tuple[float, float]]) -> None:
    d = "M " + " L ".join(f"{x} {y}" for x, y in points)
    ends = [(round(x, 1), round(y, 1)) for x, y in points]
    for end in ends:
        assert any(end == pytest.approx(each, abs=0.06) for each in places(Path(d).written()))
    assert places(Path(d).written())[-1] == pytest.approx(points[-1], abs=0.06)


def test_errors_of_rounding_do_not_add_up() -> None:
    far = [(n * 0.34, n * 0.27) for n in range(1000)]
    d = "M " + " L ".join(f"{x:.2f} {y:.2f}" for x, y in far)
    assert places(Path(d).written())[-1] == pytest.approx(far[-1], abs=0.06)


def test_further_in_the_same_direction_is_one_step() -> None:
    assert Path("M 1 1 L 2 1 L 4 1 L 4 3 L 4 2").written() == "M1 1h3v2-1"


def test_curves_and_ends_are_kept() -> None:
    assert Path("M 1 1 C 2 1 3 2 3 3 Q 4 4 5 5 z").written() == "M1 1c1 0 2 1 2 2q1 1 2 2z"


def test_a_round_mark_is_a_circle_and_others_are_paths() -> None:
    marks = f'<defs><path id="o" d="{CIRCLE}" style="stroke: #1b1f24"/>' + (
        '<path id="s" d="M -2 2 L 2 2 L 2 -2 L -2 -2 z" style="stroke: #1b1f24"/></defs>'
    )
    uses = "".join(
        f'<g><use xlink:href="#{mark}" x="{x}" y="20" style="fill: #1b1f24"/></g>'
        for mark in "os"
        for x in (10.04, 30)
    )
    assert shapes(compact(marks + uses)) == [
        ("circle", {"cx": "10", "cy": "20", "r": "2.25"}),
        ("circle", {"cx": "30", "cy": "20", "r": "2.25"}),
        ("path", {"d": "M8 22h4v-4h-4z"}),
        ("path", {"d": "M28 22h4v-4h-4z"}),
    ]


def test_lines_of_one_look_are_one_element_and_filled_shapes_are_not() -> None:
    assert shapes(compact(DRAWN * 2 + FILLED * 2)) == [
        ("path", {"d": "M0 0l5 5M0 0l5 5"}),
        ("path", {"d": "M0 0l5 5v-5z"}),
        ("path", {"d": "M0 0l5 5v-5z"}),
    ]


def test_a_path_of_nothing_is_nothing() -> None:
    """matplotlib leaves out what is empty, such as the steps of a line without a point."""
    assert shapes(compact(f'<path style="{LINE}"/><defs><path id="m"/></defs>')) == []


def test_what_lies_on_another_stays_on_it() -> None:
    assert [len(said["d"]) for _, said in shapes(compact(DRAWN + FILLED + DRAWN))] == [8, 12, 8]


def test_lines_ticks_and_words_of_an_axis_are_together() -> None:
    grid = f'<g><path d="M 1 0 L 1 9" style="{LINE}"/></g>'
    word = '<g><text style="fill: #1b1f24" x="1" y="9">1 s</text></g>'
    picture = compact(f'<g id="matplotlib.axis_1">{(grid + word) * 3}</g>')
    assert [tag for tag, _ in shapes(picture)] == ["path", "text", "text", "text"]


def test_only_what_sticks_out_is_cut() -> None:
    clip = '<defs><clipPath id="p"><rect x="0" y="0" width="10" height="10"/></clipPath></defs>'
    inside, outside = (
        f'<path clip-path="url(#p)" d="M 0 0 L {end} 5" style="{LINE}"/>' for end in (10, 50)
    )
    assert "clip-path" not in css(compact(inside + clip))
    picture = compact(outside + inside + clip)
    [found] = [each for each in picture.iter() if each.tag.endswith("clipPath")]
    assert f"clip-path:url(#{found.attrib['id']})" in css(picture)
    assert len(shapes(picture)) == 2


def test_a_text_stands_where_it_stood() -> None:
    styled = 'style="font-size: 9px; text-anchor: middle; fill: #1b1f24"'
    given = [
        f'<text {styled} x="5" y="7.04" transform="rotate(-0 5 7.04)">a &lt; b</text>',
        f'<text {styled} x="5" y="7" transform="rotate(-90 5 7)">up</text>',
        f'<text {styled} transform="translate(5 7)">moved</text>',
        f'<text {styled} transform="translate(5 7) rotate(-90)">both</text>',
    ]
    picture = compact("".join(given))
    plain, turned = {"x": "5", "y": "7"}, {"x": "5", "y": "7", "transform": "rotate(-90 5 7)"}
    assert [said for _, said in shapes(picture)] == [plain, turned, plain, turned]
    assert "text-anchor:middle" in css(picture)
    assert next(each.text for each in picture.iter() if each.tag.endswith("text")) == "a < b"
