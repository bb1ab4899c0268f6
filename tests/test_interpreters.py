"""Finding Pythons, naming them, and turning them into the arms of a campaign."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Callable

import pytest

from pyconc.errors import UsageError
from pyconc.measure import interpreters, places, probe
from pyconc.measure.asking import PreparationError
from pyconc.measure.environments import Environment
from pyconc.measure.interpreters import Arm, Left
from pyconc.measure.places import Python
from pyconc.measure.variables import worker_environment
from pyconc.store import builds
from pyconc.suite import catalog

posix = pytest.mark.skipif(os.name != "posix", reason="writes scripts")
ROOT = Path(__file__).resolve().parents[1]


def python_of(version: str, executable: str = "/there", kind: str = "CPython") -> Python:
    """``3.14.0t`` is a free-threaded one."""
    number = version.rstrip("t")
    major, minor, micro = map(int, number.split("."))
    free_threaded = version.endswith("t")
    return Python((major, minor, micro, "final", 0), kind, free_threaded, False, number, executable)


def fake(path: Path, version: str, real: str | None = None, kind: str = "CPython") -> str:
    """A script that answers as a Python would, when asked what and where it is."""
    python = python_of(version, real or str(path), kind)
    answer = json.dumps([list(python.version), *python[1:]])
    return script(path, f"echo '{answer}'")


def script(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Pythons: ``bin`` is on PATH, ``pyenv`` and ``uv`` are looked into."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.delenv("PYCONC_PYTHONS", raising=False)
    return tmp_path


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, list[Left]]]:
    """Arms of fakes: nothing is made, and the probe answers with the variables it is given."""

    def answer(executable: str, arguments: object, env: dict[str, str]) -> dict[str, Any]:
        return {
            "python": {"env": env}, "skipped": {}, "packages": {}, "pyperf": "2", "lacking": {},
        }  # fmt: skip

    def prepare(python: Python, env: object, packages: object) -> Environment:
        if "broken" in python.executable:
            raise PreparationError("no space left on device")
        return Environment(f"/cache/{python.label}", {})

    monkeypatch.setattr(interpreters, "prepare", prepare)
    monkeypatch.setattr(interpreters, "ask", answer)
    return lambda *pythons: arms(pythons, {"A": "1"})


def arms(pythons: Sequence[str], env: dict[str, str]) -> tuple[list[Arm], list[Left]]:
    """The arms of a campaign, and what has to be left out."""
    made, left = interpreters.ready(pythons, env)
    environments = {each.label: env for each in made}
    return interpreters.probed(made, [ROOT / "benchmarks"], environments, left)


def labels(arms: Any) -> list[str]:
    return [arm.label for arm in arms]


def test_labels_name_version_and_kind() -> None:
    assert python_of("3.13.0").label == "3.13.0"
    assert python_of("3.14.0t").label == "3.14.0t"
    assert python_of("3.11.13", kind="PyPy").label == "pypy3.11.13"


@posix
def test_a_version_is_found_on_path(nowhere: Path) -> None:
    fake(nowhere / "bin/python3.13", "3.13.2", "/real python")
    assert interpreters.find("3.13").executable == "/real python"
    assert interpreters.find("3.13.2").executable == "/real python"
    assert interpreters.find("python3.13").executable == "/real python"
    with pytest.raises(UsageError, match=r"-p 3.13.1: no python3.13.1 on PATH, in PYCONC_PYTHONS"):
        interpreters.find("3.13.1")


@posix
def test_a_version_is_found_among_those_of_pyenv_and_uv_and_the_variable(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = fake(nowhere / "pyenv/versions/3.13.9/bin/python", "3.13.9")
    new = fake(nowhere / "pyenv/versions/3.13.10/bin/python", "3.13.10")
    free = fake(nowhere / "uv/cpython-3.14.0+freethreaded-linux/bin/python3", "3.14.0t")
    gil = fake(nowhere / "uv/cpython-3.14.0-linux/bin/python3", "3.14.0")
    pypy = fake(nowhere / "pyenv/versions/pypy3.11-7.3.20/bin/python", "3.11.13", kind="PyPy")
    given = fake(nowhere / "mine/python", "3.12.0")
    monkeypatch.setenv("PYCONC_PYTHONS", os.pathsep.join([given, str(nowhere / "gone")]))
    found = {
        name: interpreters.find(name).executable
        for name in ("3.13", "3.13.9", "3.14t", "3.14", "pypy3", "pypy3.11", "3.12")
    }
    assert found == {
        "3.13": new, "3.13.9": old, "3.14t": free, "3.14": gil, "pypy3": pypy, "pypy3.11": pypy,
        "3.12": given,
    }  # fmt: skip
    with pytest.raises(UsageError, match=r"no python3\.11 on PATH"):
        interpreters.find("3.11")  # PyPy is not what is meant


@posix
def test_a_shim_that_does_not_run_is_passed_over(nowhere: Path) -> None:
    script(nowhere / "bin/python3.13", "exit 127")
    real = fake(nowhere / "pyenv/versions/3.13.0/bin/python", "3.13.0")
    assert interpreters.find("3.13").executable == real
    Path(real).unlink()
    with pytest.raises(UsageError, match="does not run as a Python"):
        interpreters.find("3.13")


@posix
def test_a_python_that_is_too_old_is_refused(nowhere: Path) -> None:
    fake(nowhere / "bin/python2.7", "2.7.18")
    with pytest.raises(UsageError, match=r"-p 2.7: Python 2.7 is too old; use 3.9 or newer"):
        interpreters.find("2.7")


def test_the_listing_of_the_windows_launcher_is_read() -> None:
    listing = r"""
 -V:3.14t         C:\Program Files\Python314\python3.14t.exe
 -V:3.13 *        C:\Users\me\AppData\Local\Programs\Python\Python313\python.exe
 -3.9-64          C:\Python39\python.exe
