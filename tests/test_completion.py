"""Completion: what may stand in place of a word, as a shell asks for it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from waiting import PROGRAM_LIMIT

from pyconc.cli import main
from pyconc.commands.completion import SHELLS
from pyconc.measure.plan import PROFILES
from pyconc.suite import catalog

pytest.importorskip("argcomplete")

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = catalog.family_names(ROOT / "benchmarks")
Offered = Callable[[str], list[str]]


@pytest.fixture
def offered(tmp_path: Path) -> Offered:
    """The words that the shell is offered at the end of a line, in an empty folder."""
    answer = tmp_path / "answer"
    folder = tmp_path / "here"
    folder.mkdir()

    def ask(line: str) -> list[str]:
        env = {
            **os.environ, "PYTHONPATH": str(ROOT), "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_SHELL": "fish",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(answer), "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
            "COMP_LINE": line, "COMP_POINT": str(len(line)), "COMP_TYPE": "9",
        }  # fmt: skip
        answer.write_text("", "utf-8")
        command = [sys.executable, "-m", "pyconc"]
        subprocess.run(
            command, env=env, cwd=folder, check=True, capture_output=True, timeout=PROGRAM_LIMIT
        )
        return [word.partition("\t")[0] for word in answer.read_text("utf-8").splitlines()]

    return ask


def test_commands_come_first(offered: Offered) -> None:
    assert {"list", "run", "show", "compare", "noise", "doctor", "report"} <= set(
        offered("pyconc ")
    )
    assert offered("pyconc do") == ["doctor"]
    assert offered("pyconc nothing") == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("pyconc run --pro", ["--profile"]),
        ("pyconc run --profile ", list(PROFILES)),
        ("pyconc noise -k lock --profile s", ["smoke"]),
        ("pyconc run --clock i", ["instructions"]),
        ("pyconc compare one two --format ", ["table", "markdown", "json"]),
        ("pyconc run -o ", []),
        ("pyconc run --resume lock", []),
        ("pyconc run lock.try_h", ["lock.try_held"]),
        ("pyconc run nothing.", []),
    ],
)
def test_what_may_stand_there(line: str, words: list[str], offered: Offered) -> None:
    assert sorted(offered(line)) == sorted(words)


def test_cases_are_families_and_then_their_workloads(offered: Offered) -> None:
    assert set(FAMILIES) <= set(offered("pyconc run "))
    assert "lock.try_held" in offered("pyconc run lock.")
    assert "lock.contended[thread-2]" in offered("pyconc run lock.contended[")


def test_own_families_are_among_them(offered: Offered, tmp_path: Path) -> None:
    here = tmp_path / "here"
    (here / "completed_cases").mkdir()
    (here / "completed_cases" / "quince.py").write_text("", "utf-8")
    settings = '[tool.pyconc]\ncases = ["completed_cases"]\n'
    (here / "pyproject.toml").write_text(settings, "utf-8")
    assert offered("pyconc run qui") == ["quince"]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_a_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "pyconc" in capsys.readouterr().out


def test_what_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "argcomplete.shell_integration", None)
    assert main(["completion", "bash"]) == 2
    assert "pip install 'pyconc[completion]'" in capsys.readouterr().err


@pytest.fixture
def command(tmp_path: Path) -> dict[str, str]:
    """Variables with which `pyconc` is on PATH."""
    script = tmp_path / "bin" / "pyconc"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m pyconc "$@"\n')
    script.chmod(0o755)
    path = f"{script.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def said_by(shell: list[str], program: str, env: dict[str, str], cwd: Path) -> list[str]:
    done = subprocess.run(
        [*shell, program], env=env, cwd=cwd, capture_output=True, text=True, timeout=PROGRAM_LIMIT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes(command: dict[str, str], tmp_path: Path) -> None:
    line = "pyconc run --profile s"
    program = (
        'eval "$(pyconc completion bash)"; complete -p pyconc >/dev/null; '
        f"COMP_LINE='{line}'; COMP_POINT={len(line)}; COMP_TYPE=9; _python_argcomplete pyconc; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert [each.strip() for each in said_by(["bash", "-c"], program, command, tmp_path)] == [
        "smoke"
    ]


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_completes(command: dict[str, str], tmp_path: Path) -> None:
    env = {**command, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    ask = "pyconc completion fish | source; complete -C 'pyconc doc'"
    [line] = said_by(["fish", "-c"], ask, env, tmp_path)
    assert line.startswith("doctor")
