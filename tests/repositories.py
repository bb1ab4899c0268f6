"""Fixtures: repositories with cases of their own, of which nothing stays imported."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

HEADER = "from __future__ import annotations\nfrom pyconc.suite.case import *\n\n"
PAIR = (
    HEADER + "@case()\n"
    "class Pair(Workload):\n"
    '    """Nothing, by a name of its own. One operation: none."""\n\n'
    '    control = "reference.empty_loop"\n'
    '    floor = "floor.mutex_pair"\n\n'
    "    def work(self, worker: int, loops: int) -> None:\n"
    "        pass\n"
)
#: Folders are imported by their names, so that each test has its own.
NUMBERS = itertools.count(1)

Repository = Callable[..., Path]


@pytest.fixture
def imports_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        places = getattr(sys.modules[name], "__path__", None) or [
            getattr(sys.modules[name], "__file__", None) or ""
        ]
        if any(str(place).startswith(str(tmp_path)) for place in places):
            del sys.modules[name]
    importlib.invalidate_caches()


@pytest.fixture
def repository(
    imports_are_forgotten: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Repository:
    """Writes a repository with a folder of cases, and makes it the working directory.

    Arguments: the content of each file by its name, and lines of ``[tool.pyconc]`` in place of the
    one that names the folder.
    """

    def make(settings: str | None = None, **files: str) -> Path:
        folder = tmp_path / f"own_cases_{next(NUMBERS)}"
        folder.mkdir()
        for name, content in files.items():
            (folder / f"{name}.py").write_text(content, "utf-8")
        if settings is None:
            settings = f'cases = ["{folder.name}"]'
        (tmp_path / "pyproject.toml").write_text(f"[tool.pyconc]\n{settings}\n", "utf-8")
        monkeypatch.chdir(tmp_path)
        return folder

    return make
