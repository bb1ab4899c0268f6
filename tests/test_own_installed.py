"""Cases that an installed distribution brings along."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from repositories import NUMBERS, PAIR, Repository

from pyconc.errors import UsageError
from pyconc.measure.copies import isolated
from pyconc.suite import catalog
from pyconc.suite.own import Own, declared, package_root

pytest_plugins = ["repositories"]


@pytest.fixture
def installed(
    imports_are_forgotten: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Repository:
    """A distribution, with a package and a module, in a folder with what others installed.

    Arguments: what its entry point names, and the content of its family.
    """

    def make(value: str, content: str = PAIR) -> Path:
        site, name = tmp_path / "site", f"installed_{next(NUMBERS)}"
        cases = site / name / "cases"
        cases.mkdir(parents=True)
        for folder in (cases.parent, cases):
            (folder / "__init__.py").write_text("", "utf-8")
        (cases / "durian.py").write_text(content, "utf-8")
        (site / f"{name}_beside.py").write_text("", "utf-8")
        (site / "neighbour.py").write_text("", "utf-8")
        about = site / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(
            f"[pyconc.cases]\nfruit = {value.format(name=name)}\n"
        )
        files = [f"{name}/__init__.py", f"{name}/cases/__init__.py", f"{name}/cases/durian.py",
                 f"{name}_beside.py", f"../bin/{name}", f"{name}/gone.py"]  # fmt: skip
        (about / "RECORD").write_text("".join(f"{file},,\n" for file in files))
        monkeypatch.syspath_prepend(str(site))
        monkeypatch.chdir(tmp_path)
        return cases

    return make


def test_an_installed_distribution_brings_its_cases(installed: Repository) -> None:
    cases = installed("{name}.cases")
    assert cases.resolve() in declared().folders
    case, twins = catalog.find("durian.pair[thread-1]")
    assert case.workload_class.__module__ == f"{cases.parent.name}.cases.durian"
    assert twins["control"] == "reference.empty_loop[thread-1]"


def test_a_checkout_is_used_in_place_of_what_is_installed(
    installed: Repository, tmp_path: Path
) -> None:
    cases = installed("{name}.cases")
    checkout = tmp_path / "checkout" / cases.parent.name / "cases"
    shutil.copytree(cases.parent, checkout.parent)
    settings = f'[tool.pyconc]\ncases = ["{cases.parent.name}/cases"]\n'
    (tmp_path / "checkout" / "pyproject.toml").write_text(settings, "utf-8")
    assert cases.resolve() in declared().folders
    found = declared(tmp_path / "checkout").folders
    assert checkout.resolve() in found
    assert cases.resolve() not in found


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("no_such_package", "there is no package no_such_package"),
        ("no_such_package.cases", "no_such_package.cases cannot be imported"),
        ("{name}.cases.durian", "durian is a module; name the package that it is in"),
    ],
)
def test_a_bad_entry_point_gets_one_line(value: str, says: str, installed: Repository) -> None:
    cases = installed(value)
    with pytest.raises(UsageError) as caught:
        declared()
    assert str(caught.value).startswith(f"the entry point fruit of {cases.parent.name}")
    assert says in str(caught.value)


def test_workers_see_a_distribution_and_not_its_neighbours(
    installed: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    cases = installed("{name}.cases")
    name = cases.parent.name
    found = isolated(Own((cases,), (tmp_path / "else",)))
    [copy] = found.folders
    assert copy.is_relative_to(tmp_path / "cache")
    assert sorted(path.name for path in package_root(copy).iterdir()) == [name, f"{name}_beside.py"]
    assert (copy / "durian.py").read_text("utf-8") == PAIR
    assert found.pythonpath == (tmp_path / "else",)
    assert isolated(Own((cases,))).folders == found.folders
    (cases / "durian.py").write_text(f"{PAIR}\n", "utf-8")
    os.utime(cases / "durian.py", ns=(1, 1))
    assert isolated(Own((cases,))).folders != found.folders
