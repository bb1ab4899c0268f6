"""The workflows: what the public schema wants, pinned actions, few permissions, sound commands."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyconc.cli import parser

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EACH = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
#: A command of ours, up to where its output goes.
COMMAND = r"(?:^|[\s/\"])pyconc\"? ((?:run|compare|report|doctor)\b[^|>&]*)"
#: Where less than reading the repository is not enough: the job, and what it writes.
WRITING = {
    "compare": {"comment": {"pull-requests": "write"}},
    "library": {"comment": {"pull-requests": "write"}},
    "publish": {"publish": {"pages": "write", "id-token": "write"}},
}


def read(path: Path) -> Any:
    """A workflow; YAML 1.2 leaves `on` a word."""
    yaml = pytest.importorskip("ruamel.yaml", reason="ruamel.yaml is not installed")
    return yaml.YAML(typ="safe", pure=True).load(path)


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def test_there_are_workflows_for_tests_comparisons_and_publishing() -> None:
    assert {path.stem for path in WORKFLOWS} >= {"tests", "compare", "library", "publish"}


def test_the_public_schema_finds_no_fault() -> None:
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows",
         *map(str, WORKFLOWS)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@EACH
def test_every_action_is_pinned_by_its_commit_with_its_version_beside_it(path: Path) -> None:
    used = re.findall(r"uses:.*", path.read_text("utf-8"))
    assert used
    for line in used:
        assert re.fullmatch(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_an_action_is_of_one_version_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for action, pin in re.findall(r"uses: (\S+)@(.*)", path.read_text("utf-8")):
            pins.setdefault(action, set()).add(pin)
    assert {action: len(each) for action, each in pins.items()} == dict.fromkeys(pins, 1)


@EACH
def test_only_jobs_that_must_write_may_write(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    jobs = workflow["jobs"].items()
    own = {name: job["permissions"] for name, job in jobs if "permissions" in job}
    assert own == WRITING.get(path.stem, {})


@EACH
def test_no_job_runs_without_end_or_keeps_credentials(path: Path) -> None:
    for name, job in read(path)["jobs"].items():
        assert 0 < job["timeout-minutes"] < 360, name
    for step in steps(path):
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@EACH
def test_what_may_write_runs_no_code_of_the_repository(path: Path) -> None:
    for name, job in read(path)["jobs"].items():
        if "permissions" in job:
            used = [step["uses"] for step in job["steps"] if "uses" in step]
            assert not [each for each in used if "checkout" in each], name


@EACH
def test_the_commands_of_the_workflows_are_understood(path: Path) -> None:
    """Variables of the shell stand for one word of their own name."""
    for step in steps(path):
        for line in step.get("run", "").replace("\\\n", " ").splitlines():
            found = re.search(COMMAND, line)
            if found:
                words = re.sub(r"\$(BUDGET|PROFILE)", r"quick", found[1])
                args = parser().parse_args(shlex.split(words))
                assert callable(args.command), line


def test_the_tests_run_on_every_platform_and_python() -> None:
    matrix = read(ROOT / ".github/workflows/tests.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert {each.partition("-")[0] for each in matrix["os"]} == {"ubuntu", "macos", "windows"}
    pythons = {str(each) for each in matrix["python"]}
    assert pythons >= {f"3.{minor}" for minor in range(9, 16)} | {"3.14t"}
    assert any(each.startswith("pypy") for each in pythons)


def test_publishing_measures_on_several_machines_and_shows_them_in_one_site() -> None:
    jobs = read(ROOT / ".github/workflows/publish.yml")["jobs"]
    machines = jobs["measure"]["strategy"]["matrix"]["include"]
    assert len({each["machine"] for each in machines}) == len(machines) > 2
    assert jobs["merge"]["needs"] == "measure"
    assert jobs["publish"]["needs"] == "merge"
    commands = [step.get("run", "") for step in jobs["merge"]["steps"]]
    assert any(each.startswith("pyconc report campaigns/* ") for each in commands)
