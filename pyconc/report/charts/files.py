"""The files of a chart: drawn once, and then in every language, for light pages and dark ones."""

from __future__ import annotations

import io
import multiprocessing
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from pyconc.analysis.phrase import Phrase
from pyconc.report.charts import lines, style
from pyconc.report.page import Drawing
from pyconc.report.words import LANGUAGES, Words
from pyconc.suite.machine import usable_cores

_COLOUR = re.compile("#[0-9a-f]{6}")
_TEXT = re.compile(">([^<>]+)</text>")
#: Comments, and names of groups that nothing refers to.
_UNSEEN = re.compile(r"<!-- .*? -->|(?<=<g) id=\"[^\"]*\"", re.DOTALL)
#: Line breaks before a tag, and within one or in a path.
_BREAK = re.compile(r"\s*\n\s*(?=<)|\s*\n\s*")
_TAG = re.compile("<[^<>]+>")
_DECIMALS = re.compile(r"-?\d+\.\d{3,}(?![\d.])")
#: Colours and dots per inch of a PNG.
_COLOURS, _DPI = 128, 120


def names(name: str) -> list[str]:
    """The files of a chart: ``NAME.svg`` and ``NAME-dark.svg`` are English, as is ``NAME.png``."""
    svgs = [file_of(name, language, dark=dark) for language in LANGUAGES for dark in (False, True)]
    return [*svgs, f"{name}.png"]


def file_of(name: str, language: str, *, dark: bool) -> str:
    ending = "svg" if language == next(iter(LANGUAGES)) else f"{language}.svg"
    return f"{name}{'-dark' if dark else ''}.{ending}"


def write(drawing: Drawing, folder: Path) -> None:
    """Draw a chart into a folder; the same data give the same bytes.

    Raises:
        OSError: a file cannot be written.
    """
    with style.drawing() as said:
        figure = drawing.draw()
        (folder / f"{drawing.name}.png").write_bytes(_png(figure))
        svg = _svg(figure)
        for language in LANGUAGES:
            translated = _translated(svg, said, Words(language))
            for dark in (False, True):
                path = folder / file_of(drawing.name, language, dark=dark)
                path.write_text(_darkened(translated) if dark else translated, "utf-8")


def write_all(drawings: Sequence[Drawing], folder: Path) -> list[Path]:
    """Draw charts into a folder, on every core where processes can be forked.

    Returns:
        Their files.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    global _under_way
    _under_way = drawings, folder
    cores = usable_cores()
    if cores > 1 and len(drawings) > 1 and "fork" in multiprocessing.get_all_start_methods():
        with multiprocessing.get_context("fork").Pool(cores) as pool:
            pool.map(_write_one, range(len(drawings)), chunksize=1)
    else:
        for place in range(len(drawings)):
            _write_one(place)
    return [folder / name for drawing in drawings for name in names(drawing.name)]


#: What forked processes find, as not everything that draws can be sent to them.
_under_way: tuple[Sequence[Drawing], Path] = (), Path()


def _write_one(place: int) -> None:
    drawings, folder = _under_way
    write(drawings[place], folder)


def _svg(figure: Figure) -> str:
    """Without what no reader sees: comments, names, breaks, more than hundredths of a point.

    Args:
        figure: one that was drawn.
    """
    picture, marked = io.BytesIO(), lines.mark(figure)
    canvas: Any = FigureCanvasSVG(figure)  # untyped
    canvas.print_svg(picture, metadata={"Date": None, "Creator": "pyconc"})
    svg = _UNSEEN.sub("", lines.anchored(picture.getvalue().decode("utf-8"), marked))
    svg = _BREAK.sub(lambda found: "" if svg[found.end() : found.end() + 1] == "<" else " ", svg)
    return _TAG.sub(lambda tag: _DECIMALS.sub(_hundredths, tag[0]), svg)


def _hundredths(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _png(figure: Figure) -> bytes:
    """With as many colours as a chart needs. Where everything goes is settled by it."""
    figure.set_dpi(_DPI)
    canvas: Any = FigureCanvasAgg(figure)  # untyped
    canvas.draw()
    figure.set_layout_engine("none")
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    small = io.BytesIO()
    image.quantize(_COLOURS, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    return small.getvalue()


def _translated(svg: str, said: Mapping[str, Phrase], words: Words) -> str:
    """With the strings of the table in another language; names and figures stay as they are."""
    by_line: dict[str, str] = {}
    for text, phrase in said.items():
        ours, theirs = text.split("\n"), words.say(phrase).split("\n")
        by_line.update(zip(ours, [*theirs, *[""] * (len(ours) - len(theirs))]))
    escaped = {escape(ours, quote=False): escape(theirs, quote=False)
               for ours, theirs in by_line.items()}  # fmt: skip
    return _TEXT.sub(lambda found: f">{escaped.get(found[1], found[1])}</text>", svg)


def _darkened(svg: str) -> str:
    colours = style.dark_colours()
    return _COLOUR.sub(lambda found: colours.get(found[0], found[0]), svg)
