"""Many slow requests: one after the other, on threads, and as tasks, by how many there are."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.report.charts import by_python, style

WAYS = {
    "one after the other": "asyncio.sequential_requests[",
    "a thread pool": "asyncio.thread_requests[",
    "asyncio": "asyncio.async_requests[",
}


def draw(costs: Costs, results: list[Result]) -> Figure:
    panels = {
        python: {way: points for way, name in WAYS.items() if (points := costs.sweep(python, name))}
        for python in costs.pythons
    }
    return by_python.draw(
        {python: lines for python, lines in panels.items() if lines},
        horizontal="requests, each answered after 2 ms (log)",
        vertical="time for all of them\n(log, lower is better)",
        finish=_finish,
    )


def _finish(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.log_ticks(axes.yaxis)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
