"""The case model: ids, parameters, requirements, and declarations that cannot be."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
from typing import Any

import pytest

from pyconc.errors import DeclarationError
from pyconc.suite import catalog
from pyconc.suite.case import FORK, Case, Clock, Workload, case
from pyconc.suite.requirements import (
    Gil,
    Has,
    MinPython,
    Module,
    Only,
    Program,
    StartMethod,
    gil_enabled,
)


def test_an_id_reads_as_pytest_writes_it(cases: dict[str, Case]) -> None:
    store = cases["shared_state.fill_program[process-fork-10]"]
    assert store.parameters == {"backend": "process", "start_method": "fork", "workers": 10}
    assert (store.family, store.workload) == ("shared_state", "fill_program")


def test_parameters_are_attributes_of_the_workload(cases: dict[str, Case]) -> None:
    workload: Any = cases["rlock.recursion[thread-1-8]"].make()
    assert (workload.backend, workload.workers, workload.depth) == ("thread", 1, 8)


def test_metadata_are_prefixed_scalars(cases: dict[str, Case]) -> None:
    for each in cases.values():
        for name, value in each.metadata().items():
            assert name.startswith("pyconc_")
            assert isinstance(value, (str, int))


def test_private_state_stays_home() -> None:
    workload = Workload(backend="thread", workers=2)
    vars(workload)["_manager"] = object()
    copy = pickle.loads(pickle.dumps(workload))
    assert vars(copy) == {"backend": "thread", "workers": 2}


def test_only_workers_that_run_at_once_are_contended(cases: dict[str, Case]) -> None:
    assert cases["counter.fine_lock[thread-2]"].contended
    assert not cases["counter.coarse_lock[thread-2]"].contended  # they take turns
    assert not cases["counter.fine_lock_program[thread-2]"].contended  # creation is in the clock
    assert not cases["reference.empty_loop[thread-1]"].contended


@pytest.mark.parametrize(
    ("requirement", "met"),
    [
        (MinPython(3, 9), True),
        (MinPython(9, 9), False),
        (Has("threading"), True),
        (Has("threading.Thread.start", since=(3, 0)), True),
        (Has("threading.teleport"), False),
        (Has("concurrent.no_such.thing", since=(9, 9)), False),
        (Module("threading"), True),
        (Module("concurrent.no_such"), False),
        (Module("no_such.module"), False),
        (Module("no_such_module"), False),
        (StartMethod("spawn"), True),
        (StartMethod("teleport"), False),
        (StartMethod("default"), True),
        (Program("python3"), True),
        (Program("no-such-program"), False),
        (Gil(), gil_enabled()),
        (Only(Module("no_such_module"), kind="such"), False),
    ],
    ids=str,
)
def test_a_requirement_that_is_not_met_says_why(requirement: Any, met: bool) -> None:
    reason = requirement.unmet()
    assert (reason is None) is met
    assert met or str(requirement).split()[-1] in reason


def test_a_case_is_skipped_where_its_platform_has_no_such_start_method(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    forking = cases["barrier.crossing[process-fork-2]"]
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert forking.skip_reason() == "this platform does not start processes by fork"
    assert cases["barrier.crossing[process-spawn-2]"].skip_reason() is None


def test_what_one_library_needs_skips_no_case_of_the_others() -> None:
    @case(
        kind=("plain", "other"),
        size=(1, 2),
        requires=[Only(Module("no_such_module"), kind="other"), MinPython(3, 9)],
    )
    class Several(Workload):
        """One library among several. One operation: one turn."""

        def work(self, worker: int, loops: int) -> None: ...

    for each in Several.declaration.cases(Several):
        reason = each.skip_reason()
        if each.parameters["kind"] == "other":
            assert reason == "needs the module no_such_module"
            assert "no_such_module" in catalog.searched(each)
        else:
            assert reason is None
            assert "no_such_module" not in catalog.searched(each)


@pytest.mark.parametrize(
    ("declaration", "complaint"),
    [
        ({"size": ()}, "size needs values that differ"),
        ({"quick": {"workers": [3]}}, "quick names no such workers"),
        ({"quick": {"colour": ["red"]}}, "quick names no such colour"),
        ({"requires": [Only(Gil(), colour="red")]}, "requires names no such colour"),
        ({"size": (1, 2), "requires": [Only(Gil(), size=3)]}, "requires names no such size"),
    ],
)
def test_an_impossible_declaration_names_its_workload(
    declaration: dict[str, Any], complaint: str
) -> None:
    class Impossible(Workload):
        """Cannot be."""

    with pytest.raises(DeclarationError, match="Impossible") as raised:
        case(**declaration)(Impossible)
    assert complaint in str(raised.value)


def test_a_workload_without_words_is_refused() -> None:
    class Silent(Workload):
        pass

    Silent.__doc__ = None
    with pytest.raises(DeclarationError, match="docstring"):
        case()(Silent)


def test_a_subclass_declares_cases_of_its_own() -> None:
    @case(workers=2)
    class Isolated(Workload):
        """Work alone."""

    @case(workers=4, backend=FORK)
    class Program(Isolated):
        """With creation inside the clock."""

        clock = Clock.PROGRAM

    [isolated] = Isolated.declaration.cases(Isolated)
    [program] = Program.declaration.cases(Program)
    assert isolated.parameters["workers"] == 2
    assert program.parameters["workers"] == 4
    assert program.metadata()["pyconc_clock"] == "program"


def test_min_python_compares_with_this_python() -> None:
    assert MinPython(*sys.version_info[:2]).unmet() is None
    assert MinPython(sys.version_info[0], sys.version_info[1] + 1).unmet()
