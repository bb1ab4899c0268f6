"""Thresholds: from the command line, and from the nearest pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyconc.compare.thresholds import Thresholds, read_thresholds, share
from pyconc.errors import UsageError
from pyconc.statistics.verdicts import THRESHOLD

CASE = "lock.pair[thread-1]"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(
        """
        [tool.pyconc.thresholds]
        default = "2%"
        lock = 0.03
        "queue.put" = "4%"
        queue.get = "5%"
        "lock.pair[thread-4]" = "20%"
        """
    )
    return tmp_path


def refused(given: str | None, start: Path) -> str:
    with pytest.raises(UsageError) as raised:
        read_thresholds(given, start)
    [line] = str(raised.value).splitlines()
    return line


@pytest.mark.parametrize(
    ("case", "threshold"),
    [
        ("lock.pair[thread-1]", 0.03),
        ("lock.pair[thread-4]", 0.2),
        ("queue.put[thread-1]", 0.04),
        ("queue.get[thread-1]", 0.05),
        ("queue.other[thread-1]", 0.02),
        ("nbody", 0.02),
    ],
)
def test_what_is_named_most_exactly_holds(project: Path, case: str, threshold: float) -> None:
    assert read_thresholds(None, project).of(case) == pytest.approx(threshold)


def test_the_command_line_is_for_all_that_have_none_of_their_own(project: Path) -> None:
    thresholds = read_thresholds("10%", project)
    assert thresholds.of("barrier.crossing[thread-2]") == pytest.approx(0.1)
    assert thresholds.of(CASE) == pytest.approx(0.03)


def test_the_nearest_file_upwards_counts(project: Path) -> None:
    below = project / "src" / "package"
    below.mkdir(parents=True)
    assert read_thresholds(None, below).of(CASE) == pytest.approx(0.03)
    (project / "src" / "pyproject.toml").write_text("[project]\nname = 'nearer'\n")
    assert read_thresholds(None, below).of(CASE) == THRESHOLD


def test_without_a_file_there_is_the_default(tmp_path: Path) -> None:
    assert read_thresholds(None, tmp_path).of(CASE) == THRESHOLD
    assert Thresholds().of(CASE) == THRESHOLD


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3%", 0.03),
        ("0.03", 0.03),
        (" 2.5 % ", 0.025),
        ("0", 0.0),
        ("99.9%", 0.999),
        ("1e-3", 1e-3),
    ],
)
def test_a_share_is_read(text: str, value: float) -> None:
    assert share(text, "--threshold") == pytest.approx(value)


@pytest.mark.parametrize(
    "value", ["", "%", "three", "-1%", "1", "100%", "5", "nan", "inf%", True, [0.1], {}, None]
)
def test_what_is_no_share_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(UsageError) as raised:
        share(value, "pyproject.toml: lock")
    assert str(raised.value).startswith("pyproject.toml: lock is ")
    assert "write '3%' or 0.03" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.pyconc.thresholds]\nlock = '5'", "pyproject.toml: lock is '5'"),
        ("[tool.pyconc.thresholds]\nlock.pair = true", "pyproject.toml: lock.pair is True"),
        ("[tool.pyconc]\nthresholds = 0.03", "[tool.pyconc.thresholds] is no table"),
        ("tool = 1", "[tool.pyconc.thresholds] is no table"),
        ("[tool.pyconc.thresholds\n", "cannot read"),
        ("a = " + "[" * 100_000, "cannot read"),
    ],
)
def test_a_damaged_file_is_one_clear_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert says in refused(None, tmp_path)


def test_a_file_that_is_no_text_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe\x00")
    assert "cannot read" in refused(None, tmp_path)


def test_an_empty_table_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pyconc.thresholds]\n")
    assert read_thresholds(None, tmp_path).of(CASE) == THRESHOLD
