"""What the Pythons of a campaign run in: virtual environments and variables of equal size.

Every Python has its own cached environment with pyperf and nothing but what is asked for, so that
all of them live at paths of the same length and none has anything installed into it.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyperf

import pyconc
from pyconc.measure.cache import cache_folder, locked
from pyconc.measure.places import Python
from pyconc.suite import catalog
from pyconc.suite.own import Own, package_root

#: Begins the names of the variables that `padded` adds.
PADDING = "PYCONC_PADDING"
#: Seconds after which a command that prepares something is taken to hang.
_TIMEOUT = 300
#: The same where it installs, and may have to compile.
_INSTALLING = 1800
#: A file in an environment: what was asked for and could not be installed.
_MISSING = "pyconc-missing.json"
_CHECK = """
import json, sys, pyperf, pyperf._collect_metadata
pyperf.Runner()
print(json.dumps(sys.version))
"""
_PYPERF = "pyperf>=2.6"
_WHERE = "import sysconfig; print(sysconfig.get_path('purelib'))"


class PreparationError(Exception):
    """A Python cannot be made ready to measure; one line that says why."""


class Environment(NamedTuple):
    """A virtual environment that is ready."""

    executable: str
    #: Packages that cannot be installed there, and why not, in a line each.
    missing: dict[str, str]


def prepare(python: Python, env: Mapping[str, str], packages: Sequence[str] = ()) -> Environment:
    """The cached virtual environment of a Python.

    The environment is made if there is none, or none that works, or the Python has been upgraded.
    Campaigns that want the same one wait for each other.

    Args:
        env: what the executable is to run in, as workers do.
        packages: what else is installed there, as far as it can be; projects that are in a folder,
            every time anew.

    Raises:
        PreparationError: it cannot be made, or pyperf does not work there.
    """
    key = (os.path.realpath(python.executable), python.build, pyperf.__version__, *packages)
    project = any(map(os.path.isabs, packages))  # it may have changed since it was installed
    folder = cache_folder() / "venvs" / hashlib.sha256(repr(key).encode()).hexdigest()[:12]
    try:
        with locked(folder.with_suffix(".lock")):
            wanted = _wanted(folder, packages)
            # Others may be using it: that one look at it was killed is no reason to remove it.
            if project or all(_fault(folder, python, env) is not None for _ in range(2)):
                _make_anew(folder, python, env)
                wanted = list(packages)
            missing = _install(wanted, str(_executable(folder)), python)
            if wanted:
                (folder / _MISSING).write_text(json.dumps(missing), "utf-8")
    except (OSError, ValueError) as error:
        raise PreparationError(f"no environment in {folder.parent}: {error}") from None
    return Environment(str(_executable(folder)), missing)


def _wanted(folder: Path, packages: Sequence[str]) -> list[str]:
    """Of the packages, those that an environment does not have yet, which may be had by now."""
    try:
        missing: dict[str, str] = json.loads((folder / _MISSING).read_text("utf-8"))
    except (OSError, ValueError):
        return list(packages)
    return [each for each in packages if each in missing]


def _make_anew(folder: Path, python: Python, env: Mapping[str, str]) -> None:
    """Beside, and renamed when it is whole."""
    fresh = folder.with_suffix(".new")
    for old in (fresh, folder):
        _remove(old)
    try:
        _make(fresh, python, env)
        _install_pyperf(fresh, python, env)
        fresh.rename(folder)
    finally:
        _remove(fresh)
    fault = _fault(folder, python, env)
    if fault is not None:
        _remove(folder)
        raise PreparationError(f"its environment does not work: {fault}")


def _executable(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


def _fault(folder: Path, python: Python, env: Mapping[str, str]) -> str | None:
    """What is wrong with an environment, or None."""
    try:
        answer = _output([str(_executable(folder)), "-c", _CHECK], env)
    except PreparationError as error:
        return str(error)
    return None if answer.strip() == json.dumps(python.build) else "it is of another build"


def _make(folder: Path, python: Python, env: Mapping[str, str]) -> None:
    """An empty environment, by uv where the Python has no module for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        _output([python.executable, "-m", "venv", "--without-pip", str(folder)], env)
    except PreparationError:
        uv = shutil.which("uv")
        if uv is None:
            raise
        _remove(folder)
        _output([uv, "venv", "--quiet", "--python", python.executable, str(folder)], env)


def _install_pyperf(folder: Path, python: Python, env: Mapping[str, str]) -> None:
    """A copy of our own pyperf, which needs no network, or one that is made for that Python.

    psutil, which pyperf uses where it is, is in no environment: it has no build for some Pythons,
    and all shall be alike.
    """
    executable = str(_executable(folder))
    library = Path(_output([executable, "-c", _WHERE], env).strip())
    if _copy_pyperf(library, python):
        if _fault(folder, python, env) is None:
            return
        for left in library.glob("pyperf*"):
            _remove(left)
    uv = shutil.which("uv")
    install = ["pip", "install", "--quiet", "--no-deps", "--python", executable]
    if uv is None or not _works([uv, *install, "--only-binary", ":all:", _PYPERF]):
        _fetch(_PYPERF, library, python)


