"""One style for all charts: colours that the colour-blind can tell, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import EngFormatter, Formatter, FuncFormatter, LogLocator, NullFormatter

from pyconc.figures import amount, seconds, times
from pyconc.statistics.estimate import Estimate
from pyconc.units import SECOND
from pyconc.words.languages import Words
from pyconc.words.phrase import Phrase, phrase

#: Inches: at the width of a phone the words are still 9 pixels high.
WIDTH = 6.0

#: Okabe and Ito's colours, for things without an order; the first is a single Python's.
_CATEGORIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#6b6b6b", "#a07800", "#56b4e9")
_DARK_CATEGORIES = ("#56b4e9", "#ff8c42", "#2ecc9b", "#e6a3c8", "#b8b8b8", "#f0e442", "#8ab6ff")
_BACKGROUND, _INK, _FAINT = "#ffffff", "#1b1f24", "#d0d7de"
_DARK_BACKGROUND, _DARK_INK, _DARK_FAINT = "#12161c", "#e6edf3", "#39424e"
#: The parts of viridis, from 0 to 1, that stand out on a light page and on a dark one.
_SHADES, _DARK_SHADES = (0.0, 0.82), (0.35, 1.0)

#: With the colours, so that a line can be told in print too.
_MARKS = ("o", "s", "^", "D", "v", "P", "X")

_SETTINGS: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": _FAINT,
    "axes.facecolor": _BACKGROUND,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": _INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "figure.facecolor": _BACKGROUND,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "grid.color": _FAINT,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "pyconc",
    "text.color": _INK,
    "text.parse_math": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "ytick.left": False,
}

#: What charts have said in the drawing under way: the phrase by its English text.
_said: dict[str, Phrase] = {}


@contextmanager
def drawing() -> Iterator[dict[str, Phrase]]:
    """Everything drawn inside has the style; matplotlib's own settings are untouched after.

    Yields:
        What `say` is asked for meanwhile: phrases by their English text.
    """
    _said.clear()
    with mpl.rc_context(_SETTINGS):
        yield _said


def say(key: str, **figures: object) -> str:
    """A string of the table for use in a chart: English, to be replaced in other languages."""
    found = phrase(key, **figures)
    text = _words().say(found)
    _said[text] = found
    return text


@cache
def _words() -> Words:
    return Words("en")


@cache
def dark_colours() -> dict[str, str]:
    """For every colour of a light chart the one that a dark page has in its place."""
    (low, high), (dark_low, dark_high) = _SHADES, _DARK_SHADES
    shares = np.linspace(0, 1, 512)
    light, dark = (
        mpl.colormaps["viridis"](start + (end - start) * shares)
        for start, end in ((low, high), (dark_low, dark_high))
    )
    return {
        **{to_hex(shade): to_hex(other) for shade, other in zip(light, dark)},
        **dict(zip(_CATEGORIES, _DARK_CATEGORIES)),
        _BACKGROUND: _DARK_BACKGROUND,
        _INK: _DARK_INK,
        _FAINT: _DARK_FAINT,
    }


def palette(pythons: Sequence[str]) -> dict[str, str]:
    """A colour for each Python, in order, that the colour-blind can tell from its neighbours.

    Versions of CPython go from dark to bright, from the oldest to the newest; other
    implementations have colours of their own.
    """
    versions = [python for python in pythons if python[:1].isdigit()]
    others = [python for python in pythons if python not in versions]
    if len(versions) == 1:
        shades = [_CATEGORIES[0]]
    else:
        shades = [to_hex(shade) for shade in
                  mpl.colormaps["viridis"](np.linspace(*_SHADES, len(versions)))]  # fmt: skip
    paints = dict(zip(versions, shades))
    paints.update(zip(others, (_CATEGORIES[3], _CATEGORIES[5], _CATEGORIES[4])))
    return {python: paints.get(python, _CATEGORIES[4]) for python in pythons}


def categories(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """A colour (Okabe and Ito's) and a mark for each of at most seven things that have no order."""
    count = len(_CATEGORIES)
    return {n: (_CATEGORIES[i % count], _MARKS[i % count]) for i, n in enumerate(names)}


def notes_colour() -> str:
    """The colour of the notes' own figures."""
    return _CATEGORIES[1]


def ink() -> str:
    """The colour of words and of lines that are no data."""
    return _INK


def figure(
    height: float, heights: Sequence[float] = (1.0,), *, sharex: bool = False
) -> tuple[Figure, list[Axes]]:
    """A figure as wide as the page, ``height`` inches high: panels one above the other.

    Args:
        heights: of the panels, in relation to each other.
    """
    made = Figure(figsize=(WIDTH, height))
    axes = made.subplots(len(heights), 1, squeeze=False, height_ratios=heights, sharex=sharex)
    return made, list(axes[:, 0])


class Row(NamedTuple):
    """One line of a dot chart: a name, and an estimate for each Python that has one."""

    name: str
    estimates: dict[str, Estimate]
    #: The notes' figure of the same thing.
    notes: float | None = None


def dots(axes: Axes, rows: Sequence[Row], pythons: Sequence[str], *, ratio: bool = False) -> None:
    """Estimates with their intervals on a log axis, a row each, the notes' figure as a diamond."""
    form = times if ratio else seconds
    step = 0.72 / len(pythons)
    for place, row in enumerate(rows):
        for index, (python, paint) in enumerate(palette(pythons).items()):
            if python not in row.estimates:
                continue
            estimate = row.estimates[python]
            y = place + (index - (len(pythons) - 1) / 2) * step
            _dot(axes, estimate, y, paint)
            if len(pythons) == 1:
                label(axes, form(estimate.value), (estimate.value, y), paint)
        if row.notes is not None:
            axes.plot(row.notes, place, "D", color=notes_colour(), markersize=6, mfc="none")
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.08)
    log_ticks(axes.xaxis, ratio=ratio)


