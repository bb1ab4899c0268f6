"""All comparisons at once: how many times as much the slow one costs, ours beside the notes'."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from pyconc.findings.notes_checked import Result
from pyconc.report.charts import style


def draw(results: Sequence[Result], pythons: Sequence[str]) -> Figure:
    rows = [
        style.Row(
            style.say(
                "notes.chart.row",
                slow=result.comparison.slow_name,
                fast=result.comparison.fast_name,
                short=result.comparison.short,
            ),
            {measured.python: measured.ratio for measured in result.written},
            result.comparison.ratio,
        )
        for result in results
        if result.written
    ]
    figure, [axes] = style.figure(1.3 + len(rows) * (0.5 + 0.09 * len(pythons)))
    style.dots(axes, rows, pythons, ratio=True)
    style.key(figure, pythons)
    axes.axvline(1, color=style.ink(), linewidth=1)
    axes.set_xlabel(style.say("notes.chart.ratio_axis"))
    return figure
