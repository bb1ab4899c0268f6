"""A barrier of two: threads, and processes by start method; the program and one crossing."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.findings.notes import by_id
from pyconc.report.charts import by_backend, style
from pyconc.statistics.costs import Costs

WRITTEN = {
    "threads": "barrier.program[thread-4]",
    "fork": "barrier.program[process-fork-4]",
    "forkserver": "barrier.program[process-forkserver-4]",
    "spawn": "barrier.program[process-spawn-4]",
}
ALONE = {
    "threads": "barrier.crossing[thread-2]",
    "fork": "barrier.crossing[process-fork-2]",
    "forkserver": "barrier.crossing[process-forkserver-2]",
    "spawn": "barrier.crossing[process-spawn-2]",
}


def draw(costs: Costs) -> Figure:
    notes = by_id("barrier")
    return by_backend.draw(
        costs,
        WRITTEN,
        ALONE,
        {"threads": notes.fast_s, "fork": notes.slow_s},
        written_title=style.say("notes.chart.four_workers"),
        alone_title=style.say("notes.chart.one_crossing"),
    )
