"""The cases under pytest-benchmark: how they are chosen, grouped, written and checked."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pyconc.suite import catalog
from pyconc.suite.case import Case
from pyconc.suite.tags import TAGS, tags

pytest.importorskip("pytest_benchmark", reason="pytest-benchmark is not installed")
ROOT = Path(__file__).resolve().parents[1]


def run_pytest(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=cwd, capture_output=True, text=True,
    )  # fmt: skip


def collected(*arguments: str) -> set[str]:
    """Ids of the cases that pytest would run."""
    done = run_pytest("benchmarks", "--collect-only", "-q", "--strict-markers", *arguments)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return {
        f"{family}.{name}"
        for family, name in re.findall(r"^benchmarks/(\w+)\.py::(\S+)$", done.stdout, re.M)
    }


def ids(cases: Iterable[Case]) -> set[str]:
    return {case.id for case in cases}


def test_every_case_is_collected_once(cases: dict[str, Case]) -> None:
    assert collected() == set(cases)


def test_markers_choose_by_family_tag_and_profile(cases: dict[str, Case]) -> None:
    found = collected("-m", "pyconc_lock and quick and not contended")
    lock = catalog.select(list(cases.values()), ["lock"])
    assert found == ids(case for case in lock if case.quick and not case.contended)
    found = collected("-m", "tasks and notes")
    assert found == ids(case for case in cases.values() if {"asyncio", "notes"} <= set(tags(case)))


def test_keywords_choose_by_names_and_parameters(cases: dict[str, Case]) -> None:
    found = collected("-k", "barrier.py and crossing and spawn")
    assert found == ids(
        case for case in cases.values() if "barrier" in case.id and "crossing" in case.id
        and "spawn" in case.id and case.family == "barrier"
    )  # fmt: skip


def test_the_markers_are_explained() -> None:
    done = run_pytest("benchmarks", "--markers")
    said = dict(re.findall(r"^@pytest\.mark\.(\w+): (.*)$", done.stdout, re.M))
    assert {"quick", "tasks", *TAGS} - {"asyncio"} <= said.keys()
    assert said["pyconc_lock"] == "it is of the family lock."


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """What pytest-benchmark wrote of a few cases, and what it printed."""
    path = tmp_path_factory.mktemp("bridge") / "few.json"
    done = run_pytest(
        "benchmarks", "-k", "(event.py and is_set) or (semaphore.py and pair and thread)",
        "--benchmark-only", "--benchmark-min-rounds=2", "--benchmark-group-by=func,param:backend",
        f"--benchmark-json={path}",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    return path, done.stdout


def benchmarks(path: Path) -> dict[str, Any]:
    return {each["name"]: each for each in json.loads(path.read_text("utf-8"))["benchmarks"]}


def test_a_case_is_written_with_its_family_its_parameters_and_its_id(
    written: tuple[Path, str],
) -> None:
    one = benchmarks(written[0])["pair[thread-1-BoundedSemaphore]"]
    assert one["group"] == "semaphore"
    assert one["params"] == {"backend": "thread", "workers": 1, "kind": "BoundedSemaphore"}
    assert one["fullname"] == "benchmarks/semaphore.py::pair[thread-1-BoundedSemaphore]"
    assert one["extra_info"]["pyconc_case"] == "semaphore.pair[thread-1-BoundedSemaphore]"
    assert one["extra_info"]["pyconc_control"] == "reference.empty_loop[thread-1]"
    assert 0 < one["stats"]["mean"] < 0.02  # one operation; a value takes that at least


def test_the_user_says_how_many_values(written: tuple[Path, str]) -> None:
    found = benchmarks(written[0])
    assert len(found) == 3
    for each in found.values():
        assert len(each["stats"]["data"]) == each["stats"]["rounds"] == 2


def test_groups_are_by_what_the_user_says(written: tuple[Path, str]) -> None:
    titles = re.findall(r"^-+ benchmark '([^']+)': (\d+) tests -+$", written[1], re.M)
    assert titles == [("is_set backend=thread", "1"), ("pair backend=thread", "2")]


def test_pytest_benchmark_opens_it_and_compares(written: tuple[Path, str], tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(written[0].read_text("utf-8"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", str(written[0]), str(other),
         "--group-by=group,name", "--columns=min,mean"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "event is_set[thread-1]" in done.stdout
    assert len(re.findall(r"^pair\[thread-1-Semaphore\]", done.stdout, re.M)) == 2


@pytest.mark.long
def test_the_commands_of_the_document_choose_cases(tmp_path: Path) -> None:
    """In a folder of its own, as some of them make one."""
    text = (ROOT / "docs" / "pyperformance.md").read_text("utf-8")
    lines = re.findall(r"^pytest (benchmarks.*)$", text, re.M)
    assert len(lines) >= 5
    for line in dict.fromkeys(lines):
        if "--markers" not in line:
            words = shlex.split(line.replace("benchmarks", str(ROOT / "benchmarks"), 1))
            done = run_pytest(*words, "--collect-only", "-q", cwd=tmp_path)
            assert done.returncode == 0, done.stdout + done.stderr
            assert re.search(r"^benchmarks/\w+\.py::\w+\[", done.stdout, re.M), line
