"""What the Pythons of a campaign run in: virtual environments.

Every Python has its own cached environment with pyperf and nothing but what is asked for, so that
all of them live at paths of the same length and none has anything installed into it. One that is
the Python of a virtual environment is run in that, by a path of the same length.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyperf

from pyconc.cache import cache_folder, locked
from pyconc.measure.asking import PreparationError, output, works
from pyconc.measure.places import Python
from pyconc.measure.sources import source
from pyconc.screen import say

#: The same where it installs, and may have to compile.
_INSTALLING = 1800
#: A file in an environment: what is known of the projects that were installed into it.
_SOURCES = "pyconc-sources.json"
#: Another one where environments of another pyconc would not do.
_FORMAT = 2
_CHECK = """
import json, sys, pyperf, pyperf._collect_metadata
pyperf.Runner()
print(json.dumps(sys.version))
"""
_PYPERF = "pyperf>=2.6"
_WHERE = "import sysconfig; print(sysconfig.get_path('purelib'))"


class Environment(NamedTuple):
    """A virtual environment that is ready."""

    executable: str
    #: Packages that cannot be installed there, and why not, in a line each.
    missing: dict[str, str]


def prepare(python: Python, env: Mapping[str, str], packages: Sequence[str] = ()) -> Environment:
    """The cached virtual environment of a Python with what is asked for, and of nothing else.

    It is made if there is none that works. Once it is made nothing changes it any more: where a
    project has changed, the Python has been upgraded, or more of the packages can be had by now,
    another one is made beside it. Campaigns that want the same one wait for each other.

    Args:
        env: what the executable is to run in, as workers do.
        packages: what else is installed there, as far as it can be.

    Raises:
        PreparationError: it cannot be made, or pyperf does not work there.
    """
    given = [(package, source(package)) for package in packages]
    wanted = _Wanted(
        (
            _FORMAT, os.path.realpath(python.executable), python.build, pyperf.__version__,
            *((package, came.content) if came else package for package, came in given),
        ),
        tuple(packages),
        {came.url: came.said for _, came in given if came and came.said},
    )  # fmt: skip
    try:
        with locked(wanted.record.with_suffix(".lock")):
            missing = wanted.missing()
            folder = wanted.folder(missing or ())
            # Others may be using it: that one look at it was killed is no reason to remove it.
            works = missing is not None and any(_fault(folder, python, env) is None for _ in "12")
            if not works or (missing and _can_be_had(missing, folder, python)):
                folder, missing = _make_anew(wanted, python, env)
    except (OSError, ValueError) as error:
        raise PreparationError(f"no environment in {wanted.record.parent}: {error}") from None
    return Environment(str(_executable(folder)), missing or {})


def prepared_before(name: str, python: Python, env: Mapping[str, str]) -> Environment:
    """The environment of that name, which another campaign was measured in.

    Raises:
        PreparationError: it is not there any more, or does not work.
    """
    folder = _venvs() / name
    fault = _fault(folder, python, env)
    if fault is not None:
        raise PreparationError(f"what was installed for it, {folder}, is gone: {fault}")
    return Environment(str(_executable(folder)), {})


def beside(environment: str) -> str:
    """The executable of a virtual environment of the user's by a path as long as those of ours are:
    paths move the stack of a process, and what lies behind it.
    """
    executable = Path(environment)
    folder = executable.parent.parent
    link = _venvs() / _name(str(folder))
    try:
        with locked(link.with_suffix(".lock")):
            if not link.exists():
                link.unlink(missing_ok=True)  # it leads nowhere
                link.symlink_to(folder, target_is_directory=True)
    except OSError:  # Windows lets few make links
        return environment
    return str(link / executable.relative_to(folder))


def pyperf_beside(python: Python) -> Path:
    """A folder with pyperf and nothing else, for a Python that has an environment of its own.

    Raises:
        PreparationError: there is no pyperf for that Python.
    """
    version = "{}.{}".format(*python.version)
    folder = cache_folder() / "packages" / _name("pyperf", pyperf.__version__, version)
    try:
        with locked(folder.with_suffix(".lock")):
            if not folder.exists():
                fresh = folder.with_suffix(".new")
                _remove(fresh)
                fresh.mkdir(parents=True)
                if not _copy_pyperf(fresh, python):
                    _fetch(_PYPERF, fresh, python)
                fresh.rename(folder)
    except OSError as error:
        raise PreparationError(f"no pyperf in {folder.parent}: {error}") from None
    return folder


def is_ours(executable: str) -> bool:
    """Whether an environment was made by `prepare`."""
    folder = Path(executable).parent.parent
    return folder.parent == _venvs() and not folder.is_symlink()


def sources_of(executable: str) -> dict[str, str]:
    """By its URL, what is known of each project that was installed into a prepared environment."""
    folder = Path(executable).parent.parent
    try:
        written = dict(json.loads((folder / _SOURCES).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}
    return {str(url): str(said) for url, said in written.items()}


class _Wanted(NamedTuple):
    """What an environment is to be."""

    #: All that it depends on.
    key: tuple[object, ...]
    packages: tuple[str, ...]
    sources: dict[str, str]

    @property
    def record(self) -> Path:
        """Written when an environment is whole: what could not be installed, and why not."""
        return _venvs() / f"{_name(*self.key)}.json"

    def missing(self) -> dict[str, str] | None:
        """None where there is no whole environment."""
        try:
            missing: dict[str, str] = json.loads(self.record.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return missing if isinstance(missing, dict) else None

    def folder(self, missing: Iterable[str]) -> Path:
        """Where it is, without the packages that are missing."""
        return _venvs() / _name(*self.key, *missing)


def _venvs() -> Path:
    return cache_folder() / "venvs"


def _name(*key: object) -> str:
    """Of the same length for everything."""
    return hashlib.sha256(repr(key).encode()).hexdigest()[:12]


def _can_be_had(packages: Iterable[str], folder: Path, python: Python) -> bool:
    """Whether some of the packages that an environment lacks can be installed by now; it stays as
    it is.
    """
    installer = _installer(str(_executable(folder)), python)
    return any(works([*installer, "--dry-run", package]) for package in packages)


def _make_anew(
    wanted: _Wanted, python: Python, env: Mapping[str, str]
) -> tuple[Path, dict[str, str]]:
    """The environment and what it lacks. If it lacks what another one lacks too, it is that one."""
    folder = wanted.folder(())
    wanted.record.unlink(missing_ok=True)  # until it is whole
    _remove(folder)
    try:
        _make(folder, python, env)
        _install_pyperf(folder, python, env)
        fault = _fault(folder, python, env)
        if fault is not None:
            raise PreparationError(f"its environment does not work: {fault}")
        missing = _install(wanted.packages, str(_executable(folder)), python)
        if wanted.sources:
            (folder / _SOURCES).write_text(json.dumps(wanted.sources), "utf-8")
        place = wanted.folder(missing)
        if place != folder:
            if _fault(place, python, env) is None:
                _remove(folder)
            else:
                _remove(place)
                folder.rename(place)
        wanted.record.write_text(json.dumps(missing), "utf-8")
    except BaseException:
        _remove(folder)
        raise
    return place, missing


def _executable(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


def _fault(folder: Path, python: Python, env: Mapping[str, str]) -> str | None:
    """What is wrong with an environment, or None."""
    try:
        answer = output([str(_executable(folder)), "-c", _CHECK], env)
    except PreparationError as error:
        return str(error)
    return None if answer.strip() == json.dumps(python.build) else "it is of another build"


def _make(folder: Path, python: Python, env: Mapping[str, str]) -> None:
    """An empty environment, by uv where the Python has no module for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        output([python.executable, "-m", "venv", "--without-pip", str(folder)], env)
    except PreparationError:
        uv = shutil.which("uv")
        if uv is None:
            raise
        _remove(folder)
        output([uv, "venv", "--quiet", "--python", python.executable, str(folder)], env)


