"""Lines in panels, two in a row: a panel for each Python, or each Python a line in every panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pyconc.report.charts import style
from pyconc.statistics.estimate import Estimate

#: Points of one line: a place on the horizontal axis, and an estimate with its interval.
Line = Sequence[tuple[float, Estimate]]
#: Panels in one row.
_COLUMNS = 2
#: Inches: of one panel, and of the words around them.
_PANEL, _WIDE_PANEL, _AROUND = 1.75, 2.9, 1.15


class Curve(NamedTuple):
    """What was measured, and what a law says that it should be."""

    #: As the key says it.
    name: str
    paint: str
    marker: str
    points: Line
    law: Sequence[tuple[float, float]] = ()


def draw(
    panels: Mapping[str, Sequence[Curve]],
    *,
    horizontal: str,
    vertical: str,
    finish: Callable[[Axes], None],
    more: Sequence[Line2D | Patch] = (),
) -> Figure:
    """Panels that share their axes.

    Args:
        panels: curves by the title of the panel.
        horizontal, vertical: what the axes say.
        finish: scales, ticks and what else is in each panel, once its lines are there.
        more: what the key says beside the names of the curves.
    """
    columns = min(_COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    height = _WIDE_PANEL if columns == 1 else _PANEL
    figure = Figure(figsize=(style.WIDTH, _AROUND + rows * height))
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for axes, (title, curves) in zip(grid.flat, panels.items()):
        axes.set_title(title)
        for curve in curves:
            line(axes, curve)
        finish(axes)
        axes.grid(visible=True, axis="y")
        axes.tick_params(labelsize=9)
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    for column in range(columns):  # the last panel of each column names the axis
        lowest = (len(panels) - 1 - column) // columns
        grid[lowest][column].tick_params(labelbottom=True)
    figure.supxlabel(horizontal, fontsize=10)
    figure.supylabel(vertical, fontsize=10)
    _key(figure, [curve for curves in panels.values() for curve in curves], more)
    return figure


def line(axes: Axes, curve: Curve) -> None:
    """One curve: its law dashed below, its points with their intervals above."""
    if curve.law:
        xs, ys = zip(*curve.law)
        axes.plot(xs, ys, "--", color=curve.paint, linewidth=1)
    axes.plot(
        [x for x, _ in curve.points], [each.value for _, each in curve.points], color=curve.paint,
        marker=curve.marker, markersize=5, linewidth=0.6 if curve.law else 1.4,
    )  # fmt: skip
    for x, each in curve.points:
        if each.has_interval:
            axes.plot([x, x], [each.low, each.high], color=curve.paint, linewidth=3, alpha=0.45)


def _key(figure: Figure, curves: Sequence[Curve], more: Sequence[Line2D | Patch]) -> None:
    named = {each.name: style.handle(each.paint, each.marker, each.name) for each in curves}
    figure.legend(
        handles=[*named.values(), *more], loc="outside upper left", ncols=3, fontsize=9,
        handlelength=1.6, columnspacing=1.2,
    )  # fmt: skip
