"""The families as benchmarks of pyperformance: what is declared, the script, and real runs."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pyperf
import pytest
from longest import only_if_asked
from waiting import PROGRAM_LIMIT

from pyconc.errors import UsageError
from pyconc.suite import catalog, manifest
from pyconc.suite.case import Case
from pyconc.suite.manifest import FOLDER, PREFIX
from pyconc.suite.tags import TAGS, tags

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "benchmarks"
SCRIPT = BENCHMARKS / FOLDER / "run_benchmark.py"
DOCUMENT = ROOT / "docs" / "pyperformance.md"
#: One case of each of the families that are really run.
FEW = {"PYCONC_KEYWORDS": "event.is_set or lock.pair[thread"}
FOUND = ["event.is_set[thread-1]", "lock.pair[thread-1]"]
FLAG = '''\
from pyconc.suite.case import Workload, case

@case()
class Flag(Workload):
    """A flag. One operation: nothing."""
'''


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_benchmark", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_are_what_is_declared() -> None:
    """`make docs` writes them again."""
    wanted = manifest.files(BENCHMARKS)
    there = {"MANIFEST", *(f"{FOLDER}/{path.name}" for path in SCRIPT.parent.glob("*.toml"))}
    assert there == set(wanted), "stale: run `make docs`"
    for name, text in wanted.items():
        assert (BENCHMARKS / name).read_text("utf-8") == text, f"{name} is stale: run `make docs`"


def test_what_is_left_over_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "small_families"
    old = folder / FOLDER / f"bm_{PREFIX}gone.toml"
    old.parent.mkdir(parents=True)
    old.write_text("", "utf-8")
    (folder / "flag.py").write_text(FLAG, "utf-8")
    manifest.write(folder)
    assert not old.exists()
    assert f"{PREFIX}flag\t<local:pyconc>" in (folder / "MANIFEST").read_text("utf-8")


def test_every_family_is_a_benchmark_and_no_benchmark_is_a_family() -> None:
    rows = re.findall(r"^(\w+)\t<local:pyconc>$", (BENCHMARKS / "MANIFEST").read_text(), re.M)
    assert rows == [f"{PREFIX}{name}" for name in manifest.measured_families(BENCHMARKS)]
    assert FOLDER not in catalog.family_names(BENCHMARKS)


def test_every_tag_is_some_familys(cases: dict[str, Case]) -> None:
    assert set(TAGS) == {tag for case in cases.values() for tag in tags(case)}


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("lock.pair[thread-1]", ["threading", "notes"]),
        ("lock.contended[thread-4]", ["threading", "contended", "notes"]),
        ("barrier.crossing[process-fork-2]", ["multiprocessing", "contended", "notes"]),
        ("barrier.program[thread-4]", ["threading", "notes"]),
        ("asyncio.plain_call[task-1]", ["asyncio"]),
        ("interpreter.queue_handoff[interpreter-2]", ["interpreters", "contended"]),
        ("reference.call[thread-1]", ["threading"]),
    ],
)
def test_tags_come_from_the_declarations(
    case: str, expected: list[str], cases: dict[str, Case]
) -> None:
    assert tags(cases[case]) == expected


def test_a_family_of_newer_pythons_says_so() -> None:
    files = manifest.files(BENCHMARKS)
    newer = [name for name, text in files.items() if 'requires-python = ">=3.14"' in text]
    assert newer == [f"{FOLDER}/bm_{PREFIX}interpreter.toml"]


def test_the_script_chooses_quick_cases_or_all(script: ModuleType) -> None:
    quick, everything = (
        {case.id for case in script.chosen("lock", which, None)} for which in ("quick", "all")
    )
    assert "lock.pair[thread-1]" in quick < everything
    few = script.chosen("lock", "quick", "lock.pair and thread")
    assert [case.id for case in few] == ["lock.pair[thread-1]"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("lok", "quick", None), "there is no family 'lok'"),
        (("lock", "most", None), "not 'most'"),
        (("lock", "quick", "xyzzy"), "matches no case"),
        (("lock", "quick", "a b"), "not an expression"),
    ],
)
def test_what_the_script_cannot_measure(
    script: ModuleType, arguments: tuple[str, str, str], complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        script.chosen(*arguments)


def test_a_family_that_this_python_cannot_run_says_why(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Case, "skip_reason", lambda self: "needs Python 4.0+")
    with pytest.raises(UsageError, match=r"event can be measured here: needs Python 4\.0\+"):
        script.chosen("event", "quick", None)
    assert "event.is_set[thread-1]: skipped, needs Python 4.0+" in capsys.readouterr().out


def run_script(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        cwd=folder, env={**os.environ, **env}, timeout=PROGRAM_LIMIT,
        capture_output=True, text=True,
    )  # fmt: skip


def test_the_script_is_one_of_pyperf_in_any_folder(tmp_path: Path) -> None:
    done = run_script(
        tmp_path, "--family", "event", "--debug-single-value", "-o", "event.json",
        PYCONC_KEYWORDS="event.is_set or event.set_clear",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    suite = pyperf.BenchmarkSuite.load(str(tmp_path / "event.json"))
    assert suite.get_benchmark_names() == ["event.set_clear[thread-1]", "event.is_set[thread-1]"]
    for bench in suite:
        metadata = bench.get_metadata()
        assert metadata["pyconc_control"] == "reference.empty_loop[thread-1]"
        assert metadata["pyconc_family"] == "event"
        assert bench.get_nvalue() == 1


def test_bad_input_to_the_script_is_one_line(tmp_path: Path) -> None:
    done = run_script(tmp_path, "--family", "lok")
    assert done.returncode == 2
    assert done.stderr == "pyconc: there is no family 'lok'; MANIFEST names all\n"


def test_a_case_that_breaks_fails_its_family_and_is_named(tmp_path: Path) -> None:
    """A worker that cannot start stands for one whose invariant breaks."""
    done = run_script(
        tmp_path, "--family", "event", "--keywords", "event.is_set", "--debug-single-value",
        "--affinity", "1000",
    )  # fmt: skip
    assert done.returncode == 1
    assert "pyconc: event.is_set[thread-1] could not be measured" in done.stderr


@pytest.fixture(scope="module")
def pyperformance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment with the released pyperformance."""
    folder = tmp_path_factory.mktemp("pyperformance") / "env"
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("this Python makes no environment with pip")
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    done = subprocess.run(
        [commands / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--retries=1", "--timeout=10", "pyperformance"],
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"pyperformance cannot be installed: {done.stderr.strip()[-300:]}")
    return commands


@pytest.mark.long
@only_if_asked
def test_the_released_pyperformance_runs_families_and_its_results_compare(
    pyperformance: Path, tmp_path: Path
) -> None:
    """All commands of the document, as they stand there, from another folder."""
    done = {}
    for line in documented("pyperformance "):
        words = [each.replace("benchmarks/", f"{BENCHMARKS}/") for each in shlex.split(line)]
        done[line] = subprocess.run(
            [str(pyperformance / words[0]), *words[1:]],
            cwd=tmp_path, env={**os.environ, **FEW}, capture_output=True, text=True,
        )  # fmt: skip
        assert done[line].returncode == 0, f"{line}\n{done[line].stdout}\n{done[line].stderr}"
    said = {line.split()[1]: each.stdout for line, each in done.items()}
    for name in manifest.measured_families(BENCHMARKS):
        runs = manifest.oldest_of(catalog.family(BENCHMARKS, name)) <= sys.version_info
        assert (f"- {PREFIX}{name}\n" in said["list"]) == runs
    for tag in TAGS:
        assert re.search(rf"^{tag} \(\d+\):$", said["list_groups"], re.M)
    for case in FOUND:
        assert case in said["show"]
        assert case in said["compare"]
    for name in ("before", "after"):
        suite = pyperf.BenchmarkSuite.load(str(tmp_path / f"{name}.json"))
        assert sorted(suite.get_benchmark_names()) == FOUND
    comparison = compared(tmp_path)
    assert sorted(case["id"] for case in comparison["cases"]) == FOUND
    assert comparison["cases"][0]["rounds"] == 10
    assert comparison["provisional"]


def documented(program: str) -> list[str]:
    """The lines of the document's blocks for the shell that begin with a program."""
    blocks = re.findall(r"^```sh\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.M | re.S)
    return [line for block in blocks for line in block.splitlines() if line.startswith(program)]


def compared(folder: Path) -> dict[str, Any]:
    """Two files by ``pyperf compare_to``, which must accept them, and by our own command."""
    pytest.importorskip("scipy", reason="the report's extra is not installed")
    for command in (
        ["-m", "pyperf", "compare_to", "before.json", "after.json"],
        ["-m", "pyconc", "compare", "before.json", "after.json", "--format", "json"],
    ):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=folder, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYCONC_HISTORY": str(folder / "none")},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))
