"""A toy library in versions that can be told apart, and cases that say which one they measured."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

#: Its ``VERSION`` is a metric of every round, so that no clock says what was measured.
CASES = '''"""The lock of a toy library."""

from __future__ import annotations

from itertools import repeat

from pyconc.suite.case import Workload, case
from toylib import VERSION, Lock


@case()
class Pair(Workload):
    """Taken and released by one thread alone. One operation: the pair of calls."""

    control = "reference.empty_loop"

    def setup(self) -> None:
        self.lock = Lock()

    def work(self, worker: int, loops: int) -> None:
        acquire, release = self.lock.acquire, self.lock.release
        for _ in repeat(None, loops):
            acquire()
            release()

    def check(self, loops: int) -> dict[str, float]:
        return {"library": VERSION}
'''
CASE = "toy.pair[thread-1]"
_LIBRARY = '''"""A lock."""

import threading

VERSION = {version}


class Lock:
    def __init__(self):
        self._lock = threading.Lock()

    def acquire(self):
        for _ in range({busy}):
            pass
        self._lock.acquire()

    def release(self):
        self._lock.release()
'''
#: Needs nothing that would have to be installed first.
_BACKEND = """import pathlib
import zipfile


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "toylib-1.0-py3-none-any.whl"
    about = "toylib-1.0.dist-info"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as archive:
        archive.write("toylib.py")
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\\nName: toylib\\nVersion: 1.0\\n"
        )
        archive.writestr(
            f"{about}/WHEEL",
            "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        )
        archive.writestr(f"{about}/RECORD", "toylib.py,,\\n")
    return name
"""
_PYPROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "toylib"
version = "1.0"

[tool.pyconc]
cases = ["toy_cases/"]
"""


def library(version: float, busy: int = 0) -> str:
    """The module; ``busy`` turns of an empty loop make it slower."""
    return _LIBRARY.format(version=version, busy=busy)


def project(folder: Path, version: float, busy: int = 0) -> Path:
    """A repository whose cases lie beside its library, as most do."""
    (folder / "toy_cases").mkdir(parents=True)
    (folder / "toy_cases" / "toy.py").write_text(CASES, "utf-8")
    (folder / "pyproject.toml").write_text(_PYPROJECT, "utf-8")
    (folder / "backend.py").write_text(_BACKEND, "utf-8")
    (folder / "toylib.py").write_text(library(version, busy), "utf-8")
    return folder


def environment(folder: Path, python: str, version: float | None = None) -> Path:
    """The Python of a new virtual environment, which has the library if a version is given."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    if version is not None:
        (packages / "toylib.py").write_text(library(version), "utf-8")
        install(packages, "toylib", str(version))
    return folder / "bin" / "python"


def install(packages: Path, name: str, version: str) -> None:
    """What an installer writes down of a package."""
    about = packages / f"{name}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (about / "RECORD").write_text(f"{name}.py,,\n")


def commit(folder: Path, message: str) -> str:
    """All that is there, in the repository that is made if there is none; its commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    identity = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    git(folder, *identity, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def measured_versions(campaign: Path) -> dict[str, set[float]]:
    """Of the library, by the label of the arm."""
    found: dict[str, set[float]] = {}
    for line in (campaign / "journal.jsonl").read_text("utf-8").splitlines():
        record: dict[str, Any] = json.loads(line)
        if record["case"] == CASE and record["round"]:
            for benchmark in record["suite"]["benchmarks"]:
                metadata = {**benchmark.get("metadata", {}), **record["suite"].get("metadata", {})}
                for run in benchmark["runs"]:
                    said = {**metadata, **run.get("metadata", {})}
                    found.setdefault(record["arm"], set()).add(said["pyconc_library"])
    return found
