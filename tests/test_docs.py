"""What the documents say is so."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pyperf
import pytest
from conftest import TOYS

from pyconc.cli import parser
from pyconc.measure.meter import Meter
from pyconc.suite import catalog, document

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "results/README.md"]


def example() -> str:
    """The case that the README adds."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_example_is_short() -> None:
    assert len(example().splitlines()) <= 26


def test_the_example_can_be_measured(tmp_path: Path) -> None:
    folder = tmp_path / "example_benchmarks"
    folder.mkdir()
    shutil.copy(ROOT / "benchmarks" / "reference.py", folder)
    (folder / "flag.py").write_text(example(), "utf-8")
    cases = {case.id: case for case in catalog.load(folder)}
    flag = cases["flag.set_clear[thread-1]"]
    assert catalog.control(flag, cases) is cases["reference.empty_loop[thread-1]"]
    with Meter(flag, 0) as meter:
        assert meter.seconds(1000) > 0


def test_the_catalogue_is_what_is_declared() -> None:
    """`make docs` writes it again."""
    written = (ROOT / "docs/catalogue.md").read_text("utf-8")
    assert written == document.document(catalog.load()), "stale: run `make docs`"


def test_the_catalogue_depends_on_no_machine() -> None:
    code = (
        "import os; os.cpu_count = lambda: 6; os.sched_getaffinity = lambda pid: set(range(6));"
        "from pyconc.suite import catalog, document; print(document.document(catalog.load()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == document.document(catalog.load()) + "\n", done.stderr


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_resolve(path: Path) -> None:
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_commands_of_the_readme_are_understood() -> None:
    """Each `pyconc` line parses, and names cases that exist."""
    lines = re.findall(r"^\.venv/bin/pyconc (.*)$", (ROOT / "README.md").read_text("utf-8"), re.M)
    assert len(lines) >= 5
    cases = catalog.load()
    for line in lines:
        words = re.findall(r'"[^"]*"|\S+', line.partition("#")[0])
        args = parser().parse_args([word.strip('"') for word in words])
        if hasattr(args, "select"):
            assert catalog.select(cases, args.select, args.keywords)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_of_the_documents_are_understood(path: Path) -> None:
    """In blocks for the shell; a continued line ends in a backslash."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    for block in re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", text, re.M | re.S):
        for line in re.findall(r"^(?:\$ )?(?:\.venv/bin/)?pyconc (.*)$", block, re.M):
            args = parser().parse_args(shlex.split(line, comments=True))
            assert callable(args.command), line


def test_what_a_worker_says_is_explained(tmp_path: Path) -> None:
    """Every name of the metadata of a result is in docs/results.md."""
    result = tmp_path / "result.json"
    arguments = [
        "--case", "faulty.passes[thread-2]", "--benchmarks", str(TOYS), "--worker", "--quiet",
        "--min-time=0.001", "--loops=8", "--warmups=0", "--values=1", "--result", str(result),
        "--pace=1", "--patience=0",
    ]  # fmt: skip
    command = [sys.executable, "-m", "pyconc.measure.worker", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names = {
        name.removeprefix("pyconc_")
        for name in pyperf.Benchmark.load(str(result)).get_metadata()
        if name.startswith("pyconc_")
    }
    assert {"pace", "usual_pace", "fastest_pace", "remeasured", "handoff_p50"} <= names
    explained = set(re.findall(r"`(\w+)`", (ROOT / "docs/results.md").read_text("utf-8")))
    assert names - explained == set()
