"""Every named Python asked what it has to say to the statements of the notes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence

from pyconc.errors import UsageError
from pyconc.measure.copies import import_root
from pyconc.measure.interpreters import ALL, discover, find
from pyconc.measure.places import Python
from pyconc.statements.answers import LIMIT, Answer
from pyconc.statements.catalog import STATEMENTS


def chosen(names: Sequence[str]) -> list[Python]:
    """The Pythons that are named: versions, commands, paths, or ``all`` that are found.

    Raises:
        UsageError: a name means nothing, or two mean the same.
    """
    found: dict[str, Python] = {}
    for name in names:
        if name == ALL:
            continue
        python = find(name)
        if python.label in found:
            raise UsageError(f"-p {name}: {python.label} is asked already; name each once")
        found[python.label] = python
    if ALL in names:
        for python in map(find, discover()[0]):
            found.setdefault(python.label, python)
    return list(found.values())


def ask_each(pythons: Sequence[Python]) -> Iterator[tuple[str, dict[str, Answer]]]:
    """Each one's label and its answers, when it has given them.

    Raises:
        UsageError: one of them cannot answer.
    """
    for python in pythons:
        yield python.label, _ask(python)


def _ask(python: Python) -> dict[str, Answer]:
    """Needs nothing there but its own standard library."""
    command = [python.executable, "-m", "pyconc.statements"]
    try:
        done = subprocess.run(
            command, env=_environment(python), capture_output=True, text=True,
            timeout=LIMIT * len(STATEMENTS), check=True,
        )  # fmt: skip
        told = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UsageError(
            f"Python {python.label} ({python.executable}) does not answer: {_reason(error)}"
        ) from None
    return {name: Answer(**each) for name, each in told.items()}


def _environment(python: Python) -> dict[str, str]:
    """Without settings for other Pythons; a free-threaded build runs without its GIL."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env["PYTHONPATH"] = str(import_root())
    if python.free_threaded:
        env["PYTHON_GIL"] = "0"
    return env


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        said = (error.stderr or "").strip().splitlines()
        return said[-1] if said else f"it ended with status {error.returncode}"
    return str(error)
