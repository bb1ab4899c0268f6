"""What the documents say is so."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pyconc.cli import parser
from pyconc.measure.meter import Meter
from pyconc.suite import catalog

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "results/README.md"]


def example() -> str:
    """The case that the README adds."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_example_is_short() -> None:
    assert len(example().splitlines()) <= 25


def test_the_example_can_be_measured(tmp_path: Path) -> None:
    folder = tmp_path / "example_benchmarks"
    folder.mkdir()
    shutil.copy(ROOT / "benchmarks" / "reference.py", folder)
    (folder / "event.py").write_text(example(), "utf-8")
    cases = {case.id: case for case in catalog.load(folder)}
    event = cases["event.set_clear[thread-1]"]
    assert catalog.control(event, cases) is cases["reference.empty_loop[thread-1]"]
    with Meter(event, 0) as meter:
        assert meter.seconds(1000) > 0


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_resolve(document: Path) -> None:
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert (document.parent / target).exists(), f"{document.name}: {target}"


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
