"""Cases as they are told by a Python that can import their family, to one that cannot.

``python -m pyconc.suite.told FOLDER FAMILY...`` prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyconc.errors import DeclarationError, UsageError
from pyconc.output import answering
from pyconc.suite import catalog
from pyconc.suite.case import Case, Clock, Declaration, Workload
from pyconc.suite.catalog import MissingModuleError
from pyconc.suite.requirements import Module, Only, Requirement

#: What is told of a workload beside its clock: what whoever plans a campaign may ask it.
_TOLD = (
    "control", "floor", "rival", "version", "stamps", "joint", "serial", "program_loops",
    "fixed_time", "observes", "restless",
)  # fmt: skip


class _Requirement:
    """One that was asked for elsewhere."""

    def __init__(self, said: str, unmet: str | None) -> None:
        self._said, self._unmet = said, unmet

    def __str__(self) -> str:
        return self._said

    def unmet(self) -> str | None:
        return self._unmet


class _Module(Module):
    """The same of a module, which cases are found by."""

    def __init__(self, name: str, unmet: str | None) -> None:
        super().__init__(name)
        self._unmet = unmet

    def unmet(self) -> str | None:
        return self._unmet


def tell(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """What `recall` makes the same cases of."""
    return [
        {
            "name": workload.__name__,
            "module": workload.__module__,
            "doc": workload.__doc__,
            "clock": workload.clock.value,
            "attributes": {name: getattr(workload, name) for name in _TOLD},
            "notes": workload.declaration.notes,
            "axes": workload.declaration.axes,
            "quick": workload.declaration.quick,
            "rivals": workload.declaration.rivals,
            "requires": [_tell(each) for each in workload.declaration.requires],
        }
        for workload in dict.fromkeys(case.workload_class for case in cases)
    ]


def _tell(requirement: Requirement) -> dict[str, Any]:
    if isinstance(requirement, Only):
        return {**_tell(requirement.needed), "only": requirement.values}
    return {
        "said": str(requirement),
        "module": requirement.name if isinstance(requirement, Module) else None,
        "unmet": requirement.unmet(),
    }


def _recall(told: Mapping[str, Any]) -> Requirement:
    if "only" in told:
        values = told["only"]
        return Only(_recall({key: told[key] for key in told if key != "only"}), **values)
    if told["module"]:
        return _Module(told["module"], told["unmet"])
    return _Requirement(told["said"], told["unmet"])


def recall(told: Iterable[Mapping[str, Any]]) -> list[Case]:
    """Cases that can be chosen and planned, and not measured here."""
    cases: list[Case] = []
    for each in told:
        declaration = Declaration(
            notes=each["notes"], axes=each["axes"], quick=each["quick"], rivals=each["rivals"],
            requires=[_recall(one) for one in each["requires"]],
        )  # fmt: skip
        about = {
            **each["attributes"], "__module__": each["module"], "__doc__": each["doc"],
            "clock": Clock(each["clock"]), "declaration": declaration,
        }  # fmt: skip
        cases += declaration.cases(type(each["name"], (Workload,), about))
    return cases


def main(arguments: list[str]) -> int:
    folder, *families = arguments
    with answering() as answer:
        known = _wanted_last(Path(folder), families)
        answers = {name: _answer(Path(folder), name) for name in known}
        json.dump({name: answers[name] for name in families}, answer, allow_nan=False)
    return 0


def _wanted_last(folder: Path, families: Sequence[str]) -> list[str]:
    """All of a folder: what is used by another of its families is not misspelt."""
    return [*(name for name in catalog.family_names(folder) if name not in families), *families]


def _answer(folder: Path, name: str) -> dict[str, Any]:
    try:
        cases = catalog.family(folder, name)
        catalog.refuse_misspelt_in(cases)
        return {"cases": tell(cases)}
    except MissingModuleError:
        return {}
    except (DeclarationError, UsageError) as error:
        return {"error": str(error)}


if __name__ == "__main__":
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # as a worker does
    sys.exit(main(sys.argv[1:]))
