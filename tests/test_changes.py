"""What changed in CPython: between which versions it lies, and what is wrong with an entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyconc.errors import UsageError
from pyconc.findings.changes import known_changes, read_changes

ENTRY = """
[a-change]
since = "3.13.1"
address = "https://github.com/python/cpython/pull/125116"
workloads = ["lock.contended"]
says = { en = "It is quick.", zh = "它很快。" }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "changes.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("before", "after", "lies"),
    [
        ("3.13.0", "3.13.1", True), ("3.11.2", "3.15.0a1", True), ("3.13.1", "3.14.0", False),
        ("3.12.1", "3.13.0", False), ("3.13.1rc1", "3.13.1+", True), ("", "3.14.0", False),
    ],
)  # fmt: skip
def test_a_change_lies_between_versions(
    before: str, after: str, lies: bool, tmp_path: Path
) -> None:
    [change] = read_changes(written(tmp_path, ENTRY), ["lock.contended"])
    assert change.lies_between(before, after) == lies
    assert change.called == "python/cpython#125116"


def test_ours_are_sound() -> None:
    assert {each.id for each in known_changes()} >= {"pymutex-lock"}


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("3.13.1", "soon", "since must be a release"),
        ("/pull/125116", "", "address must be that of a pull request"),
        ("lock.contended", "lock.contented", "which is no workload"),
        ('["lock.contended"]', "[]", "workloads must be a list"),
        (', zh = "它很快。"', "", "does not say 'zh'"),
    ],
)
def test_what_is_wrong_with_an_entry_is_one_line(
    before: str, after: str, says: str, tmp_path: Path
) -> None:
    path = written(tmp_path, ENTRY.replace(before, after))
    with pytest.raises(UsageError, match=says) as raised:
        read_changes(path, ["lock.contended"])
    assert len(str(raised.value).splitlines()) == 1
