"""The catalogue: every case that the family files declare, and how to choose among them.

Ours are first, and then those of the user's own (`pyconc.suite.own`), which are cases like ours.
"""

from __future__ import annotations

import importlib
import re
import sys
import warnings
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from pyconc.errors import DeclarationError, UsageError, brief
from pyconc.suite.case import Case, Workload
from pyconc.suite.own import Own, declared, package_name, package_root
from pyconc.suite.spelling import refuse_misspelt

_ROOT = Path(__file__).resolve().parents[2]
#: What a case may name another one for.
TWINS = ("control", "floor", "rival")
#: What a ``-k`` expression may be made of, beside words to look for.
_LOGIC = ("and", "or", "not", "(", ")")


class Lacking(NamedTuple):
    """A family file that cannot be imported here, and perhaps where it is measured."""

    folder: Path
    family: str
    #: Such as "needs the module trio".
    why: str


class ImportFailedError(DeclarationError):
    """A family file cannot be imported by this Python: what it raised is the cause."""

    def __init__(self, path: Path, cause: BaseException) -> None:
        self.said = f"cannot be imported: {type(cause).__name__}: {brief(cause)}"
        super().__init__(f"{path} {self.said}")


class MissingModuleError(ImportFailedError):
    """A family file imports what is not installed here."""

    def __init__(self, path: Path, cause: ImportError) -> None:
        super().__init__(path, cause)
        self.said = f"needs the module {cause.name}"


def benchmarks_folder() -> Path:
    """The family files: ``benchmarks/`` in a checkout, beside the package when installed."""
    checkout = _ROOT / "benchmarks"
    return checkout if (checkout / "counter.py").exists() else _ROOT / "pyconc_benchmarks"


def with_ours(own: Own) -> tuple[Path, ...]:
    """Our folder of family files and the user's, which can be imported from then on."""
    _package(benchmarks_folder())  # before any other of that name can be found
    for each in reversed(own.path):
        _look_in(each)
    return (benchmarks_folder(), *own.folders)


def load(*folders: Path) -> list[Case]:
    """Every case of the family files of some folders; ours and the user's own, if none is given.

    Families come in the order that the folder's package gives as ``ORDER``, others after them by
    name; cases in the order of their declarations. A folder is imported as a package, so that
    worker processes can import it by name too.

    Raises:
        DeclarationError: an impossible case, a misspelt hook, two families or workloads with one
            name, a missing control, a folder without cases, or a file that cannot be imported.
        UsageError: the user's own are not declared as they should be.
    """
    cases, lacking = collect(*folders)
    for each in lacking:
        family(each.folder, each.family)  # says what it lacks
    return cases


def collect(
    *folders: Path, but: type[ImportFailedError] = MissingModuleError
) -> tuple[list[Case], list[Lacking]]:
    """As `load`, and the family files that cannot be imported here.

    Args:
        but: why not; whatever else is amiss is raised.
    """
    cases: list[Case] = []
    lacking: list[Lacking] = []
    for folder, names in _families(folders or with_ours(declared())).items():
        before = len(cases) + len(lacking)
        for name in names:
            try:
                cases += family(folder, name)
            except but as error:
                lacking.append(Lacking(folder, name, error.said))
        if len(cases) + len(lacking) == before:
            raise DeclarationError(f"no file in {folder} declares a case")
    refuse_misspelt_in(cases)
    validate(cases, {each.family for each in lacking})
    return cases, lacking


def refuse_misspelt_in(cases: Iterable[Case]) -> None:
    """Of cases whose families are imported, with what lies beside these.

    Raises:
        DeclarationError: a workload has a misspelt hook.
    """
    for workload in {case.workload_class: None for case in cases}:
        refuse_misspelt(workload)


def validate(cases: Sequence[Case], absent: Container[str] = ()) -> None:
    """Each case is there once, with its twins.

    Args:
        absent: families that cannot be looked into.

    Raises:
        DeclarationError: two cases have one id, or what one of them names is missing.
    """
    by_id: dict[str, Case] = {}
    for case in cases:
        if by_id.setdefault(case.id, case) is not case:
            raise DeclarationError(f"{case.id} is declared twice")
    for case in cases:
        for role in TWINS:
            name = case.named(role)
            if name is not None and name.partition(".")[0] not in absent:
                twin(case, role, by_id)


def known() -> list[Case]:
    """As `load`, for whoever only shows results: without the user's own where they do not load."""
    try:
        return collect()[0]
    except (DeclarationError, UsageError):
        return load(benchmarks_folder())


def on_request() -> Sequence[str]:
    """Our families that are measured only where they are named."""
    names: Sequence[str] = getattr(_package(benchmarks_folder()), "ON_REQUEST", ())
    return names


def families() -> list[str]:
    """The names of all families, ours and the user's own; their files are not imported."""
    return [name for names in _families(with_ours(declared())).values() for name in names]


def find(case_id: str, *folders: Path) -> tuple[Case, dict[str, str]]:
    """One case, and the ids of its `TWINS`, importing only the families it needs.

    Raises:
        UsageError: there is no such case.
    """
    folders = folders or with_ours(declared())
    name = case_id.partition(".")[0]
    by_id = {case.id: case for case in _family_in(folders, name)}
    if case_id not in by_id:
        select(load(*folders), [case_id])
        raise UsageError(f"{case_id!r} names several cases; give one full id")
    case = by_id[case_id]
    named = {role: other for role in TWINS if (other := case.named(role))}
    for other in {each.partition(".")[0] for each in named.values()} - {name}:
        try:
            by_id.update({each.id: each for each in _family_in(folders, other)})
        except ImportFailedError:  # of a family that is skipped on this Python
            named = {role: each for role, each in named.items() if each.partition(".")[0] != other}
    twins = {role: twin(case, role, by_id) for role in named}
    return case, {role: found.id for role, found in twins.items() if found}


