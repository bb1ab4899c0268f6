"""One style for all charts: colours that the colour-blind can tell, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import EngFormatter, FuncFormatter, LogLocator, NullFormatter

from pyconc.analysis.effect import Estimate
from pyconc.analysis.numbers import seconds, times


class Theme(NamedTuple):
    """What differs between a light page and a dark one."""

    suffix: str
    background: str
    ink: str
    faint: str
    #: The part of viridis, from 0 to 1, that stands out: from the oldest Python to the newest.
    versions: tuple[float, float]
    #: A single Python's colour, and the notes': Okabe and Ito's blue and vermilion.
    single: str
    notes: str
    #: Okabe and Ito's colours for things without an order.
    categories: tuple[str, ...]


LIGHT = Theme(
    "", "#ffffff", "#1b1f24", "#d0d7de", (0.0, 0.82), "#0072b2", "#d55e00",
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#6b6b6b", "#a07800", "#56b4e9"),
)  # fmt: skip
DARK = Theme(
    "-dark", "#12161c", "#e6edf3", "#39424e", (0.35, 1.0), "#56b4e9", "#ff8c42",
    ("#56b4e9", "#ff8c42", "#2ecc9b", "#e6a3c8", "#b8b8b8", "#f0e442", "#8ab6ff"),
)  # fmt: skip
THEMES = (LIGHT, DARK)

#: With the colours, so that a line can be told in print too.
_MARKS = ("o", "s", "^", "D", "v", "P", "X")

_current = LIGHT


@contextmanager
def theme(chosen: Theme) -> Iterator[None]:
    """Everything drawn inside has this theme; matplotlib's own settings are untouched after."""
    global _current
    _current = chosen
    settings: dict[Any, Any] = {
        "axes.axisbelow": True,
        "axes.edgecolor": chosen.faint,
        "axes.facecolor": chosen.background,
        "axes.grid": True,
        "axes.grid.axis": "x",
        "axes.labelcolor": chosen.ink,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": chosen.ink,
        "axes.titlelocation": "left",
        "axes.titlesize": 10.5,
        "axes.titleweight": "bold",
        "figure.constrained_layout.use": True,
        "figure.facecolor": chosen.background,
        "font.family": "DejaVu Sans",
        "font.size": 9.5,
        "grid.color": chosen.faint,
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "pyconc",
        "text.color": chosen.ink,
        "xtick.color": chosen.ink,
        "ytick.color": chosen.ink,
        "ytick.left": False,
    }
    with mpl.rc_context(settings):
        yield


def palette(pythons: Sequence[str]) -> dict[str, str]:
    """A colour for each Python, in order, that the colour-blind can tell from its neighbours."""
    if len(pythons) == 1:
        return {pythons[0]: _current.single}
    low, high = _current.versions
    shades = mpl.colormaps["viridis"](np.linspace(low, high, len(pythons)))
    return {python: to_hex(shade) for python, shade in zip(pythons, shades)}


def categories(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """A colour (Okabe and Ito's) and a mark for each of at most seven things that have no order."""
    paints = _current.categories
    return {n: (paints[i % len(paints)], _MARKS[i % len(_MARKS)]) for i, n in enumerate(names)}


def notes_colour() -> str:
    """The colour of the notes' own figures."""
    return _current.notes


def ink() -> str:
    """The colour of words and of lines that are no data."""
    return _current.ink


def figure(height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure as wide as the page, ``height`` inches high."""
    made = Figure(figsize=(8.0, height))
    axes = made.subplots(1, columns, squeeze=False)
    return made, list(axes[0])


def save(drawn: Figure, path: Path, chosen: Theme) -> None:
    """SVG, and PNG for the light theme; the same data give the same bytes."""
    drawn.savefig(path.with_name(path.name + ".svg"), metadata={"Date": None, "Creator": "pyconc"})
    if chosen is LIGHT:
        drawn.savefig(path.with_name(path.name + ".png"), dpi=150, metadata={"Software": "pyconc"})


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


def log_ticks(axis: Axis, *, ratio: bool = False) -> None:
    """Ticks of a log axis that say their unit: every decade, or 1, 2 and 5 where there are few."""
    low, high = axis.get_view_interval()
    steps: tuple[float, ...] = (1.0,) if high / low > 300 else (1.0, 2.0, 5.0)
    if high / low < 5:
        steps = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
    axis.set_major_locator(LogLocator(subs=steps))
    axis.set_minor_formatter(NullFormatter())
    unit = FuncFormatter(lambda value, _: f"{value:g}x") if ratio else EngFormatter("s")
    axis.set_major_formatter(unit)


def key(drawn: Figure, pythons: Sequence[str], *more: Line2D, notes: bool = True) -> None:
    """What the marks mean, above the panels."""
    handles = [
        Line2D([], [], marker="o", color=paint, label=f"Python {python}", markersize=5)
        for python, paint in palette(pythons).items()
    ]
    if notes:
        handles.append(mark("D", notes_colour(), "the notes' figure"))
    drawn.legend(
        handles=[*handles, *more], loc="outside upper left", ncols=5, fontsize=8.5,
        handlelength=1.4, columnspacing=1.2,
    )  # fmt: skip


def mark(shape: str, paint: str, words: str) -> Line2D:
    """A hollow mark and its words, for a key."""
    return Line2D([], [], linestyle="", marker=shape, color=paint, mfc="none", label=words)


def series_key(drawn: Figure, paints: Mapping[str, tuple[str, str]]) -> None:
    """The names of lines, above the panels."""
    handles = [
        Line2D([], [], color=paint, marker=marker, label=name, markersize=5)
        for name, (paint, marker) in paints.items()
    ]
    drawn.legend(handles=handles, loc="outside upper left", ncols=4, fontsize=8.5)
