"""Processes, started and waited for (the notes: "Process").

The notes start one with a function, and two of a subclass, by the method that is Python's default:
that changed in 3.14, from fork to forkserver, so here each method is a case of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import sys

from pyconc.errors import InvariantError
from pyconc.suite.case import NATIVE, PROCESSES, Clock, Workload, case
from pyconc.suite.metrics import Metrics


def exit_code(number: int) -> int:
    """Never 0 or 1, with which a process ends that was given nothing to do, or that failed."""
    return 2 + number % 100


def run(number: int) -> None:
    """Leaves a proof that it ran, and with what."""
    sys.exit(exit_code(number))


class Runner(multiprocessing.Process):
    """The same as a subclass, as in the notes."""

    def __init__(self, number: int) -> None:
        multiprocessing.Process.__init__(self)
        self.number = number

    def run(self) -> None:
        run(self.number)


class Processes(Workload):
    """One caller starts a process, waits for it, and starts the next."""

    clock = Clock.CALLER
    control = "reference.empty_loop[thread-1]"
    floor = "floor.fork_wait[thread-1]"

    _default: str | None
    #: Where each process ran, and its exit code.
    _ends: list[tuple[int | None, int | None]]

    def setup(self) -> None:
        self._default = multiprocessing.get_start_method(allow_none=True)
        multiprocessing.set_start_method(self.start_method, force=True)
        self.reset()
        self.work(0, 1)  # what serves the forks is started once and for all

    def reset(self) -> None:
        self._ends = []

    def check(self, loops: int) -> Metrics | None:
        codes = [code for _, code in self._ends]
        expected = [exit_code(number) for number in range(loops)]
        if codes != expected:
            raise InvariantError(f"the processes ended with {codes} and not with {expected}")
        if os.getpid() in {pid for pid, _ in self._ends}:
            raise InvariantError("a function ran in the process that started it")
        return None

    def teardown(self) -> None:
        multiprocessing.set_start_method(self._default, force=True)


@case(notes="Process", backend=PROCESSES)
class Function(Processes):
    """A process that is given a function. One operation: one process, from making it to its end."""

    def work(self, worker: int, loops: int) -> None:
        ends = self._ends
        for number in range(loops):
            process = multiprocessing.Process(target=run, args=(number,))
            process.start()
            process.join()
            ends.append((process.pid, process.exitcode))


@case(notes="Process", backend=PROCESSES, quick={"backend": [NATIVE]})
class Subclass(Processes):
    """A process of a subclass with its own `run`. One operation: one process, as in `Function`."""

    def work(self, worker: int, loops: int) -> None:
        ends = self._ends
        for number in range(loops):
            process = Runner(number)
            process.start()
            process.join()
            ends.append((process.pid, process.exitcode))
