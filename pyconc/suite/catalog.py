"""The catalogue: every case that the family files declare, and how to choose among them."""

from __future__ import annotations

import importlib
import re
import sys
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType

from pyconc.errors import DeclarationError, UsageError
from pyconc.suite.case import Case, Workload

_ROOT = Path(__file__).resolve().parents[2]


def benchmarks_folder() -> Path:
    """The family files: ``benchmarks/`` in a checkout, beside the package when installed."""
    checkout = _ROOT / "benchmarks"
    return checkout if (checkout / "counter.py").exists() else _ROOT / "pyconc_benchmarks"


def load(folder: Path | None = None) -> list[Case]:
    """Every case of the family files of a folder.

    Families come in the order that the folder's package gives as ``ORDER``, others after them by
    name; cases in the order of their declarations. The folder is imported as a package, so that
    worker processes can import it by name too.

    Raises:
        DeclarationError: an impossible case, two workloads with one name, or a missing control.
    """
    folder = folder or benchmarks_folder()
    cases = [case for name in family_names(folder) for case in family(folder, name)]
    by_id: dict[str, Case] = {}
    for case in cases:
        if by_id.setdefault(case.id, case) is not case:
            raise DeclarationError(f"{case.id} is declared twice")
    for case in cases:
        control(case, by_id)
        floor(case, by_id)
    return cases


def find(case_id: str, folder: Path | None = None) -> tuple[Case, dict[str, str]]:
    """One case, and the ids of its control and its floor, importing only the families it needs.

    Raises:
        UsageError: there is no such case.
    """
    folder = folder or benchmarks_folder()
    name = case_id.partition(".")[0]
    cases = family(folder, name) if name in family_names(folder) else []
    by_id = {case.id: case for case in cases}
    if case_id not in by_id:
        select(load(folder), [case_id])
        raise UsageError(f"{case_id!r} names several cases; give one full id")
    case = by_id[case_id]
    named = [case.workload_class.control, case.workload_class.floor]
    for other in {each.partition(".")[0] for each in named if each} - {name}:
        by_id.update({twin.id: twin for twin in family(folder, other)})
    twins = {"control": control(case, by_id), "floor": floor(case, by_id)}
    return case, {role: twin.id for role, twin in twins.items() if twin}


def family_names(folder: Path) -> list[str]:
    """The family files of a folder, in order; those whose names begin with ``_`` are none."""
    names = {path.stem for path in folder.glob("*.py")} - {"conftest"}
    order: Sequence[str] = getattr(_package(folder), "ORDER", ())
    families = [name for name in names if not name.startswith("_")]
    return sorted(families, key=lambda n: (order.index(n) if n in order else len(order), n))


def family(folder: Path, name: str) -> list[Case]:
    """The cases that one family file declares.

    Raises:
        DeclarationError: one of them can never be measured.
    """
    module = importlib.import_module(f"{_package(folder).__name__}.{name}")
    workloads = [
        member
        for member in vars(module).values()
        if isinstance(member, type)
        and issubclass(member, Workload)
        and member.__module__ == module.__name__
        and "declaration" in vars(member)
    ]
    cases = [case for workload in workloads for case in workload.declaration.cases(workload)]
    for case in cases:
        case.validate()
    return cases


def _package(folder: Path) -> ModuleType:
    if str(folder.parent) not in sys.path:
        sys.path.insert(0, str(folder.parent))
    return importlib.import_module(folder.name)


def control(case: Case, by_id: dict[str, Case]) -> Case | None:
    """The twin of a case that does all but the primitive.

    Raises:
        DeclarationError: the workload names a control that has no such case.
    """
    return _twin(case, "control", by_id)


def floor(case: Case, by_id: dict[str, Case]) -> Case | None:
    """The same thing as a case in C.

    Raises:
        DeclarationError: the workload names a floor that has no such case.
    """
    return _twin(case, "floor", by_id)


def _twin(case: Case, role: str, by_id: dict[str, Case]) -> Case | None:
    name = getattr(case.workload_class, role)
    if name is None:
        return None
    name = name.format_map(case.parameters)
    if name in by_id:
        return by_id[name]
    for other in by_id.values():
        if other.name == name and other.parameters.items() <= case.parameters.items():
            return other
    raise DeclarationError(f"{case.id}: no case of its {role} {name} has these parameters")


def select(
    cases: Sequence[Case], names: Iterable[str] = (), keywords: str | None = None
) -> list[Case]:
    """The cases named by family, ``family.workload`` or id, and matching a ``-k`` expression.

    Raises:
        UsageError: a name that matches nothing, an expression that cannot be read, or no case left.
    """
    chosen = list(cases)
    wanted = list(names)
    if wanted:
        known = {name for case in cases for name in (case.family, case.name, case.id)}
        for name in wanted:
            if name not in known:
                raise UsageError(_unknown(name, known))
        chosen = [c for c in cases if {c.family, c.name, c.id} & set(wanted)]
    if keywords is not None:
        chosen = [case for case in chosen if matches(keywords, case.id)]
        if not chosen:
            raise UsageError(f"-k {keywords!r} matches no case; `pyconc list` shows them")
    return chosen


def matches(expression: str, text: str) -> bool:
    """Whether a text matches a ``-k`` expression: substrings, ``and``, ``or``, ``not``, brackets.

    A run of characters without spaces or round brackets is a substring, in any case.

    Raises:
        UsageError: the expression cannot be read.
    """
    tokens = re.findall(r"[()]|[^\s()]+", expression)
    words = ("and", "or", "not", "(", ")")
    logic = [t if t in words else str(t.lower() in text.lower()) for t in tokens]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return bool(eval(" ".join(logic), {"__builtins__": {}}))  # only True, False, `words`
    except (SyntaxError, TypeError) as error:
        raise UsageError(f"-k {expression!r} is not an expression of and, or, not") from error


def _unknown(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only needed to explain

    close = get_close_matches(name, list(known), n=1)
    hint = f"did you mean {close[0]!r}?" if close else "`pyconc list` shows all"
    return f"unknown family, workload or case {name!r}; {hint}"


def is_chosen(case: str, names: Sequence[str], keywords: str | None) -> bool:
    """As `select`, for an id that the catalogue may no longer have."""
    ways = {case.partition(".")[0], case.partition("[")[0], case}
    return (not names or not ways.isdisjoint(names)) and (
        keywords is None or matches(keywords, case)
    )
