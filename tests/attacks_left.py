"""Attacks by what cases leave and by signals, for `attacks`."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

from test_kills import SIGNALS, killed_and_resumed
from test_leaving import SHM, another_program, knowing, left_in_memory
from test_preparing import killed_preparation, make_uv

ROOT = Path(__file__).resolve().parents[1]
#: By the case, what its failure says; nothing where it must not fail.
LEAVING = {
    "process[thread-1-daemon]": "left_by_a_case)",
    "process[thread-1-session]": "left_by_a_case)",
    "process[thread-1-group]": "left_by_a_case)",
    "process[thread-1-daemon without variables]": "left_by_a_case)",
    "memory_of_child[thread-1]": "left behind: 2 shared memory objects",
    "hides[thread-1-is killed]": "ended with signal 9",
    "hides[thread-1-does not say]": "left behind: shared memory psm_x",
    "holds[thread-1-is killed]": "ended with signal 9",
    "fails[thread-1]": "its own reason",
    "waits[thread-1-0]": "",
    "waits[thread-1-1]": "",
}


def all_left(place: Path, kills: int) -> Iterator[tuple[str, Callable[[], str]]]:
    """Each with its name; it says what did not hold, or nothing."""
    project = place / "project"
    (project / "cases").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "toys" / "leaving.py", project / "cases")
    (project / "pyproject.toml").write_text('[tool.pyconc]\ncases = ["cases"]\n')
    for name in LEAVING:
        yield f"left by {name}", lambda n=name: left_by(project, n)  # type: ignore[misc]
    for signal in SIGNALS:
        folder = place / f"prepared-{signal}"
        yield (
            f"{signal} while preparing",
            lambda n=signal, f=folder: said(lambda: killed_preparation(n, make_uv(f))),  # type: ignore[misc]
        )
    for number in range(kills):
        folder = place / f"killed-{number}"
        yield (
            f"kill {number}",
            lambda n=number, f=folder: said(lambda: killed_and_resumed(n, f)),  # type: ignore[misc]
        )


def said(attack: Callable[[], object]) -> str:
    try:
        attack()
    except AssertionError as error:
        return str(error) or "it did not hold"
    return ""


def left_by(project: Path, name: str) -> str:
    """One case is measured, while other programs have shared memory of their own."""
    case = f"leaving.{name}"
    folder = project / secrets.token_hex(4)
    before = SHM / f"psm_{secrets.token_hex(4)}"
    before.touch(0o600)
    try:
        with another_program(folder.parent) as made:
            ended = subprocess.run(
                [sys.executable, "-m", "pyconc", "run", case, "--profile", "smoke", "-o", folder],
                cwd=project, capture_output=True, text=True, timeout=300,
                env={**os.environ, "PYTHONPATH": str(ROOT), "LEAVING": str(project)},
            )  # fmt: skip
            gone = [path for path in (before, *made) if not path.exists()]
    finally:
        before.unlink(missing_ok=True)
    if gone or knowing(project) or left_in_memory():
        return f"removed {gone}, left {knowing(project)} {left_in_memory()}"
    if not (folder / "journal.jsonl").exists():
        return ended.stderr[-300:]
    lines = (folder / "journal.jsonl").read_text("utf-8").splitlines()
    errors = [record["error"] for record in map(json.loads, lines) if record.get("error")]
    expected = [LEAVING[name]] if LEAVING[name] else []
    fits = len(errors) == len(expected) and all(a in b for a, b in zip(expected, errors))
    return "" if fits else f"it says {errors}"
