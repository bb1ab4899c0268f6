"""A pull request of a library, from its two commits to the gate and the comment."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from documents import ROOT
from libraries import CASE, commit, git, library, measured_versions, project
from longest import only_if_asked

from pyconc.measure import interpreters
from pyconc.measure.gauges.gauge import INSTRUCTIONS, TIME
from pyconc.store.about import read_about

pytest_plugins = ["repositories"]
WORKFLOW = ROOT / ".github" / "workflows" / "library.yml"
#: What it is measured by: all that the workflow does, where that is here.
CLOCKS = [INSTRUCTIONS, TIME] if shutil.which("valgrind") else [TIME]
#: Rounds that are enough for an alarm, and no more: what is run in place of `pyconc`.
SHORT = """
import sys
from pyconc import cli
from pyconc.compare import confirm
from pyconc.measure.plan import PROFILES

short = {"rounds": 9, "most_rounds": 9, "values": 4, "longest": 0, "steady": 0, "round_time": 0.05}
PROFILES["quick"] = PROFILES["quick"]._replace(**short)
confirm._PROFILE = PROFILES["quick"]._replace(quick=False)
sys.exit(cli.main())
"""


@pytest.fixture
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Variables with which `pyconc` is one whose campaigns are short."""
    if sys.version_info < (3, 11) or os.name != "posix":
        pytest.skip("comparing needs Python 3.11, and the steps are for a shell of POSIX")
    pytest.importorskip("scipy")
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "short.py").write_text(SHORT)
    (scripts / "pyconc").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {scripts}/short.py "$@"\n'
    )
    (scripts / "pyconc").chmod(0o755)
    return {
        **os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYCONC_HISTORY": str(tmp_path / "history"), "PROFILE": "quick", "SELECT": CASE,
        "CLOCKS": " ".join(CLOCKS),
        "PYTHON": interpreters.this(), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }  # fmt: skip


def pull_request(folder: Path, busy: int) -> None:
    """The checkouts of both sides of a repository whose newest commit may be slower."""
    made = project(folder / "repository", version=1)
    settings = (made / "pyproject.toml").read_text("utf-8")
    (made / "pyproject.toml").write_text(f'{settings}with = ["./"]\n', "utf-8")
    base = commit(made, "base")
    (made / "toylib.py").write_text(library(2, busy), "utf-8")
    head = commit(made, "head")
    for name, which in (("base", base), ("head", head)):
        git(made, "worktree", "add", "--quiet", "--detach", f"../{name}", which)


def steps() -> Iterator[Mapping[str, Any]]:
    """Those that measure and compare."""
    yaml = pytest.importorskip("ruamel.yaml", reason="ruamel.yaml is not installed")
    workflow = yaml.YAML(typ="safe", pure=True).load(WORKFLOW)
    for step in workflow["jobs"]["measure"]["steps"]:
        if step.get("name") in ("measure both in turns", "compare"):
            yield step


@pytest.mark.long
@only_if_asked
@pytest.mark.parametrize(("busy", "status"), [(400, 1), (0, 0)], ids=["slower", "not slower"])
def test_a_pull_request_that_is_slower_fails(
    busy: int, status: int, short: dict[str, str], tmp_path: Path
) -> None:
    """By an order of magnitude, which no load hides."""
    pull_request(tmp_path, busy)
    for step in steps():
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]], cwd=tmp_path / step["working-directory"],
            env=short, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == (status if step["name"] == "compare" else 0), done.stderr
    assert measured_versions(tmp_path / "campaign-time") == {"base": {1}, "head": {2}}
    comparison = (tmp_path / "comparison.md").read_text("utf-8")
    assert (tmp_path / "summary.md").read_text("utf-8") == comparison
    assert "BASE and HEAD have other packages: toylib 1.0 (" in comparison
    parts = comparison.split("## By ")[1:]
    assert [part.splitlines()[0] for part in parts] == CLOCKS
    for part in parts:
        assert ("slower, confirmed" in part) == bool(status)
    if status:
        confirmed = (tmp_path / "head" / "results").glob("*-confirm")
        by_clock = {read_about(folder)["clock"]: folder for folder in confirmed}
        assert set(by_clock) == set(CLOCKS)
        assert measured_versions(by_clock[TIME]) == {"base": {1}, "head": {2}}
