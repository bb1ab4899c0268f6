"""The controls of the suite: all that a case does, but for the primitive."""

from __future__ import annotations

from pyconc.suite.case import NATIVE, PROCESSES, THREAD, Clock, Workload, case


@case(
    backend=(THREAD, *PROCESSES),
    workers=(1, 2, 10),
    quick={"backend": [THREAD, NATIVE], "workers": [1, 2]},
)
class EmptyLoop(Workload):
    """A loop without a body. One operation: one turn of one worker's loop."""

    def work(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            pass


@case(backend=(THREAD, *PROCESSES), workers=(4, 10), quick={"backend": [THREAD, NATIVE]})
class StartJoin(Workload):
    """Workers are created, started and joined, and do nothing. One operation: the whole team."""

    clock = Clock.PROGRAM

    def work(self, worker: int, loops: int) -> None:
        pass
