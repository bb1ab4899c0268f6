"""The costs of a family's cases: of one Python with what they are made of, and by Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyconc.report.charts import style
from pyconc.report.charts.fitting import cost_axis, wrapped
from pyconc.statistics.estimate import Estimate


class Parts(NamedTuple):
    """A case on one Python."""

    name: str
    gross: Estimate
    net: Estimate | None
    #: Net of its own control.
    floor: Estimate | None


def draw_parts(rows: Sequence[Parts], unit: str) -> Figure:
    """Gross cost, net cost and floor, a row for each case."""
    figure, [axes] = style.figure(0.95 + 0.46 * len(rows))
    said = {
        "gross": style.say("family_page.chart.gross"),
        "net": style.say("family_page.chart.net"),
        "floor": style.say("family_page.chart.floor"),
    }
    handles = []
    for lower, (part, (paint, shape)) in zip((-0.24, 0.0, 0.24), style.categories([*said]).items()):
        found = ((place, getattr(row, part)) for place, row in enumerate(rows))
        marks = [(place + lower, estimate) for place, estimate in found if estimate is not None]
        if marks:
            _marks(axes, marks, paint, shape, 5.0)
            handles.append(style.handle(paint, shape, said[part], linestyle=""))
    _finish(axes, [row.name for row in rows], unit)
    figure.legend(handles=handles, loc="outside upper left", ncols=3, fontsize=8.5)
    return figure


def draw_pythons(rows: Sequence[style.Row], pythons: Sequence[str], unit: str) -> Figure:
    """A row for each case, and in it a dot for each Python."""
    figure, [axes] = style.figure(0.95 + len(rows) * (0.22 + 0.036 * len(pythons)))
    step = 0.74 / len(pythons)
    for index, (python, paint) in enumerate(style.palette(pythons).items()):
        lower = (index - (len(pythons) - 1) / 2) * step
        marks = [
            (place + lower, row.estimates[python])
            for place, row in enumerate(rows)
            if python in row.estimates
        ]
        _marks(axes, marks, paint, "o", 3.5)
    _finish(axes, [row.name for row in rows], unit)
    style.key(figure, pythons, notes=False)
    return figure


def _marks(
    axes: Axes, marks: Sequence[tuple[float, Estimate]], paint: str, shape: str, size: float
) -> None:
    """Marks with their intervals, by their heights; none for what is not above zero beyond its
    error.
    """
    shown = [(y, each) for y, each in marks if each.value > 0 and not each.low <= 0]
    ends = [(y, each) for y, each in shown if each.has_interval]
    axes.hlines(
        [y for y, _ in ends], [each.low for _, each in ends], [each.high for _, each in ends],
        color=paint, linewidth=2, alpha=0.5,
    )  # fmt: skip
    axes.plot(
        [each.value for _, each in shown], [y for y, _ in shown], shape, color=paint,
        markersize=size,
    )  # fmt: skip


def _finish(axes: Axes, names: Sequence[str], unit: str) -> None:
    axes.set_yticks(range(len(names)), [wrapped(name) for name in names], fontsize=9)
    axes.set_ylim(len(names) - 0.45, -0.55)
    for place in range(1, len(names)):
        axes.axhline(place - 0.5, color=mpl.rcParams["grid.color"], linewidth=0.6)
    axes.margins(x=0.06)
    cost_axis(axes, "x", unit)
    words = style.say_of_costs(unit, "common.chart.cost_axis", "common.chart.figure_axis")
    axes.set_xlabel(words, fontsize=9.5)
