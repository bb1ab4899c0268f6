"""What is printed steers no terminal, what is written is JSON, what is typed wrong is one line."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attacks import HOSTILE, attack
from conftest import suite_of
from longest import ALL
from programs import ROOT, pyconc

from pyconc import cache, cli
from pyconc.errors import UsageError
from pyconc.measure.campaign import choose, prepare
from pyconc.measure.plan import PROFILES
from pyconc.measure.progress import Progress
from pyconc.screen import say_json, shown
from pyconc.statements.store import read_answers
from pyconc.store.journal import CAMPAIGN, JOURNAL, Record, write_json
from pyconc.suite.case import Case

CASE = "thread.get_ident[thread-1]"
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs Linux")
def test_every_attack_holds() -> None:
    tried, failed = attack(kills=20 if ALL else 2, one_in=1 if ALL else 3)
    assert tried > (200 if ALL else 70)
    assert not failed


def test_nothing_that_is_written_has_nan() -> None:
    """Every call that makes JSON of more than texts refuses it."""
    calls, texts = 0, ROOT / "pyconc" / "measure" / "environments.py"
    for path in {*(ROOT / "pyconc").rglob("*.py")} - {texts}:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("dump", "dumps")
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "json"
            ):
                calls += 1
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                allowed = given.get("allow_nan")
                refused = isinstance(allowed, ast.Constant) and allowed.value is False
                assert refused, f"{path}:{node.lineno} lets NaN pass"
    assert calls > 10


def test_a_record_with_nan_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        Record(CASE, "3", 1, float("nan"), suite=suite_of(CASE, 1)).to_json()


def test_only_a_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/dev/null")
    with pytest.raises(OSError, match="no regular file"):
        write_json(tmp_path / "link", {})
    assert (tmp_path / "link").is_symlink()
    write_json(tmp_path / "surrogate", {"a": "\ud800"})
    assert json.loads((tmp_path / "surrogate").read_text("utf-8")) == {"a": "\ud800"}


@pytest.mark.parametrize("text", [HOSTILE, "\ud800", "a\u2028b\x85c", "\x9b31m"])
def test_what_would_steer_a_terminal_is_spelled_out(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(text).isprintable()
    Progress(2).say(text)
    assert capsys.readouterr().out == f"{shown(text)}\n"


@pytest.mark.parametrize(
    "arguments",
    [["list", HOSTILE], ["list", "-k", HOSTILE], ["run", HOSTILE], ["run", "--profile", HOSTILE],
     ["run", CASE, "-p", HOSTILE], ["show", HOSTILE], ["report", HOSTILE],
     ["noise", "--of", HOSTILE],
     ["compare", HOSTILE, HOSTILE]],
    ids=lambda each: each[0],
)  # fmt: skip
def test_what_is_typed_is_said_without_harm(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    said = capsys.readouterr()
    assert not STEERING.search(said.out + said.err)
    assert len(said.err.splitlines()) == 1


def test_names_from_a_campaign_steer_no_terminal(
    make_campaign: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("PYCONC_HISTORY", str(tmp_path / "history"))
    folder = make_campaign({"base": {"a.x[thread-1]": 1e-6}, "again": {"a.x[thread-1]": 1e-6}}, 3)
    about = json.loads((folder / CAMPAIGN).read_text("utf-8"))
    about["machine"].update(host=HOSTILE, processor=HOSTILE)
    about["profile"]["name"] = "quick"
    for each in about["interpreters"]:
        each.update(build="3.13.0", compiler=HOSTILE, allocator=HOSTILE, version=HOSTILE)
    about["interpreters"][1]["jit"] = HOSTILE
    (folder / CAMPAIGN).write_text(json.dumps(about), "utf-8")
    for arguments in (
        ["show", str(folder)], ["compare", f"{folder}@base", f"{folder}@again"],
        ["compare", f"{folder}@base", f"{folder}@again", "--format", "markdown"],
        ["compare", f"{folder}@base", f"{folder}@again", "--format", "json"],
        *(["show", str(folder), "--format", form] for form in ("markdown", "json", "csv")),
        ["reports", str(folder)], ["reports", str(folder), "--format", "json"],
        ["report", str(folder), "-o", str(tmp_path / "site")], ["noise", "--of", str(folder)],
    ):  # fmt: skip
        assert cli.main(arguments) in (0, 2)
        said = capsys.readouterr()
        assert said.out or said.err
        assert not STEERING.search(said.out + said.err), arguments


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_json_in_any_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data, written = {HOSTILE: ["µ 锁 \U0001f512 \x7f\ud800", 1.5, None]}, io.BytesIO()
    with io.TextIOWrapper(written, encoding) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        say_json(data)
        stream.flush()
        text = written.getvalue().decode(encoding)
    assert json.loads(text) == data
    assert not STEERING.search(text)
    assert ("锁" in text) == (encoding == "utf-8")


def test_keywords_that_leave_nothing_of_a_profile(cases: dict[str, Case]) -> None:
    rare = next(case.id for case in cases.values() if not case.quick and " " not in case.id)
    with pytest.raises(UsageError, match=r"such as .* is of the profile quick .*--profile full"):
        choose(PROFILES["quick"], [], rare)
    assert rare in [case.id for case in choose(PROFILES["quick"], [rare], None)]


def test_a_label_that_is_too_long_is_refused_at_the_start() -> None:
    with pytest.raises(UsageError, match="its label has 300 characters"):
        prepare([], PROFILES["smoke"], pythons=[f"{sys.executable}={'x' * 300}"])


def test_whoever_has_no_home_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Path:
        raise RuntimeError("no home")

    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(Path, "home", none)
    with pytest.raises(UsageError, match="set HOME or XDG_CACHE_HOME"):
        cache.cache_folder()


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("name", [CAMPAIGN, JOURNAL, "python-3.13.0.json", "noise.json"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(
    name: str, make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_campaign({"3.13.0": {"a.x[thread-1]": 1e-6}})
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    for arguments in (["show", folder], ["report", folder, "-o", tmp_path / "site"]):
        done = pyconc(*map(str, arguments))
        if (name, arguments[0]) != ("noise.json", "show"):  # which does not read it
            assert done.returncode == 2, done.stderr
            assert done.stderr.count("\n") == 1
            assert "is not a regular file" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_answers_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "statements.json")
    with pytest.raises(UsageError, match="is not a regular file"):
        read_answers(tmp_path / "statements.json")
