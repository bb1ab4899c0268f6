"""The squares of 0 to 99 on four workers: pools made for the batch, and pools that were kept."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.findings.notes import by_id
from pyconc.report.charts import by_backend, style
from pyconc.statistics.costs import Costs

COLD = {
    "queue_pool": "pool.queue_pool_cold[thread-4]",
    "thread_executor": "pool.thread_pool_executor_cold[thread-4]",
    "pool_fork": "pool.multiprocessing_pool_cold[process-fork-4]",
    "pool_forkserver": "pool.multiprocessing_pool_cold[process-forkserver-4]",
    "pool_spawn": "pool.multiprocessing_pool_cold[process-spawn-4]",
}
WARM = {
    "no_pool": "pool.no_pool[thread-1]",
    "queue_pool": "pool.queue_pool_warm[thread-4]",
    "thread_executor": "pool.thread_pool_executor_warm[thread-4]",
    "pool_fork": "pool.multiprocessing_pool_warm[process-fork-4]",
}


def draw(costs: Costs) -> Figure:
    notes = by_id("pool")
    return by_backend.draw(
        costs,
        COLD,
        WARM,
        {"queue_pool": notes.fast_s, "pool_fork": notes.slow_s},
        written_title=style.say("notes.chart.cold"),
        alone_title=style.say("notes.chart.warm"),
    )
