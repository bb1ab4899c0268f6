"""The command line: lists, lazy imports, and one clear line for bad input."""

from __future__ import annotations

import errno
import json
import os
import re
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
from programs import ROOT, pyconc, python

from pyconc import __version__, cli
from pyconc.measure import targets


def refused(*arguments: str, says: str, cwd: Path = ROOT) -> None:
    """One line on standard error that says so, status 2, and no traceback."""
    done = pyconc(*arguments, cwd=cwd)
    assert done.returncode == 2, done.stdout + done.stderr
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("pyconc: ")
    assert says in line


def test_list_names_the_cases(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list", "barrier", "-k", "thread and not crossing"]) == 0
    out = capsys.readouterr().out
    assert "barrier.program[thread-4]" in out
    assert out.endswith("\n1 case\n")


def test_list_as_json_says_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list", "shared_state.fill_program", "--json"]) == 0
    listed = {each["id"]: each for each in json.loads(capsys.readouterr().out)}
    fork = listed["shared_state.fill_program[process-fork-10]"]
    assert fork["family"] == "shared_state"
    assert fork["workload"] == "fill_program"
    assert fork["parameters"] == {"backend": "process", "start_method": "fork", "workers": 10}
    assert fork["notes"] == "共享变量"
    assert fork["requirements"] == ["start method fork"]
    assert fork["control"] == "reference.start_join[process-fork-10]"
    assert fork["skipped"] is None or "fork" in fork["skipped"]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"pyconc {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], {"pyperf", "multiprocessing", "pandas", "matplotlib"}),
        (["list"], {"pyperf", "pandas", "matplotlib", "scipy", "jinja2", "rich"}),
    ],
    ids=["help", "list"],
)
def test_imports_are_lazy(arguments: list[str], heavy: set[str]) -> None:
    done = python("-X", "importtime", "-m", "pyconc", *arguments)
    assert done.returncode == 0
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "pyconc.cli" in imported
    assert not imported & heavy


def test_what_workers_import_again_is_light() -> None:
    """A spawned child imports the worker's module, inside the clock where creation is timed."""
    code = (
        "import sys; before = set(sys.modules); import pyconc.measure.worker; "
        "print(sorted(set(sys.modules) - before - {'__future__'}))"
    )
    done = python("-c", code)
    assert done.stdout == "['pyconc', 'pyconc.measure', 'pyconc.measure.worker']\n"


@pytest.mark.parametrize("verb", ["list", "run"])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nosuch", "unknown family, workload or case 'nosuch'"),
        ("barrier.crosing", "did you mean 'barrier.crossing'?"),
        ("barrier.crossing[thread-3]", "did you mean 'barrier.crossing[thread-"),
    ],
)
def test_unknown_names(verb: str, name: str, says: str, tmp_path: Path) -> None:
    output = ["-o", str(tmp_path / "c")] if verb == "run" else []
    refused(verb, name, *output, says=says)
    assert not (tmp_path / "c").exists()


def test_unknown_profile(tmp_path: Path) -> None:
    refused("run", "--profile", "slow", "-o", str(tmp_path / "c"), says="unknown profile 'slow'")
    assert not (tmp_path / "c").exists()


def test_a_bad_expression() -> None:
    refused("list", "-k", "lock and", says="is not an expression")


def test_an_output_folder_that_holds_another_campaign(tmp_path: Path) -> None:
    (tmp_path / "campaign.json").write_text("{}")
    refused("run", "pool.no_pool", "-o", str(tmp_path), says="holds another campaign")
    assert (tmp_path / "campaign.json").read_text() == "{}"


def test_an_output_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused("run", "pool.no_pool", "-o", str(tmp_path / "file" / "c"), says="cannot write")


@pytest.mark.parametrize(
    "command",
    [
        "run -p 9.99 pool.no_pool -o",
        "run -p 9.99 pool.no_pool --dry-run -o",
        "noise -p 9.99 pool.no_pool -o",
        "noise -p 9.99 pool.no_pool --history",
        "report nowhere -o",
        "statements -p 9.99 -o",
    ],
)
@pytest.mark.parametrize("full", [False, True], ids=["a file is in the way", "the disk is full"])
def test_what_cannot_be_written_is_said_before_anything_else_is_done(
    command: str,
    full: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No Python is looked for, and no campaign read."""
    if command.startswith(("noise", "report")):
        pytest.importorskip("pandas")
    target = tmp_path / "target"
    if full:
        monkeypatch.setattr(targets, "TemporaryFile", partial(no_space_in, tmp_path))
    else:
        (tmp_path / "file").write_text("mine")
        target = tmp_path / "file" / "target"
    assert cli.main([*command.split(), str(target)]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"pyconc: cannot write {target}: ")
    assert captured.err.count("\n") == 1
    assert not captured.out
    assert not target.exists()


def no_space_in(full: Path, dir: Path) -> Any:  # noqa: A002
    if dir == full:
        raise OSError(errno.ENOSPC, "No space left on device")
    return TemporaryFile(dir=dir)


def test_a_dry_run_of_noise_measures_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["noise", "pool.no_pool", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^Python .*again: 1 case, ", said, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("python", "says"),
    [("9.99", "no python9.99 on PATH"), ("/no/such/python", "no /no/such/python on PATH")],
)
def test_a_python_that_is_not_there(python: str, says: str, tmp_path: Path) -> None:
    refused("run", "pool.no_pool", "-p", python, "-o", str(tmp_path / "c"), says=says)
    assert not (tmp_path / "c").exists()


#: What a Python says of itself.
OLD = '[[3, 8, 0, "final", 0], "CPython", false, false, "3.8", "/old/python"]'


@pytest.mark.skipif(os.name != "posix", reason="writes a script")
@pytest.mark.parametrize(
    ("answer", "says"),
    [(f"echo '{OLD}'", "Python 3.8 is too old"), ("exit 1", "does not run as a Python")],
)
def test_a_python_that_will_not_do(answer: str, says: str, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{answer}\n")
    python.chmod(0o755)
    refused("run", "pool.no_pool", "-p", str(python), "-o", str(tmp_path / "c"), says=says)


def test_too_old_a_python_is_told_so() -> None:
    code = (
        "import sys, runpy; sys.version_info = (3, 8, 0, 'final', 0); "
        "runpy.run_module('pyconc', run_name='__main__')"
    )
    done = python("-c", code)
    assert done.returncode == 2
    assert done.stderr == "pyconc: Python 3.8 is too old; use 3.9 or newer\n"


def test_no_command_is_a_usage_error() -> None:
    done = pyconc()
    assert done.returncode == 2
    assert "usage: pyconc" in done.stderr
