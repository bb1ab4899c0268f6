"""Modules that are installed and still cannot be imported, each tried in a process of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyconc.errors import brief
from pyconc.measure.asking import PreparationError, output
from pyconc.suite.case import Case


def unimportable(cases: Iterable[Case], executable: str, env: Mapping[str, str]) -> dict[str, str]:
    """The ids of cases that need a module which this Python has and cannot import, and why.

    A Python that is older or newer than a library knows is told apart so from one without it: what
    says that it is there looks for it alone, as importing it may take long, or turn on the GIL.
    """
    needed = {case.id: set(case.modules) for case in cases}
    faults = {name: _fault(name, executable, env) for name in set().union(*needed.values())}
    return {
        case: f"needs the module {name}, which cannot be imported: {faults[name]}"
        for case, names in needed.items()
        for name in sorted(names)
        if faults[name]
    }


def _fault(name: str, executable: str, env: Mapping[str, str]) -> str | None:
    try:
        output([executable, "-c", f"import {name}"], env)
    except PreparationError as error:
        return brief(error, 200)
    return None
