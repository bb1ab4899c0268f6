"""Programs as tests run them: to their ends, with our pyconc; and whether one is left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from waiting import PROGRAM_LIMIT

ROOT = Path(__file__).resolve().parents[1]


def python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd, capture_output=True, text=True, timeout=PROGRAM_LIMIT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def pyconc(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return python("-m", "pyconc", *arguments, cwd=cwd)


def mentioning(text: str) -> set[int]:
    """The processes that run and have this in their command line."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text.encode() in path.read_bytes():
                found.add(int(path.parent.name))
        except OSError:  # it has just ended
            continue
    return found
