"""Completion: what may stand in place of a word, and the scripts by which shells ask for it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import PROGRAM_LIMIT

from pyconc.cli import main, parser
from pyconc.completion import SCRIPTS, answer, candidates
from pyconc.measure.plan import PROFILES
from pyconc.suite import catalog

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = catalog.family_names(ROOT / "benchmarks")


def words(*typed: str) -> list[str]:
    return [each.word for each in candidates(parser(), typed)]


def test_commands_come_first() -> None:
    assert {"list", "run", "show", "compare", "noise", "doctor", "report"} <= set(words(""))
    assert words("do") == ["doctor"]
    assert words("nothing") == []


def test_options_are_those_of_the_command() -> None:
    assert words("run", "--pro") == ["--profile"]
    assert {"-p", "--python", "--resume", "--help"} <= set(words("run", "lock", "-"))
    assert words("doctor", "--") == ["--help", "--json"]
    assert words("list", "--profile") == []
    assert "--version" in words("-")


@pytest.mark.parametrize(
    "typed", [("run", "--profile", ""), ("noise", "-k", "lock", "--profile", ""),
              ("run", "--profile", "=", "")],
)  # fmt: skip
def test_an_option_may_want_one_of_several_words(typed: tuple[str, ...]) -> None:
    assert words(*typed) == list(PROFILES)


def test_its_value_may_be_in_the_same_word() -> None:
    assert words("run", "--profile=s") == ["--profile=smoke"]


def test_clocks_are_known() -> None:
    assert words("run", "--clock", "i") == ["instructions"]
    assert words("compare", "--format=") == [f"--format={f}" for f in ("table", "markdown", "json")]
    assert words("run", "--nothing=") == []


def test_where_files_are_wanted_nothing_is_said() -> None:
    assert words("show", "") == []
    assert words("run", "-o", "") == []
    assert words("report", "one", "") == []
    assert words("run", "--resume", "lock") == []


def test_cases_are_families_and_then_their_workloads() -> None:
    assert words("run", "") == FAMILIES
    assert words("list", "barrier", "loc") == ["lock"]
    assert words("show", "campaign", "sem") == ["semaphore"]
    assert "lock.try_held" in words("run", "lock.")
    assert words("run", "lock.try_h") == ["lock.try_held"]
    assert "lock.contended[thread-2]" in words("run", "lock.contended[")
    assert words("run", "nothing.") == []


def test_own_families_are_among_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "completed_cases").mkdir()
    (tmp_path / "completed_cases" / "quince.py").write_text("", "utf-8")
    settings = '[tool.pyconc]\ncases = ["completed_cases"]\n'
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert words("run", "qui") == ["quince"]


def test_shells_that_show_descriptions_get_them() -> None:
    assert answer("bash", parser(), ["doc"]) == "doctor\n"
    fish = answer("fish", parser(), ["doc"])
    assert fish.startswith("doctor\tis this machine fit to measure on")
    zsh = answer("zsh", parser(), ["doc"])
    assert zsh.startswith("doctor:is this machine fit to measure on")
    assert answer("zsh", parser(), ["nothing"]) == ""
    assert "%%" not in answer("fish", parser(), ["compare", "--"])


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_command_prints_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert capsys.readouterr().out == SCRIPTS[shell]


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_command_answers_what_the_script_asks(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell, "--", "run", "--profile", ""]) == 0
    assert capsys.readouterr().out.splitlines() == list(PROFILES)
    assert main(["completion", shell, "--", "run", "--resu"]) == 0
    assert capsys.readouterr().out.startswith("--resume")
    assert main(["completion", shell, "--", ""]) == 0
    assert "doctor" in capsys.readouterr().out
    assert main(["completion", shell, "--", "show", ""]) == 0
    assert capsys.readouterr().out == ""


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
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["pyconc", "run", "--profile", ""], list(PROFILES)),
        (["pyconc", "run", "lock.try_h"], ["lock.try_held"]),
        (["pyconc", "show", ""], []),
    ],
)
def test_bash_completes(
    typed: list[str], found: list[str], command: dict[str, str], tmp_path: Path
) -> None:
    line = " ".join(shlex.quote(word) for word in typed)
    program = (
        'eval "$(pyconc completion bash)"; complete -p pyconc >/dev/null; '
        f"COMP_WORDS=({line}); COMP_CWORD={len(typed) - 1}; _pyconc pyconc; "
        '[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert said_by(["bash", "-c"], program, command, tmp_path) == found


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_completes(command: dict[str, str], tmp_path: Path) -> None:
    env = {**command, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    ask = "pyconc completion fish | source; complete -C 'pyconc run --profile '"
    assert said_by(["fish", "-c"], ask, env, tmp_path) == list(PROFILES)
    ask = "pyconc completion fish | source; complete -C 'pyconc doc'"
    [line] = said_by(["fish", "-c"], ask, env, tmp_path)
    assert line.startswith("doctor\t")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_zsh_reads_the_script(command: dict[str, str], tmp_path: Path) -> None:
    program = (
        'autoload -U compinit; compinit -D -u; eval "$(pyconc completion zsh)"; '
        "print $_comps[pyconc]; _describe() { print -l -- $found }; "
        "words=(pyconc run --profile ''); CURRENT=4; _pyconc"
    )
    assert said_by(["zsh", "-f", "-c"], program, command, tmp_path) == ["_pyconc", *PROFILES]
