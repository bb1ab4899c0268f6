"""The numbers to know: one ladder of costs, from a function call to a pool of processes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate, ratio
from pyconc.words.phrase import Phrase, phrase

#: What has to be reached: nobody else, or another task, thread, interpreter or process.
ALONE, TASKS, THREADS, INTERPRETERS, BETWEEN = KINDS = (
    "alone", "task", "thread", "interpreter", "process",
)  # fmt: skip


class Rung(NamedTuple):
    """One number to know, and the case that tells it."""

    #: Of its words, ``numbers.rung.NAME``.
    name: str
    #: In it ``{process}`` stands for the cheapest start method that the campaign has.
    case: str
    kind: str
    #: Without the loop around it, where the loop would be a good part of the figure. The others
    #: are given as measured: their control is negligible, or does a part of the same thing.
    net: bool = False


#: In the order of the table, before it is sorted by cost.
RUNGS = (
    Rung("call", "reference.call[thread-1]", ALONE, net=True),
    Rung("lock", "lock.pair[thread-1]", ALONE, net=True),
    Rung("with_lock", "lock.with[thread-1]", ALONE, net=True),
    Rung("rlock", "rlock.pair[thread-1]", ALONE, net=True),
    Rung("semaphore", "semaphore.pair[thread-1-Semaphore]", ALONE, net=True),
    Rung("process_lock", "lock.process_pair[{process}-1]", ALONE, net=True),
    Rung("simple_queue", "queue.put_get[thread-1-SimpleQueue]", ALONE),
    Rung("queue", "queue.put_get[thread-1-Queue]", ALONE),
    Rung("await", "asyncio.await_coroutine[task-1]", TASKS),
    Rung("turn", "asyncio.sleep_zero[task-1]", TASKS),
    Rung("task", "asyncio.create_task[task-1]", TASKS),
    Rung("run", "asyncio.run[thread-1]", TASKS),
    Rung("queue_hop", "queue.one_to_one[thread-2-Queue]", THREADS),
    Rung("handoff", "lock.handoff[thread-2]", THREADS),
    Rung("thread", "thread.function[thread-1]", THREADS),
    Rung("to_thread", "asyncio.to_thread[task-1]", THREADS),
    Rung("queue_pool_task", "pool.queue_pool_round_trip[thread-4]", THREADS),
    Rung("thread_pool_task", "pool.thread_pool_executor_round_trip[thread-4]", THREADS),
    Rung("queue_pool", "pool.queue_pool_cold[thread-4]", THREADS),
    Rung("thread_pool", "pool.thread_pool_executor_cold[thread-4]", THREADS),
    Rung("interpreter_call", "interpreter.call[thread-1]", INTERPRETERS),
    Rung("interpreter_handoff", "interpreter.queue_handoff[interpreter-2]", INTERPRETERS),
    Rung("interpreter", "interpreter.create_close[thread-1]", INTERPRETERS),
    Rung("interpreter_pool_task", "pool.interpreter_pool_executor_round_trip[interpreter-4]",
         INTERPRETERS),
    Rung("interpreter_pool", "pool.interpreter_pool_executor_cold[interpreter-4]", INTERPRETERS),
    Rung("process_handoff", "lock.process_handoff[{process}-2]", BETWEEN),
    Rung("pipe", "pipe.ping_pong[{process}-2-Pipe]", BETWEEN),
    Rung("fork", "process.function[process-fork-1]", BETWEEN),
    Rung("forkserver", "process.function[process-forkserver-1]", BETWEEN),
    Rung("spawn", "process.function[process-spawn-1]", BETWEEN),
    Rung("manager_write", "shared_state.manager_access[thread-1-write-dict]", BETWEEN),
    Rung("manager", "shared_state.create_manager[{process}-1]", BETWEEN),
    Rung("process_pool_task", "pool.process_pool_executor_round_trip[{process}-4]", BETWEEN),
    Rung("multiprocessing_pool_task", "pool.multiprocessing_pool_round_trip[{process}-4]",
         BETWEEN),
    Rung("process_pool", "pool.process_pool_executor_cold[{process}-4]", BETWEEN),
    Rung("multiprocessing_pool", "pool.multiprocessing_pool_cold[{process}-4]", BETWEEN),
    # Other libraries, where they were measured.
    Rung("gevent_task", "ecosystem.gevent_threads_round_trip[thread-4]", THREADS),
    Rung("anyio_task", "ecosystem.anyio_round_trip[thread-4]", THREADS),
    Rung("trio_task", "ecosystem.trio_round_trip[thread-4]", THREADS),
    Rung("loky_task", "ecosystem.loky_round_trip[thread-4]", BETWEEN),
    Rung("dask_task", "ecosystem.dask_round_trip[thread-4]", BETWEEN),
    Rung("ray_task", "ecosystem.ray_round_trip[thread-4]", BETWEEN),
    Rung("loky_pool", "ecosystem.loky_cold[thread-4]", BETWEEN),
    Rung("dask_pool", "ecosystem.dask_cold[thread-4]", BETWEEN),
    Rung("ray_pool", "ecosystem.ray_cold[thread-4]", BETWEEN),
)  # fmt: skip

#: Which rungs are told in terms of which others, by name.
IN_TERMS_OF = (
    ("fork", "call"),
    ("thread", "lock"),
    ("handoff", "lock"),
    ("queue_hop", "lock"),
    ("process_pool_task", "thread_pool_task"),
    ("process_pool_task", "call"),
    ("thread", "task"),
    ("fork", "thread"),
    ("spawn", "fork"),
    ("spawn", "interpreter"),
    ("manager_write", "lock"),
    ("loky_task", "process_pool_task"),
    ("dask_task", "process_pool_task"),
    ("ray_task", "process_pool_task"),
)


class Placed(NamedTuple):
    """A rung that was measured."""

    rung: Rung
    case: str
    #: Whether the costs are net of the control; never where the campaign lacks the control.
    net: bool
    #: Seconds by Python.
    costs: dict[str, Estimate]
    #: The same in C, where there is one, and how many times as much as that it costs.
    floors: dict[str, Estimate]
    distances: dict[str, Estimate]

    @property
    def name(self) -> Phrase:
        method = self.case.partition("process-")[2].partition("-")[0]
        return phrase(f"numbers.rung.{self.rung.name}", method=method)


class Multiple(NamedTuple):
    """How many times as much one rung costs as another."""

    slow: Placed
    fast: Placed
    ratio: Estimate


class Change(NamedTuple):
    """A rung that costs another thing on a newer Python, as far as the interval tells."""

    placed: Placed
    #: The newer Python's cost as a multiple of the older one's.
    ratio: Estimate

    @property
    def least(self) -> float:
        """The least change that the interval allows, as a multiple above 1."""
        return self.ratio.low if self.ratio.low > 1 else 1 / self.ratio.high


def ladder(costs: Costs) -> list[Placed]:
    """The rungs that were measured, in the order of `RUNGS`."""
    found = ((rung, costs.started(rung.case)) for rung in RUNGS)
    return [_place(costs, rung, case) for rung, case in found if case]


def multiples(costs: Costs, placed: Sequence[Placed], python: str) -> list[Multiple]:
    """The rungs in terms of each other, those of `IN_TERMS_OF` that one Python has."""
    by_name = {each.rung.name: each for each in placed}
    found = []
    for slow, fast in IN_TERMS_OF:
        if slow in by_name and fast in by_name:
            ours, theirs = by_name[slow], by_name[fast]
            times = ratio(_rounds(costs, python, ours), _rounds(costs, python, theirs))
            if times:
                found.append(Multiple(ours, theirs, times))
    return found


def changes(
    costs: Costs, placed: Iterable[Placed], ratios: Mapping[str, Estimate], old: str, new: str
) -> list[Change]:
    """The rungs whose interval says that they changed; what changed most for certain is first.

    Args:
        ratios: of the new costs to the old ones, by case, as the comparison of both has them. Those
            of net costs are found here.
    """
    found = []
    for each in placed:
        times = ratios.get(each.case)
        if each.net:
            times = ratio(_rounds(costs, new, each), _rounds(costs, old, each))
        if times and times.has_interval and not times.low <= 1 <= times.high:
            found.append(Change(each, times))
    return sorted(found, key=lambda change: change.least, reverse=True)


def standard_builds(about: Mapping[str, Any], pythons: Sequence[str]) -> list[str]:
    """Those of the Pythons that are CPython with the GIL, from the oldest to the newest."""
    standard = {
        each["label"]
        for each in about["interpreters"]
        if each.get("implementation") == "CPython" and not each.get("free_threaded")
    }
    return [python for python in pythons if python in standard]


def _place(costs: Costs, rung: Rung, case: str) -> Placed:
    floor = costs.twin(case, "floor")
    net = rung.net and any(costs.net(python, case) for python in costs.pythons)
    estimates, floors, distances = {}, {}, {}
    for python in costs.pythons:
        own = costs.net(python, case) if net else costs.estimate(python, case)
        if own is None:
            continue
        estimates[python] = own
        # Net of the loop in C, which in a loop of a nanosecond or two is a good part of it.
        if floor and (lowest := costs.net(python, floor) or costs.estimate(python, floor)):
            floors[python] = lowest
        if distance := costs.distance(python, case):
            distances[python] = distance
    return Placed(rung, case, net, estimates, floors, distances)


def _rounds(costs: Costs, python: str, placed: Placed) -> pd.Series[float] | None:
    if python not in placed.costs:
        return None
    rounds = costs.net_rounds if placed.net else costs.rounds
    return rounds(python, placed.case)
