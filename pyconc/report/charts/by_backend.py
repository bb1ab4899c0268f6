"""The notes' comparisons of threads with processes: dots of the program, and without creation."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from pyconc.findings.notes import START_METHODS, by_id
from pyconc.report.charts import style
from pyconc.statistics.costs import Costs


def _backends(workload: str, workers: int) -> dict[str, str]:
    """Cases of a workload by what the workers are."""
    return {
        "threads": f"{workload}[thread-{workers}]",
        **{method: f"{workload}[process-{method}-{workers}]" for method in START_METHODS},
    }


#: By the id of a comparison and the key of a panel's title: cases by ``notes.series.NAME``. The
#: first panel has creation inside the clock, the second the workers there already.
PANELS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "shared-dict": {
        "notes.chart.ten_workers": _backends("shared_state.fill_program", 10),
        "notes.chart.one_store": _backends("shared_state.fill", 10),
    },
    "barrier": {
        "notes.chart.four_workers": _backends("barrier.program", 4),
        "notes.chart.one_crossing": _backends("barrier.crossing", 2),
    },
    # The squares of 0 to 99 on four workers.
    "pool": {
        "notes.chart.cold": {
            "queue_pool": "pool.queue_pool_cold[thread-4]",
            "thread_executor": "pool.thread_pool_executor_cold[thread-4]",
            "pool_fork": "pool.multiprocessing_pool_cold[process-fork-4]",
            "pool_forkserver": "pool.multiprocessing_pool_cold[process-forkserver-4]",
            "pool_spawn": "pool.multiprocessing_pool_cold[process-spawn-4]",
        },
        "notes.chart.warm": {
            "no_pool": "pool.no_pool[thread-1]",
            "queue_pool": "pool.queue_pool_warm[thread-4]",
            "thread_executor": "pool.thread_pool_executor_warm[thread-4]",
            "pool_fork": "pool.multiprocessing_pool_warm[process-fork-4]",
        },
    },
}


def draw(comparison: str, costs: Costs) -> Figure:
    """The panels of a comparison that have anything, one above the other.

    Args:
        comparison: its id, of `PANELS`.
    """
    notes = by_id(comparison)
    theirs = {notes.written.slow: notes.slow_s, notes.written.fast: notes.fast_s}
    panels = {title: _rows(costs, cases, theirs) for title, cases in PANELS[comparison].items()}
    panels = {title: rows for title, rows in panels.items() if rows}
    heights = [len(rows) * (0.32 + 0.075 * len(costs.pythons)) + 0.4 for rows in panels.values()]
    figure, grid = style.figure(sum(heights) + 1.0, heights, sharex=True)
    for axes, (title, rows) in zip(grid, panels.items()):
        style.dots(axes, rows, costs.pythons)
        axes.set_title(style.say(title))
    style.key(figure, costs.pythons)
    grid[-1].set_xlabel(style.say("common.chart.cost_axis"))
    return figure


def _rows(
    costs: Costs, cases: Mapping[str, str], notes: Mapping[str, float | None]
) -> list[style.Row]:
    rows = [
        style.Row(style.say(f"notes.series.{name}"), costs.estimates(case), notes.get(case))
        for name, case in cases.items()
    ]
    return [row for row in rows if row.estimates]
