"""Every named Python asked what it has to say to the statements of the notes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pyconc.errors import UsageError
from pyconc.measure.asking import PreparationError, output
from pyconc.measure.copies import import_root
from pyconc.measure.interpreters import ALL, discover, find
from pyconc.measure.places import Python
from pyconc.measure.variables import worker_environment
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
    """Needs nothing there but its own standard library; a free-threaded build has its GIL off."""
    env = worker_environment(import_root())
    if python.free_threaded:
        env["PYTHON_GIL"] = "0"
    command = [python.executable, "-m", "pyconc.statements"]
    try:
        told = json.loads(output(command, env, LIMIT * len(STATEMENTS)))
    except (PreparationError, ValueError) as error:
        raise UsageError(
            f"Python {python.label} ({python.executable}) does not answer: {error}"
        ) from None
    return {name: Answer(**each) for name, each in told.items()}
