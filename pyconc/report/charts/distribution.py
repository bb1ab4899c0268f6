"""Distributions: the rounds of cases that have two modes, and durations that were observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyconc.findings.modes import Modes, seconds_of
from pyconc.report.charts import style
from pyconc.report.charts.fitting import cost_axis, wrapped
from pyconc.units import SECOND

#: Of all durations, on either side, beyond the axis.
_RAREST = 0.001
#: How much a bucket and its neighbours count in an outline.
_SMOOTH = np.array([1, 2, 1]) / 4
#: Half the height of a row.
_HALF = 0.42

#: Draws a Python's row of a panel at a height.
_Row = Callable[[Axes, int, str], None]


class Strip(NamedTuple):
    """A case whose rounds have two modes on some Python."""

    title: str
    #: Costs, by Python.
    rounds: Mapping[str, Sequence[float]]
    #: Of the Pythons on which there are two.
    modes: Mapping[str, Modes]


class Durations(NamedTuple):
    """A case of which durations were observed."""

    title: str
    #: By Python: the buckets of `pyconc.suite.histogram`, in order, and their counts.
    counts: Mapping[str, Sequence[tuple[int, int]]]
    #: Seconds, by Python.
    medians: Mapping[str, float]


def draw_rounds(strips: Sequence[Strip], pythons: Sequence[str], unit: str) -> Figure:
    """A panel for each case, a row for each Python, a dot for each round, a line for each mode."""
    paints = style.palette(pythons)
    panels = [
        (strip.title, list(strip.rounds), partial(_rounds_row, strip, paints)) for strip in strips
    ]
    below = style.say_of_costs(unit, "family_page.chart.rounds", "family_page.chart.rounds_figure")
    return _panels(panels, below, unit)


def draw_durations(observed: Sequence[Durations], pythons: Sequence[str]) -> Figure:
    """A panel for each case, a row for each Python, in it the outline of the histogram."""
    paints = style.palette(pythons)
    panels = [
        (each.title, list(each.counts), partial(_durations_row, each, paints)) for each in observed
    ]
    return _panels(panels, style.say("family_page.chart.durations"), SECOND)


def outline(counts: Sequence[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Seconds, and the height of the histogram there, of which the highest is 1."""
    kept = _usual(counts)
    first, last = kept[0][0], kept[-1][0]
    plain = np.zeros(last - first + 1)
    for bucket, count in kept:
        plain[bucket - first] = count
    heights = np.convolve(np.pad(plain, 2), _SMOOTH, mode="same")
    width = seconds_of(1) / seconds_of(0)
    seconds = seconds_of(first) * width ** np.arange(-2.0, last - first + 3)
    return seconds, heights / heights.max()


def _usual(counts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without the rarest on either side."""
    sums = np.cumsum([count for _, count in counts], dtype=float)
    until, before = sums / sums[-1], np.concatenate([[0.0], sums[:-1]]) / sums[-1]
    inside = (until > _RAREST) & (before < 1 - _RAREST)
    return [pair for pair, keep in zip(counts, inside) if keep]


def _panels(panels: Sequence[tuple[str, Sequence[str], _Row]], below: str, unit: str) -> Figure:
    """Panels one above the other, as high as they have rows."""
    heights = [0.5 + 0.27 * len(pythons) for _, pythons, _ in panels]
    figure, grid = style.figure(sum(heights) + 0.45, heights)
    for axes, (title, pythons, row) in zip(grid, panels):
        for place, python in enumerate(pythons):
            row(axes, place, python)
        axes.set_title(wrapped(title, 56), fontsize=9.5)
        names = [wrapped(python, 16, 1) for python in pythons]
        axes.set_yticks(range(len(pythons)), names, fontsize=9)
        axes.set_ylim(len(pythons) - 0.4, -0.6)
        axes.margins(x=0.05)
        axes.tick_params(axis="x", labelsize=9)
        cost_axis(axes, "x", unit)
    grid[-1].set_xlabel(below, fontsize=9.5)
    return figure


def _rounds_row(
    strip: Strip, paints: Mapping[str, str], axes: Axes, place: int, python: str
) -> None:
    """The rounds from above to below, in their order."""
    costs = list(strip.rounds[python])
    lower = np.linspace(-0.28, 0.28, len(costs)) if len(costs) > 1 else np.zeros(1)
    axes.plot(
        costs, place + lower, "o", color=paints[python], markersize=3.5, alpha=0.75,
        markeredgewidth=0,
    )  # fmt: skip
    if python in strip.modes:
        for mode in (strip.modes[python].low, strip.modes[python].high):
            _bar(axes, mode, place)


def _durations_row(
    durations: Durations, paints: Mapping[str, str], axes: Axes, place: int, python: str
) -> None:
    seconds, heights = outline(durations.counts[python])
    foot = place + _HALF
    axes.fill_between(
        seconds, foot - heights * 2 * _HALF, foot, color=paints[python], alpha=0.75, linewidth=0
    )
    _bar(axes, durations.medians[python], place)


def _bar(axes: Axes, x: float, place: int) -> None:
    axes.plot([x, x], [place - _HALF, place + _HALF], color=style.ink(), linewidth=1.4)
