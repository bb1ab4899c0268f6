"""Where the notes' 13 seconds go: the RLock, the call, the eval; and what recursion costs."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyconc.findings.notes import UPDATES, by_id
from pyconc.report.charts import style
from pyconc.statistics.costs import Costs

#: By the names ``notes.series.NAME``.
ROWS = {
    "rlock_eval": "rlock.eval_program[thread-2]",
    "eval_alone": "rlock.eval_alone_program[thread-2]",
    "rlock_call": "rlock.direct_program[thread-2]",
    "lock_once": "counter.fine_lock_program[thread-2]",
}
DEPTHS = (1, 2, 4, 8, 16)
RECURSION = "rlock.recursion[thread-1-{}]"


def draw(costs: Costs) -> Figure:
    comparison = by_id("rlock-eval")
    notes = {"rlock_eval": comparison.slow_s, "lock_once": comparison.fast_s}
    rows = [
        style.Row(style.say(f"notes.series.{name}"), estimates, notes.get(name))
        for name, case in ROWS.items()
        if (estimates := costs.estimates(case, UPDATES))
    ]
    nested = any(costs.net(python, RECURSION.format(1)) for python in costs.pythons)
    heights = [len(rows) * (0.32 + 0.075 * len(costs.pythons)) + 0.8, *([2.6] if nested else [])]
    figure, grid = style.figure(sum(heights) + 0.8, heights)
    style.dots(grid[0], rows, costs.pythons)
    grid[0].set_title(style.say("notes.chart.rlock_programs"))
    grid[0].set_xlabel(style.say("notes.chart.updates_axis_flat"))
    if nested:
        _recursion(grid[1], costs)
    style.key(figure, costs.pythons)
    return figure


def _recursion(axes: Axes, costs: Costs) -> None:
    for python, paint in style.palette(costs.pythons).items():
        points = [
            (depth, estimate.scaled(1e9))
            for depth in DEPTHS
            if (estimate := costs.net(python, RECURSION.format(depth)))
        ]
        axes.plot([x for x, _ in points], [e.value for _, e in points], "o-", color=paint, ms=4)
        for depth, estimate in points:
            if estimate.has_interval:
                axes.plot([depth, depth], [estimate.low, estimate.high], color=paint, alpha=0.5,
                          lw=3)  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xticks(DEPTHS)
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
    axes.set_title(style.say("notes.chart.recursion"))
    axes.set_xlabel(style.say("notes.chart.depth"))
    axes.set_ylabel(style.say("notes.chart.nest"))
