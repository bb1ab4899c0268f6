"""Cases of the user's own: where they are declared, and what they are imported with.

``[tool.pyconc]`` in the nearest pyproject.toml names folders of family files; an installed
distribution names its own by an entry point of the group ``pyconc.cases``.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.errors import UsageError, brief

#: The group of entry points whose values are packages of family files.
GROUP = "pyconc.cases"
#: The settings in ``[tool.pyconc]``: folders of family files, of what these import, and packages
#: that are installed for the workers.
_CASES, _PYTHONPATH, _WITH = "cases", "pythonpath", "with"
_TABLE = re.compile(r"^\s*(\[\s*)?tool\s*\.\s*[\"']?pyconc\b", re.MULTILINE)
_PACKAGE = re.compile(r"[\w./\\]")
#: ``head:./lib`` is for one arm; ``https://host/lib.zip`` and on Windows ``C:\\lib`` are for all.
_FOR_ONE = re.compile(r"([A-Za-z0-9._+-]+):(?!//)(.*)")
_EXAMPLE = 'cases = ["my_benchmarks/"]'


class Own(NamedTuple):
    """Where cases of the user's own are, and what they or ours are given that Python lacks."""

    #: Of family files.
    folders: tuple[Path, ...] = ()
    #: What is imported by them and is not beside them.
    pythonpath: tuple[Path, ...] = ()
    #: What pip is to install for the workers: requirements, or the paths of projects; those for
    #: one arm after its label and a colon.
    packages: tuple[str, ...] = ()

    @property
    def path(self) -> list[Path]:
        """Where whoever imports the cases must look."""
        return list(dict.fromkeys((*self.pythonpath, *map(package_root, self.folders))))

    def having(self, packages: Iterable[str]) -> Own:
        """The same with more packages, each as `requirement` knows it."""
        return self._replace(packages=tuple(dict.fromkeys((*self.packages, *packages))))

    def as_json(self, beside: Path) -> dict[str, list[str]]:
        """For a file in a folder, so that all of them can be moved together."""
        paths = {"folders": self.folders, "pythonpath": self.pythonpath}
        written = {name: [_relative(e, beside.resolve()) for e in paths[name]] for name in paths}
        return {**written, "packages": list(self.packages)} if self.packages else written


def package_root(folder: Path) -> Path:
    """The folder that a package is imported from: the first above it without an ``__init__.py``."""
    root = folder.parent
    while (root / "__init__.py").exists() and root != root.parent:
        root = root.parent
    return root


def package_name(folder: Path) -> str:
    """What a package is imported by, such as ``my_benchmarks`` or ``mylock.benchmarks``."""
    return ".".join(folder.relative_to(package_root(folder)).parts)


def declared(start: Path | None = None) -> Own:
    """What the nearest pyproject.toml and the installed distributions declare.

    A project that is installed too is used from where it is written.

    Args:
        start: the folder from which on upwards pyproject.toml is looked for; the working directory.

    Raises:
        UsageError: a declaration is none, or names what is not there.
    """
    own = _of_project((start or Path()).resolve())
    installed = _of_distributions({package_name(folder) for folder in own.folders})
    return own._replace(folders=(*own.folders, *dict.fromkeys(installed)))


def recalled(about: Mapping[str, Any], folder: Path) -> Own:
    """What a campaign was measured with, as its `campaign.json` remembers it.

    Raises:
        UsageError: that is damaged, or not there any more.
    """
    written = about.get("own", {})
    found: dict[str, list[str]] = {}
    for name in Own._fields:
        texts = written.get(name, []) if isinstance(written, dict) else None
        if texts is None or not _are_texts(texts):
            raise UsageError(f"{folder}: what campaign.json says of own cases is damaged")
        found[name] = texts
    folders, pythonpath = (
        tuple(_still_there(folder, text) for text in found[name])
        for name in ("folders", "pythonpath")
    )
    said = f"{folder} was measured with"
    for each in found["packages"]:
        _refuse_options(for_one(each)[1], said)  # where paths lead is no matter any more
    return Own(folders, pythonpath, tuple(found["packages"]))


def _still_there(folder: Path, text: str) -> Path:
    path = (folder.resolve() / text).resolve()
    if not path.is_dir():
        raise UsageError(
            f"{folder} was measured with the cases of {path}, which is not there; "
            f"put it back, or measure again"
        )
    return path


def requirement(text: str, said: str, start: Path | None = None) -> str:
    """What pip is to install, if it may be that: ``trio``, ``trio>=0.30``, or a project's folder.

    Args:
        said: begins the sentence about what is wrong.
        start: the folder that a path is seen from; the working directory.

    Raises:
        UsageError: it is an option, or a path that leads nowhere.
    """
    _refuse_options(text, said)
    if "://" in text or not re.search(r"[/\\]|^\.+$", text):
        return text
    path = ((start or Path()) / text).resolve()
    if not path.exists():
        raise UsageError(f"{said} {text!r}, and {path} is not there")
    return str(path)


