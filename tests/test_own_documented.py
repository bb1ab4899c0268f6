"""The examples of the documents: short, right, and able to notice a broken primitive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documents import ROOT, File, steps
from programs import python
from repositories import PAIR, Repository

from pyconc.errors import InvariantError
from pyconc.measure.meter import Meter
from pyconc.suite import catalog
from pyconc.suite.case import Case

pytest_plugins = ["repositories"]


def files_of(document: str) -> dict[str, str]:
    """The files of a document by their paths, as it has them at its end."""
    found = steps(ROOT / "docs" / document)
    return {step.path: step.content for step in found if isinstance(step, File)}


def write_all(files: dict[str, str], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")


@pytest.mark.parametrize(
    ("name", "place", "broken", "instead"),
    [
        ("gate.contended[thread-2]", "my_benchmarks/gate.py", "self._free.wait()", "break"),
        ("bounded.one_to_one[thread-2-Ring-64]", "ring.py", "self._filled.acquire()", "pass"),
        ("baton.guarded[task-8-Baton]", "my_benchmarks/baton.py",
         "await turn  # until it is handed on", "pass"),
        ("crew.sent[thread-4-0]", "my_benchmarks/crew.py",
         "[found[place] for place in range(len(numbers))]", "list(found.values())[::-1]"),
    ],
)  # fmt: skip
def test_the_documented_cases_notice_a_broken_primitive(
    name: str,
    place: str,
    broken: str,
    instead: str,
    imports_are_forgotten: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = files_of("workloads.md")
    assert files[place].count(broken) == 1
    files[place] = files[place].replace(broken, instead)
    files = {path.replace("my_benchmarks", "doc_benchmarks"): files[path] for path in files}
    files["pyproject.toml"] = files["pyproject.toml"].replace("my_benchmarks", "doc_benchmarks")
    write_all(files, tmp_path)
    monkeypatch.chdir(tmp_path)
    case, _ = catalog.find(name)
    with pytest.raises(InvariantError):
        measure(case)


def measure(case: Case) -> None:
    with Meter(case, 0.01) as meter:
        meter.seconds(2000)


def test_the_first_case_takes_ten_lines() -> None:
    source = next(
        step.content
        for step in steps(ROOT / "docs" / "your-own.md")
        if isinstance(step, File) and step.path == "my_benchmarks/ticket.py"
    )
    body = [line for line in source.partition("@case()")[2].splitlines() if line.strip()]
    assert len(body) <= 11


def test_they_are_tests_of_pytest_too(tmp_path: Path) -> None:
    pytest.importorskip("pytest_benchmark")
    write_all(files_of("your-own.md"), tmp_path)
    done = python(
        "-m", "pytest", "my_benchmarks/ticket.py", "--benchmark-disable", "-q",
        "-p", "no:cacheprovider", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert re.search(r"1 passed", done.stdout), done.stdout
    assert "warning" not in done.stdout


def test_the_catalogue_document_is_of_ours_alone(repository: Repository, tmp_path: Path) -> None:
    """`make docs` depends on nothing that is installed."""
    repository(apple=PAIR)
    done = python("-m", "pyconc.suite.document", str(tmp_path / "catalogue.md"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "## apple" not in (tmp_path / "catalogue.md").read_text("utf-8")
