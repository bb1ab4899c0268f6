"""An environment is an arm, what it has is named, and nothing changes it while it is measured."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from libraries import (
    CASE,
    CASES,
    commit,
    environment,
    install,
    library,
    measured_versions,
    project,
)
from programs import pyconc

from pyconc.errors import UsageError
from pyconc.measure import campaign, interpreters
from pyconc.measure.asking import PreparationError, ask
from pyconc.measure.packages import found_here, identified
from pyconc.measure.sources import content, source
from pyconc.store.about import read_about
from pyconc.store.packages import as_text, differing, from_text, in_short

pytest_plugins = ["repositories"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="looks into bin and lib")
PYTHON = interpreters.this()
SMOKE = ("run", "toy.pair", "--profile", "smoke")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def about(folder: Path) -> dict[str, dict[str, Any]]:
    """What a campaign says of its arms."""
    said = json.loads((folder / "campaign.json").read_text("utf-8"))
    return {each["label"]: each for each in said["interpreters"]}


def lose_the_last_round(folder: Path) -> None:
    journal = folder / "journal.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    journal.write_text("".join(lines[:-1]), "utf-8")
    for written in folder.glob("python-*"):  # which have it, and must not lose it
        written.unlink()


def listing(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if "__pycache__" not in path.parts)


@pytest.mark.long
def test_two_environments_are_two_arms(tmp_path: Path) -> None:
    """With another version of the library beside the cases, which neither of them is given."""
    here = project(tmp_path / "here", version=99)
    old = environment(tmp_path / "old", PYTHON, version=16)
    new = environment(tmp_path / "new", PYTHON, version=17)
    [packages] = (tmp_path / "new").glob("lib/python*/site-packages")
    (packages / "pyperf.py").write_text("raise ImportError('another pyperf')\n")
    install(packages, "pyperf", "0.1")
    before = listing(tmp_path / "old"), listing(tmp_path / "new")
    (tmp_path / "link").symlink_to(new)
    done = pyconc(
        *SMOKE, "-p", f"{old}=base", "-p", f"{tmp_path}/link=head", "-o", "../made", cwd=here
    )
    assert done.returncode == 0, done.stderr
    assert measured_versions(tmp_path / "made") == {"base": {16}, "head": {17}}
    assert (listing(tmp_path / "old"), listing(tmp_path / "new")) == before

    arms = about(tmp_path / "made")
    assert {label: arm["packages"] for label, arm in arms.items()} == {
        "base": {"toylib": "16"}, "head": {"toylib": "17"},
    }  # fmt: skip
    assert len(arms["base"]["executable"]) == len(arms["head"]["executable"])
    assert [arm["spec"] for arm in arms.values()] == [f"{old}=base", f"{new}=head"]
    lines = done.stdout.splitlines()
    assert "  with toylib 16" in lines
    assert "  with its own toylib, and not what lies beside the cases" in lines
    assert sum(line.startswith("  without its own pyperf 0.1, as ") for line in lines) == 1

    if sys.version_info >= (3, 11):
        pytest.importorskip("scipy")
        sides = ("made@base", "made@head"), ("made/python-base.json", "made/python-head.json")
        for base, head in sides:
            said = pyconc("compare", base, head, cwd=tmp_path).stdout
            assert "confound: BASE and HEAD have other packages: toylib 16 and 17\n" in said
        assert "Python head with toylib 17\n" in pyconc("show", "made", cwd=tmp_path).stdout
        shown = pyconc("report", "made", "-o", "site", cwd=tmp_path)
        assert shown.returncode == 0, shown.stderr
        assert '<dd lang="en">toylib 17</dd>' in (tmp_path / "site/machine.html").read_text("utf-8")

    lose_the_last_round(tmp_path / "made")
    assert pyconc("run", "--resume", "made", cwd=tmp_path).returncode == 0
    install(packages, "othertoy", "1")
    done = pyconc("run", "--resume", "made", cwd=tmp_path)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "the packages of head are not what they were: othertoy 1 in what is there now" in line


@pytest.mark.long
def test_what_is_installed_for_an_arm_is_a_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is measured as it was by whoever goes on or confirms, whatever became of the project."""
    here, there = project(tmp_path / "here", version=2), project(tmp_path / "there", version=1)
    first = commit(here, "two")
    given = ("-p", f"{PYTHON}=base", "-p", f"{PYTHON}=head", "--with", "head:./", "--with",
             "base:../there")  # fmt: skip
    done = pyconc(*SMOKE, *given, "-o", "../made", cwd=here)
    assert done.returncode == 0, done.stderr
    arms = about(tmp_path / "made")
    assert arms["head"]["packages"]["toylib"].startswith(f"1.0 ({first[:12]}, content ")
    assert arms["base"]["packages"]["toylib"].startswith("1.0 (content ")

    (here / "toylib.py").write_text(library(3), "utf-8")
    done = pyconc(*SMOKE, *given, "--dry-run", cwd=here)
    assert f"  with toylib 1.0 ({first[:12]}+, content " in done.stdout
    lose_the_last_round(tmp_path / "made")
    there.rename(tmp_path / "gone")
    assert pyconc("run", "--resume", "made", cwd=tmp_path).returncode == 0
    assert measured_versions(tmp_path / "made") == {"base": {1}, "head": {2}}

    if sys.version_info >= (3, 11):
        pytest.importorskip("scipy")
        _confirm(tmp_path, monkeypatch)
    _change_what_is_installed(Path(arms["head"]["executable"]))
    done = pyconc("run", "--resume", "made", cwd=tmp_path)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "the packages of head are not what they were: toylib 1.0 (" in line


