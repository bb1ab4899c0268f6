"""The Pythons of a campaign: named on the command line, found, and turned into its arms."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pyconc.errors import UsageError
from pyconc.measure import places
from pyconc.measure.asking import PreparationError, ask
from pyconc.measure.environments import beside, prepare, prepared_before, pyperf_beside, sources_of
from pyconc.measure.packages import identified
from pyconc.measure.places import Python, identify
from pyconc.suite.case import Case
from pyconc.suite.own import for_one

OLDEST = (3, 9)
#: Names every Python that is found.
ALL = "all"
_GIL = "+gil"
_LABEL = re.compile(r"[A-Za-z0-9._+-]+")
_VERSION = re.compile(r"(?P<kind>python|pypy|graalpy)?(?P<number>\d+(?:\.\d+){0,2})(?P<free>t?)")
_IMPLEMENTATIONS = {"python": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}


class Arm(NamedTuple):
    """One Python that takes part: its label, what to execute, what it is, what it cannot run."""

    label: str
    executable: str
    about: dict[str, Any]
    #: Reasons by the id of the case.
    skipped: dict[str, str]
    #: Variables of its own for the environment of its workers, such as PYTHON_GIL.
    env: dict[str, str]
    #: What names the same arm again, from wherever it is said: ``/opt/bin/python3.14t+gil=3.14t``.
    spec: str
    #: Families that cannot be imported there, and why not: "needs the module trio".
    lacking: Mapping[str, str] = MappingProxyType({})

    @property
    def packages(self) -> dict[str, str]:
        """What else is installed there, by name, and which version it is."""
        found: dict[str, str] = self.about["packages"]
        return found

    def able(self, cases: Iterable[Case]) -> list[Case]:
        """Those of the cases that it can run."""
        return [case for case in cases if case.id not in self.skipped]


class Left(NamedTuple):
    """A Python that does not take part, and why not, in one line."""

    name: str
    cause: str


class _Entry(NamedTuple):
    """An arm before it is prepared."""

    name: str
    label: str
    python: Python
    with_gil: bool
    #: The executable of the virtual environment that was named, if it was one.
    environment: str | None = None


class Ready(NamedTuple):
    """An arm whose environment is there, and which has not been asked anything yet."""

    entry: _Entry
    executable: str
    #: What cannot be installed there, and why not.
    missing: dict[str, str]
    #: Names the environment that was made with packages for it.
    snapshot: str | None
    #: Folders from which it imports what others have installed.
    path: tuple[Path, ...] = ()

    @property
    def label(self) -> str:
        return self.entry.label


def ready(
    pythons: Sequence[str],
    env: Mapping[str, str],
    packages: Sequence[str] = (),
    snapshots: Mapping[str, str] | None = None,
) -> tuple[list[Ready], list[Left]]:
    """The arms with their environments, and what has to be left out; this Python, where none is
    named.

    Args:
        pythons: each ``PYTHON``, ``PYTHON+gil`` or ``PYTHON=LABEL``, where ``PYTHON`` is what
            `find` knows; or ``all``, for all that `discover` finds.
        env: of a worker, without what is an arm's own.
        packages: what is installed for the workers, as far as a Python can have it; for those of
            one arm, after its label and a colon. Into an environment of the user's goes nothing.
        snapshots: names of environments that are there, by the labels of their arms.

    Raises:
        UsageError: a name means nothing, two arms have one label, a package is for none of them, or
            no arm can be prepared.
    """
    left: list[Left] = []
    entries = _entries(pythons or [this()], left)
    _refuse_strays(packages, entries)
    prepared = []
    for entry in entries:
        try:
            given = [name for label, name in map(for_one, packages) if label in (None, entry.label)]
            prepared.append(_environment(entry, env, given, snapshots or {}))
        except PreparationError as error:
            left.append(Left(entry.name, str(error)))
    return _alike(prepared, left), left


def probed(
    prepared: Sequence[Ready],
    benchmarks: Sequence[Path],
    environments: Mapping[str, Mapping[str, str]],
    left: list[Left],
) -> tuple[list[Arm], list[Left]]:
    """What the arms say of themselves.

    Args:
        benchmarks: folders of the family files.
        environments: of a worker, by the label of the arm.
        left: what has to be left out already.

    Raises:
        UsageError: none can take part.
    """
    left, taking_part = list(left), []
    for each in prepared:
        try:
            taking_part.append(_probed(each, benchmarks, environments[each.label]))
        except PreparationError as error:
            left.append(Left(each.entry.name, str(error)))
    if not taking_part:
        causes = "; ".join(f"{name}: {cause}" for name, cause in left) or "none was found"
        raise UsageError(f"no Python can take part: {causes}; name another with -p")
    return taking_part, left


def this() -> str:
    """The Python that runs this, without the environment that it may be in."""
    return find(sys.executable).executable


def discover() -> tuple[list[str], list[Left]]:
    """The executables of all usable Pythons in order of version, and what else is there.

    Of each minor version of each kind it is the newest. One that only a virtual environment leads
    to is there as what the environment was made from.
    """
    newest: dict[object, Python] = {}
    left: dict[str, Left] = {}
    seen = set()
    for candidate in places.everywhere():
        real = str(Path(candidate).resolve())
        if real in seen:
            continue
        seen.add(real)
        python = identify(candidate)
        cause = "it does not run as a Python" if python is None else _unfit(python)
        if python is None or cause:
            name = python.executable if python else candidate
            left.setdefault(name, Left(name, cause or ""))
            continue
        kind = (python.implementation, python.version[:2], python.free_threaded)
        if kind not in newest or python.version > newest[kind].version:
            newest[kind] = python
    ordered = sorted(
        newest.values(),
        key=lambda python: (python.implementation, python.version[:2], python.free_threaded),
    )
    return [python.executable for python in ordered], list(left.values())


def find(name: str) -> Python:
    """The Python that ``3.13``, ``3.13.0``, ``3.14t``, ``pypy3``, a command or a path names.

    A version is looked for in PYCONC_PYTHONS, on PATH, among pyenv's and uv's, and in Windows'
    launcher, in this order. A virtual environment stands for what it was made from.

    Raises:
        UsageError: there is none, or it is older than 3.9.
    """
    return _found(name)[0]


def _found(name: str) -> tuple[Python, str]:
    """As `find`, with the path that it was found by."""
    version = _VERSION.fullmatch(name)
    broken = ""
    for candidate in _candidates(version) if version else places.on_path(name):
        python = identify(candidate)
        if python is None:
            broken = broken or candidate
        elif version is None or _matches(python, version):
            if python.version[:2] < OLDEST:
                raise UsageError(f"-p {name}: {_unfit(python)}; use 3.9 or newer")
            return python, candidate
    what = f"python{name}" if version and not version["kind"] else name
    where = f"on PATH, in {places.VARIABLE} or among pyenv's and uv's" if version else "on PATH"
    noted = f" ({broken} does not run as a Python)" if broken else ""
    raise UsageError(f"-p {name}: no {what} {where}{noted}; give the path of the executable")


def _candidates(version: re.Match[str]) -> Iterator[str]:
    yield from places.named()
    short = ".".join(version["number"].split(".")[:2])
    yield from places.on_path(f"{version['kind'] or 'python'}{short}{version['free']}")
    yield from places.beside_path()


def _matches(python: Python, version: re.Match[str]) -> bool:
    wanted = tuple(map(int, version["number"].split(".")))
    return (
        python.implementation == _IMPLEMENTATIONS[version["kind"] or "python"]
        and python.version[: len(wanted)] == wanted
        and python.free_threaded == bool(version["free"])
    )


def _unfit(python: Python) -> str | None:
    """Why a campaign on all Pythons does without this one."""
    if python.version[:2] < OLDEST:
        return "Python {}.{} is too old".format(*python.version)
    return "it is built for debugging" if python.debug else None


def _entries(names: Sequence[str], left: list[Left]) -> list[_Entry]:
    """The arms that are named, and then those of ``all`` that are not among them."""
    entries: dict[str, _Entry] = {}  # by labels that no file system confuses
    for name in names:
        if name == ALL:
            continue
        entry = _entry(name)
        if entry.label.casefold() in entries:
            raise UsageError(
                f"-p {name}: {entry.label} takes part already; "
                f"a label of its own makes it another arm, -p {name.partition('=')[0]}=LABEL"
            )
        entries[entry.label.casefold()] = entry
    if ALL in names:
        executables, unusable = discover()
        left += unusable
        for entry in map(_entry, executables):
            entries.setdefault(entry.label.casefold(), entry)
    return list(entries.values())


def _entry(text: str) -> _Entry:
    name, label = text, ""
    if "=" in text and not Path(text).exists():
        name, label = text.rsplit("=", 1)
        if not _LABEL.fullmatch(label):
            raise UsageError(
                f"-p {text}: {label!r} is no label; use letters, digits, '.', '_', '+' and '-'"
            )
    with_gil = name.endswith(_GIL) and not Path(name).exists()
    if with_gil:
        name = name[: -len(_GIL)]
    if not name or name == ALL:
        raise UsageError(f"-p {text}: '=' and '+gil' follow one Python, as in -p 3.13=again")
    python, where = _found(name)
    if with_gil and not python.free_threaded:
        raise UsageError(
            f"-p {text}: {python.label} always has the GIL; "
            f"+gil is for free-threaded builds, as in -p 3.14t+gil"
        )
    label = label or python.label + (_GIL if with_gil else "")
    # A version names a Python, whatever leads to it, and a path or a command what is there.
    environment = None if _VERSION.fullmatch(name) else places.environment(where)
    return _Entry(text, label, python, with_gil, environment)


def _refuse_strays(packages: Sequence[str], entries: Sequence[_Entry]) -> None:
    """A package for one arm is for one that is there and can be given it."""
    by_label = {entry.label: entry for entry in entries}
    for each in packages:
        label, package = for_one(each)
        if label is None:
            continue
        if label not in by_label:
            known = ", ".join(by_label) or "none"
            raise UsageError(f"--with {each}: no -p has the label {label}; there is {known}")
        if by_label[label].environment:
            raise UsageError(
                f"--with {each}: {label} is a virtual environment, which is measured as it is; "
                f"install {package} there yourself"
            )


def _environment(
    entry: _Entry, env: Mapping[str, str], packages: Sequence[str], snapshots: Mapping[str, str]
) -> Ready:
    """Raises PreparationError."""
    if entry.environment:
        missing = dict.fromkeys(packages, "it is a virtual environment, and measured as it is")
        return Ready(entry, beside(entry.environment), missing, None)
    name = snapshots.get(entry.label)
    if name is not None:
        found = prepared_before(name, entry.python, env)
    else:
        found = prepare(entry.python, env, packages)
        name = Path(found.executable).parent.parent.name if packages else None
    return Ready(entry, found.executable, found.missing, name)


def _alike(prepared: list[Ready], left: list[Left]) -> list[Ready]:
    """All look in as many folders: where one has an environment of its own, and pyperf beside it,
    the others have it there too.
    """
    if not any(each.entry.environment for each in prepared):
        return prepared
    alike = []
    for each in prepared:
        try:
            alike.append(each._replace(path=(pyperf_beside(each.entry.python),)))
        except PreparationError as error:
            left.append(Left(each.entry.name, str(error)))
    return alike


def _probed(prepared: Ready, benchmarks: Sequence[Path], env: Mapping[str, str]) -> Arm:
    """Raises PreparationError."""
    (_, label, python, with_gil, environment), executable, missing, snapshot, path = prepared
    own = {"PYTHON_GIL": "1" if with_gil else "0"} if python.free_threaded else {}
    roots = env.get("PYTHONPATH", "").split(os.pathsep)
    if path:  # right after pyconc
        own["PYTHONPATH"] = os.pathsep.join([*roots[:1], *map(str, path), *roots[1:]])
    told = ask(executable, ["-m", "pyconc.measure.probe", *map(str, benchmarks)], {**env, **own})
    found = told["packages"]
    about = {
        **told["python"],
        "base": python.executable,
        "build": python.build,
        "packages": identified(found, sources_of(executable)),
        "missing": missing,
    }
    if snapshot:
        about["snapshot"] = snapshot
    if environment:
        about["environment"] = str(Path(environment).parent.parent)
        has = found.get("pyperf", {}).get("version")
        if has not in (None, told["pyperf"]):
            about["not_used"] = f"pyperf {has}, as {told['pyperf']} measures"
    spec = f"{environment or python.executable}{_GIL if with_gil else ''}={label}"
    return Arm(label, executable, about, told["skipped"], own, spec, told["lacking"])
