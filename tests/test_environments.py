"""The virtual environments that Pythons are measured in, and the size of their variables."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import pyconc
from pyconc.cache import locked
from pyconc.measure import environments, interpreters
from pyconc.measure.asking import PreparationError
from pyconc.measure.copies import import_root
from pyconc.measure.environments import beside, prepare, pyperf_beside
from pyconc.measure.places import Python
from pyconc.measure.variables import padded, worker_environment
from pyconc.suite import catalog

ROOT = Path(__file__).resolve().parents[1]
posix = pytest.mark.skipif(os.name != "posix", reason="links and scripts")
ENV = worker_environment(ROOT)


@pytest.fixture(scope="module")
def this() -> Python:
    return interpreters.find(sys.executable)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "pyconc" / "venvs"


def imports(executable: str, module: str) -> bool:
    return subprocess.run([executable, "-c", f"import {module}"], env=ENV).returncode == 0


def folders(cache: Path) -> list[Path]:
    return [path for path in cache.iterdir() if path.is_dir()]


def test_an_environment_has_pyperf_and_nothing_else(this: Python, cache: Path) -> None:
    executable, _ = prepare(this, ENV)
    assert imports(executable, "pyperf; pyperf.Runner()")
    assert not imports(executable, "psutil")
    assert not imports(executable, "pytest")
    [folder] = folders(cache)
    assert len(folder.name) == 12
    marker = folder / "marker"
    marker.touch()
    assert prepare(this, ENV).executable == executable
    assert marker.exists()  # used again


def test_a_broken_environment_is_made_again(this: Python, cache: Path) -> None:
    executable, _ = prepare(this, ENV)
    [folder] = folders(cache)
    [package] = folder.rglob("site-packages/pyperf/_bench.py")
    package.unlink()
    assert prepare(this, ENV).executable == executable
    assert imports(executable, "pyperf")
    assert folders(cache) == [folder]


def test_one_that_was_left_half_made_is_made_again(this: Python, cache: Path) -> None:
    executable, _ = prepare(this, ENV)
    [folder] = folders(cache)
    folder.with_suffix(".json").unlink()  # it is written when an environment is whole
    (folder / "half").touch()
    assert prepare(this, ENV).executable == executable
    assert not (folder / "half").exists()


def test_a_python_that_was_upgraded_gets_another_environment(
    this: Python, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(this, ENV)
    with pytest.raises(PreparationError, match="it is of another build"):
        prepare(this._replace(build="3.99.0"), ENV)
    assert len(folders(cache)) == 1


def test_campaigns_that_start_at_once_share_an_environment(this: Python, cache: Path) -> None:
    made: list[str] = []
    both = [
        threading.Thread(target=lambda: made.append(prepare(this, ENV).executable))
        for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(made) == 2
    assert len(set(made)) == 1
    assert len(folders(cache)) == 1


def test_a_python_that_makes_no_environment_says_why(
    this: Python, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no uv there
    gone = this._replace(executable=str(tmp_path / "gone"))
    with pytest.raises(PreparationError, match="gone does not run: No such file"):
        prepare(gone, ENV)
    monkeypatch.setattr(environments, "_copy_pyperf", lambda *where: False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-pip"))
    with pytest.raises(PreparationError, match="no-pip does not run"):
        prepare(this, ENV)
    assert folders(cache) == []


def test_a_cache_that_cannot_be_written_is_named(
    this: Python, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(PreparationError, match=r"no environment in .*file/pyconc/venvs: "):
        prepare(this, ENV)


@posix
def test_another_pyperf_is_installed_where_ours_is_not_made_for_that_python(
    this: Python, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By uv where it is; this one says what it is asked, and fails, so that pip is asked next."""
    for name in ("uv", "own-python"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/asked\nexit 1\n')
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.defpath)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "own-python"))
    ours = importlib.metadata.distribution("pyperf")
    monkeypatch.setattr(type(ours), "metadata", {"Requires-Python": ">=3.99"})
    with pytest.raises(PreparationError, match="it ended with status 1"):
        prepare(this, ENV)
    by_uv, by_pip = (tmp_path / "asked").read_text().splitlines()
    assert by_uv.startswith("uv pip install ")
    assert "--python-version {}.{} ".format(*this.version) in by_pip


@posix
def test_the_environment_of_a_user_has_a_path_as_long_as_ours(
    this: Python, cache: Path, tmp_path: Path
) -> None:
    ours, _ = prepare(this, ENV)
    mine = tmp_path / "an environment of mine"
    subprocess.run([this.executable, "-m", "venv", "--without-pip", str(mine)], check=True)
    path = beside(str(mine / "bin" / "python"))
    assert len(path) == len(ours)
    assert beside(str(mine / "bin" / "python")) == path
    says = (
        "import sys, os; print(os.path.realpath(sys.prefix)); print(sys.prefix != sys.base_prefix)"
    )
    told = subprocess.run([path, "-c", says], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == [str(mine.resolve()), "True"]
    shutil.rmtree(mine)
    again = tmp_path / "an environment of mine"
    subprocess.run([this.executable, "-m", "venv", "--without-pip", str(again)], check=True)
    assert beside(str(again / "bin" / "python")) == path


def test_pyperf_comes_beside_an_environment(this: Python, cache: Path) -> None:
    folder = pyperf_beside(this)
    assert {path.name for path in folder.iterdir()} >= {"pyperf"}
    assert all(path.name.startswith("pyperf") for path in folder.iterdir())
    assert pyperf_beside(this) == folder
    env = worker_environment(ROOT, folder)
    says = "import pyperf; pyperf.Runner(); print(pyperf.__file__)"
    told = subprocess.run(
        [this.executable, "-c", says], env=env, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip().startswith(str(folder))


def test_the_second_waits_for_a_lock(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with locked(tmp_path / "deep" / "lock"):
            order.append("second")

    waiting = threading.Thread(target=second)
    with locked(tmp_path / "deep" / "lock"):
        waiting.start()
        waiting.join(0.2)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_padded_environments_are_equal_in_number_and_bytes() -> None:
    given = [{"A": "1"}, {"A": "1", "PYTHON_GIL": "0"}, {"A": "é", "B": "x" * 999, "C": ""}]
    filled = padded(given)
    assert len(set(map(len, filled))) == 1
    sizes = {
        sum(len(os.fsencode(f"{name}={value}")) + 1 for name, value in env.items())
        for env in filled
    }
    assert len(sizes) == 1
    for before, after in zip(given, filled):
        added = {name: value for name, value in after.items() if name not in before}
        assert {**before, **added} == after
        assert all(name.startswith("PYCONC_PADDING") for name in added)
    assert padded(given[:1] * 2)[0] == padded(given[:1] * 2)[1]
    assert padded([]) == []


def test_a_checkout_is_imported_where_it_is() -> None:
    assert import_root() == ROOT


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
    root = import_root()
    assert sorted(path.name for path in root.iterdir()) == ["pyconc", "pyconc_benchmarks"]
    assert import_root() == root
    answer = subprocess.run(
        [sys.executable, "-m", "pyconc.measure.probe", str(root / "pyconc_benchmarks")],
        env=worker_environment(root), cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert '"version"' in answer.stdout
    (site / "pyconc" / "new.py").write_text("")
    assert import_root() != root


def test_workers_inherit_no_settings_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONMALLOC", "debug")
    monkeypatch.setenv("LANG", "C")
    env = worker_environment(Path("/somewhere"))
    assert {name: env[name] for name in env if name.startswith("PYTHON")} == {
        "PYTHONPATH": "/somewhere"
    }
    assert env["LANG"] == "C"
