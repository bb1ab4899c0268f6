"""One case harms one case: whatever it does to its result and its log, the others go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import TOYS
from programs import pyconc, python
from test_campaign import run_toys

from pyconc.measure import attempt, logs
from pyconc.measure.launcher import PlainLauncher
from pyconc.measure.logs import MOST_KEPT
from pyconc.store.journal import JOURNAL, read_journal
from pyconc.suite.case import Case

SOUND = "spoiling.sound[thread-1]"
#: Of each kind of a bad result, a word of the reason.
RESULTS = {
    "torn": "is not sound", "empty": "is empty", "a folder": "is not a regular file",
    "a pipe": "is not a regular file", "nothing": "the worker left no result",
    "nan": "it has NaN, which is no figure", "infinite": "it has Infinity, which is no figure",
    "zero": "has a value of 0.0,", "negative": "has a value of -1.0,", "text": "has a value of 1,",
    "another": "its result is of another.case", "values": "has", "nested": "is nested too deeply",
    "nan metric": "it has NaN, which is no figure",
}  # fmt: skip

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs named pipes and /proc")


def measured(folder: Path, *chosen: Case) -> dict[str, str]:
    """The reasons of those that failed, beside a sound one that was measured after all of them."""
    runner = run_toys(folder, *chosen)
    sound = [record.round for record in read_journal(folder) if record.case == SOUND]
    assert sound == [0, 1, 2]
    assert not list(folder.glob("worker-*"))
    for record in runner.failures:
        assert "\n" not in (record.error or "")
        assert record.log is None or (folder / record.log).stat().st_size < 1.1 * MOST_KEPT
    return {record.case: record.error or "" for record in runner.failures}


def test_a_case_whose_result_is_spoilt_fails_and_says_why(
    toys: dict[str, Case], tmp_path: Path
) -> None:
    chosen = [case for name, case in toys.items() if name.startswith("spoiling.result")]
    failed = measured(tmp_path / "c", *chosen, toys[SOUND])
    assert len(failed) == len(RESULTS) == len(chosen)
    for kind, says in RESULTS.items():
        assert says in failed[f"spoiling.result[thread-1-{kind}]"], kind


def test_output_without_end_is_cut(
    toys: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_WRITTEN", 2 << 20)
    monkeypatch.setattr(attempt, "MOST_WRITTEN", 2 << 20)
    failed = measured(tmp_path / "c", toys["spoiling.talks[thread-1]"], toys[SOUND])
    assert failed == {
        "spoiling.talks[thread-1]": "it had printed more than 2 MB, and was ended"
    }  # fmt: skip


def test_output_without_end_is_cut_where_nothing_is_forked(
    toys: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_WRITTEN", 2 << 20)
    monkeypatch.setattr("pyconc.measure.scheduler.make_launcher", PlainLauncher)
    failed = measured(tmp_path / "c", toys["spoiling.talks[thread-1]"], toys[SOUND])
    assert "and was ended" in failed["spoiling.talks[thread-1]"]


def test_of_a_long_log_the_beginning_and_the_end_are_kept(
    toys: dict[str, Case], tmp_path: Path
) -> None:
    name, folder = "spoiling.talks_and_fails[thread-1]", tmp_path / "c"
    failed = measured(folder, toys[name], toys[SOUND])
    assert "the end" in failed[name]
    [record] = [each for each in read_journal(folder) if each.error]
    assert record.log
    kept = (folder / record.log).read_text("utf-8")
    assert "the beginning" in kept
    assert "bytes are left out" in kept
    assert "the end" in kept
    assert len((folder / JOURNAL).read_bytes()) < 100_000  # it names the log, and does not hold it


def test_no_two_cases_share_a_log(toys: dict[str, Case], tmp_path: Path) -> None:
    chosen = [case for name, case in toys.items() if name.startswith("spoiling.fails")]
    folder = tmp_path / "c"
    measured(folder, *chosen, toys[SOUND])
    kept = {record.case: record.log for record in read_journal(folder) if record.error}
    assert len(kept) == len({str(each).casefold() for each in kept.values()}) == len(chosen) == 4
    for name, log in kept.items():
        kind = name.partition("thread-1-")[2].rstrip("]")
        assert f"of {kind}" in (folder / str(log)).read_text("utf-8")


def test_a_case_that_takes_its_log_away_fails_without_one(
    toys: dict[str, Case], tmp_path: Path
) -> None:
    failed = measured(tmp_path / "c", toys["spoiling.loses_log[thread-1]"], toys[SOUND])
    assert list(failed) == ["spoiling.loses_log[thread-1]"]


def test_a_name_of_any_length_has_a_log(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    for case in ("x" * 300, "y" * 300, "x" * 299 + "z"):
        log.write_text("text")
        assert logs.keep(log, tmp_path, case, "3.13", 1)
    assert len(list((tmp_path / logs.FAILURES).iterdir())) == 3


def test_a_family_file_that_prints_at_import_is_probed_and_listed(tmp_path: Path) -> None:
    probed = python("-m", "pyconc.measure.probe", str(TOYS))
    assert json.loads(probed.stdout)["python"]["version"]
    assert "a family file that prints at import" in probed.stderr
    told = python("-m", "pyconc.suite.told", str(TOYS), "spoiling")
    assert json.loads(told.stdout)["spoiling"]["cases"]
    project = tmp_path / "pyproject.toml"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "loud.py").write_text(
        "print('loud')\nfrom pyconc.suite.case import Workload, case\n"
        "@case()\nclass Quiet(Workload):\n    '''Nothing.'''\n"
        "    def work(self, worker, loops):\n        for _ in range(loops):\n            pass\n"
    )
    project.write_text('[tool.pyconc]\ncases = ["mine"]\n')
    listed = pyconc("list", "loud", "--json", cwd=tmp_path)
    assert [each["id"] for each in json.loads(listed.stdout)] == ["loud.quiet[thread-1]"]
    run = pyconc("run", "loud", "--profile", "smoke", "-o", "c", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
