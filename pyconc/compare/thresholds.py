"""How small a difference does not matter: for all cases, for a family, or for one case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.errors import UsageError
from pyconc.statistics.verdicts import THRESHOLD

_TABLE = "tool.pyconc.thresholds"


class Thresholds(NamedTuple):
    """Thresholds as shares: 0.01 lets a difference of 1 % pass."""

    default: float = THRESHOLD
    #: By family, ``family.workload`` or id.
    named: Mapping[str, float] = {}

    def of(self, case: str) -> float:
        """The threshold of a case: its own, or that of its workload or of its family."""
        for name in names_of(case):
            if name in self.named:
                return self.named[name]
        return self.default


def names_of(case: str) -> tuple[str, str, str]:
    """What a case may be named by: its id, its workload, its family; the most exact first."""
    return case, case.partition("[")[0], case.partition(".")[0]


def read_thresholds(given: str | None, start: Path) -> Thresholds:
    """What ``--threshold`` says for all, and the nearest pyproject.toml for some.

    Args:
        start: the folder from which on upwards pyproject.toml is looked for.

    Raises:
        UsageError: a threshold is none, or the file cannot be read.
    """
    default = THRESHOLD if given is None else share(given, "--threshold")
    for folder in (start.resolve(), *start.resolve().parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            named = {
                name: share(value, f"{path}: {name}") for name, value in _entries(_table(path))
            }
            if given is None and "default" in named:
                default = named["default"]
            return Thresholds(default, named)
    return Thresholds(default)


def _table(path: Path) -> dict[str, Any]:
    import tomllib  # new in 3.11, as is this side of pyconc

    try:
        settings: Any = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"cannot read {path}: {error}; mend it") from None
    for name in _TABLE.split("."):
        settings = settings.get(name, {}) if isinstance(settings, dict) else settings
    if not isinstance(settings, dict):
        raise UsageError(f"{path}: [{_TABLE}] is no table; write lines such as lock = '3%'")
    return settings


def _entries(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Names and values; ``lock.pair`` without quotes is a table in a table to TOML."""
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _entries(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def share(value: object, where: str) -> float:
    """``3%``, ``0.03`` or their text, as a share.

    Raises:
        UsageError: it is none of these, or not from 0 to below 1.
    """
    text = str(value).strip()
    try:
        found = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        found = -1.0
    if isinstance(value, bool) or not 0 <= found < 1:
        raise UsageError(f"{where} is {value!r}, which is no threshold; write '3%' or 0.03")
    return found
