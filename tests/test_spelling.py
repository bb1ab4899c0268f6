"""What is misspelt in a family file is refused where it is collected, and nothing else is."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from programs import pyconc

from pyconc.errors import DeclarationError
from pyconc.suite import catalog
from pyconc.suite.case import Case
from pyconc.suite.spelling import refuse_misspelt

HEADER = """\
from __future__ import annotations

from functools import cached_property, lru_cache

from pyconc.suite.case import Clock, Workload, case

"""
WORK = "    def work(self, worker, loops):\n        pass\n"

#: Each folder is imported by a name of its own.
NUMBERS = itertools.count()

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a family with one workload: arguments of `case`, and what is in its body."""

    def make(arguments: str = "", body: str = "", work: str = WORK, **beside: str) -> Path:
        folder = tmp_path / f"spelt_{next(NUMBERS)}"
        folder.mkdir()
        for name, text in beside.items():
            (folder / f"{name}.py").write_text(text, "utf-8")
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        text = f'@case({arguments})\nclass Bad(Workload):\n    """One operation: none."""\n'
        imports = "".join(f"from . import {name}\n" for name in beside)
        (folder / "family.py").write_text(HEADER + imports + text + lines + work, "utf-8")
        return folder

    return make


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("worker=2", "case has no argument 'worker'; did you mean 'workers'?"),
        ("backends='thread'", "did you mean 'backend'?"),
        ("quik=False", "did you mean 'quick'?"),
        ("note='Lock'", "did you mean 'notes'?"),
        ("require='x'", "did you mean 'requires'?"),
        ("control='reference.empty_loop'", "control is no argument of case; write it into the"),
        ("fixed_time=1", "fixed_time is no argument of case"),
        ("workload='x'", "workload cannot be an axis, as every case has one"),
        ("start_method='fork'", "start_method cannot be an axis"),
        ("laps=2", "laps cannot be an axis"),
    ],
)
def test_a_misspelt_argument_is_refused(arguments: str, says: str, write: Write) -> None:
    with pytest.raises(DeclarationError) as raised:
        catalog.load(write(arguments))
    assert says in str(raised.value)
    assert str(raised.value).partition(":")[0].endswith(".family.Bad")


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("def chek(self, loops): ...", "check"),
        ("def setUp(self): ...", "setup"),
        ("def set_up(self): ...", "setup"),
        ("def tearDown(self): ...", "teardown"),
        ("def tear_down(self): ...", "teardown"),
        ("def resets(self): ...", "reset"),
        ("def trail(self, worker, loops): ...", "trial"),
        ("def obsrve(self, worker, loops): ...", "observe"),
        ("def duration(self): ...", "durations"),
        ("contrl = 'reference.empty_loop'", "control"),
        ("controls = 'reference.empty_loop'", "control"),
        ("floors = 'floor.mutex_pair'", "floor"),
        ("rivals = 'lock.pair'", "rival"),
        ("clok = Clock.CALLER", "clock"),
        ("fixedtime = True", "fixed_time"),
        ("seriel = True", "serial"),
        ("stamp = 1", "stamps"),
        ("observe_ = 'handoff'", "observes"),
        ("versoin = 2", "version"),
        ("@property\ndef operation(self): return 3", "operations"),
        ("operation = 3", "operations"),
    ],
)
def test_a_misspelt_hook_or_attribute_is_refused(body: str, meant: str, write: Write) -> None:
    with pytest.raises(DeclarationError, match=f"which nothing uses; did you mean '{meant}'"):
        catalog.load(write(body=body))


@pytest.mark.parametrize("body", ["workers = 2", "backend = 'task'"])
def test_what_belongs_into_the_decorator_is_refused_in_the_body(body: str, write: Write) -> None:
    with pytest.raises(DeclarationError, match=r"in its body, where it means nothing; write @case"):
        catalog.load(write(body=body))


