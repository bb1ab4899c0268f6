"""All comparisons at once: how many times as much the slow one costs, ours beside the notes'."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.report.charts import style


def draw(costs: Costs, results: list[Result]) -> Figure:
    rows = [
        style.Row(
            f"{result.comparison.slow_name}\nagainst {result.comparison.fast_name}"
            f"\n({result.comparison.short})",
            {measured.python: measured.ratio for measured in result.written},
            result.comparison.ratio,
        )
        for result in results
        if result.written
    ]
    pythons = costs.pythons
    figure, [axes] = style.figure(1.3 + len(rows) * (0.5 + 0.09 * len(pythons)))
    style.dots(axes, rows, pythons, ratio=True)
    style.key(figure, pythons)
    axes.axvline(1, color=style.ink(), linewidth=1)
    axes.set_xlabel("cost of the first as a multiple of the second, with 95 % intervals (log)")
    return figure
