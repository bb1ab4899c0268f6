"""The file of all answers: a campaign's folder may have one beside its results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyconc.checked import loads
from pyconc.errors import UsageError, brief
from pyconc.statements.answers import Answer, Answers, to_json
from pyconc.store.files import read_bytes
from pyconc.store.journal import write_json

FILE = "statements.json"


def write_answers(path: Path, answers: Mapping[str, Answers]) -> None:
    """Write the answers of each Python, by its label.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        write_json(path, {python: to_json(each) for python, each in answers.items()})
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"cannot write {brief(path)}: {why}; choose another with -o") from None


def read_answers(path: Path) -> dict[str, dict[str, Answer]]:
    """The answers by the label of a Python, and by the statement's id.

    Raises:
        UsageError: the file cannot be read, or is none that `write_answers` wrote.
    """
    try:
        told = loads(read_bytes(path))
        return {python: {name: _answer(each) for name, each in answers.items()}
                for python, answers in told.items()}  # fmt: skip
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise UsageError(
            f"{brief(path)} holds no answers; `pyconc statements -o {brief(path)}` writes it again"
        ) from None


def _answer(told: Any) -> Answer:
    """Raises TypeError or KeyError for what `write_answers` did not write."""
    holds, found, deprecated = told["holds"], told["found"], told.get("deprecated", False)
    if holds not in (True, False, None) or not isinstance(found, str):
        raise TypeError
    return Answer(None if holds is None else bool(holds), found, bool(deprecated))
