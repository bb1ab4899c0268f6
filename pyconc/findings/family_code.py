"""The code of a family's workloads, where it still is the code that was measured."""

from __future__ import annotations

import ast
import inspect
import tokenize
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from pyconc.findings.family import Family, Group
from pyconc.statistics.costs import Costs
from pyconc.suite.case import Workload

#: What is to be said of a workload's code: it is the measured code, it has changed since, the
#: campaign does not say what it measured, or the catalogue has it no longer.
SAME, CHANGED, UNTOLD, GONE = "same", "changed", "untold", "gone"


class Code(NamedTuple):
    """A workload, and the code of its class where that is what was measured."""

    #: ``family.workload``.
    name: str
    #: Its docstring in one paragraph, or nothing.
    says: str
    state: str
    source: str | None
    #: Names of the classes that it has the rest from.
    bases: tuple[str, ...]
    #: Ids of cases.
    controls: tuple[str, ...]
    floors: tuple[str, ...]


class Shared(NamedTuple):
    """A class that workloads of the family are based on."""

    name: str
    source: str


def codes(costs: Costs, family: Family, versions: Mapping[str, object]) -> list[Code]:
    """The workloads of a family.

    Args:
        versions: of the cases when they were measured, as ``campaign.json`` has them.
    """
    return [_code(costs, group, versions) for group in family.groups]


def shared(family: Family, shown: Iterable[Code]) -> list[Shared]:
    """The classes that the shown workloads are based on, but for those workloads themselves."""
    same = {code.name for code in shown if code.state == SAME}
    groups = [group for group in family.groups if group.name in same]
    own = {group.workload for group in groups}
    bases = dict.fromkeys(
        base for group in groups for base in _bases(group.workload) if base not in own
    )
    found = ((named(base), _source(base)) for base in bases)
    return [Shared(name, source) for name, source in found if source]


def _code(costs: Costs, group: Group, versions: Mapping[str, object]) -> Code:
    state = _state(costs, group, versions)
    source = _source(group.workload) if group.workload and state == SAME else None
    doc = inspect.cleandoc(group.workload.__doc__ or "") if group.workload else ""
    return Code(
        group.name,
        " ".join(doc.split()),
        state,
        source,
        tuple(named(base) for base in _bases(group.workload)) if source else (),
        _twins(costs, group, "control"),
        _twins(costs, group, "floor"),
    )


def _state(costs: Costs, group: Group, versions: Mapping[str, object]) -> str:
    if group.workload is None:
        return GONE
    measured = [_version(costs, member.id, versions) for member in group.members]
    if None in measured:
        return UNTOLD
    is_same = all(version == group.workload.version for version in measured)
    return SAME if is_same else CHANGED


def _version(costs: Costs, case: str, versions: Mapping[str, object]) -> object:
    """The version that was measured: the campaign's word, or else that of its rounds."""
    if case in versions:
        return versions[case]
    said = (costs.metric(python, case, "version") for python in costs.pythons)
    return next((each.iloc[0] for each in said if len(each)), None)


def _bases(workload: type[Workload] | None) -> list[type[Workload]]:
    """The classes that a workload is based on, the nearest first, without the one of them all."""
    if workload is None:
        return []
    return [
        base for base in workload.__mro__[1:]
        if issubclass(base, Workload) and base is not Workload
    ]  # fmt: skip


def _source(workload: type[Workload]) -> str | None:
    """The code of a class with its decorators; None where there is no file to read it from."""
    try:
        path = inspect.getsourcefile(workload)
        return _classes(path).get(workload.__name__) if path else None
    except (OSError, TypeError, SyntaxError):
        return None


@cache
def _classes(path: str) -> dict[str, str]:
    """The classes of a file by name: `inspect` would take the file apart for each of them."""
    with tokenize.open(path) as file:
        text = file.read()
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


def _twins(costs: Costs, group: Group, role: str) -> tuple[str, ...]:
    found = (costs.twin(member.id, role) for member in group.members)
    return tuple(dict.fromkeys(twin for twin in found if twin))


def named(workload: type[Workload]) -> str:
    """A class and the file that it is in, which no other class of the benchmarks has."""
    return f"{workload.__module__.rpartition('.')[2]}.{workload.__name__}"
