"""The dot chart that the notes' three comparisons of threads with processes share."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from pyconc.analysis.costs import Costs
from pyconc.report.charts import style


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
        written: cases by name, with creation inside the clock.
        alone: cases by name, with the workers there already.
        notes: the notes' seconds by name.
    """
    panels = [
        (written_title, _rows(costs, written, notes)),
        (alone_title, _rows(costs, alone, {})),
    ]
    panels = [(title, rows) for title, rows in panels if rows]
    heights = [len(rows) * (0.34 + 0.09 * len(costs.pythons)) + 0.7 for _, rows in panels]
    figure = Figure(figsize=(8.0, sum(heights) + 0.5))
    grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights, sharex=True)
    for axes, (title, rows) in zip(grid[:, 0], panels):
        style.dots(axes, rows, costs.pythons)
        axes.set_ylabel(title, fontsize=9)
    style.key(figure, costs.pythons)
    grid[-1, 0].set_xlabel("time for one operation (log, lower is better)")
    return figure


def _rows(
    costs: Costs, cases: Mapping[str, str], notes: Mapping[str, float | None]
) -> list[style.Row]:
    rows = [style.Row(name, costs.estimates(case), notes.get(name)) for name, case in cases.items()]
    return [row for row in rows if row.estimates]