def _confirm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the campaign, and from its files, with the sides the other way round."""
    from pyconc.compare import confirm
    from pyconc.compare.comparison import compare
    from pyconc.compare.thresholds import Thresholds
    from pyconc.measure.plan import PROFILES
    from pyconc.store.read_side import read_side

    monkeypatch.setattr(confirm, "_PROFILE", PROFILES["smoke"])
    monkeypatch.chdir(tmp_path / "here")
    for base, head in (
        ("made@head", "made@base"),
        ("made/python-head.json", "made/python-base.json"),
    ):
        sides = (read_side(f"../{name}") for name in (base, head))
        into = tmp_path / f"again-{base.replace('/', '-')}"
        again = confirm.confirm(compare(*sides), [CASE], Thresholds(), into)
        assert again.confirmation is not None
        assert measured_versions(into) == {"base": {2}, "head": {1}}


def _change_what_is_installed(executable: Path) -> None:
    [module] = executable.parent.parent.glob("lib/python*/site-packages/toylib.py")
    module.write_text(library(4), "utf-8")


@pytest.mark.long
def test_what_cases_import_need_not_be_installed_here(tmp_path: Path) -> None:
    """The workers of an environment that has it know the cases, as do those that are given it."""
    here = project(tmp_path / "here", version=1)
    (here / "toylib.py").rename(tmp_path / "toylib.py")
    cases = CASES.replace("@case()", "@case(edition=(VERSION, 100), quick={'edition': [100]})")
    (here / "toy_cases" / "toy.py").write_text(cases, "utf-8")
    mine = environment(tmp_path / "mine", PYTHON, version=2)
    bare = environment(tmp_path / "bare", PYTHON)
    listed = pyconc("list", "toy", "--json", "-p", f"{bare}=bare", "-p", str(mine), cwd=here)
    assert listed.returncode == 0, listed.stderr
    found = json.loads(listed.stdout)
    assert [each["id"] for each in found] == ["toy.pair[thread-1-2]", "toy.pair[thread-1-100]"]
    assert (found[0]["control"], found[0]["quick"], found[1]["quick"]) == (
        "reference.empty_loop[thread-1]", False, True,
    )  # fmt: skip
    told = pyconc("list", "toy", "-p", str(mine), cwd=here).stdout.splitlines()
    assert "toy needs the module toylib, which workers have and this Python has not" in told

    arms = ("-p", f"{bare}=bare", "-p", f"{mine}=mine")
    done = pyconc(*SMOKE, *arms, "-o", "../made", cwd=here)
    assert done.returncode == 0, done.stderr
    assert "skipped on bare: toy.pair[thread-1-100]: needs the module toylib" in done.stdout
    lose_the_last_round(tmp_path / "made")
    assert pyconc("run", "--resume", "made", cwd=tmp_path).returncode == 0

    done = pyconc(*SMOKE, "-p", f"{bare}=bare", "--dry-run", cwd=here)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "toy.py needs the module toylib, which is not installed here" in line

    (here / "toy_cases" / "toy.py").write_text(cases.replace("setup", "set_up"), "utf-8")
    done = pyconc("list", "toy", "-p", str(mine), cwd=here)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "toy_cases.toy.Pair has 'set_up', which nothing uses; did you mean 'setup'?" in line


def test_cases_inside_what_is_installed_are_refused(tmp_path: Path) -> None:
    here = project(tmp_path / "here", version=1)
    (here / "toylib.py").unlink()
    (here / "toy_cases").rename(here / "toylib")
    (here / "toylib" / "__init__.py").write_text("VERSION = 1\n")
    (here / "toylib" / "toy.py").write_text(CASES.replace(", Lock", "").replace("Lock()", "1"))
    (here / "pyproject.toml").write_text('[tool.pyconc]\ncases = ["toylib"]\n')
    mine = environment(tmp_path / "mine", PYTHON, version=2)
    done = pyconc(*SMOKE, "-p", f"{mine}=head", "--dry-run", cwd=here)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "is part of toylib, which head has installed too" in line
    other = pyconc("run", "lock.pair", "-p", f"{mine}=head", "--dry-run", cwd=here)
    assert other.returncode == 0, other.stderr


def test_the_content_of_a_project_is_what_could_be_installed(tmp_path: Path) -> None:
    here = project(tmp_path / "here", version=1)
    alone = content(here)
    (here / "results" / "first").mkdir(parents=True)
    (here / "results" / "first" / "campaign.json").write_text("{}")
    (here / "build").mkdir()
    (here / "build" / "toylib.py").write_text("")
    environment(here / ".venv", PYTHON)
    assert content(here) == alone
    (here / ".gitignore").write_text("build/\n.venv/\n")
    came = source(str(here))
    assert came is not None
    assert came.said is None
    first = commit(here, "one")
    came = source(str(here))
    assert came is not None
    assert (came.url, came.said) == (here.as_uri(), first[:12])
    (here / "toylib.py").write_text(library(2), "utf-8")
    changed = source(str(here))
    assert changed is not None
    assert changed.said == f"{first[:12]}+"
    assert changed.content != came.content
    (here / "new.py").write_text("")
    assert content(here) != changed.content


def test_a_branch_of_a_repository_is_its_commit(tmp_path: Path) -> None:
    first = commit(project(tmp_path / "here", version=1), "one")
    came = source(f"toylib @ git+{(tmp_path / 'here').as_uri()}")
    assert came is not None
    assert (came.content, came.said) == (first, first[:12])


@pytest.mark.parametrize("text", ["trio", "trio>=0.30", "pyconc[report]", "a @ https://host/a.zip"])
def test_what_an_index_has_is_told_by_its_version(text: str) -> None:
    assert source(text) is None


def test_packages_are_told_in_words() -> None:
    found = {
        "pip": {"version": "23"},
        "aiologic": {"version": "0.16.0"},
        "mine": {"version": "1", "url": "file:///mine", "content": "0123456789ab"},
        "theirs": {"version": "2", "url": "https://x/y", "commit": "f" * 40, "content": "a"},
    }
    packages = identified(found, {"file:///mine": "abc+"})
    assert packages == {
        "aiologic": "0.16.0", "mine": "1 (abc+, content 0123456789ab)",
        "theirs": "2 (ffffffffffff, content a)",
    }  # fmt: skip
    assert from_text(as_text(packages)) == packages
    assert from_text(as_text({})) == {}
    assert in_short({}) == ""
    assert in_short({"a": "1"}) == "a 1"
    assert in_short(dict.fromkeys("abcdefghijk", "1")).endswith("h 1 and 3 more")
    assert in_short(dict.fromkeys("abcdefghi", "1")).endswith("h 1 and i 1")


def test_only_packages_that_differ_are_named() -> None:
    base = {"aiologic": "0.16.0", "sniffio": "1", "old": "3"}
    head = {"aiologic": "0.17.1", "sniffio": "1"}
    assert differing([base, head], ["BASE", "HEAD"]) == [
        "aiologic 0.16.0 and 0.17.1", "old 3 in BASE alone",
    ]  # fmt: skip
    assert differing([base, base], ["BASE", "HEAD"]) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("packages", None), ("packages", ["toylib"]), ("packages", {"toylib": 1}),
        ("packages", {"toy\x07": "1"}), ("packages", {"toylib": "1\n2"}),
        ("snapshot", "../../elsewhere"), ("snapshot", ""), ("snapshot", 12),
        ("environment", None), ("hidden", "toylib"), ("hidden", [""]), ("not_used", {}),
    ],
)  # fmt: skip
def test_what_is_damaged_of_an_environment_is_one_line(
    name: str, said: object, tmp_path: Path
) -> None:
    about = {
        "pyconc": "1", "started": "today", "finished": True, "profile": {"name": "smoke"},
        "seed": 1, "cases": ["a"], "failures": [], "interpreters": [{"label": "a"}],
        "machine": dict.fromkeys(("host", "platform", "processor", "cpus")),
    }  # fmt: skip
    path = tmp_path / "campaign.json"
    path.write_text(json.dumps(about), "utf-8")
    assert read_about(tmp_path)["cases"] == ["a"]
    path.write_text(json.dumps({**about, "interpreters": [{"label": "a", name: said}]}), "utf-8")
    with pytest.raises(UsageError, match=rf"is damaged \({name} of an interpreter is .*; restore"):
        read_about(tmp_path)


def test_a_distribution_that_is_damaged_has_what_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, files in {
        "empty": {}, "nameless": {"METADATA": "Version: 1\n"},
        "ageless": {"METADATA": "Name: ageless\n"},
        "odd": {"METADATA": "Name: odd\nVersion: 2\x07\n", "direct_url.json": "[]"},
        "null": {"METADATA": "Name: null\nVersion: 3\n",
                 "direct_url.json": '{"url": "file:///x", "dir_info": null}'},
    }.items():  # fmt: skip
        folder = tmp_path / f"{name}-1.dist-info"
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text, "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert found_here() == {
        "ageless": {"version": "?"}, "null": {"version": "3"}, "odd": {"version": "2"},
    }  # fmt: skip


def test_whatever_else_a_python_prints_its_answer_is_the_last_line() -> None:
    loud = "print('a banner'); print('{\"a\": 1}')"
    assert ask(sys.executable, ["-c", loud], {}) == {"a": 1}
    for code in ("print('\x1b[31m')", "pass", "print('[1]')"):
        with pytest.raises(PreparationError, match="it cannot load the cases: it says") as caught:
            ask(sys.executable, ["-c", code], {})
        assert str(caught.value).isprintable()


def test_a_campaign_names_what_was_installed_for_it() -> None:
    said = {"interpreters": [{"label": "a", "snapshot": "0123"}, {"label": "b"}]}
    assert campaign.snapshots_of(said) == {"a": "0123"}
