"""Result files: assembled from the journal, and read with a clear word when they are bad."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyperf
import pytest

from pyconc.errors import UsageError
from pyconc.store import campaigns
from pyconc.store.about import read_about
from pyconc.store.journal import JOURNAL
from pyconc.store.suites import documents_of, write_suites

COSTS = {"3.9.1": {"b.x[thread-1]": 1e-6, "a.y[thread-1]": 2e-6}, "3.13.0": {"b.x[thread-1]": 3e-6}}


def read_documents(folder: Path) -> list[Any]:
    return [document.content for document in documents_of(folder, read_about(folder))]


def test_a_file_for_each_python_with_cases_in_the_order_of_the_campaign(
    make_campaign: Callable[..., Path],
) -> None:
    folder = make_campaign(COSTS, rounds=3)
    old, new = write_suites(folder)
    assert (old.name, new.name) == ("python-3.9.1.json", "python-3.13.0.json")
    suite = pyperf.BenchmarkSuite.load(str(old))
    assert suite.get_benchmark_names() == ["b.x[thread-1]", "a.y[thread-1]"]
    bench = suite.get_benchmarks()[0]
    assert bench.get_nvalue() == 6
    assert [run.get_metadata()["pyconc_round"] for run in bench.get_runs()] == [0, 1, 2, 3]
    assert bench.get_metadata()["pyconc_python"] == "3.9.1"


def test_a_case_with_only_its_calibration_is_left_out(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign(COSTS, rounds=3)
    lines = (folder / JOURNAL).read_text().splitlines(keepends=True)
    kept = [line for line in lines if '"a.y' not in line or '"round": 0' in line]
    (folder / JOURNAL).write_text("".join(kept))
    suite = pyperf.BenchmarkSuite.load(str(write_suites(folder)[0]))
    assert suite.get_benchmark_names() == ["b.x[thread-1]"]


def test_writing_again_gives_the_same_file(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign(COSTS)
    before = [path.read_bytes() for path in write_suites(folder)]
    assert [path.read_bytes() for path in write_suites(folder)] == before
    assert not list(folder.glob(".*"))


def test_a_file_that_cannot_be_written(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign(COSTS)
    (folder / "python-3.9.1.json" / "in the way").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"cannot write .*python-3\.9\.1\.json"):
        write_suites(folder)
    assert not list(folder.glob(".*"))


def test_reading_a_campaign_writes_nothing(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign(COSTS)
    before = sorted(path.name for path in folder.iterdir())
    assert len(read_documents(folder)) == 2
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_campaign_without_its_journal_is_read_from_its_files(
    make_campaign: Callable[..., Path],
) -> None:
    folder = make_campaign(COSTS)
    paths = write_suites(folder)
    (folder / JOURNAL).unlink()
    packed = paths[1].with_name(paths[1].name + ".gz")
    packed.write_bytes(gzip.compress(paths[1].read_bytes()))
    paths[1].unlink()
    documents = read_documents(folder)
    assert [each["metadata"]["pyconc_python"] for each in documents] == ["3.9.1", "3.13.0"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b'{"version": "1.0", "benchm', "is not whole JSON"),
        (b"\xff\xfe\x00rubbish", "is not a pyperf file"),
        (b"[1, 2, 3]", "is not a pyperf file"),
        (b'{"answer": 42}', "is not a pyperf file"),
        (b'{"version": "1.0", "benchmarks": []}', "holds no value"),
        (b'{"version": "1.0", "benchmarks": [{"runs": [{"values": [-1]}]}]}', "is not a pyperf"),
    ],
)
def test_a_file_that_is_not_pyperfs(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=says) as raised:
        campaigns.read(path)
    assert str(path) in str(raised.value)
    assert path.read_bytes() == content


@pytest.mark.parametrize("keep", [0, 5, 40])
def test_a_compressed_file_that_is_cut_short(
    keep: int, make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    whole = gzip.compress(write_suites(make_campaign(COSTS))[0].read_bytes())
    path = tmp_path / "cut.json.gz"
    path.write_bytes(whole[:keep])
    with pytest.raises(UsageError, match=r"cut\.json\.gz"):
        campaigns.read(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.json is not a folder"):
        campaigns.read(tmp_path / "gone.json")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "it has no campaign.json"),
        ("", "campaign.json is damaged"),
        ("[]", "campaign.json is damaged"),
        ('{"cases": []}', "campaign.json is damaged"),
        ('{"interpreters": [1]}', "campaign.json is damaged"),
    ],
)
def test_a_folder_that_is_no_campaign(content: str | None, says: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "campaign.json").write_text(content)
    with pytest.raises(UsageError, match=says):
        read_about(tmp_path)
    with pytest.raises(UsageError, match="is not a folder"):
        read_about(tmp_path / "gone")


def test_a_campaign_in_which_nothing_was_finished(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign(COSTS)
    (folder / JOURNAL).write_text("")
    with pytest.raises(UsageError, match="holds no finished round"):
        read_documents(folder)


def test_the_journal_of_an_unknown_python_is_refused(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign(COSTS)
    about = json.loads((folder / "campaign.json").read_text())
    about["interpreters"] = about["interpreters"][:1]
    (folder / "campaign.json").write_text(json.dumps(about))
    with pytest.raises(UsageError, match=r"3\.13\.0"):
        read_documents(folder)
