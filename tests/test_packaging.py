"""The wheel and the sdist: built, looked into, and installed into environments with nothing else.

By default into one of the running Python. With ``PYCONC_TESTS=all`` also into those of 3.9,
3.13 and 3.15, as far as they are here, and the tutorial is followed there as it is written.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_string
from pathlib import Path

import pytest
from documents import ROOT, commands, follow
from longest import ALL, only_if_asked
from test_docs import INSTEAD
from waiting import PROGRAM_LIMIT

from pyconc import __version__
from pyconc.errors import UsageError
from pyconc.measure.interpreters import find
from pyconc.measure.places import Python

PYTHONS = ("3.9", "3.13", "3.15") if ALL else ()
#: What needs the extra `report`, which has no build for the newest Python.
SHOWING = r"pyconc (show|report|compare|noise)\b.*"
TUTORIAL = ROOT / "docs" / "tutorial.md"


def run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, timeout=PROGRAM_LIMIT
    )  # fmt: skip


def pip(*arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    return run(python, "-m", "pip", "--disable-pip-version-check", *arguments)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sdist and the wheel that was built from it."""
    if importlib.util.find_spec("build") is None:
        pytest.skip("`build`, of the extra `test`, is not installed")
    folder = tmp_path_factory.mktemp("dist")
    asked = ("download", "--no-deps", "--quiet", "--timeout=5", "--retries=0", "hatchling")
    if pip(*asked, "--dest", str(tmp_path_factory.mktemp("asked"))).returncode:
        pytest.skip("there is no network, and building a wheel takes hatchling")
    done = run(sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    [path] = built.glob("*.whl")
    return path


def sources(folder: str) -> set[str]:
    """The files of a folder of ours, but for what Python made there."""
    return {
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.long
def test_all_files_of_the_package_and_of_the_cases_are_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder, place in (("pyconc", "pyconc"), ("benchmarks", "pyconc_benchmarks")):
        assert {f"{place}/{name}" for name in sources(folder)} <= inside
    needed = {
        "pyconc/py.typed", "pyconc/measure/floor.c", "pyconc/report/templates/base.html",
        "pyconc/report/assets/style.css", "pyconc/words/strings/common.toml",
        "pyconc_benchmarks/lock.py", "pyconc_benchmarks/conftest.py",
    }  # fmt: skip
    assert needed <= inside
    assert not [name for name in inside if "__pycache__" in name]
    tops = {name.partition("/")[0] for name in inside}
    assert tops == {"pyconc", "pyconc_benchmarks", f"pyconc-{__version__}.dist-info"}


@pytest.mark.long
def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    about = f"pyconc-{__version__}.dist-info"
    with zipfile.ZipFile(wheel) as file:
        metadata = message_from_string(file.read(f"{about}/METADATA").decode("utf-8"))
        assert f"{about}/licenses/LICENSE" in file.namelist()
        assert "pyconc = pyconc.cli:main" in file.read(f"{about}/entry_points.txt").decode("utf-8")
    assert metadata["Name"] == "pyconc"
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.9"
    assert metadata["Description-Content-Type"] == "text/markdown"
    required = [each for each in metadata.get_all("Requires-Dist", []) if "extra ==" not in each]
    assert sorted(re.split(r"\W", each)[0] for each in required) == ["pyperf", "tomli"]


@pytest.mark.long
def test_the_sdist_has_what_its_tests_need_and_no_measurements(built: Path) -> None:
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as file:
        inside = {name.partition("/")[2] for name in file.getnames()}
    assert {
        "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "Makefile",
        "benchmarks/lock.py", "tests/conftest.py", "docs/tutorial.md", "pyconc/py.typed",
        "results/README.md",
    } <= inside  # fmt: skip
    assert not [name for name in inside if re.match(r"results/.*/|\.venv|.*__pycache__", name)]


class Installed:
    """A fresh environment of one Python in a folder, with the wheel and what that needs."""

    def __init__(self, folder: Path, base: str, wheel: Path) -> None:
        self.folder = folder
        made = run(base, "-m", "venv", str(folder / ".venv"))
        if made.returncode:
            made = run("bash", "-c", without_ensurepip(find(base)), cwd=folder)
        assert made.returncode == 0, made.stderr
        self.scripts = folder / ".venv" / ("Scripts" if os.name == "nt" else "bin")
        done = pip("install", "--quiet", str(wheel), python=str(self.scripts / "python"))
        assert done.returncode == 0, done.stderr

    def pyconc(self, *arguments: str) -> str:
        done = run(str(self.scripts / "pyconc"), *arguments, cwd=self.folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def without_ensurepip(python: Python) -> str:
    """Makes ``.venv`` with a pip for a Python that brings none, as some distributions do."""
    command, version = shlex.quote(python.executable), "{}.{}".format(*python.version)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    fetch = "pip install -q --no-deps --only-binary :all: --disable-pip-version-check"
    return (
        f"rm -rf .venv && {command} -m venv --without-pip .venv && "
        f"{shlex.quote(sys.executable)} -m {fetch} --python-version {version} "
        f'--target "$(.venv/bin/python -c "{where}")" pip'
    )


def base_of(name: str) -> str:
    try:
        return find(name).executable
    except UsageError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=[sys.executable, *PYTHONS], ids=["this", *PYTHONS])
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    return Installed(tmp_path_factory.mktemp("fresh"), base_of(request.param), wheel)


@pytest.mark.long
def test_the_cases_are_inside(installed: Installed) -> None:
    listed = installed.pyconc("list", "lock", "-k", "pair")
    assert "lock.pair[thread-1] " in listed
    site = run(str(installed.scripts / "python"), "-c", "import pyconc; print(pyconc.__file__)",
               cwd=installed.folder)  # fmt: skip
    assert str(installed.folder) in site.stdout


@pytest.mark.long
def test_a_campaign_is_measured_from_the_wheel(installed: Installed) -> None:
    installed.pyconc("run", "lock.pair", "--profile", "smoke", "-o", "campaign")
    [result] = (installed.folder / "campaign").glob("python-*.json")
    shown = run(str(installed.scripts / "python"), "-m", "pyperf", "show", str(result))
    assert "lock.pair[thread-1]" in shown.stdout


@pytest.mark.long
@pytest.mark.parametrize("place", ["checkout", "wheel"])
def test_the_tutorial_installs_from_a_checkout_and_from_a_wheel(
    place: str, wheel: Path, tmp_path: Path
) -> None:
    """As it is written, but for the path; what the extra needs is left out."""
    [command] = [each for each in commands(TUTORIAL) if " install " in each]
    path = ROOT if place == "checkout" else wheel
    assert command.count("path/to/pyconc") == 1
    Installed(tmp_path, base_of(sys.executable), wheel)
    command = command.replace("path/to/pyconc", str(path))
    done = run("bash", "-c", f"{command} --no-deps --force-reinstall", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    shown = run(str(tmp_path / ".venv" / "bin" / "pyconc"), "--version", cwd=tmp_path)
    assert shown.stdout == f"pyconc {__version__}\n"


def test_the_tutorial_names_the_wheel_of_this_version(wheel: Path) -> None:
    assert f"path/to/{wheel.name}[report]" in TUTORIAL.read_text("utf-8")


def test_what_make_bench_installs_has_the_commands_of_the_readme() -> None:
    """Those that stand before the one that installs more."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^bench: \$\(VENV\)/report\.stamp$", makefile, re.MULTILINE)
    installed = {"pyconc", "python", "pip"}
    for command in commands(ROOT / "README.md"):
        if match := re.match(r"\.venv/bin/(\S+)", command):
            assert match[1] in installed, command
        if '".[test]"' in command:
            installed.add("pytest")


@only_if_asked
@pytest.mark.parametrize("name", ["3.9", "3.13", "3.15"])
def test_the_tutorial_can_be_followed(name: str, wheel: Path, tmp_path: Path) -> None:
    """Word by word, but for where pyconc comes from and how long it measures."""
    python = find(base_of(name))
    showing = (3, 11) <= python.version[:2] < (3, 15)
    wanted = f"{wheel}[report]" if showing else str(wheel)
    instead = {
        **INSTEAD,
        "python3 -m venv .venv": (
            f"{python.executable} -m venv .venv 2>/dev/null || {{ {without_ensurepip(python)}; }}"
        ),
        '.venv/bin/pip install "path/to/pyconc[report]"': (
            f".venv/bin/python -m pip install --quiet '{wanted}'"
        ),
    }
    not_run = {
        each: "it shows results" for each in commands(TUTORIAL)
        if not showing and re.match(SHOWING, each)
    }  # fmt: skip
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env.update(
        PATH=f"{tmp_path / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        PYCONC_HISTORY=str(tmp_path / "history"),
    )
    assert follow(TUTORIAL, tmp_path, env, instead, not_run) == []
    assert (tmp_path / "mine" / "campaign.json").exists()
    assert (tmp_path / "first" / "report" / "index.html").exists() is showing


def test_the_citation_is_valid_and_of_this_version() -> None:
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {__version__}\n" in text
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("`check-jsonschema`, of the extra `dev`, is not installed")
    done = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema",
               "vendor.citation-file-format", str(ROOT / "CITATION.cff"))  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_changelog_has_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    released = re.findall(r"^## \[(.*?)\]", text, re.MULTILINE)
    assert released[0] in ("Unreleased", __version__)
    assert __version__ in text


def test_what_cannot_show_results_says_so() -> None:
    """On a Python older than 3.11, whatever is installed."""
    code = (
        "import sys, pyconc.cli as cli; sys.version_info = (3, 9, 0, 'final', 0); "
        "sys.exit(cli.main(['show', 'somewhere']))"
    )
    done = run(sys.executable, "-c", code, cwd=ROOT)
    assert done.returncode == 2
    assert done.stderr.startswith("pyconc: showing results needs Python 3.11 or newer")
