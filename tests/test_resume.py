"""A campaign that was stopped goes on where it was, or is refused and stays as it is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from programs import pyconc

from pyconc.errors import UsageError
from pyconc.store.journal import CAMPAIGN, JOURNAL, Journal, read_journal
from pyconc.store.publish import publish

#: With its control: two cases, calibrated and measured twice.
CASE = "thread.get_ident[thread-1]"
ROUNDS = {
    (name, number) for name in (CASE, "reference.empty_loop[thread-1]") for number in range(3)
}

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return pyconc("run", *arguments)


def rounds(folder: Path) -> Counter[tuple[str, int]]:
    return Counter((r.case, r.round) for r in read_journal(folder) if r.error is None)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resume") / "c"
    done = run(CASE, "--profile", "smoke", "--seed", "1", "-o", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def test_a_finished_campaign_has_nothing_to_resume(finished: Path) -> None:
    before = (finished / JOURNAL).read_bytes()
    assert run("--resume", str(finished)).returncode == 0
    assert (finished / JOURNAL).read_bytes() == before


def test_a_torn_line_is_dropped_with_a_word(finished: Path, tmp_path: Path) -> None:
    copy = tmp_path / "c"
    copy.mkdir()
    for path in finished.glob("*.json*"):
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / JOURNAL).write_bytes((copy / JOURNAL).read_bytes()[:-30])
    done = run("--resume", str(copy))
    assert done.returncode == 0, done.stderr
    assert "was torn and is dropped" in done.stdout
    assert set(rounds(copy)) == ROUNDS


def state_of(folder: Path) -> dict[str, bytes]:
    """All that is in a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(folder: Path, says: str) -> None:
    """Going on is refused in one line, and leaves the folder as it was, byte for byte."""
    before = state_of(folder)
    done = run("--resume", str(folder))
    assert done.returncode == 2, done.stdout + done.stderr
    *words, line = done.stderr.strip().splitlines()
    assert all("the last line of" in word for word in words)
    assert says in line
    assert state_of(folder) == before


def copied(original: Path, folder: Path, **change: Any) -> Path:
    """A campaign that says something else of itself."""
    shutil.copytree(original, folder, dirs_exist_ok=True)
    about = json.loads((folder / CAMPAIGN).read_text())
    (folder / CAMPAIGN).write_text(json.dumps({**about, **change}))
    return folder


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"case_versions": {CASE: 99}}, f"{CASE} is not what it was"),
        ({"case_versions": {"gone.case[thread-1]": 1}}, "gone.case[thread-1] is not what it was"),
        ({"case_versions": {}}, "is not what it was"),
        ({"interpreters": [{"label": "3.1.4"}]}, "campaign.json is damaged"),
        ({"seed": None}, "campaign.json is damaged (seed is null, and not a whole number)"),
        ({"profile": {"name": "gone"}}, "unknown profile 'gone'"),
        ({"machine": {"host": "mars", "platform": "", "processor": "", "cpus": 1}},
         "was measured on another host, mars"),
    ],
)  # fmt: skip
def test_a_campaign_that_is_no_longer_what_it_was(
    change: dict[str, Any], says: str, finished: Path, tmp_path: Path
) -> None:
    refused(copied(finished, tmp_path, **change), says)


def test_a_python_that_was_built_anew_is_another(finished: Path, tmp_path: Path) -> None:
    interpreters = json.loads((finished / CAMPAIGN).read_text())["interpreters"]
    interpreters[0]["build"] = "of yesterday"
    folder = copied(finished, tmp_path, interpreters=interpreters)
    (folder / JOURNAL).write_bytes((folder / JOURNAL).read_bytes()[:-30])  # not mended either
    refused(folder, "is not what it was; measure again")


def test_a_published_campaign_is_not_measured_anew(finished: Path, tmp_path: Path) -> None:
    publish(finished, tmp_path)
    refused(tmp_path, "has results that its journal.jsonl lacks")
    assert not (tmp_path / JOURNAL).exists()


def test_a_campaign_whose_journal_is_gone_is_not_measured_anew(
    finished: Path, tmp_path: Path
) -> None:
    folder = copied(finished, tmp_path, finished=False)
    (folder / JOURNAL).unlink()
    refused(folder, "has results that its journal.jsonl lacks")
    (folder / JOURNAL).write_bytes(b"")  # as a refusal once left it
    refused(folder, "has results that its journal.jsonl lacks")


def test_a_journal_that_is_damaged_in_the_middle_stays_as_it_is(
    finished: Path, tmp_path: Path
) -> None:
    folder = copied(finished, tmp_path)
    (folder / JOURNAL).write_bytes(b"rubbish\n" + (folder / JOURNAL).read_bytes())
    refused(folder, "journal.jsonl:1 is damaged")


def test_a_campaign_that_another_process_has_stays_as_it_is(finished: Path, tmp_path: Path) -> None:
    journal = Journal(copied(finished, tmp_path))
    refused(tmp_path, "is being measured into")
    journal.close()


def test_of_two_that_begin_at_once_one_is_refused_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has the folder, though nothing but its journal is there yet."""
    first = Journal(tmp_path)
    with pytest.raises(UsageError, match="is being measured into"):
        Journal.create(tmp_path, {"seed": 2})
    assert not (tmp_path / CAMPAIGN).exists()
    first.forsake()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("end", [b"", pytest.param(b"\n", marks=pytest.mark.long)])
def test_a_damaged_last_line_is_dropped_by_all_alike(
    end: bytes, finished: Path, tmp_path: Path
) -> None:
    folder = copied(finished, tmp_path)
    for path in folder.glob("python-*"):
        path.unlink()
    (folder / JOURNAL).write_bytes((folder / JOURNAL).read_bytes()[:-30] + end)
    for verb in ("show", "compare", "report"):
        sides = [str(finished), str(folder)] if verb == "compare" else [str(folder)]
        done = pyconc(verb, *sides)
        assert done.returncode == 0, done.stderr
        said = [line for line in done.stderr.splitlines() if "the last line of" in line]
        assert len(said) == 1, done.stderr
    done = run("--resume", str(folder))
    assert done.returncode == 0, done.stderr
    assert "was torn and is dropped" in done.stdout
    assert set(rounds(folder)) == ROUNDS
    assert max(rounds(folder).values()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--resume", "/nowhere"], "is not a folder"),
        (["--resume", ".", "lock"], "SELECT does not go with --resume"),
        (["--resume", ".", "-p", "3.13"], "-p does not go with --resume"),
        (["--budget", "soon"], "is no time"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    [line] = done.stderr.strip().splitlines()
    assert says in line


def test_a_dry_run_shows_the_plan_and_writes_nothing(tmp_path: Path) -> None:
    done = run(CASE, "--profile", "full", "--dry-run", "-o", str(tmp_path / "c"), "--budget", "2h")
    assert done.returncode == 0
    assert re.search(r"12 to 40 rounds, .* of 2 cases, about \d+ to \d+ s\n", done.stdout)
    assert not (tmp_path / "c").exists()
