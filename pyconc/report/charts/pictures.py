"""The pictures of charts: each drawn once, and then said in every language."""

from __future__ import annotations

import io
import multiprocessing
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from pyconc.report.charts import lines, style, svg
from pyconc.report.page import Drawing
from pyconc.suite.machine import usable_cores
from pyconc.words.languages import LANGUAGES, Words
from pyconc.words.phrase import Phrase

_TEXT = re.compile(">([^<>]+)</text>")
#: Dots per inch for which words are measured.
_DPI = 120


def draw(drawing: Drawing) -> dict[str, str]:
    """The chart as an SVG element of a page, by language; the same data give the same letters."""
    with style.drawing() as said:
        figure = drawing.draw()
        settle(figure)
        picture = svg.compact(_as_svg(figure), drawing.name, style.dark_colours())
        said_in = {language: Words(language) for language in LANGUAGES}
        return {
            language: _labelled(_translated(picture, said, words), words.say(drawing.alt))
            for language, words in said_in.items()
        }


def draw_all(drawings: Sequence[Drawing]) -> dict[str, dict[str, str]]:
    """The same of many charts, by name, on every core where processes can be forked."""
    global _under_way
    _under_way = drawings
    places, cores = range(len(drawings)), usable_cores()
    if cores > 1 and len(drawings) > 1 and "fork" in multiprocessing.get_all_start_methods():
        with multiprocessing.get_context("fork").Pool(cores) as pool:
            drawn = pool.map(_draw_one, places, chunksize=1)
    else:
        drawn = list(map(_draw_one, places))
    return {drawing.name: pictures for drawing, pictures in zip(drawings, drawn)}


#: What forked processes find, as not everything that draws can be sent to them.
_under_way: Sequence[Drawing] = ()


def _draw_one(place: int) -> dict[str, str]:
    return draw(_under_way[place])


def settle(figure: Figure) -> None:
    """Settle where everything goes, once for all files of a figure."""
    figure.set_dpi(_DPI)
    FigureCanvasAgg(figure)
    if engine := figure.get_layout_engine():
        engine.execute(figure)
        figure.set_layout_engine("none")


def _as_svg(figure: Figure) -> str:
    picture, marked = io.BytesIO(), lines.mark(figure)
    canvas: Any = FigureCanvasSVG(figure)  # untyped
    canvas.print_svg(picture, metadata={"Date": None, "Creator": None})
    return lines.anchored(picture.getvalue().decode("utf-8"), marked)


def _labelled(picture: str, label: str) -> str:
    role = 'role="img"'
    return picture.replace(role, f'{role} aria-label="{escape(label)}"', 1)


def _translated(picture: str, said: Mapping[str, Phrase], words: Words) -> str:
    """With the strings of the table in another language; names and figures stay as they are."""
    by_line: dict[str, str] = {}
    for text, phrase in said.items():
        ours, theirs = text.split("\n"), words.say(phrase).split("\n")
        by_line.update(zip(ours, [*theirs, *[""] * (len(ours) - len(theirs))]))
    escaped = {escape(ours, quote=False): escape(theirs, quote=False)
               for ours, theirs in by_line.items()}  # fmt: skip
    return _TEXT.sub(lambda found: f">{escaped.get(found[1], found[1])}</text>", picture)
