"""How many updates an unlocked counter loses, by Python; each round a mark of its own."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.report.charts import style

ROWS = {
    "threads: share += 1": "counter.tallied[thread-2]",
    "threads: share += call()": "counter.tallied_call[thread-2]",
    "processes: value += 1": "counter.unlocked_value[process-fork-2]",
}


def draw(costs: Costs, results: list[Result]) -> Figure:
    figure, [axes] = style.figure(1.5 + len(ROWS) * (0.3 + 0.2 * len(costs.pythons)))
    step = 0.8 / max(len(costs.pythons), 1)
    for place, case in enumerate(ROWS.values()):
        for index, (python, paint) in enumerate(style.palette(costs.pythons).items()):
            lost = costs.metric(python, case, "lost_per_million")
            if not len(lost):
                continue
            y = place + (index - (len(costs.pythons) - 1) / 2) * step
            axes.plot(lost, [y] * len(lost), "|", color=paint, markersize=9)
            axes.annotate(
                f"{python}: {lost.mean():,.0f}", (max(lost), y), xytext=(8, 0), fontsize=8.5,
                textcoords="offset points", va="center", color=paint,
            )  # fmt: skip
    right = 1.3 * max(axes.get_xlim()[1], 1)  # room for the words
    axes.set_xlim(-0.01 * right, right)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_yticks(range(len(ROWS)), list(ROWS))
    axes.set_ylim(len(ROWS) - 0.4, -0.6)
    axes.set_xlabel(
        "updates lost of a million, a mark for each round and their mean (lower is better)"
    )
    return figure
