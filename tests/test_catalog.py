"""The catalogue: what is in it, and how to choose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from programs import ROOT, python

from pyconc.errors import DeclarationError, UsageError
from pyconc.suite import catalog
from pyconc.suite.case import Case, Clock, Workload
from pyconc.suite.case import case as declared


def test_the_notes_comparisons_are_all_there(cases: dict[str, Case]) -> None:
    names = {case.name for case in cases.values()}
    assert {
        "counter.unlocked", "counter.fine_lock", "counter.coarse_lock", "counter.lock_every",
        "counter.unlocked_program", "counter.fine_lock_program", "counter.coarse_lock_program",
        "rlock.eval_program", "rlock.direct_program", "rlock.eval_alone_program",
        "rlock.eval_update", "rlock.direct_update", "rlock.eval_alone", "rlock.recursion",
        "shared_state.fill", "shared_state.fill_program", "barrier.crossing", "barrier.program",
        "pool.queue_pool_cold", "pool.queue_pool_warm", "pool.multiprocessing_pool_cold",
        "pool.multiprocessing_pool_warm", "pool.thread_pool_executor_cold",
        "pool.thread_pool_executor_warm", "pool.process_pool_executor_cold",
        "pool.process_pool_executor_warm",
    } <= names  # fmt: skip
    sweep = {case.parameters["updates_per_lock"] for case in cases.values()
             if case.name == "counter.lock_every"}  # fmt: skip
    assert sweep == {10, 100, 1000}
    depths = {c.parameters["depth"] for c in cases.values() if c.name == "rlock.recursion"}
    assert depths == {1, 2, 4, 8, 16}


def test_what_our_own_catalogue_compares_are_rivals(cases: dict[str, Case]) -> None:
    named = {case.id: catalog.find_twin(case, "rival", cases) for case in cases.values()}
    rivals = {case: rival.id for case, rival in named.items() if rival}
    assert rivals["rlock.pair[thread-1]"] == "lock.pair[thread-1]"
    assert rivals["queue.put_get[thread-1-SimpleQueue]"] == "queue.put_get[thread-1-Queue]"
    assert (
        rivals["context_manager.try_finally[thread-1-lock]"]
        == "context_manager.with[thread-1-lock]"
    )
    assert "queue.put_get[thread-1-Queue]" not in rivals
    assert all(
        each.startswith("dispatch.")
        for case, each in rivals.items()
        if case.startswith("dispatch.")
    )
    assert any(case.startswith("dispatch.") for case in rivals)


def test_a_rival_has_no_rival_itself() -> None:
    @declared(notes="", kind=("a", "b"), rivals="kind")
    class Way(Workload):
        """One way. One operation: one turn."""

        def work(self, worker: int, loops: int) -> None: ...

    @declared(notes="")
    class Other(Workload):
        """Held against what is held against another one. One operation: one turn."""

        rival = "test_catalog.way[thread-1-b]"

        def work(self, worker: int, loops: int) -> None: ...

    ways = [each for workload in (Way, Other) for each in workload.declaration.cases(workload)]
    by_id = {each.id: each for each in ways}
    other = by_id["test_catalog.other[thread-1]"]
    with pytest.raises(DeclarationError, match="has a rival; name that one"):
        catalog.twin(other, "rival", by_id)
    assert catalog.twin(by_id["test_catalog.way[thread-1-b]"], "rival", by_id) is ways[0]


def test_rivals_name_an_axis_of_several() -> None:
    with pytest.raises(DeclarationError, match="rivals names no axis of several"):

        @declared(notes="", kind=("a",), rivals="kind")
        class Alone(Workload):
            """The only way. One operation: one turn."""

            def work(self, worker: int, loops: int) -> None: ...


@pytest.mark.parametrize("name", ["shared_state.fill_program", "barrier.program"])
def test_programs_of_processes_come_by_every_start_method(
    name: str, cases: dict[str, Case]
) -> None:
    methods = {case.parameters.get("start_method") for case in cases.values() if case.name == name}
    assert methods == {None, "fork", "forkserver", "spawn"}


def test_every_docstring_names_the_operation(cases: dict[str, Case]) -> None:
    for case in cases.values():
        assert "One operation:" in (case.workload_class.__doc__ or ""), case.name


def test_every_case_has_a_control_or_is_one(cases: dict[str, Case]) -> None:
    twins = {case: catalog.twin(case, "control", cases) for case in cases.values()}
    controls = {twin.name for twin in twins.values() if twin}
    for case, twin in twins.items():
        assert twin or case.name in controls, case.id


def test_a_control_counts_operations_as_its_case_does(cases: dict[str, Case]) -> None:
    """A net cost means something only where both are divided by the same thing."""
    for case in cases.values():
        twin = catalog.twin(case, "control", cases)
        if twin:
            program = Clock.PROGRAM
            clocks = {case.workload_class.clock, twin.workload_class.clock}
            assert program not in clocks or clocks == {program}, case.id


def test_selection_by_family_workload_and_id(cases: dict[str, Case]) -> None:
    everything = list(cases.values())
    assert {c.family for c in catalog.select(everything, ["barrier"])} == {"barrier"}
    assert len(catalog.select(everything, ["rlock.recursion"])) == 5
    [one] = catalog.select(everything, ["pool.queue_pool_cold[thread-4]"])
    assert one.id == "pool.queue_pool_cold[thread-4]"
    assert catalog.select(everything) == everything


@pytest.mark.parametrize(
    ("name", "hint"),
    [("barier", "did you mean 'barrier'?"), ("xyzzy", "`pyconc list` shows all")],
)
def test_an_unknown_name_gets_a_hint(name: str, hint: str, cases: dict[str, Case]) -> None:
    with pytest.raises(UsageError) as raised:
        catalog.select(list(cases.values()), [name])
    assert name in str(raised.value)
    assert hint in str(raised.value)


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ("barrier", True),
        ("BARRIER", True),
        ("barrier and process-fork", True),
        ("barrier and not fork", False),
        ("(lock or barrier) and [process", True),
        ("not (barrier)", False),
    ],
)
def test_keyword_expressions(expression: str, matches: bool) -> None:
    assert catalog.matches(expression, "barrier.crossing[process-fork-2]") is matches


@pytest.mark.parametrize("expression", ["and", "a b", "(a", "a (b)", "not", ""])
def test_a_keyword_expression_that_cannot_be_read(expression: str) -> None:
    with pytest.raises(UsageError, match="not an expression"):
        catalog.matches(expression, "barrier")


def test_an_expression_that_matches_nothing(cases: dict[str, Case]) -> None:
    with pytest.raises(UsageError, match="matches no case"):
        catalog.select(list(cases.values()), [], "nonsense")


def write_family(folder: Path, body: str) -> Path:
    """A folder with a family; its workloads need no work of their own."""
    folder.mkdir()
    header = (
        "from __future__ import annotations\nfrom pyconc.suite.case import *\n"
        "from pyconc.suite import case as model\n"
        "class Workload(model.Workload):\n    def work(self, worker, loops): ...\n"
    )
    (folder / "family.py").write_text(header + body, "utf-8")
    return folder


def test_a_missing_control_is_named_at_collection(tmp_path: Path) -> None:
    body = '@case()\nclass Lonely(Workload):\n    """Alone."""\n    control = "no.where"\n'
    folder = write_family(tmp_path / "lonely_cases", body)
    with pytest.raises(DeclarationError, match=r"family\.lonely\[thread-1\].*no\.where"):
        catalog.load(folder)


def test_two_workloads_of_one_name_are_refused(tmp_path: Path) -> None:
    body = (
        '@case()\nclass Twin(Workload):\n    """One."""\n\nfirst = Twin\n\n'
        '@case()\nclass Twin(Workload):\n    """Two."""\n'
    )
    folder = write_family(tmp_path / "twin_cases", body)
    with pytest.raises(DeclarationError, match="declared twice"):
        catalog.load(folder)


def test_only_names_that_python_can_import_are_families(tmp_path: Path) -> None:
    body = '@case()\nclass One(Workload):\n    """One operation: none."""\n'
    folder = write_family(tmp_path / "named_cases", body)
    for name in ("run-all", "2nd", "_shared", "conftest"):
        (folder / f"{name}.py").write_text("raise SystemExit", "utf-8")
    assert catalog.family_names(folder) == ["family"]
    assert [case.id for case in catalog.load(folder)] == ["family.one[thread-1]"]


def test_several_folders_are_one_catalogue(tmp_path: Path) -> None:
    body = '@case()\nclass One(Workload):\n    """One operation: none."""\n    control = "{}"\n'
    first = write_family(tmp_path / "first_cases", body.replace('    control = "{}"\n', ""))
    second = write_family(tmp_path / "second_cases", body.format("family.one"))
    (second / "family.py").rename(second / "other.py")
    cases = {case.id: case for case in catalog.load(first, second)}
    assert list(cases) == ["family.one[thread-1]", "other.one[thread-1]"]
    twin = catalog.twin(cases["other.one[thread-1]"], "control", cases)
    assert twin is cases["family.one[thread-1]"]
    found, twins = catalog.find("other.one[thread-1]", first, second)
    assert found.id == "other.one[thread-1]"
    assert twins == {"control": "family.one[thread-1]"}


def test_families_come_in_the_order_of_the_notes(cases: dict[str, Case]) -> None:
    families = list(dict.fromkeys(case.family for case in cases.values()))
    assert families == [
        "thread", "counter", "lock", "rlock", "semaphore", "condition", "event", "context_manager",
        "queue", "process", "shared_state", "pipe", "barrier", "pool", "dispatch", "asyncio",
        "scaling", "sharing", "interpreter", "gil", "creation", "timed", "joblib", "ecosystem",
        "libraries", "reference", "floor",
    ]  # fmt: skip


def test_a_control_can_be_named_by_the_parameters_of_its_case(tmp_path: Path) -> None:
    body = (
        '@case(size=(1, 2))\nclass Twin(Workload):\n    """One operation: none."""\n\n'
        '@case(workers=2, size=(1, 2))\nclass Big(Workload):\n    """One operation: none."""\n'
        '    control = "family.twin[thread-1-{size}]"\n'
    )
    cases = {case.id: case for case in catalog.load(write_family(tmp_path / "sized_cases", body))}
    twin = catalog.twin(cases["family.big[thread-2-2]"], "control", cases)
    assert twin is cases["family.twin[thread-1-2]"]


def test_one_case_is_found_without_importing_the_other_families(cases: dict[str, Case]) -> None:
    code = (
        "import sys; from pyconc.suite import catalog;"
        "case, twins = catalog.find('lock.pair[thread-1]');"
        "print(case.id, sorted(twins.items()));"
        "print(sorted(name for name in sys.modules if name.startswith('benchmarks.')))"
    )
    done = python("-c", code)
    assert done.stdout.splitlines() == [
        "lock.pair[thread-1] [('control', 'reference.empty_loop[thread-1]'), "
        "('floor', 'floor.mutex_pair[thread-1]')]",
        "['benchmarks._timing', 'benchmarks.floor', 'benchmarks.lock', 'benchmarks.reference']",
    ]


@pytest.mark.parametrize("name", ["lock", "lock.contended", "nowhere.at_all[thread-1]"])
def test_what_is_no_single_case_cannot_be_found(name: str) -> None:
    with pytest.raises(UsageError, match=r"lock|nowhere"):
        catalog.find(name)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ('backend="fibre"', "family.bad[fibre-1]: unknown backend 'fibre'"),
        ('backend="process-teleport"', "family.bad[process-teleport-1]: unknown backend"),
        ("workers=0", "family.bad[thread-0]: workers must be 1 or more"),
        ('backend="task"', "family.bad[task-1]: coroutines are for the backend task"),
        ("size=(1, 1)", "Bad: size needs values that differ"),
        ("size=()", "Bad: size needs values that differ"),
        ('quick={"workers": [3]}', "quick names no such workers"),
    ],
)
def test_an_impossible_case_is_named_at_collection(
    arguments: str, says: str, tmp_path: Path
) -> None:
    body = f'@case({arguments})\nclass Bad(Workload):\n    """One operation: none."""\n'
    with pytest.raises(DeclarationError, match=re.escape(says)):
        catalog.load(write_family(tmp_path / f"bad_{abs(hash(arguments))}", body))


@pytest.mark.parametrize(
    ("attribute", "says"),
    [
        ("joint = True", "one worker alone has nobody"),
        ("fixed_time = joint = True", "one worker alone has nobody"),
        ("fixed_time = serial = True", "workers that need each other cannot"),
        ('observes = "handoff"; clock = Clock.CALLER', "only a team's work can be observed"),
        ("clock = Clock.PROGRAM\n    async def work(self, worker, loops): ...", "coroutines"),
    ],
)
def test_an_impossible_workload_is_named_at_collection(
    attribute: str, says: str, tmp_path: Path
) -> None:
    body = f'@case()\nclass Bad(Workload):\n    """One operation: none."""\n    {attribute}\n'
    with pytest.raises(DeclarationError, match=rf"family\.bad\[thread-1\]: {says}"):
        catalog.load(write_family(tmp_path / f"odd_{abs(hash(attribute))}", body))


def test_every_family_has_its_mutants() -> None:
    """Deliberately broken primitives, each of which its family must catch."""
    tested = {path.stem.partition("_")[2] for path in (ROOT / "tests/mutants").glob("test_*.py")}
    assert tested == set(catalog.family_names(ROOT / "benchmarks"))
