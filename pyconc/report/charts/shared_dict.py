"""Ten workers fill a dict: threads, and processes by start method; the program and one store."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.analysis.notes import by_id
from pyconc.report.charts import by_backend

WRITTEN = {
    "threads, dict": "shared_state.fill_program[thread-10]",
    "processes by fork": "shared_state.fill_program[process-fork-10]",
    "processes by forkserver": "shared_state.fill_program[process-forkserver-10]",
    "processes by spawn": "shared_state.fill_program[process-spawn-10]",
}
ALONE = {
    "threads, dict": "shared_state.fill[thread-10]",
    "processes by fork": "shared_state.fill[process-fork-10]",
    "processes by forkserver": "shared_state.fill[process-forkserver-10]",
    "processes by spawn": "shared_state.fill[process-spawn-10]",
}


def draw(costs: Costs, results: list[Result]) -> Figure:
    notes = by_id("shared-dict")
    return by_backend.draw(
        costs,
        WRITTEN,
        ALONE,
        {"threads, dict": notes.fast_s, "processes by fork": notes.slow_s},
        written_title="program of\n10 workers",
        alone_title="one store\nalone",
    )
