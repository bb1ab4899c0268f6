"""Ten workers fill a dict: threads, and processes by start method; the program and one store."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.findings.notes import by_id
from pyconc.report.charts import by_backend, style
from pyconc.statistics.costs import Costs

WRITTEN = {
    "threads": "shared_state.fill_program[thread-10]",
    "fork": "shared_state.fill_program[process-fork-10]",
    "forkserver": "shared_state.fill_program[process-forkserver-10]",
    "spawn": "shared_state.fill_program[process-spawn-10]",
}
ALONE = {
    "threads": "shared_state.fill[thread-10]",
    "fork": "shared_state.fill[process-fork-10]",
    "forkserver": "shared_state.fill[process-forkserver-10]",
    "spawn": "shared_state.fill[process-spawn-10]",
}


def draw(costs: Costs) -> Figure:
    notes = by_id("shared-dict")
    return by_backend.draw(
        costs,
        WRITTEN,
        ALONE,
        {"threads": notes.fast_s, "fork": notes.slow_s},
        written_title=style.say("notes.chart.ten_workers"),
        alone_title=style.say("notes.chart.one_store"),
    )
