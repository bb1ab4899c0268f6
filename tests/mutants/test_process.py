"""Broken processes, each of which the family must catch."""

from __future__ import annotations

import multiprocessing
import os
import sys
from typing import Any

import pytest

from mutants import measure_broken
from pyconc.errors import InvariantError
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
    ("broken", "caught"),
    [
        (NeverRuns, "the processes ended with"),
        (IsNone, "in the process that started it"),
        (Mixes, "the processes ended with"),
    ],
)
def test_a_broken_process_is_caught(
    broken: Any, caught: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multiprocessing, "Process", broken)
    with pytest.raises(InvariantError, match=caught):
        measure_broken(cases[FUNCTION])


def test_a_subclass_that_does_not_run_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cases["process.subclass[process-fork-1]"]
    runner: Any = vars(sys.modules[case.workload_class.__module__])["Runner"]
    monkeypatch.setattr(runner, "run", lambda self: None)
    with pytest.raises(InvariantError, match="the processes ended with"):
        measure_broken(case)


def test_the_start_method_is_put_back(cases: dict[str, Case]) -> None:
    before = multiprocessing.get_start_method(allow_none=True)
    measure_broken(cases[FUNCTION])
    assert multiprocessing.get_start_method(allow_none=True) == before
