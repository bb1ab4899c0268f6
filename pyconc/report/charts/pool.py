"""The squares of 0 to 99 on four workers: pools made for the batch, and pools that were kept."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.analysis.notes import by_id
from pyconc.report.charts import by_backend

COLD = {
    "threads and a Queue": "pool.queue_pool_cold[thread-4]",
    "ThreadPoolExecutor": "pool.thread_pool_executor_cold[thread-4]",
    "Pool by fork": "pool.multiprocessing_pool_cold[process-fork-4]",
    "Pool by forkserver": "pool.multiprocessing_pool_cold[process-forkserver-4]",
    "Pool by spawn": "pool.multiprocessing_pool_cold[process-spawn-4]",
    "ProcessPoolExecutor by fork": "pool.process_pool_executor_cold[process-fork-4]",
    "ProcessPoolExecutor by forkserver": "pool.process_pool_executor_cold[process-forkserver-4]",
    "ProcessPoolExecutor by spawn": "pool.process_pool_executor_cold[process-spawn-4]",
}
WARM = {
    "no pool": "pool.no_pool[thread-1]",
    **{name: case.replace("_cold", "_warm") for name, case in COLD.items()},
}


def draw(costs: Costs, results: list[Result]) -> Figure:
    notes = by_id("pool")
    return by_backend.draw(
        costs,
        COLD,
        WARM,
        {"threads and a Queue": notes.fast_s, "Pool by fork": notes.slow_s},
        written_title="cold: made for\nthe batch",
        alone_title="warm: kept",
    )
