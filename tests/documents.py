"""Documents as programs: the files that they have one write, and their commands, in order."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Union

from waiting import PROGRAM_LIMIT

ROOT = Path(__file__).resolve().parents[1]
_SHELL = ("sh", "bash", "console")
#: A block is a file if the line before it ends so.
_FILE = re.compile(r"`([\w./-]+\.(?:py|toml))`:$")


class Command(NamedTuple):
    """A line for the shell; one that is continued is one line."""

    text: str
    line: int


class File(NamedTuple):
    """A file that the reader is to write."""

    path: str
    content: str
    line: int


Step = Union[Command, File]


def steps(document: Path) -> Iterator[Step]:
    """What a document asks for, in its order."""
    before, language, block, start = "", None, list[str](), 0
    for number, line in enumerate(document.read_text("utf-8").splitlines(), 1):
        if not line.startswith("```"):
            if language is not None:
                block.append(line)
            elif line.strip():
                before = line.strip()
        elif language is None:
            language, block, start = line[3:].strip(), [], number + 1
        else:
            yield from _of_block(language, before, block, start)
            language = None


def _of_block(language: str, before: str, block: list[str], start: int) -> Iterator[Step]:
    named = _FILE.search(before)
    if language in _SHELL:
        yield from _commands(block, start)
    elif named:
        yield File(named[1], "".join(f"{line}\n" for line in block), start)


def _commands(block: list[str], start: int) -> Iterator[Command]:
    text = ""
    for number, line in enumerate(block, start):
        text += line.strip()
        if text.endswith("\\"):
            text = text[:-1]
            continue
        words = shlex.split(text, comments=True)
        if words:
            yield Command(re.sub(r"\s+#\s.*", "", text).removeprefix("$ "), number)
        text = ""


def commands(document: Path) -> list[str]:
    return [step.text for step in steps(document) if isinstance(step, Command)]


def follow(
    document: Path,
    folder: Path,
    env: Mapping[str, str],
    instead: Mapping[str, str],
    not_run: Mapping[str, str],
) -> list[str]:
    """Do what a document says, in a folder.

    Args:
        instead: what is run in place of some commands.
        not_run: why some are not.

    Returns:
        What failed, with the command and what it said.
    """
    failures = []
    for step in steps(document):
        if isinstance(step, File):
            if step.path.startswith("benchmarks/"):
                continue  # it would be written into the checkout itself
            path = folder / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.content, "utf-8")
            continue
        if step.text in not_run:
            continue
        command = instead.get(step.text, step.text)
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=env, capture_output=True, text=True,
            timeout=PROGRAM_LIMIT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            said = done.stdout[-2000:] + done.stderr[-2000:]
            failures.append(f"{document.name}:{step.line}: {command}: {done.returncode}\n{said}")
    return failures


def environment(folder: Path, python: str = sys.executable) -> dict[str, str]:
    """Variables with which `pyconc` and others are the commands of a folder's ``.venv``, which has
    what this Python has, and with which nothing is kept outside of the folder.
    """
    scripts = folder / ".venv" / "bin"
    scripts.mkdir(parents=True)
    modules = {"python": "", "pyconc": "-m pyconc", "pytest": "-m pytest",
               "pytest-benchmark": "-m pytest_benchmark"}  # fmt: skip
    for name, module in modules.items():
        script = scripts / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(python)} {module} "$@"\n')
        script.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYCONC_HISTORY": str(folder / "history"),
    }


def like_a_checkout(folder: Path) -> None:
    """What a folder needs for the commands that are for a checkout: make's are up to date."""
    (folder / "benchmarks").symlink_to(ROOT / "benchmarks")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("report", "test", "dev"):
        (folder / ".venv" / f"{name}.stamp").touch()