def _refuse_options(text: str, said: str) -> None:
    if not _PACKAGE.match(text):
        raise UsageError(f"{said} {text!r}, which is no package; name one as pip does")


def given(text: str, said: str) -> str:
    """As `requirement`, or one for the arm whose label is before it: ``head:./lib``."""
    label, package = for_one(text)
    package = requirement(package, said)
    return f"{label}:{package}" if label else package


def for_one(text: str) -> tuple[str | None, str]:
    """The label of the arm that a package is for, and the package; None where it is for all."""
    found = None if Path(text).drive else _FOR_ONE.fullmatch(text)
    return (found[1], found[2]) if found else (None, text)


def _of_project(start: Path) -> Own:
    """What the nearest pyproject.toml says, from a folder on upwards."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            settings = _settings(path)
            return Own(
                tuple(_importable(*each) for each in _folders(path, settings, _CASES)),
                tuple(folder for folder, _ in _folders(path, settings, _PYTHONPATH)),
                tuple(_requirements(path, settings)),
            )
    return Own()


def _settings(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
        settings = _parsed(path, text) if "pyconc" in text else {}
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"cannot read {path}: {brief(error)}; mend it") from None
    for name in ("tool", "pyconc"):
        settings = settings.get(name, {})
        if not isinstance(settings, dict):
            raise UsageError(f"{path}: [tool.pyconc] is no table; write a line such as {_EXAMPLE}")
    _refuse_misspelt(path, settings)
    return settings


def _refuse_misspelt(path: Path, settings: Mapping[str, Any]) -> None:
    """Of others nothing is said: they may be of a later pyconc."""
    from difflib import get_close_matches  # only needed to explain

    known = (_CASES, _PYTHONPATH, _WITH)
    for name in settings.keys() - known:
        if close := get_close_matches(name, known, n=1, cutoff=0.75):
            raise UsageError(f"{path}: [tool.pyconc] has {name!r}; did you mean {close[0]!r}?")


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:  # tomllib came with 3.11, and is tomli under its later name
        toml: Any = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    except ImportError:
        if not _TABLE.search(text):
            return {}
        raise UsageError(
            f"{path} has settings of pyconc, which Python {sys.version_info[0]}."
            f"{sys.version_info[1]} cannot read by itself; pip install tomli"
        ) from None
    parsed: dict[str, Any] = toml.loads(text)
    return parsed


def _folders(path: Path, settings: Mapping[str, Any], name: str) -> Iterator[tuple[Path, str]]:
    """The folders that one setting names, and the beginning of a sentence about each."""
    texts = settings.get(name, [])
    if not _are_texts(texts):
        raise UsageError(f"{path}: {name} is no list of folders; write a line such as {_EXAMPLE}")
    for text in texts:
        said = f"{path}: {name} names {text!r},"
        yield _checked(path.parent / text, said), said


def _requirements(path: Path, settings: Mapping[str, Any]) -> Iterator[str]:
    texts = settings.get(_WITH, [])
    if not _are_texts(texts):
        raise UsageError(
            f'{path}: {_WITH} is no list of packages; write a line such as with = ["x"]'
        )
    for text in texts:
        yield requirement(text, f"{path}: {_WITH} names", path.parent)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, str) and each.isprintable() for each in value
    )


def _checked(folder: Path, said: str) -> Path:
    """A folder as all Pythons can be told of it.

    Args:
        said: begins the sentence about what is wrong.
    """
    found = folder.resolve()
    if not found.exists():
        raise UsageError(f"{said} and {found} is not there")
    if not found.is_dir():
        raise UsageError(f"{said} which is a file; name the folder that it is in")
    if os.pathsep in str(found):
        raise UsageError(f"{said} and no Python finds a folder with {os.pathsep!r} in its path")
    return found


def _importable(folder: Path, said: str) -> Path:
    if "." in folder.name:
        raise UsageError(f"{said} which no Python can import; leave out the dot")
    return folder


def _of_distributions(known: Container[str]) -> Iterator[Path]:
    """The packages that entry points name, without those that are known."""
    from importlib import metadata  # takes a while

    for distribution in metadata.distributions():
        for point in distribution.entry_points:
            if point.group == GROUP and point.value not in known:
                whose = f"the entry point {point.name} of {distribution.metadata['Name']}"
                said = f"{whose} names {point.value!r},"
                yield _importable(_checked(_located(point.value, whose), said), said)


def _located(value: str, whose: str) -> Path:
    """The folder of a package, which is not imported; those that it is in are."""
    try:
        spec = importlib.util.find_spec(value)
    except Exception as error:  # whatever a package raises that it is in
        raise UsageError(f"{whose}: {value} cannot be imported: {brief(error)}") from None
    if spec is None:
        raise UsageError(f"{whose}: there is no package {value}")
    if not spec.submodule_search_locations:
        raise UsageError(f"{whose}: {value} is a module; name the package that it is in")
    return Path(next(iter(spec.submodule_search_locations)))


def _relative(path: Path, start: Path) -> str:
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:  # on another drive
        return str(path)