def _fetch(package: str, library: Path, python: Python) -> None:
    """A package as it is made for a Python, by our own pip: that of the Python may be missing, or
    too old.
    """
    version = "{}.{}".format(*python.version)
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    only = ["--no-deps", "--only-binary", ":all:", "--python-version", version]
    _output([*pip, *only, "--target", str(library), package], None)


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
        print(f"installing {package} for Python {python.label}", flush=True)
        try:
            _output([*installer, package], None, timeout=_INSTALLING)
        except PreparationError as error:
            missing[package] = str(error)
    return missing


def _installer(executable: str, python: Python) -> list[str]:
    """uv, or the pip that the Python brings, or the newest one for it."""
    uv = shutil.which("uv")
    if uv is not None:
        return [uv, "pip", "install", "--quiet", "--python", executable]
    if not _works([executable, "-m", "ensurepip"]):
        _fetch("pip", Path(_output([executable, "-c", _WHERE], None).strip()), python)
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


def _works(command: Sequence[str]) -> bool:
    try:
        _output(command, None)
    except PreparationError:
        return False
    return True


def _output(
    command: Sequence[str], env: Mapping[str, str] | None, timeout: float = _TIMEOUT
) -> str:
    """What a command prints.

    Raises:
        PreparationError: it failed; the last line that it wrote says why.
    """
    try:
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, errors="replace", timeout=timeout
        )
    except OSError as error:
        raise PreparationError(f"{command[0]} does not run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise PreparationError(f"{command[0]} did not end within {timeout:.0f} s") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        reason = said[-1].strip() if said else f"it ended with status {done.returncode}"
        raise PreparationError(reason)
    return done.stdout


def ask(executable: str, arguments: Sequence[str], env: Mapping[str, str]) -> str:
    """What a prepared Python prints.

    Raises:
        PreparationError: it cannot answer.
    """
    try:
        return _output([executable, *arguments], env)
    except PreparationError as error:
        raise PreparationError(f"it cannot load the cases: {error}") from None


def padded(environments: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The environments with variables added, so that all are equal in number and bytes.

    The size of its environment moves the stack of a process, and with it the speed of its code.
    """
    most = max(map(len, environments), default=0) + 1
    filled = [
        {**env, **{f"{PADDING}_{index:03}": "" for index in range(most - len(env))}}
        for env in environments
    ]
    largest = max(map(_size, filled), default=0)
    return [{**env, f"{PADDING}_000": "x" * (largest - _size(env))} for env in filled]


def _size(env: Mapping[str, str]) -> int:
    """Bytes of an environment as a process is given it, without the pointers."""
    return sum(len(os.fsencode(f"{name}={value}")) + 1 for name, value in env.items())


def import_root() -> Path:
    """A folder with pyconc and the family files and nothing else, for the path of every worker.

    In a checkout that is the checkout. An installed pyconc has other packages beside it, made for
    one Python, which no other may see; it is copied into the user's cache.
    """
    package, families = Path(pyconc.__file__).parent, catalog.benchmarks_folder()
    if families.name == "benchmarks":
        return package.parent
    return _copied((package, families))


def isolated(own: Own) -> Own:
    """Cases of the user's own, where every worker can import them.

    Those of a repository stay where they are; what is installed is copied as pyconc is.
    """
    return own._replace(folders=tuple(map(_isolated, own.folders)))


def _isolated(folder: Path) -> Path:
    root = package_root(folder)
    if not any(root.glob("*.dist-info")):
        return folder
    below = folder.relative_to(root)
    return _copied(root / name for name in _installed_with(root, below.parts[0])) / below


def _installed_with(root: Path, name: str) -> list[str]:
    """What the distribution that has a package put beside it, the package included."""
    for distribution in importlib.metadata.distributions(path=[str(root)]):
        names = {file.parts[0] for file in distribution.files or ()}
        if name in names:
            left_out = {"..", "__pycache__"}
            return sorted(
                each
                for each in names - left_out
                if not each.endswith((".dist-info", ".pth")) and (root / each).exists()
            )
    return [name]


def _copied(paths: Iterable[Path]) -> Path:
    """A folder in the cache with these files and folders and nothing else."""
    paths = list(paths)
    files = sorted(
        file
        for path in paths
        for file in (path.rglob("*") if path.is_dir() else [path])
        if file.is_file() and file.suffix != ".pyc"
    )
    state = repr([(str(path), path.stat().st_mtime_ns) for path in files])
    root = cache_folder() / "packages" / hashlib.sha256(state.encode()).hexdigest()[:12]
    if not root.exists():
        root.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=root.parent))
        for path in paths:
            if path.is_dir():
                shutil.copytree(path, fresh / path.name)
            else:
                shutil.copy2(path, fresh)
        try:
            fresh.rename(root)
        except OSError:  # another campaign was first
            shutil.rmtree(fresh)
    return root
