"""Finding Pythons, naming them, and giving them nothing but pyconc to import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pyconc
from pyconc.errors import UsageError
from pyconc.measure import interpreters
from pyconc.measure.scheduler import worker_environment
from pyconc.suite import catalog

posix = pytest.mark.skipif(os.name != "posix", reason="writes scripts")
ROOT = Path(__file__).resolve().parents[1]


def fake_python(path: Path, answer: str) -> Path:
    """A script that answers as a Python would, when asked for its version and place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("about", "label"),
    [
        ({"implementation": "CPython", "version": "3.13.0", "free_threaded": False}, "3.13.0"),
        ({"implementation": "CPython", "version": "3.14.0", "free_threaded": True}, "3.14.0t"),
        ({"implementation": "PyPy", "version": "3.11.13", "free_threaded": False}, "pypy3.11.13"),
    ],
)
def test_labels(about: dict[str, object], label: str) -> None:
    assert interpreters.label(about) == label


@posix
def test_a_version_is_found_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = fake_python(tmp_path / "bin" / "python3.13", f"echo 3 13 {tmp_path}/real python")
    monkeypatch.setenv("PATH", str(python.parent))
    assert interpreters.find("3.13") == f"{tmp_path}/real python"
    assert interpreters.find("python3.13") == f"{tmp_path}/real python"


@posix
def test_a_shim_that_does_not_run_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = fake_python(tmp_path / "shims" / "python3.13", "exit 127")
    real = fake_python(tmp_path / "pyenv/versions/3.13.0/bin/python", "echo 3 13 /the/real/one")
    fake_python(tmp_path / "pyenv/versions/3.13.0t/bin/python", "echo 3 13 /free/threaded")
    monkeypatch.setenv("PATH", str(shim.parent))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert interpreters.find("3.13") == "/the/real/one"
    real.unlink()
    with pytest.raises(UsageError, match="does not run as a Python"):
        interpreters.find("3.13")


def test_this_python_is_described_and_may_skip() -> None:
    [arm] = interpreters.arms([], ROOT / "benchmarks", worker_environment(ROOT))
    assert arm.about["version"] == sys.version.split()[0]
    assert arm.about["start_method"] in ("fork", "forkserver", "spawn")
    assert set(arm.skipped) <= {case.id for case in catalog.load()}


def test_a_python_takes_part_once() -> None:
    with pytest.raises(UsageError, match="takes part already"):
        interpreters.arms([sys.executable] * 2, ROOT / "benchmarks", worker_environment(ROOT))


def test_a_checkout_is_imported_where_it_is() -> None:
    assert interpreters.import_root() == ROOT


def test_an_installed_pyconc_is_imported_without_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site-packages"
    shutil.copytree(ROOT / "pyconc", site / "pyconc")
    shutil.copytree(ROOT / "benchmarks", site / "pyconc_benchmarks")
    (site / "numpy.py").write_text("made for one Python")
    monkeypatch.setattr(pyconc, "__file__", str(site / "pyconc" / "__init__.py"))
    monkeypatch.setattr(catalog, "benchmarks_folder", lambda: site / "pyconc_benchmarks")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = interpreters.import_root()
    assert sorted(path.name for path in root.iterdir()) == ["pyconc", "pyconc_benchmarks"]
    assert interpreters.import_root() == root
    answer = subprocess.run(
        [sys.executable, "-m", "pyconc.measure.probe", str(root / "pyconc_benchmarks")],
        env=worker_environment(root), cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert '"version"' in answer.stdout
    (site / "pyconc" / "new.py").write_text("")
    assert interpreters.import_root() != root


def test_workers_inherit_no_settings_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONMALLOC", "debug")
    monkeypatch.setenv("LANG", "C")
    env = worker_environment(Path("/somewhere"))
    assert {name: env[name] for name in env if name.startswith("PYTHON")} == {
        "PYTHONPATH": "/somewhere"
    }
    assert env["LANG"] == "C"
