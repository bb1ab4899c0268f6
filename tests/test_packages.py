"""What is installed for the workers: asked for on the command line, or by the user's settings."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from programs import pyconc
from repositories import HEADER, Repository

from pyconc.errors import UsageError
from pyconc.measure import interpreters
from pyconc.measure.environments import prepare
from pyconc.measure.places import Python
from pyconc.measure.variables import worker_environment
from pyconc.suite.own import Own, declared, recalled, requirement

pytest_plugins = ["repositories"]

ROOT = Path(__file__).resolve().parents[1]
NEEDS = (
    HEADER
    + '''
from pyconc.suite.requirements import Module

@case(requires=[Module("tiny_things")])
class Call(Workload):
    """What only a package has. One operation: one call."""

    control = "reference.empty_loop"

    def setup(self) -> None:
        import tiny_things
        self.one = tiny_things.one

    def work(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            self.one()
'''
)


def wheel(folder: Path, tag: str = "py3", returns: int = 1, name: str = "tiny_things") -> Path:
    """A package of one function, as pip installs it without a network."""
    path = folder / f"{name}-1.0-{tag}-none-any.whl"
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"def one():\n    return {returns}\n")
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{about}/WHEEL",
            f"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: {tag}-none-any\n",
        )
        archive.writestr(f"{about}/RECORD", f"{name}.py,,\n")
    return path


@pytest.fixture(scope="module")
def this() -> Python:
    return interpreters.find(sys.executable)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pyconc" / "venvs"


def one(executable: str) -> str:
    command = [executable, "-c", "import tiny_things; print(tiny_things.one())"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def imports(executable: str, module: str) -> bool:
    return (
        subprocess.run([executable, "-c", f"import {module}"], capture_output=True).returncode == 0
    )


@pytest.mark.long
def test_packages_are_in_an_environment_of_their_own_as_far_as_they_can_be(
    this: Python, cache: Path, tmp_path: Path
) -> None:
    env = worker_environment(ROOT)
    bare, _ = prepare(this, env)
    packages = [str(wheel(tmp_path, tag="cp27")), str(wheel(tmp_path))]
    executable, missing = prepare(this, env, packages)
    assert one(executable) == "1"
    assert executable != bare
    assert one(bare) == ""
    assert len(executable) == len(bare)
    assert list(missing) == packages[:1]
    assert "\n" not in missing[packages[0]]
    assert "tiny_things" in missing[packages[0]]


@pytest.mark.long
def test_what_is_measured_does_not_change_with_what_it_was_made_from(
    this: Python, cache: Path, tmp_path: Path
) -> None:
    env = worker_environment(ROOT)
    packages = [str(wheel(tmp_path))]
    executable, _ = prepare(this, env, packages)
    wheel(tmp_path, returns=2)
    after, _ = prepare(this, env, packages)
    assert (one(executable), one(after)) == ("1", "2")
    assert len(executable) == len(after)
    wheel(tmp_path)
    assert prepare(this, env, packages).executable == executable


@pytest.mark.long
def test_what_was_missing_is_had_later_in_another_environment(
    this: Python, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = worker_environment(ROOT)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")
    packages = [str(wheel(tmp_path)), "tiny-others"]
    lacking, missing = prepare(this, env, packages)
    assert list(missing) == ["tiny-others"]
    assert prepare(this, env, packages) == (lacking, missing)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))
    wheel(tmp_path, name="tiny_others")
    whole, missing = prepare(this, env, packages)
    assert missing == {}
    assert whole != lacking
    assert imports(whole, "tiny_others")
    assert not imports(lacking, "tiny_others")


def test_settings_name_packages(repository: Repository, tmp_path: Path) -> None:
    path = wheel(tmp_path)
    repository('cases = []\nwith = ["trio>=0.30", "./' + path.name + '"]')
    assert declared(tmp_path).packages == ("trio>=0.30", str(path.resolve()))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ('with = "trio"', "with is no list of packages"),
        ('with = ["--pre"]', "with names '--pre', which is no package"),
        ('with = ["./gone"]', "with names './gone', and "),
        ('wiht = ["trio"]', "did you mean 'with'?"),
    ],
)
def test_bad_settings_are_one_line(
    settings: str, says: str, repository: Repository, tmp_path: Path
) -> None:
    repository(f"cases = []\n{settings}")
    with pytest.raises(UsageError) as caught:
        declared(tmp_path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["trio", "trio>=0.30", "pyconc[report]", "a @ https://host/a.zip"])
def test_a_requirement_stays_as_it_is(text: str) -> None:
    assert requirement(text, "--with") == text


def test_a_campaign_remembers_packages(tmp_path: Path) -> None:
    mine = Own().having(["trio", "anyio", "trio"])
    assert mine.packages == ("trio", "anyio")
    assert recalled({"own": mine.as_json(tmp_path)}, tmp_path) == mine
    with pytest.raises(UsageError, match="which is no package"):
        recalled({"own": {"packages": ["-r evil.txt"]}}, tmp_path)


@pytest.mark.long
def test_a_case_is_measured_with_what_it_needs(repository: Repository, tmp_path: Path) -> None:
    repository(tiny=NEEDS)
    run = ["run", "tiny", "--profile", "smoke", "-o"]
    done = pyconc(*run, "without", cwd=tmp_path)
    assert done.returncode == 2
    [line] = done.stderr.strip().splitlines()
    assert "needs the module tiny_things" in line
    assert "--with PACKAGE" in line
    done = pyconc(*run, "given", "--with", f"./{wheel(tmp_path).name}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    about = json.loads((tmp_path / "given" / "campaign.json").read_text("utf-8"))
    assert about["interpreters"][0]["packages"].keys() == {"tiny_things"}
    assert about["interpreters"][0]["missing"] == {}
    assert pyconc("run", "--resume", "given", cwd=tmp_path).returncode == 0
    done = pyconc("run", "--resume", "given", "--with", "trio", cwd=tmp_path)
    assert done.returncode == 2
    assert "--with does not go with --resume" in done.stderr


def test_an_option_of_pip_is_refused(tmp_path: Path) -> None:
    done = pyconc("run", "lock.pair", "--with=-rx", cwd=tmp_path)
    assert done.returncode == 2
    [line] = done.stderr.strip().splitlines()
    assert line == "pyconc: --with '-rx', which is no package; name one as pip does"
