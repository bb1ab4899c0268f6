"""The journal: what is finished is on disk, and nothing is overwritten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import suite_of

from pyconc.errors import UsageError
from pyconc.store.journal import JOURNAL, Journal, Record, read_journal

ROOT = Path(__file__).resolve().parents[1]


def sound(case: str, arm: str = "3", number: int = 1) -> Record:
    return Record(case, arm, number, 0.0, suite=suite_of(case, number))


def write(folder: Path, *records: Record) -> None:
    journal = Journal.create(folder, {"cases": []})
    for record in records:
        journal.append(record)
    journal.close()


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "campaign"
    write(
        folder,
        Record("a.b[thread-1]", "3.13.0", 1, 0.25, suite=suite_of("a.b[thread-1]", 1)),
        Record("a.b[thread-1]", "3.13.0", 2, 9.0, error="it hung\nin two lines"),
    )
    good, bad = read_journal(folder)
    assert (good.case, good.arm, good.round, good.seconds) == ("a.b[thread-1]", "3.13.0", 1, 0.25)
    assert good.suite == json.loads(json.dumps(suite_of("a.b[thread-1]", 1)))
    assert good.error is None
    assert bad.error == "it hung\nin two lines"
    assert bad.suite is None


def test_a_record_is_on_disk_before_the_next(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, {})
    journal.append(sound("a", "3"))
    assert len(list(read_journal(tmp_path))) == 1
    journal.close()


def test_the_records_of_a_block_are_written_at_once(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, {})
    journal.append(*(sound("a", arm) for arm in ("3.13", "3.14")))
    journal.append()
    assert [record.arm for record in read_journal(tmp_path)] == ["3.13", "3.14"]
    journal.close()


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, sound("a", "3"), sound("b", "3"))
    journal = tmp_path / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-20])
    assert [record.case for record in read_journal(tmp_path)] == ["a"]


def test_a_damaged_line_in_the_middle_is_named(tmp_path: Path) -> None:
    write(tmp_path, sound("a", "3"), sound("b", "3"))
    journal = tmp_path / JOURNAL
    journal.write_text("rubbish\n" + journal.read_text())
    with pytest.raises(UsageError, match=r"journal.jsonl:1 is damaged"):
        list(read_journal(tmp_path))


def test_another_campaign_is_not_overwritten(tmp_path: Path) -> None:
    write(tmp_path, sound("a", "3"))
    before = (tmp_path / JOURNAL).read_bytes()
    with pytest.raises(UsageError, match="holds another campaign"):
        Journal.create(tmp_path, {})
    assert (tmp_path / JOURNAL).read_bytes() == before


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match="is not empty"):
        Journal.create(tmp_path, {})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        Journal.create(tmp_path / "taken", {})


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="cannot write"):
        Journal.create(tmp_path / "new", {})


def test_a_second_campaign_into_the_same_folder_is_refused(tmp_path: Path) -> None:
    first = Journal.create(tmp_path, {})
    with pytest.raises(UsageError, match="is being measured into"):
        Journal(tmp_path)
    first.close()
    Journal(tmp_path).close()


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_torn_line_is_dropped_before_another_is_written(cut: int, tmp_path: Path) -> None:
    write(tmp_path, sound("a", "3"), sound("b", "3"))
    path = tmp_path / JOURNAL
    path.write_bytes(path.read_bytes()[:-cut])
    journal = Journal(tmp_path)
    assert journal.drop_torn_line() is (cut > 1)  # of one byte less it is a whole record
    journal.append(sound("c", "3"))
    journal.close()
    cases = [record.case for record in read_journal(tmp_path)]
    assert cases == (["a", "c"] if cut > 1 else ["a", "b", "c"])


def test_nothing_is_dropped_from_a_whole_journal(tmp_path: Path) -> None:
    write(tmp_path, sound("a", "3"))
    before = (tmp_path / JOURNAL).read_bytes()
    journal = Journal(tmp_path)
    assert not journal.drop_torn_line()
    journal.close()
    assert (tmp_path / JOURNAL).read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files")
def test_a_full_disk_loses_no_record(tmp_path: Path) -> None:
    code = f"""
import resource, signal
from pathlib import Path
from pyconc.errors import UsageError
from pyconc.store.journal import Journal, Record
journal = Journal.create(Path({str(tmp_path)!r}), {{}})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    for number in range(100):
        journal.append(Record("a", "3", number, 0.0, error="y" * 300))
except UsageError as error:
    print(error)
    journal.close()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "what is finished is safe: make room, then `pyconc run --resume" in done.stdout
    assert (tmp_path / JOURNAL).read_bytes().endswith(b"\n")
    assert [record.round for record in read_journal(tmp_path)] == [0, 1]