def label(axes: Axes, text: str, point: tuple[float, float], paint: str) -> None:
    """A word above a point."""
    axes.annotate(
        text, point, xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8.5,
        color=paint,
    )  # fmt: skip


def _dot(axes: Axes, estimate: Estimate, y: float, paint: str) -> None:
    if estimate.has_interval and estimate.low > 0:
        axes.plot([estimate.low, estimate.high], [y, y], color=paint, linewidth=2.2, alpha=0.55)
    axes.plot(estimate.value, y, "o", color=paint, markersize=5.5)


def log_ticks(axis: Axis, *, ratio: bool = False, unit: str = SECOND) -> None:
    """Ticks of a log axis that say their unit: every decade, or 1, 2 and 5 where there are few."""
    low, high = axis.get_view_interval()
    steps: tuple[float, ...] = (1.0,) if high / low > 300 else (1.0, 2.0, 5.0)
    if high / low < 5:
        steps = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
    locator = LogLocator(base=2) if unit == "byte" else LogLocator(subs=steps)
    axis.set_major_locator(locator)
    axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(_written(ratio, unit))


def _written(ratio: bool, unit: str) -> Formatter:
    if ratio:
        return FuncFormatter(lambda value, _: f"{value:g}x")
    if unit == SECOND:
        return EngFormatter("s")
    return FuncFormatter(lambda value, _: amount(value, unit))


def say_of_costs(unit: str, times: str, figures: str) -> str:
    """Words about costs, by their keys: of times, and of figures in other units."""
    return say(times if unit == SECOND else figures)


def key(drawn: Figure, pythons: Sequence[str], *more: Line2D, notes: bool = True) -> None:
    """What the marks mean, above the panels."""
    handles = [handle(paint, "o", python) for python, paint in palette(pythons).items()]
    if notes:
        handles.append(mark("D", notes_colour(), say("common.chart.notes_figure")))
    drawn.legend(
        handles=[*handles, *more], loc="outside upper left", ncols=4, fontsize=8.5,
        handlelength=1.4, columnspacing=1.2,
    )  # fmt: skip


def mark(shape: str, paint: str, words: str) -> Line2D:
    """A hollow mark and its words, for a key."""
    return Line2D([], [], linestyle="", marker=shape, color=paint, mfc="none", label=words)


def handle(paint: str, shape: str, words: str, **look: Any) -> Line2D:
    """A line with its mark and its words, for a key.

    Args:
        look: what else matplotlib is to know of it.
    """
    return Line2D([], [], color=paint, marker=shape, label=words, markersize=5, **look)
