"""Entries that are written by hand, in TOML files beside the cases: read, and checked.

What is wrong with one is said in one line that names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

import tomllib

from pyconc.errors import UsageError, brief

#: Those of the report's pages.
LANGUAGES = ("en", "zh")
#: A text by language.
Said = Mapping[str, str]

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_Entry = TypeVar("_Entry")


def read_entries(path: Path, read: Callable[[str, object], _Entry]) -> tuple[_Entry, ...]:
    """The entries of a file, in its order.

    Args:
        read: makes one of its name and its table; a ValueError says what is wrong with it.

    Raises:
        UsageError: the file cannot be read, or something is wrong with an entry.
    """
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot read {brief(path)}: {brief(why)}; mend the file") from None
    found = []
    for name, entry in entries.items():
        try:
            if not _NAME.fullmatch(name):
                raise ValueError("has no name of lower-case letters, digits and hyphens")
            found.append(read(name, entry))
        except ValueError as error:
            raise UsageError(f"{brief(path)}: [{brief(name)}] {brief(error)}") from None
    return tuple(found)


def need_cases(cases: Collection[str], known: Collection[str]) -> None:
    """Raises ValueError for an id that is no case."""
    for case in cases:
        if case not in known:
            raise ValueError(f"names {case}, which is no case; `pyconc list` shows all")


def taken(
    said: object, what: str, fields: Mapping[str, Callable[[Any], Any]], wanted: Collection[str]
) -> dict[str, Any]:
    """What a table says, each value as its field has it.

    Raises:
        ValueError: it is no table, a name is unknown or missing, or a value is none of its field.
    """
    if not isinstance(said, dict):
        raise ValueError(f"{what} must be a table, and is {said!r}")
    for name in said:
        if name not in fields:
            raise ValueError(f"{what} says {name!r}, which is none of {', '.join(fields)}")
    for name in wanted:
        if name not in said:
            raise ValueError(f"{what} does not say {name!r}")
    found = {}
    for name, value in said.items():
        try:
            found[name] = fields[name](value)
        except TypeError:
            raise ValueError(f"{name} cannot be {value!r}") from None
    return found


def texts(said: object) -> Said:
    """A text in every language; raises ValueError for anything else."""
    return taken(said, "a text", dict.fromkeys(LANGUAGES, text), LANGUAGES)


def text(said: Any) -> str:
    """One text; raises ValueError for anything else."""
    if not isinstance(said, str) or not said.strip():
        raise ValueError(f"a text must have words, and is {said!r}")
    return said
