"""One style for all charts: colours that the colour-blind can tell, in light and in dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from pyconc.analysis.effect import Estimate
from pyconc.analysis.numbers import seconds, times


class Theme(NamedTuple):
    """What differs between a light page and a dark one."""

    suffix: str
    background: str
    ink: str
    faint: str
    #: Okabe and Ito's colours, those that stand out from the background.
    colours: tuple[str, ...]
    notes: str


LIGHT = Theme(
    "", "#ffffff", "#1b1f24", "#d0d7de",
    ("#0072b2", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7a7a7a", "#000000"), "#d55e00",
)  # fmt: skip
DARK = Theme(
    "-dark", "#12161c", "#e6edf3", "#39424e",
    ("#56b4e9", "#2bc79a", "#e59ac3", "#8ab8ff", "#f0c04a", "#a8a8a8", "#ffffff"), "#ff8c42",
)  # fmt: skip
THEMES = (LIGHT, DARK)


@contextmanager
def theme(chosen: Theme) -> Iterator[None]:
    """Everything drawn inside has this theme; matplotlib's own settings are untouched after."""
    settings: dict[Any, Any] = {
        "axes.axisbelow": True,
        "axes.edgecolor": chosen.faint,
        "axes.facecolor": chosen.background,
        "axes.grid": True,
        "axes.grid.axis": "x",
        "axes.labelcolor": chosen.ink,
        "axes.prop_cycle": cycler(color=chosen.colours),
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


def colour(index: int) -> str:
    """The colour of the Python with this place in the campaign."""
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    return str(cycle[index % len(cycle)])


def notes_colour() -> str:
    """The colour of the notes' own figures."""
    dark = mpl.rcParams["axes.facecolor"] == DARK.background
    return (DARK if dark else LIGHT).notes


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
    step = 0.72 / max(len(pythons), 1)
    labelled = len(pythons) == 1
    for place, row in enumerate(rows):
        for index, python in enumerate(pythons):
            if python not in row.estimates:
                continue
            estimate = row.estimates[python]
            y = place + (index - (len(pythons) - 1) / 2) * step
            _dot(axes, estimate, y, colour(index))
            if labelled:
                label(axes, form(estimate.value), (estimate.value, y), colour(index))
        if row.notes is not None:
            axes.plot(row.notes, place, "D", color=notes_colour(), markersize=6, mfc="none")
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.08)
    log_axis(axes, "x", form)
    key(axes, pythons, notes=any(row.notes is not None for row in rows))


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


def log_axis(axes: Axes, which: str, form: Callable[[float], str]) -> None:
    """A log axis whose ticks say their unit."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: _short(form(value))))
    axis.set_minor_formatter(FuncFormatter(lambda *_: ""))


def _short(text: str) -> str:
    """1.00 ms as 1 ms: ticks are round."""
    number, _, unit = text.partition(" ")
    if "." in number and not number.endswith("x"):
        number = number.rstrip("0").rstrip(".")
    if number.endswith("x") and "." in number:
        number = number[:-1].rstrip("0").rstrip(".") + "x"
    return f"{number} {unit}".strip()


def key(axes: Axes, pythons: Sequence[str], *, notes: bool) -> None:
    """What the marks mean, above the axes."""
    for index, python in enumerate(pythons):
        axes.plot([], [], "o-", color=colour(index), label=f"Python {python}", markersize=5)
    if notes:
        axes.plot(
            [], [], "D", color=notes_colour(), mfc="none", label="the notes' figure", markersize=6
        )
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, fontsize=8.5, borderaxespad=0.2,
        handlelength=1.4, columnspacing=1.2,
    )  # fmt: skip
