"""What changed in CPython and explains steps: ``changes.toml`` beside the cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from packaging.version import InvalidVersion, Version

from pyconc.findings.entries import Said, read_entries, taken, text, texts
from pyconc.suite import catalog
from pyconc.suite.catalog import benchmarks_folder

FILE = "changes.toml"


class Change(NamedTuple):
    """An entry."""

    id: str
    #: The first release that has it.
    since: Version
    #: Of the pull request.
    address: str
    workloads: tuple[str, ...]
    says: Said

    @property
    def called(self) -> str:
        """The repository and the number."""
        *_, owner, name, _, number = self.address.split("/")
        return f"{owner}/{name}#{number}"

    def lies_between(self, before: str, after: str) -> bool:
        """Whether the one version is without it, and the other has it."""
        try:
            return Version(before.rstrip("+")) < self.since <= Version(after.rstrip("+"))
        except InvalidVersion:
            return False


@cache
def known_changes() -> tuple[Change, ...]:
    """Those of pyconc.

    Raises:
        UsageError: something is wrong with an entry.
    """
    return read_changes(benchmarks_folder() / FILE, {case.name for case in catalog.known()})


def read_changes(path: Path, workloads: Collection[str]) -> tuple[Change, ...]:
    """The changes of a file, in its order.

    Args:
        workloads: those of the catalogue, such as ``lock.contended``.

    Raises:
        UsageError: it cannot be read, or something is wrong with an entry.
    """
    return read_entries(path, lambda name, entry: _change(name, entry, workloads))


def _change(name: str, entry: object, workloads: Collection[str]) -> Change:
    found = Change(id=name, **taken(entry, "the entry", _FIELDS, _FIELDS))
    for each in found.workloads:
        if each not in workloads:
            raise ValueError(f"names {each}, which is no workload; `pyconc list` shows all")
    return found


def _since(said: str) -> Version:
    try:
        return Version(said)
    except InvalidVersion:
        raise ValueError(f"since must be a release such as 3.13.1, and is {said!r}") from None


def _address(said: str) -> str:
    if not said.startswith("https://github.com/") or said.count("/") != 6:
        raise ValueError(f"address must be that of a pull request, and is {said!r}")
    return said


def _workloads(said: object) -> tuple[str, ...]:
    if not isinstance(said, list) or not said:
        raise ValueError(f"workloads must be a list of names, and is {said!r}")
    return tuple(map(text, said))


_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "since": _since, "address": _address, "workloads": _workloads, "says": texts,
}  # fmt: skip