def test_a_misspelt_hook_of_a_base_is_refused(write: Write) -> None:
    base = HEADER + "class Base(Workload):\n    def chek(self, loops): ...\n"
    folder = write(_bases=base)
    path = folder / "family.py"
    path.write_text(path.read_text("utf-8").replace("(Workload)", "(_bases.Base)"), "utf-8")
    with pytest.raises(DeclarationError, match="did you mean 'check'"):
        catalog.load(folder)


def test_a_workload_without_work_is_refused(write: Write) -> None:
    with pytest.raises(DeclarationError, match=r"family\.Bad has no work to be timed; define work"):
        catalog.load(write(work=""))


def test_work_that_is_misspelt_is_said_so(write: Write) -> None:
    with pytest.raises(DeclarationError, match="'works', which nothing uses; did you mean 'work'"):
        catalog.load(write(body="def works(self, worker, loops): ...", work=""))


def test_what_observes_and_cannot_is_refused(write: Write) -> None:
    with pytest.raises(DeclarationError, match="has nothing to be observed; define observe"):
        catalog.load(write("workers=2", "observes = 'handoff'"))


@pytest.mark.parametrize(
    "body",
    [
        "_chek = 1",
        "def _setUp(self): ...",
        "checked = 0",  # of another kind than `check`
        "reset_count = 0",
        "def checks(self): ...\ndef check(self, loops): self.checks()",
        "stamp = 1\ndef reset(self): self.count = self.stamp",
        "stamp = 1\ndef reset(self): self.count = getattr(self, 'stamp')",
        "stamp = 1\n@property\ndef twice(self): return self.stamp",
        "stamp = 1\n@cached_property\ndef twice(self): return self.stamp",
        "stamp = 1\n@lru_cache\ndef twice(self): return self.stamp",
        "stamp = 1\n@staticmethod\ndef twice(other): return [other.stamp for _ in (1, 2)]",
        "names = ('stamp', 'kind')\nstamp = 1\n"
        "def reset(self): return [getattr(self, n) for n in ('stamp', 'kind')]",
        "stamp: int",
        "def close(self): ...",
        "def start(self): ...",
        "def task(self, number): ...",
        "size = 100",
        "result = None",
        "word = 'x'",
        "restart = True",
    ],
)
def test_what_a_workload_has_for_itself_is_not_refused(body: str, write: Write) -> None:
    assert [case.id for case in catalog.load(write(body=body))] == ["family.bad[thread-1]"]


def test_what_is_used_by_a_module_beside_it_is_not_refused(write: Write) -> None:
    helper = "def doubled(workload):\n    return 2 * workload.stamp\n"
    assert catalog.load(write(body="stamp = 1", _helper=helper))


@pytest.mark.parametrize("arguments", ["worker=(1, 2)", "sizes=(1, 2)", "rounds=3", "kind='a'"])
def test_an_axis_that_is_used_is_not_refused(arguments: str, write: Write) -> None:
    assert catalog.load(write(arguments, "def reset(self): self.worker"))


def test_no_workload_of_ours_is_near_a_refusal(cases: dict[str, Case], toys: Any) -> None:
    """Nor of the toys, nor (in the tests of the documents) of the examples."""
    workloads = {case.workload_class for case in (*cases.values(), *toys.values())}
    assert len(workloads) > 150
    for workload in workloads:
        refuse_misspelt(workload)


@pytest.mark.parametrize(
    "command",
    [
        ["list"], ["run", "family", "--dry-run"],
        ["run", "lock.pair", "--profile", "smoke", "-o", "nowhere"],
    ],
)  # fmt: skip
def test_it_is_one_line_and_status_2(command: list[str], write: Write) -> None:
    folder = write(body="def chek(self, loops): ...")
    settings = f'[tool.pyconc]\ncases = ["{folder.name}"]\n'
    (folder.parent / "pyproject.toml").write_text(settings, "utf-8")
    done = pyconc(*command, cwd=folder.parent)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "did you mean 'check'" in done.stderr
    assert not (folder.parent / "nowhere").exists()
