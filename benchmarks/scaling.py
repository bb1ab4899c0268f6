"""CPU-bound pure Python on one worker to twice as many as there are cores.

`Strong` splits one fixed job over the workers (Amdahl's question: how much faster?), `Weak` gives
each worker a job of its own (Gustafson's: how much more?). Creating and joining the workers is
inside the clock, since it is part of the serial share; `StartOnly` is that alone.

The job is a sequence of states of a generator. A worker starts at the state that the one before it
must end at, known in advance, and raises if it does not come to the state where the next begins.
One operation is the whole program.
"""

from __future__ import annotations

from itertools import repeat

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, INTERPRETER, NATIVE, SPAWN, THREAD, Clock, Workload, case
from pyconc.suite.machine import CORES, up_to_twice_the_cores

from ._busy import spin, spun

#: Turns of the generator in a job: about a tenth of a second for one worker.
JOB = 1_800_000
BACKENDS = (THREAD, FORK, SPAWN, INTERPRETER)
WORKERS = up_to_twice_the_cores()
QUICK = [THREAD, NATIVE, INTERPRETER]


class Program(Workload):
    """Every worker computes its stretch of one sequence."""

    clock = Clock.PROGRAM
    at_once = True

    turns: list[int]
    #: Where each worker's stretch begins, and where the last one's ends.
    states: list[int]

    @property
    def job(self) -> int:
        """Turns of all workers together."""
        raise NotImplementedError

    def setup(self) -> None:
        ends = [self.job * number // self.workers for number in range(self.workers + 1)]
        self.turns = [end - begin for begin, end in zip(ends, ends[1:])]
        self.states = [spun(0, end) for end in ends]

    def work(self, worker: int, loops: int) -> None:
        begin, end, turns = self.states[worker], self.states[worker + 1], self.turns[worker]
        for _ in repeat(None, loops):
            found = spin(begin, turns)
            if found != end:
                raise InvariantError(f"worker {worker} came to {found} and not to {end}")


@case(backend=BACKENDS, workers=WORKERS, quick={"backend": QUICK, "workers": [CORES]})
class StartOnly(Program):
    """The workers are created, started and joined, with no turn to do.

    One operation: the whole program.
    """

    at_once = False
    job = 0


@case(backend=BACKENDS, workers=WORKERS, quick={"backend": QUICK})
class Strong(Program):
    """One job, split over the workers. One operation: the whole program."""

    control = "scaling.start_only"
    job = JOB


@case(
    backend=BACKENDS,
    workers=WORKERS,
    quick={"backend": QUICK, "workers": [1, CORES]},
)
class Weak(Program):
    """Half such a job for every worker. One operation: the whole program."""

    control = "scaling.start_only"

    @property
    def job(self) -> int:
        return JOB // 2 * self.workers
