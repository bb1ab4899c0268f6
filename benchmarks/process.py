"""Processes, started and waited for (the notes: "Process").

The notes start one with a function, and two of a subclass, by the method that is Python's default:
that changed in 3.14, from fork to forkserver, so here each method is a case of its own, and so is
the default. Beside them: what a process costs by the size of its arguments and by what its main
module takes to import, and programs that are not Python's.

Children that are spawned import this file, so what only some workloads need they import themselves.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from itertools import repeat
from types import ModuleType
from typing import Any, Callable

from pyconc.errors import InvariantError
from pyconc.suite.case import DEFAULT, FORKSERVER, PROCESSES, SPAWN, Clock, Workload, case
from pyconc.suite.metrics import Metrics
from pyconc.suite.requirements import Has, Program


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
        expected = self.expected(loops)
        if codes != expected:
            raise InvariantError(f"the processes ended with {codes} and not with {expected}")
        if os.getpid() in {pid for pid, _ in self._ends}:
            raise InvariantError("a function ran in the process that started it")
        return None

    def expected(self, loops: int) -> list[int]:
        """The exit codes of the processes, in their order."""
        return [exit_code(number) for number in range(loops)]

    def teardown(self) -> None:
        multiprocessing.set_start_method(self._default, force=True)


@case(notes="Process", backend=(*PROCESSES, DEFAULT), quick={"backend": PROCESSES})
class Function(Processes):
    """A process that is given a function. One operation: one process, from making it to its end."""

    def work(self, worker: int, loops: int) -> None:
        ends = self._ends
        for number in range(loops):
            process = multiprocessing.Process(target=run, args=(number,))
            process.start()
            process.join()
            ends.append((process.pid, process.exitcode))


@case(notes="Process", backend=PROCESSES, quick=False)
class Subclass(Processes):
    """A process of a subclass with its own `run`. One operation: one process, as in `Function`."""

    def work(self, worker: int, loops: int) -> None:
        ends = self._ends
        for number in range(loops):
            process = Runner(number)
            process.start()
            process.join()
            ends.append((process.pid, process.exitcode))


def weigh(block: bytes) -> None:
    """Leaves a proof that the whole block came."""
    sys.exit(exit_code(sum(block[::1021])))


@case(
    backend=PROCESSES,
    workers=(1, 4),
    kib=(1, 60, 70, 1024),
    quick={"backend": [SPAWN], "workers": [4], "kib": [60, 70]},
)
class Arguments(Processes):
    """Processes that are given so many KiB, all started before the first is waited for.

    What is not forked is told through a pipe, into which 64 KiB go before somebody has to read.
    One operation: one process.
    """

    kib: int
    _block: bytes

    @property
    def operations(self) -> int:
        return self.workers

    def setup(self) -> None:
        self._block = bytes(range(256)) * 4 * self.kib
        super().setup()

    def work(self, worker: int, loops: int) -> None:
        block, ends, count = self._block, self._ends, range(self.workers)
        for _ in repeat(None, loops):
            processes = [multiprocessing.Process(target=weigh, args=(block,)) for _ in count]
            for process in processes:
                process.start()
            for process in processes:
                process.join()
                ends.append((process.pid, process.exitcode))

    def expected(self, loops: int) -> list[int]:
        return [exit_code(sum(self._block[::1021]))] * (loops * self.workers)


#: Is busy for so many milliseconds, as imports are, and says for whom that was.
_MAIN = """\
import time
LOADED = {milliseconds}
_end = time.perf_counter() + LOADED / 1000
while time.perf_counter() < _end:
    pass
"""


def run_beside_main(number: int) -> None:
    """Leaves a proof that it ran in a process that has the main module too."""
    loaded = getattr(sys.modules["__main__"], "LOADED", 0)
    sys.exit(exit_code(number + loaded))


@case(
    backend=PROCESSES,
    milliseconds=(0, 10, 50),
    quick={"backend": [FORKSERVER], "milliseconds": [0, 50]},
)
class MainModule(Processes):
    """A process of a program whose main module takes so many milliseconds to import.

    One that is forked has what its program has imported; others may have to import it again.
    One operation: one process, as in `Function`.
    """

    milliseconds: int
    _folder: Any
    _main: ModuleType

    def setup(self) -> None:
        import runpy
        import tempfile
        from pathlib import Path

        self._main = sys.modules["__main__"]
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name, "main.py")
        path.write_text(_MAIN.format(milliseconds=self.milliseconds), "utf-8")
        main = ModuleType("__main__")
        vars(main).update(runpy.run_path(str(path)))
        sys.modules["__main__"] = main
        super().setup()

    def work(self, worker: int, loops: int) -> None:
        ends = self._ends
        for number in range(loops):
            process = multiprocessing.Process(target=run_beside_main, args=(number,))
            process.start()
            process.join()
            ends.append((process.pid, process.exitcode))

    def expected(self, loops: int) -> list[int]:
        return [exit_code(number + self.milliseconds) for number in range(loops)]

    def teardown(self) -> None:
        super().teardown()
        sys.modules["__main__"] = self._main
        self._folder.cleanup()


class Programs(Workload):
    """One caller runs a program that does nothing, `true`, waits for it, and runs the next."""

    clock = Clock.CALLER
    control = "reference.empty_loop[thread-1]"
    floor = "floor.fork_wait[thread-1]"

    _paths: tuple[str, str]
    #: Runs the program at a path, and returns its exit code.
    _run: Callable[[str], int]
    _codes: list[int]

    def setup(self) -> None:
        import shutil

        self._paths = (str(shutil.which("true")), str(shutil.which("false")))
        self._run = self.runner()

    def runner(self) -> Callable[[str], int]:
        raise NotImplementedError

    def reset(self) -> None:
        self._codes = []

    def work(self, worker: int, loops: int) -> None:
        run, (path, _), codes = self._run, self._paths, self._codes
        for _ in repeat(None, loops):
            codes.append(run(path))

    def check(self, loops: int) -> Metrics | None:
        codes, other = self._codes, self._run(self._paths[1])
        if codes != [0] * loops or other != 1:
            raise InvariantError(f"{loops} of true ended with {codes}, and false with {other}")
        return None


@case(quick=False, requires=[Program("true"), Program("false")])
class SubprocessRun(Programs):
    """A program is run by `subprocess.run`. One operation: one program."""

    def runner(self) -> Callable[[str], int]:
        import subprocess

        run = subprocess.run
        return lambda path: run([path]).returncode


@case(quick=False, requires=[Program("true"), Program("false")])
class Popen(Programs):
    """A program is started by `subprocess.Popen` and waited for. One operation: one program."""

    def runner(self) -> Callable[[str], int]:
        import subprocess

        start = subprocess.Popen
        return lambda path: start([path]).wait()


@case(quick=False, requires=[Has("os.posix_spawn"), Program("true"), Program("false")])
class PosixSpawn(Programs):
    """A program is started by `os.posix_spawn` and waited for. One operation: one program."""

    def runner(self) -> Callable[[str], int]:
        spawn, wait = os.posix_spawn, os.waitpid
        return lambda path: os.WEXITSTATUS(wait(spawn(path, [path], os.environ), 0)[1])
