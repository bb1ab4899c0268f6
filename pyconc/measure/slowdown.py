"""A workload made slower by a known share, to see whether a comparison finds it."""

from __future__ import annotations

from time import perf_counter

from pyconc.suite.case import THREAD, Workload

#: Names the share in a worker's environment: 0.05 makes the work of threads 5 % slower.
VARIABLE = "PYCONC_SLOWDOWN"


def slow_down(workload: Workload, share: float) -> None:
    """After every part of its loops a worker waits, busily, for that share of what it took.

    Raises:
        ValueError: its workers are no threads, which alone share what is set here.
    """
    if workload.backend != THREAD:
        raise ValueError(f"only the work of threads can be slowed down, not of {workload.backend}")
    work = workload.work

    def slowed(worker: int, loops: int) -> object:
        start = perf_counter()
        returned = work(worker, loops)
        stop = perf_counter()
        until = stop + share * (stop - start)
        while perf_counter() < until:
            pass
        return returned

    vars(workload)["work"] = slowed