"""
    assert places._of_launcher(listing) == [
        r"C:\Program Files\Python314\python3.14t.exe",
        r"C:\Users\me\AppData\Local\Programs\Python\Python313\python.exe",
        r"C:\Python39\python.exe",
    ]


@posix
def test_every_usable_python_is_discovered_once(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = fake(nowhere / "bin/python3.13", "3.13.10")
    (nowhere / "bin/python3").symlink_to("python3.13")
    fake(nowhere / "venv/bin/python", "3.13.10", newest)
    fake(nowhere / "pyenv/versions/3.13.9/bin/python", "3.13.9")
    script(nowhere / "pyenv/shims/python3.12", "exit 127")
    script(nowhere / "bin/python3-config", "exit 1")
    oldest = fake(nowhere / "pyenv/versions/3.9.1/bin/python", "3.9.1")
    ancient = fake(nowhere / "pyenv/versions/3.8.1/bin/python", "3.8.1")
    free = fake(nowhere / "uv/a/bin/python3", "3.14.0t")
    gil = fake(nowhere / "uv/b/bin/python3", "3.14.0")
    pypy = fake(nowhere / "bin/pypy3", "3.11.13", kind="PyPy")
    gone = str(nowhere / "gone")
    folders = [nowhere / "venv/bin", nowhere / "bin", nowhere / "pyenv/shims", nowhere / "none"]
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    monkeypatch.setenv("PYCONC_PYTHONS", gone)
    found, left = interpreters.discover()
    assert found == [oldest, newest, gil, free, pypy]
    assert left == [
        Left(gone, "it does not run as a Python"),
        Left(ancient, "Python 3.8 is too old"),
    ]


def test_a_virtual_environment_stands_for_its_base() -> None:
    this, base = interpreters.find(sys.executable), places.identify(sys.executable)
    assert this == base
    assert this.build == sys.version
    again = places.identify(this.executable)
    assert again == this
    assert not (Path(this.executable).parents[1] / "pyvenv.cfg").exists()


@posix
def test_all_takes_what_is_found_and_not_named(nowhere: Path, prepared: Callable[..., Any]) -> None:
    fake(nowhere / "bin/python3.13", "3.13.0")
    fake(nowhere / "bin/python3.9", "3.9.0")
    fake(nowhere / "bin/python3.8", "3.8.0")
    arms, left = prepared("all", "3.13", "3.13=again")
    assert labels(arms) == ["3.13.0", "again", "3.9.0"]
    assert [each.cause for each in left] == ["Python 3.8 is too old"]


@posix
def test_a_python_that_cannot_be_prepared_is_named_and_the_others_go_on(
    nowhere: Path, prepared: Callable[..., Any]
) -> None:
    fake(nowhere / "bin/python3.13", "3.13.0")
    fake(nowhere / "bin/python3.9", "3.9.0", "/broken")
    arms, left = prepared("3.9", "3.13")
    assert labels(arms) == ["3.13.0"]
    assert left == [Left("3.9", "no space left on device")]
    with pytest.raises(UsageError, match=r"no Python can take part: 3.9: no space left"):
        prepared("3.9")


@posix
def test_a_free_threaded_python_is_two_arms(nowhere: Path, prepared: Callable[..., Any]) -> None:
    path = fake(nowhere / "bin/python3.14t", "3.14.0t")
    fake(nowhere / "bin/python3.14", "3.14.0")
    arms, _ = prepared("3.14", "3.14t", "3.14t+gil", f"{path}+gil=with")
    assert labels(arms) == ["3.14.0", "3.14.0t", "3.14.0t+gil", "with"]
    gil = [{}, {"PYTHON_GIL": "0"}, {"PYTHON_GIL": "1"}, {"PYTHON_GIL": "1"}]
    assert [arm.env for arm in arms] == gil
    assert [arm.about["env"] for arm in arms] == [{"A": "1", **env} for env in gil]


@posix
def test_an_arm_is_named_again_by_its_spec(nowhere: Path, prepared: Callable[..., Any]) -> None:
    fake(nowhere / "bin/python3.14t", "3.14.0t")
    arms, _ = prepared("3.14t", "3.14t+gil", "3.14t=a")
    assert prepared(*(arm.spec for arm in arms))[0] == arms


@posix
@pytest.mark.parametrize(
    ("pythons", "complaint"),
    [
        (["3.13", "3.13"], "-p 3.13: 3.13.0 takes part already; a label of its own .* 3.13=LABEL"),
        (["3.13=a", "3.13=A"], "-p 3.13=A: A takes part already"),
        (["3.13=b", "3.13=../b"], "'../b' is no label; use letters"),
        (["3.13="], "'' is no label"),
        (["3.13+gil"], r"3.13.0 always has the GIL; \+gil is for free-threaded builds"),
        (["all=a"], "-p all=a: .* follow one Python"),
        (["=a"], "-p =a: .* follow one Python"),
        (["3.1"], "-p 3.1: no python3.1 on PATH, in PYCONC_PYTHONS or among"),
        (["no-such"], "-p no-such: no no-such on PATH; give the path of the executable"),
        (["./no-such"], "-p ./no-such: no ./no-such on PATH"),
    ],
)
def test_bad_names_are_told_in_one_line(
    pythons: list[str], complaint: str, nowhere: Path, prepared: Callable[..., Any]
) -> None:
    fake(nowhere / "bin/python3.13", "3.13.0")
    with pytest.raises(UsageError, match=complaint) as caught:
        prepared(*pythons)
    assert "\n" not in str(caught.value)


@posix
def test_paths_may_look_like_labels(nowhere: Path, prepared: Callable[..., Any]) -> None:
    odd = fake(nowhere / "a=b" / "python+gil", "3.13.0")
    assert labels(prepared(odd, f"{odd}=c")[0]) == ["3.13.0", "c"]


@posix
def test_a_path_names_the_environment_that_it_is_in_and_a_version_names_a_python(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = nowhere / "mine"
    python = fake(mine / "bin/python3.13", "3.13.0", "/real")
    (mine / "pyvenv.cfg").touch()
    (nowhere / "current").symlink_to("mine")
    (nowhere / "python").symlink_to("current/bin/python3.13")
    (mine / "bin/python").symlink_to("python3.13")
    outside = fake(nowhere / "outside/bin/python", "3.13.0", "/real")
    monkeypatch.setenv("PATH", str(mine / "bin"))
    expected = {
        python: python, str(nowhere / "current/bin/python3.13"): python,
        str(nowhere / "python"): python, "python": str(mine / "bin/python"), "3.13": None,
        outside: None,
    }  # fmt: skip
    for name, environment in expected.items():
        [entry] = interpreters._entries([name], [])
        assert (entry.python.executable, entry.environment) == ("/real", environment), name


@posix
def test_a_package_for_one_is_for_one_that_takes_part(
    nowhere: Path, prepared: Callable[..., Any]
) -> None:
    fake(nowhere / "bin/python3.13", "3.13.0")
    mine = fake(nowhere / "mine/bin/python", "3.13.0", "/real")
    (nowhere / "mine" / "pyvenv.cfg").touch()
    named = ["3.13=base", f"{mine}=head"]
    with pytest.raises(UsageError, match=r"--with haed:trio: no -p has the label haed; there is"):
        interpreters.ready(named, {}, ["haed:trio"])
    with pytest.raises(UsageError, match=r"head is a virtual environment, .* install trio there"):
        interpreters.ready(named, {}, ["head:trio"])


def test_this_python_is_prepared_and_described() -> None:
    """And is the arm where none is named."""
    [arm], left = arms([], worker_environment(ROOT))
    assert left == []
    assert arm.label == arm.about["version"] == sys.version.split()[0]
    assert arm.about["start_method"] in ("fork", "forkserver", "spawn")
    assert arm.about["executable"] == arm.executable != sys.executable
    assert os.path.realpath(arm.about["base"]) == os.path.realpath(sys.executable)
    assert arm.env == {}
    assert set(arm.skipped) <= {case.id for case in catalog.load()}


def test_confounds_are_scalars_that_pyperf_takes() -> None:
    pyperf = pytest.importorskip("pyperf")
    found = builds.confounds(probe.describe())
    metadata = {f"pyconc_{name}": value for name, value in found.items()}
    run = pyperf.Run([1.0], metadata=metadata, collect_metadata=False)
    assert run.get_metadata() == metadata
    assert found["optimized"] in ("yes", "no", "unknown")
    assert found["default_start_method"] in ("fork", "forkserver", "spawn")
    assert found["switch_interval"] == sys.getswitchinterval()
    assert {"gil", "executable"}.isdisjoint(found)
    assert set(builds.confounds({}).values()) == {"unknown"}


@pytest.mark.parametrize(
    ("arguments", "flags", "expected"),
    [
        ("'--enable-optimizations' '--with-lto=thin'", "", (True, True)),
        ("'--enable-optimizations=no' '--with-lto-policy'", "", (False, False)),
        ("'--prefix=/usr'", "-O2", (None, None)),
        ("'--prefix=/usr/local'", "-O2 -flto", (False, True)),
        (None, "", (None, None)),
    ],
)
def test_what_a_build_does_not_tell_is_unknown(
    arguments: str | None, flags: str, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"CONFIG_ARGS": arguments, "CFLAGS": flags}
    monkeypatch.setattr(sysconfig, "get_config_var", told.get)
    about = probe.describe()
    assert (about["optimized"], about["lto"]) == expected


def test_unlike_builds_are_told_in_a_sentence_a_feature() -> None:
    base = {"implementation": "CPython", "compiler": "GCC 12", "gil": "on", "optimized": False}
    abouts = [
        {**base, "label": "3.9.18", "jit": "no"},
        {**base, "label": "3.13.0", "jit": "no"},
        {**base, "label": "3.14.10", "optimized": None, "jit": "off"},
        {**base, "label": "3.15.2", "optimized": True, "jit": "off"},
    ]
    assert builds.unlike(abouts) == [
        "3.9.18 and 3.13.0 are built without PGO, 3.15.2 is built with PGO, 3.14.10 does not say",
        "3.9.18 and 3.13.0 are built without a JIT, "
        "3.14.10 and 3.15.2 are built with a JIT that is off",
    ]
    assert builds.unlike(abouts[:2]) == []
    assert builds.unlike([]) == []
