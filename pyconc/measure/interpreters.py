"""The Pythons of a campaign: found by version or path, asked what they are, made ready to run."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyconc
from pyconc.errors import UsageError
from pyconc.suite import catalog

OLDEST = (3, 9)


class Arm(NamedTuple):
    """One Python that takes part: its label, what to execute, what it is, what it cannot run."""

    label: str
    executable: str
    about: dict[str, Any]
    #: Reasons by the id of the case.
    skipped: dict[str, str]


def arms(pythons: Sequence[str], benchmarks: Path, env: dict[str, str]) -> list[Arm]:
    """The arms of a campaign; this Python, where none is named.

    Raises:
        UsageError: a Python cannot be found, is too old, or cannot be prepared.
    """
    found: list[Arm] = []
    for name in pythons or [sys.executable]:
        executable = prepare(find(name), env)
        answer = _ask(executable, ["-m", "pyconc.measure.probe", str(benchmarks)], env)
        told = json.loads(answer)
        arm = Arm(label(told["python"]), executable, told["python"], told["skipped"])
        if any(other.label == arm.label for other in found):
            raise UsageError(f"-p {name}: {arm.label} takes part already; name each Python once")
        found.append(arm)
    return found


def label(about: dict[str, Any]) -> str:
    """``3.13.0``, ``3.14.0t`` for a free-threaded build, ``pypy3.11.13`` for PyPy."""
    prefix = "" if about["implementation"] == "CPython" else about["implementation"].lower()
    return f"{prefix}{about['version']}{'t' if about['free_threaded'] else ''}"


def find(name: str) -> str:
    """The executable that ``3.13``, ``python3.13``, ``pypy3`` or a path names.

    A version is looked for on PATH and then among pyenv's, whose shims run only what is active.

    Raises:
        UsageError: there is none, or it is older than 3.9.
    """
    is_version = re.fullmatch(r"\d+\.\d+t?", name)
    command = f"python{name}" if is_version else name
    candidates = _on_path(command) + (_of_pyenv(name) if is_version else [])
    if not candidates:
        raise UsageError(f"-p {name}: no {command} on PATH; give the path of the executable")
    found = next(filter(None, map(_identify, candidates)), None)
    if found is None:
        raise UsageError(f"-p {name}: {candidates[0]} does not run as a Python")
    version, path = found
    if version < OLDEST:
        old = "{}.{}".format(*version)
        raise UsageError(f"-p {name}: Python {old} is too old; use 3.9 or newer")
    return path


def _on_path(command: str) -> list[str]:
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = [shutil.which(command, path=folder) for folder in folders]
    return list(dict.fromkeys(filter(None, found)))


def _of_pyenv(version: str) -> list[str]:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    number, free_threaded = version.rstrip("t"), version.endswith("t")
    folders = [
        folder
        for folder in root.glob(f"versions/{number}.*")
        if folder.name.endswith("t") == free_threaded
    ]
    newest_first = sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True)
    return [str(folder / "bin" / "python") for folder in newest_first]


def _identify(executable: str) -> tuple[tuple[int, int], str] | None:
    """The version of a Python and its own idea of where it is, or None if it does not run."""
    # In words that the oldest Python understands, so that it can be told that it is too old.
    code = "import sys; print('%d %d %s' % (sys.version_info[:2] + (sys.executable,)))"
    try:
        done = subprocess.run(
            [executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
        )
        major, minor, path = done.stdout.strip().split(maxsplit=2)
        return (int(major), int(minor)), path
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def prepare(executable: str, env: dict[str, str]) -> str:
    """An executable of the same Python that has pyperf: itself, or its cached virtual environment.

    Nothing is installed into the interpreter itself.

    Raises:
        UsageError: the environment cannot be made.
    """
    if _runs([executable, "-c", "import pyperf"], env):
        return executable
    name = hashlib.sha256(os.path.realpath(executable).encode()).hexdigest()[:12]
    folder = _cache() / "venvs" / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if _runs([str(python), "-c", "import pyperf"], env):
        return str(python)
    _or_refuse([executable, "-m", "venv", "--clear", "--without-pip", str(folder)], executable)
    where = "import sys, sysconfig; print(sysconfig.get_path('purelib'), *sys.version_info[:2])"
    library, major, minor = _ask(str(python), ["-c", where], env).strip().rsplit(maxsplit=2)
    # Our own pip fetches wheels for that Python, whose own pip may be missing, or too old for it.
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    install += ["--target", library, "--python-version", f"{major}.{minor}", "--only-binary=:all:"]
    if not _runs([*install, "pyperf"], None):
        _or_refuse([*install, "--no-deps", "pyperf"], executable)  # psutil has no wheel for it
    return str(python)


def _or_refuse(command: Sequence[str], executable: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
        raise UsageError(
            f"{executable}: no environment with pyperf: {reason[0]}; "
            f"install pyperf there, or leave this Python out"
        )


def import_root() -> Path:
    """A folder with pyconc and the family files and nothing else, for the path of every worker.

    In a checkout that is the checkout. An installed pyconc has other packages beside it, made for
    one Python, which no other may see; it is copied into the user's cache.
    """
    package, families = Path(pyconc.__file__).parent, catalog.benchmarks_folder()
    if families.name == "benchmarks":
        return package.parent
    files = sorted(path for folder in (package, families) for path in folder.rglob("*.py"))
    state = repr([(str(path), path.stat().st_mtime_ns) for path in files])
    root = _cache() / "packages" / hashlib.sha256(state.encode()).hexdigest()[:12]
    if not root.exists():
        root.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=root.parent))
        for folder in (package, families):
            shutil.copytree(folder, fresh / folder.name)
        try:
            fresh.rename(root)
        except OSError:  # another campaign was first
            shutil.rmtree(fresh)
    return root


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "pyconc"


def _runs(command: Sequence[str], env: dict[str, str] | None) -> bool:
    try:
        return subprocess.run(command, env=env, capture_output=True, timeout=300).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _ask(executable: str, arguments: Sequence[str], env: dict[str, str]) -> str:
    done = subprocess.run([executable, *arguments], env=env, capture_output=True, text=True)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise UsageError(f"{executable} cannot load the cases: {reason[0]}")
    return done.stdout
