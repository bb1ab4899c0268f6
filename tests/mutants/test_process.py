"""Broken processes, each of which the family must catch."""

from __future__ import annotations

import multiprocessing
import os
import sys
from typing import Any

import pytest

from benchmarks import process
from mutants import Caught, measure_broken
from pyconc.suite.case import Case

FUNCTION = "process.function[process-fork-1]"


class NeverRuns:
    """Ends well, having done nothing."""

    pid = -1
    exitcode: Any = 0

    def __init__(self, target: Any, args: Any) -> None:
        self.target, self.args = target, args

    def start(self) -> None:
        pass

    def join(self) -> None:
        pass


class IsNone(NeverRuns):
    """Runs its function where it is started."""

    pid = os.getpid()

    def start(self) -> None:
        try:
            self.target(*self.args)
        except SystemExit as end:
            self.exitcode = end.code


class Mixes(multiprocessing.Process):
    """Runs its function with what another should have got."""

    def __init__(self, target: Any, args: Any) -> None:
        super().__init__(target=target, args=(args[0] + 1,))


@pytest.mark.parametrize(
    ("broken", "match"),
    [
        (NeverRuns, "the processes ended with"),
        (IsNone, "in the process that started it"),
        (Mixes, "the processes ended with"),
    ],
)
def test_a_broken_process_is_caught(
    broken: Any, match: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multiprocessing, "Process", broken)
    caught(FUNCTION, match)


def test_a_subclass_that_does_not_run_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process.Runner, "run", lambda self: None)
    caught("process.subclass[process-fork-1]", "the processes ended with")


def test_the_start_method_is_put_back(cases: dict[str, Case]) -> None:
    before = multiprocessing.get_start_method(allow_none=True)
    measure_broken(cases[FUNCTION])
    assert multiprocessing.get_start_method(allow_none=True) == before


@pytest.mark.parametrize("kib", [1, 1024])
def test_arguments_that_come_as_others_are_caught(
    kib: int, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shortens(multiprocessing.Process):
        def __init__(self, target: Any, args: Any) -> None:
            super().__init__(target=target, args=(args[0][:-1021],))

    monkeypatch.setattr(multiprocessing, "Process", Shortens)
    caught(f"process.arguments[process-fork-4-{kib}]", "the processes ended with")


def test_a_process_without_its_programs_main_module_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Bare(multiprocessing.Process):
        def run(self) -> None:
            sys.modules["__main__"] = sys
            super().run()

    monkeypatch.setattr(multiprocessing, "Process", Bare)
    caught("process.main_module[process-fork-1-10]", "the processes ended with")


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_a_child_has_imported_the_main_module(method: str, cases: dict[str, Case]) -> None:
    main = sys.modules["__main__"]
    measure_broken(cases[f"process.main_module[process-{method}-1-10]"])
    assert sys.modules["__main__"] is main


@pytest.mark.parametrize("name", ["subprocess_run", "popen", "posix_spawn"])
def test_a_program_that_does_not_run_is_caught(
    name: str, caught: Caught, cases: dict[str, Case]
) -> None:
    name = f"process.{name}[thread-1]"
    measure_broken(cases[name])
    caught(name, "and false with 0", _run=lambda path: 0)
    caught(name, "of true ended with", _run=lambda path: 1)


def test_the_default_is_what_a_program_gets_that_names_no_start_method(
    cases: dict[str, Case],
) -> None:
    case = cases["process.function[process-default-1]"]
    assert case.parameters["start_method"] == "default"
    assert case.skip_reason() is None
    workload: Any = case.make()
    default = multiprocessing.get_all_start_methods()[0]
    workload.setup()
    try:
        assert multiprocessing.get_start_method() == default
    finally:
        workload.teardown()
    assert multiprocessing.get_context(workload.start_method).get_start_method() == default
