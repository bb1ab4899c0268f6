"""The history: kept once, whole or not at all, and read with a clear word."""

from __future__ import annotations

import gzip
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from pyconc.compare.store import VARIABLE, history_folder, keep, read_history
from pyconc.errors import UsageError
from pyconc.statistics.history import Stored

STORED = Stored(
    {"hostname": "here", "cpu_count": 2},
    "3.13.0 (main)",
    {("a.b[thread-1]", 1): [[1e-6, 2e-6], [1.5e-6]], ("a.c", None): [[3.0]]},
)


def body(**change: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "campaign": "one",
        "machine": {"hostname": "here"},
        "python": "3.13",
        "cases": [{"case": "a.b", "version": 1, "arms": [[1e-6], [2e-6]]}],
        **change,
    }


def packed(found: object) -> bytes:
    return gzip.compress(json.dumps(found).encode())


def cost(value: object) -> dict[str, Any]:
    return body(cases=[{"case": "a.b", "version": 1, "arms": [[value]]}])


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "history"
    path = keep(STORED, "one", folder)
    assert path.parent == folder
    assert read_history(folder).campaigns == [STORED]


def test_once_more_is_the_same_as_once(tmp_path: Path) -> None:
    first = keep(STORED, "one", tmp_path)
    before = first.read_bytes()
    assert keep(STORED, "one", tmp_path) == first
    assert first.read_bytes() == before
    assert keep(STORED, "two", tmp_path) != first
    assert len(list(tmp_path.iterdir())) == 2


def test_a_campaign_that_went_on_takes_the_place_of_what_it_was(tmp_path: Path) -> None:
    keep(STORED, "one", tmp_path)
    more = STORED._replace(costs={("a.b[thread-1]", 1): [[1e-6] * 12, [2e-6] * 12]})
    keep(more, "one", tmp_path)
    assert read_history(tmp_path).campaigns == [more]


def test_many_may_keep_the_same_campaign_at_once(tmp_path: Path) -> None:
    failed: list[BaseException] = []
    start = threading.Barrier(8)

    def write() -> None:
        start.wait()
        try:
            for _ in range(25):
                keep(STORED, "one", tmp_path)
                read_history(tmp_path)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(list(tmp_path.iterdir())) == 1
    assert read_history(tmp_path).campaigns == [STORED]


def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    assert history_folder() == tmp_path / "mine"
    assert read_history().campaigns == []  # it need not be there
    keep(STORED, "one")
    assert read_history().campaigns == [STORED]


def test_without_the_variable_it_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    monkeypatch.delenv(VARIABLE, raising=False)
    assert history_folder() == platformdirs.user_data_path("pyconc") / "history"


def test_a_folder_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder; `pyconc noise --history` fills one"):
        read_history(tmp_path / "missing")


def test_a_file_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    with pytest.raises(UsageError, match="is not a folder"):
        read_history()
    with pytest.raises(UsageError, match=r"cannot write .*; name another folder with --history"):
        keep(STORED, "one")


def test_other_files_are_no_campaigns(tmp_path: Path) -> None:
    keep(STORED, "one", tmp_path)
    (tmp_path / "README").write_text("mine")
    (tmp_path / "abc-1-2.new").write_bytes(b"half of a campa")
    assert read_history(tmp_path).campaigns == [STORED]


WHOLE = packed(body())
DAMAGED: dict[str, bytes] = {
    "empty": b"",
    "cut short": WHOLE[:-12],
    "damaged inside": WHOLE[:20] + b"\xff\xff\xff\xff" + WHOLE[24:],
    "no JSON": gzip.compress(b"{"),
    "no text": gzip.compress(b"\xff\xfe"),
    "no object": packed([1, 2]),
    "null": packed(None),
    "another format": packed(body(format=2)),
    "no cases": packed({k: v for k, v in body().items() if k != "cases"}),
    "cases of another kind": packed(body(cases={"a": 1})),
    "arms of another kind": packed(body(cases=[{"case": "a", "version": 1, "arms": 3}])),
    "a version that is a list": packed(body(cases=[{"case": "a", "version": [], "arms": []}])),
    "a machine of another kind": packed(body(machine=5)),
    "a negative cost": packed(cost(-1.0)),
    "no cost": packed(cost(0)),
    "an infinite cost": packed(cost(float("inf"))),
    "not a number": packed(cost(float("nan"))),
    "text": packed(cost("1")),
    "a truth": packed(cost(True)),
    "a cost beyond all numbers": packed(cost(10**400)),
    "deep": gzip.compress(b"[" * 200_000),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_one_line(content: bytes, tmp_path: Path) -> None:
    keep(STORED, "one", tmp_path)
    (tmp_path / "bad.json.gz").write_bytes(content)
    with pytest.raises(UsageError, match=r"bad\.json\.gz is .+; \w+ ") as caught:
        read_history(tmp_path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


def reason(folder: Path) -> str | None:
    """Why a history cannot be read."""
    try:
        read_history(folder)
    except UsageError as error:
        return str(error)
    return None


def test_any_byte_of_a_file_may_be_wrong(tmp_path: Path) -> None:
    """It is read, where the byte says nothing that counts, or it is one line."""
    whole = keep(STORED, "one", tmp_path).read_bytes()
    path = tmp_path / "bad.json.gz"
    reasons = []
    for place in range(len(whole)):
        for flip in (0x01, 0x80):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
            reasons.append(reason(tmp_path))
    refused = [each for each in reasons if each is not None]
    assert len(refused) > len(whole)
    assert not any("\n" in each for each in refused)


def test_what_cannot_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "folder.json.gz").mkdir()
    with pytest.raises(UsageError, match=r"folder\.json\.gz is not a regular file"):
        read_history(tmp_path)


def test_what_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UsageError, match="No space left on device"):
        keep(STORED, "one", tmp_path)
    assert list(tmp_path.iterdir()) == []
