"""How many updates an unlocked counter loses, by Python; each round a mark of its own."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.report.charts import style
from pyconc.statistics.costs import Costs

#: By the names ``notes.series.NAME``.
ROWS = {
    "plain_update": "counter.tallied[thread-2]",
    "call_update": "counter.tallied_call[thread-2]",
    "value_update": "counter.unlocked_value[process-fork-2]",
}
METRIC = "lost_per_million"


def draw(costs: Costs) -> Figure:
    rows = {
        name: case
        for name, case in ROWS.items()
        if any(len(costs.metric(python, case, METRIC)) for python in costs.pythons)
    }
    figure, [axes] = style.figure(1.3 + len(rows) * (0.3 + 0.2 * len(costs.pythons)))
    step = 0.84 / max(len(costs.pythons), 1)
    for place, case in enumerate(rows.values()):
        for index, (python, paint) in enumerate(style.palette(costs.pythons).items()):
            lost = costs.metric(python, case, METRIC)
            if not len(lost):
                continue
            y = place + (index - (len(costs.pythons) - 1) / 2) * step
            axes.plot(lost, [y] * len(lost), "|", color=paint, markersize=8)
            axes.annotate(
                f"{python}: {lost.mean():,.0f}", (max(lost), y), xytext=(8, 0), fontsize=8.5,
                textcoords="offset points", va="center", color=style.ink(),
            )  # fmt: skip
    right = 1.45 * max(axes.get_xlim()[1], 1)  # room for the words
    axes.set_xlim(-0.01 * right, right)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.locator_params(axis="x", nbins=5)
    axes.set_yticks(range(len(rows)), [style.say(f"notes.series.{name}") for name in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(style.say("notes.chart.lost"))
    return figure
