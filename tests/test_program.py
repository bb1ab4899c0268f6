"""Programs: every worker does its part, and whoever fails is named."""

from __future__ import annotations

import os
import sys

import pytest

from pyconc.errors import WorkerDiedError
from pyconc.suite.case import INTERPRETER, Case, Workload
from pyconc.suite.program import run_program

needs_interpreters = pytest.mark.skipif(sys.version_info < (3, 14), reason="needs Python 3.14+")


class Telling(Workload):
    """Each worker writes to a pipe which interpreter it is in."""

    pipe: int

    def work(self, worker: int, loops: int) -> None:
        os.write(self.pipe, f"{worker} {loops} {current_interpreter()}\n".encode())


def current_interpreter() -> int:
    from concurrent import interpreters  # type: ignore[attr-defined,unused-ignore]

    number: int = interpreters.get_current().id
    return number


def test_a_program_reports_a_worker_that_raises(toys: dict[str, Case]) -> None:
    with pytest.raises(WorkerDiedError, match="worker trouble"):
        run_program(toys["faulty.raises[thread-1]"].make())


def test_a_program_reports_a_process_that_exits(toys: dict[str, Case]) -> None:
    with pytest.raises(WorkerDiedError, match="exit code 7"):
        run_program(toys["faulty.exits[process-fork-2]"].make())


@needs_interpreters
def test_a_program_reports_every_interpreter_that_raises(toys: dict[str, Case]) -> None:
    raising = toys["faulty.raises[thread-1]"].workload_class
    with pytest.raises(WorkerDiedError, match=r"worker trouble.*worker trouble"):
        run_program(raising(backend=INTERPRETER, workers=2))


@needs_interpreters
def test_every_worker_has_an_interpreter_of_its_own_that_is_closed() -> None:
    from concurrent import interpreters  # type: ignore[attr-defined,unused-ignore]

    before = interpreters.list_all()
    reading, writing = os.pipe()
    try:
        program = run_program(Telling(backend=INTERPRETER, workers=3, pipe=writing))
        told = [line.split() for line in os.read(reading, 1000).decode().splitlines()]
    finally:
        os.close(reading)
        os.close(writing)
    assert program.seconds > 0
    assert sorted((worker, loops) for worker, loops, _ in told) == [
        ("0", "1"), ("1", "1"), ("2", "1"),
    ]  # fmt: skip
    assert len({interpreter for *_, interpreter in told} | {str(current_interpreter())}) == 4
    assert interpreters.list_all() == before
