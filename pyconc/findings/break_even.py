"""How long a task must be for a pool to pay: where it is as dear as the caller alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.suite.case import FORK, SPAWN

#: Tasks of one batch in the task-length cases of `benchmarks/pool.py`.
TASKS = 16
#: Of the pools in these cases.
WORKERS = 2
#: By so much the caller alone may be slower than the same work elsewhere: nothing pays by less.
_BIAS = 0.05
ALONE = "pool.no_pool_tasks[thread-1-{}]"
#: How the ids of a pool's task-length cases begin, by what the pool is called. Where nothing can
#: be forked, processes are spawned.
POOLS = {
    "ThreadPoolExecutor": "pool.thread_pool_executor_tasks[thread-2-",
    "ProcessPoolExecutor": "pool.process_pool_executor_tasks[process-fork-2-",
    "multiprocessing.Pool": "pool.multiprocessing_pool_tasks[process-fork-2-",
    "InterpreterPoolExecutor": "pool.interpreter_pool_executor_tasks[interpreter-2-",
}
#: The same of other libraries, where they were measured.
LIBRARIES = {
    "uvloop": "ecosystem.uvloop_tasks[thread-2-",
    "anyio": "ecosystem.anyio_tasks[thread-2-",
    "trio": "ecosystem.trio_tasks[thread-2-",
    "gevent": "ecosystem.gevent_threads_tasks[thread-2-",
    "joblib (threads)": "joblib.threads_tasks[thread-2-",
    "joblib (loky)": "ecosystem.loky_tasks[thread-2-",
    "Dask": "ecosystem.dask_tasks[thread-2-",
    "Ray": "ecosystem.ray_tasks[thread-2-",
}


class Paying(NamedTuple):
    """One pool on one Python: its cost against the caller alone, by the length of a task."""

    python: str
    pool: str
    #: Seconds of one task as the caller alone needs them, and the ratio of the pool's cost to it.
    ratios: list[tuple[float, Estimate]]

    @property
    def break_even(self) -> float | None:
        """Seconds of a task from which the pool is the cheaper one.

        None if it is not so at the greatest length, its interval included. Between two measured
        lengths both costs are taken to grow evenly with the length.
        """
        longest = self.ratios[-1][1]
        if not longest.has_interval or longest.high >= 1 - _BIAS:
            return None
        return _crossing([(length, ratio.value) for length, ratio in self.ratios])

    @property
    def crossing(self) -> Estimate | None:
        """The same with its interval: where the ends of the ratios' intervals cross.

        An end that is crossed at no measured length has the shortest of them.
        """
        value = self.break_even
        if value is None:
            return None
        low, high = (
            _crossing([(length, getattr(ratio, end)) for length, ratio in self.ratios])
            for end in ("low", "high")
        )
        return Estimate(value, low, high, self.ratios[-1][1].rounds)

    @property
    def pays_at_once(self) -> bool:
        """Whether it pays at the shortest length that was tried: it may from shorter ones on."""
        return self.break_even == self.ratios[0][0]

    @property
    def best(self) -> Estimate:
        """The ratio at the greatest length."""
        return self.ratios[-1][1]


def paying(costs: Costs, pools: dict[str, str]) -> list[Paying]:
    """Every pool that was measured.

    Args:
        pools: how the ids of a pool's task-length cases begin, by what the pool is called.
    """
    found = []
    for python in costs.pythons:
        for pool, name in pools.items():
            ratios = _ratios(costs, python, name)
            ratios = ratios or _ratios(costs, python, name.replace(FORK, SPAWN))
            if ratios:
                found.append(Paying(python, pool, ratios))
    return found


def _ratios(costs: Costs, python: str, name: str) -> list[tuple[float, Estimate]]:
    ratios = []
    for microseconds, _ in costs.sweep(python, name):
        alone = costs.estimate(python, ALONE.format(microseconds))
        each = costs.ratio(python, f"{name}{microseconds}]", ALONE.format(microseconds))
        if alone and each:
            ratios.append((alone.value / TASKS, each))
    return sorted(ratios, key=lambda ratio: ratio[0])


def _crossing(ratios: Sequence[tuple[float, float]]) -> float:
    """The last length at which the ratio falls to 1, which it is below at the greatest length."""
    lost = [(length, (ratio - 1) * length) for length, ratio in ratios]
    for (x0, y0), (x1, y1) in reversed(list(zip(lost, lost[1:]))):
        if y0 >= 0 > y1:
            return x0 + (x1 - x0) * y0 / (y0 - y1)
    return lost[0][0]
