"""A barrier of two: threads, and processes by start method; the program and one crossing."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.analysis.notes import by_id
from pyconc.report.charts import by_backend

WRITTEN = {
    "threads": "barrier.program[thread-4]",
    "processes by fork": "barrier.program[process-fork-4]",
    "processes by forkserver": "barrier.program[process-forkserver-4]",
    "processes by spawn": "barrier.program[process-spawn-4]",
}
ALONE = {
    "threads": "barrier.crossing[thread-2]",
    "processes by fork": "barrier.crossing[process-fork-2]",
    "processes by forkserver": "barrier.crossing[process-forkserver-2]",
    "processes by spawn": "barrier.crossing[process-spawn-2]",
}


def draw(costs: Costs, results: list[Result]) -> Figure:
    notes = by_id("barrier")
    return by_backend.draw(
        costs,
        WRITTEN,
        ALONE,
        {"threads": notes.fast_s, "processes by fork": notes.slow_s},
        written_title="program of\n4 workers",
        alone_title="one crossing\nalone",
    )
