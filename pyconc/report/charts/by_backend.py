"""The dot chart that the notes' three comparisons of threads with processes share."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from pyconc.report.charts import style
from pyconc.statistics.costs import Costs


def draw(
    costs: Costs,
    written: Mapping[str, str],
    alone: Mapping[str, str],
    notes: Mapping[str, float | None],
    *,
    written_title: str,
    alone_title: str,
) -> Figure:
    """Two panels of dots, one above the other.

    Args:
        written: cases with creation inside the clock, by the names ``notes.series.NAME``.
        alone: cases with the workers there already, by such names.
        notes: the notes' seconds, by such names.
    """
    panels = [
        (written_title, _rows(costs, written, notes)),
        (alone_title, _rows(costs, alone, {})),
    ]
    panels = [(title, rows) for title, rows in panels if rows]
    heights = [len(rows) * (0.32 + 0.075 * len(costs.pythons)) + 0.4 for _, rows in panels]
    figure = Figure(figsize=(style.WIDTH, sum(heights) + 1.0))
    grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights, sharex=True)
    for axes, (title, rows) in zip(grid[:, 0], panels):
        style.dots(axes, rows, costs.pythons)
        axes.set_title(title)
    style.key(figure, costs.pythons)
    grid[-1, 0].set_xlabel(style.say("common.chart.cost_axis"))
    return figure


def _rows(
    costs: Costs, cases: Mapping[str, str], notes: Mapping[str, float | None]
) -> list[style.Row]:
    rows = [
        style.Row(style.say(f"notes.series.{name}"), costs.estimates(case), notes.get(name))
        for name, case in cases.items()
    ]
    return [row for row in rows if row.estimates]
