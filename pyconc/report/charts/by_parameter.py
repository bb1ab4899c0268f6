"""Costs over a number: a panel for each workload, a line for each Python or way of doing it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from pyconc.report.charts import style
from pyconc.report.charts.fitting import cost_axis, wrapped
from pyconc.statistics.estimate import Estimate
from pyconc.words.languages import table

#: Points of one line: a number, and an estimate with its interval.
Line = Sequence[tuple[int, Estimate]]

_COLUMNS = 2
#: Of the height of a panel, what a line of words takes.
_NAME = 0.09
#: Numbers this many times apart, or more, are on a log axis.
_FAR = 8


class Panel(NamedTuple):
    """The lines of one workload."""

    title: str
    #: The number's name among the parameters of the cases.
    axis: str
    #: By Python, or where there is one Python by what else tells them apart.
    lines: Mapping[str, Line]
    #: Of the same numbers.
    floor: Line = ()


def draw(panels: Sequence[Panel], pythons: Sequence[str], unit: str) -> Figure:
    """Panels side by side, each with axes of its own.

    Args:
        pythons: what the lines are named after; with one Python they say their own names.
    """
    columns = min(_COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(style.WIDTH, 0.6 + rows * (2.9 if columns == 1 else 2.25)))
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes, panel in zip(grid.flat, panels):
        _panel(axes, panel, pythons, unit)
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    words = style.say_of_costs(unit, "family_page.chart.cost", "family_page.chart.figure")
    figure.supylabel(words, fontsize=9)
    floors = [_floor_handle()] if any(panel.floor for panel in panels) else []
    if len(pythons) > 1:
        style.key(figure, pythons, *floors, notes=False)
    elif floors:
        figure.legend(handles=floors, loc="outside upper left", fontsize=8.5)
    return figure


def _panel(axes: Axes, panel: Panel, pythons: Sequence[str], unit: str) -> None:
    numbers = sorted({number for line in panel.lines.values() for number, _ in line})
    places = _places(axes, numbers)
    if panel.floor:
        floor = [(places[number], each.value) for number, each in panel.floor if number in places]
        axes.plot(*zip(*floor), color=style.ink(), linewidth=1.2, linestyle=(0, (3, 2)))
    ends = {}
    for name, (paint, mark) in _paints(panel, pythons).items():
        line = [(places[number], estimate) for number, estimate in panel.lines[name]]
        _line(axes, line, paint, mark)
        ends[name] = (line[-1][0], line[-1][1].value, paint)
    _finish(axes, panel, places, unit)
    if len(pythons) == 1 and len(ends) > 1:
        _names(axes, ends)


def _places(axes: Axes, numbers: Sequence[int]) -> dict[int, float]:
    """Where numbers are on the horizontal axis: to scale, but that 0 has no place on a log one, and
    is a step before the others.
    """
    positive = [number for number in numbers if number > 0]
    if not positive or positive[-1] / positive[0] < _FAR:
        return {number: float(number) for number in numbers}
    axes.set_xscale("log")
    step = (positive[-1] / positive[0]) ** (1 / (len(positive) - 1))
    return {n: float(n) if n > 0 else positive[0] / step for n in numbers}


def _paints(panel: Panel, pythons: Sequence[str]) -> dict[str, tuple[str, str]]:
    if len(pythons) == 1:
        return style.categories(list(panel.lines))
    return {
        python: (paint, "o")
        for python, paint in style.palette(pythons).items()
        if python in panel.lines
    }


def _line(axes: Axes, line: Sequence[tuple[float, Estimate]], paint: str, mark: str) -> None:
    axes.plot(
        [x for x, _ in line], [each.value for _, each in line], marker=mark, color=paint,
        markersize=3.5, linewidth=1.3,
    )  # fmt: skip
    ends = [(x, each) for x, each in line if each.has_interval]
    axes.vlines(
        [x for x, _ in ends], [each.low for _, each in ends], [each.high for _, each in ends],
        color=paint, linewidth=3, alpha=0.4,
    )  # fmt: skip


def _names(axes: Axes, ends: Mapping[str, tuple[float, float, str]]) -> None:
    """The names of lines beside their ends (and colours), where need be one above the other."""
    low, high = (math.log(each) for each in axes.get_ylim())
    height = low
    for name, (x, y, paint) in sorted(ends.items(), key=lambda each: each[1][1]):
        height = max(math.log(y), height)
        axes.annotate(
            wrapped(name, 14), (x, math.exp(height)), xytext=(7, 0), textcoords="offset points",
            va="center", fontsize=8.5, color=paint, annotation_clip=False,
        )  # fmt: skip
        height += (high - low) * _NAME * (1 + wrapped(name, 14).count("\n"))


def _finish(axes: Axes, panel: Panel, places: Mapping[int, float], unit: str) -> None:
    cost_axis(axes, "y", unit)
    words = [_written(panel.axis, number) for number in places]
    axes.set_xticks(list(places.values()), words)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(labelsize=9)
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
    axes.set_xlabel(_said(panel.axis), fontsize=9)
    axes.set_title(wrapped(panel.title, 28), fontsize=9.5)


def _said(axis: str) -> str:
    """What an axis is called: in words where the table has them."""
    key = f"family_page.axis.{axis}"
    return style.say(key) if key in table() else axis


def _written(axis: str, number: int) -> str:
    """A number on the axis; bytes by the power of two that they are a multiple of."""
    if axis == "payload":
        for unit, size in (("MiB", 2**20), ("KiB", 2**10)):
            if number and number % size == 0:
                return f"{number // size} {unit}"
    return str(number)


def _floor_handle() -> Line2D:
    words = style.say("family_page.chart.floor")
    return Line2D([], [], color=style.ink(), linewidth=1.2, linestyle=(0, (3, 2)), label=words)
