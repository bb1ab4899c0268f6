"""Lines for several ways of doing one thing: a panel for each Python, a line for each way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyconc.analysis.effect import Estimate
from pyconc.report.charts import style

#: Points of one line: a place on the horizontal axis, and an estimate with its interval.
Line = Sequence[tuple[float, Estimate]]
#: Panels in one row.
_COLUMNS = 2


def draw(
    panels: Mapping[str, Mapping[str, Line]],
    *,
    horizontal: str,
    vertical: str,
    finish: Callable[[Axes], None],
) -> Figure:
    """Panels by Python.

    Args:
        panels: lines by name, by Python.
        horizontal, vertical: what the axes say.
        finish: scales and ticks of each panel, once its lines are there.
    """
    columns = min(_COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(8.0, 0.7 + rows * (3.6 if columns == 1 else 2.9)))
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    paints = style.categories(names)
    for axes, (python, lines) in zip(grid.flat, panels.items()):
        axes.set_title(f"Python {python}")
        for name, line in lines.items():
            _line(axes, line, *paints[name])
        finish(axes)
        axes.grid(visible=True, axis="y")
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    for axes in grid[-1]:
        axes.set_xlabel(horizontal)
    for axes in grid[:, 0]:
        axes.set_ylabel(vertical)
    style.series_key(figure, paints)
    return figure


def _line(axes: Axes, line: Line, paint: str, marker: str) -> None:
    axes.plot(
        [x for x, _ in line], [each.value for _, each in line], marker=marker, color=paint,
        markersize=5, linewidth=1.5,
    )  # fmt: skip
    for x, each in line:
        if each.has_interval:
            axes.plot([x, x], [each.low, each.high], color=paint, linewidth=3, alpha=0.45)
