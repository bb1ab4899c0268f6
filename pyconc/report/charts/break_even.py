"""What a kept pool costs against the caller alone, by the length of a task."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyconc.analysis.break_even import POOLS, paying
from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.report.charts import by_python, style


def draw(costs: Costs, results: list[Result]) -> Figure:
    panels: dict[str, dict[str, by_python.Line]] = {}
    for each in paying(costs, POOLS):
        panels.setdefault(each.python, {})[each.pool] = each.ratios
    return by_python.draw(
        panels,
        horizontal="one task, done by the caller alone (log)",
        vertical="cost of a batch on the pool\nagainst the caller alone (log, lower is better)",
        finish=_finish,
    )


def _finish(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.axhline(1, color=style.ink(), linewidth=1)
    style.log_ticks(axes.xaxis)
    style.log_ticks(axes.yaxis, ratio=True)