def _install_pyperf(folder: Path, python: Python, env: Mapping[str, str]) -> None:
    """A copy of our own pyperf, which needs no network, or one that is made for that Python.

    psutil, which pyperf uses where it is, is in no environment: it has no build for some Pythons,
    and all shall be alike.
    """
    executable = str(_executable(folder))
    library = Path(output([executable, "-c", _WHERE], env).strip())
    if _copy_pyperf(library, python):
        if _fault(folder, python, env) is None:
            return
        for left in library.glob("pyperf*"):
            _remove(left)
    uv = shutil.which("uv")
    install = ["pip", "install", "--quiet", "--no-deps", "--python", executable]
    if uv is None or not works([uv, *install, "--only-binary", ":all:", _PYPERF]):
        _fetch(_PYPERF, library, python)


def _fetch(package: str, library: Path, python: Python) -> None:
    """A package as it is made for a Python, by our own pip: that of the Python may be missing, or
    too old.
    """
    version = "{}.{}".format(*python.version)
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    only = ["--no-deps", "--only-binary", ":all:", "--python-version", version]
    output([*pip, *only, "--target", str(library), package], None)


def _install(packages: Sequence[str], executable: str, python: Python) -> dict[str, str]:
    """Install what can be installed, one after the other; why the others cannot, by package.

    A line is printed for each, as this may take minutes.
    """
    missing: dict[str, str] = {}
    try:
        installer = _installer(executable, python) if packages else []
    except PreparationError as error:
        return dict.fromkeys(packages, str(error))
    for package in packages:
        say(f"installing {package} for Python {python.label}")
        sys.stdout.flush()
        try:
            output([*installer, package], None, timeout=_INSTALLING)
        except PreparationError as error:
            missing[package] = str(error)
    return missing


def _installer(executable: str, python: Python) -> list[str]:
    """uv, or the pip that the Python brings, or the newest one for it."""
    uv = shutil.which("uv")
    if uv is not None:
        return [uv, "pip", "install", "--quiet", "--python", executable]
    if not works([executable, "-m", "ensurepip"]):
        _fetch("pip", Path(output([executable, "-c", _WHERE], None).strip()), python)
    return [executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]


def _copy_pyperf(library: Path, python: Python) -> bool:
    """Whether our own pyperf says that it is made for that Python too, and has been copied."""
    try:
        ours = importlib.metadata.distribution("pyperf")
    except importlib.metadata.PackageNotFoundError:
        return False
    oldest = re.search(r">=\s*(\d+)\.(\d+)", ours.metadata["Requires-Python"] or "")
    if oldest and python.version[:2] < tuple(map(int, oldest.groups())):
        return False
    without = shutil.ignore_patterns("__pycache__", "tests")
    shutil.copytree(Path(pyperf.__file__).parent, library / "pyperf", ignore=without)
    about = library / f"pyperf-{ours.version}.dist-info"
    about.mkdir()
    for name in ("METADATA", "entry_points.txt"):  # pyperf looks for its entry points
        (about / name).write_text(ours.read_text(name) or "", "utf-8")
    return True