def family_names(folder: Path) -> list[str]:
    """The family files of a folder, in order; those whose names begin with ``_`` are none."""
    try:
        order: Sequence[str] = getattr(_package(folder), "ORDER", ())
    except ImportFailedError:  # as none of its families can be, and says so
        order = ()
    return sorted(_stems(folder), key=lambda n: (order.index(n) if n in order else len(order), n))


def family(folder: Path, name: str) -> list[Case]:
    """The cases that one family file declares.

    Raises:
        DeclarationError: one of them can never be measured, or the file cannot be imported.
    """
    module = _import(f"{_package(folder).__name__}.{name}", folder / f"{name}.py")
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


def _families(folders: Iterable[Path]) -> dict[Path, list[str]]:
    """The families of each folder; none may have the name of another."""
    homes: dict[str, Path] = {}
    found = {}
    for folder in folders:
        found[folder] = family_names(folder)
        for name in found[folder]:
            if name in homes:
                other = "of pyconc" if homes[name] == benchmarks_folder() else f"in {homes[name]}"
                raise DeclarationError(
                    f"{folder / name}.py has the name of a family {other}; rename the file"
                )
            homes[name] = folder
    return found


def _family_in(folders: Iterable[Path], name: str) -> list[Case]:
    home = next((folder for folder in folders if name in _stems(folder)), None)
    return family(home, name) if home else []


def _stems(folder: Path) -> set[str]:
    names = {path.stem for path in folder.glob("*.py")} - {"conftest"}
    return {name for name in names if name.isidentifier() and not name.startswith("_")}


def _package(folder: Path) -> ModuleType:
    _look_in(package_root(folder))
    module = _import(package_name(folder), folder)
    places = [Path(place).resolve() for place in getattr(module, "__path__", ())]
    if folder.resolve() not in places:
        taken = places[0] if places else getattr(module, "__file__", None) or "Python itself"
        raise DeclarationError(
            f"{folder} cannot be imported, as {module.__name__} is {taken}; rename the folder"
        )
    return module


def _look_in(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _import(name: str, path: Path) -> ModuleType:
    try:
        with redirect_stdout(sys.stderr):  # what it prints is no part of what a command says
            return importlib.import_module(name)
    except (DeclarationError, UsageError):
        raise
    except (Exception, SystemExit) as error:  # whatever a file raises
        if isinstance(error, ImportError) and error.name and not _is_of(error.name, name):
            raise MissingModuleError(path, error) from error
        raise ImportFailedError(path, error) from error


def _is_of(module: str, other: str) -> bool:
    """Whether both are in one package, or one of them is pyconc's."""
    return module.partition(".")[0] in (other.partition(".")[0], "pyconc")


def twin(case: Case, role: str, by_id: Mapping[str, Case]) -> Case | None:
    """The case that another one names for one of the roles in `TWINS`.

    Raises:
        DeclarationError: there is no such case, or a rival has a rival itself.
    """
    found, name = find_twin(case, role, by_id), case.named(role)
    if name and found is None:
        raise DeclarationError(f"{case.id}: no case of its {role} {name} has these parameters")
    if found and role == "rival" and found.named(role):
        raise DeclarationError(f"{case.id}: its rival {found.id} has a rival; name that one")
    return found


def find_twin(case: Case, role: str, by_id: Mapping[str, Case]) -> Case | None:
    """As `twin`, and None where the one that is named is not among some cases."""
    name = case.named(role)
    if name is None or name in by_id:
        return by_id[name] if name else None
    others = (other for other in by_id.values() if other.name == name)
    same = (o for o in others if o.parameters.items() <= case.parameters.items())
    return next(same, None)


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
        chosen = [case for case in chosen if matches(keywords, searched(case))]
        if not chosen:
            raise UsageError(f"-k {keywords!r} matches no case; `pyconc list` shows them")
    return chosen


def searched(case: Case) -> str:
    """What a ``-k`` expression is looked for in: the id of a case, and the modules it needs."""
    return " ".join((case.id, *case.modules))


def unnamed(cases: Sequence[Case], names: Iterable[str], keywords: str | None) -> set[str]:
    """The ids of those cases of families `on_request` that are not asked for by themselves.

    That would be by workload or id, or by a word of a ``-k`` expression that is in no case of the
    other families, such as the name of a library.
    """
    left = on_request()
    words = [w for w in _tokens(keywords or "") if w not in _LOGIC]
    others = [searched(case).lower() for case in cases if case.family not in left]
    telling = [w.lower() for w in words if not any(w.lower() in other for other in others)]
    return {
        case.id
        for case in cases
        if case.family in left
        and not {case.name, case.id} & set(names)
        and not any(word in searched(case).lower() for word in telling)
    }


def matches(expression: str, text: str) -> bool:
    """Whether a text matches a ``-k`` expression: substrings, ``and``, ``or``, ``not``, brackets.

    A run of characters without spaces or round brackets is a substring, in any case.

    Raises:
        UsageError: the expression cannot be read.
    """
    found = [t if t in _LOGIC else str(t.lower() in text.lower()) for t in _tokens(expression)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return bool(eval(" ".join(found), {"__builtins__": {}}))  # only True, False, `_LOGIC`
    except (SyntaxError, TypeError) as error:
        raise UsageError(f"-k {expression!r} is not an expression of and, or, not") from error


def _tokens(expression: str) -> list[str]:
    return re.findall(r"[()]|[^\s()]+", expression)


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
