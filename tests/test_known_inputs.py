"""Inputs of which something wrong was said once. What they hold was drawn by chance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pyconc import cli
from pyconc.compare.store import VARIABLE

DATA = Path(__file__).parent / "data"
MODES = DATA / "two-modes"


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a history nor thresholds of anybody count."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "history"))
    monkeypatch.chdir(tmp_path)


def compared(capsys: pytest.CaptureFixture[str], base: object, head: object, *more: str) -> Any:
    """The JSON of a comparison that fails for nothing."""
    arguments = ["compare", str(base), str(head), "--fail-on", "different", "--format", "json"]
    assert cli.main([*arguments, *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_four_rounds_of_identical_code_of_two_modes_raise_no_alarm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In some cases all rounds of one arm meet the slow mode, and all of the other the fast one."""
    document = compared(capsys, f"{MODES}@base", f"{MODES}@head")
    assert len(document["cases"]) == 200
    assert {each["rounds"] for each in document["cases"]} == {4}
    assert document["alarms"] == document["improvements"] == []
    assert {each["verdict"] for each in document["cases"]} <= {"suspect", "inconclusive"}


def test_three_runs_that_happen_to_lie_close_raise_no_alarm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = compared(capsys, DATA / "forty-runs.json.gz", DATA / "three-runs.json.gz")
    assert document["alarms"] == document["improvements"] == document["suspects"] == []
    assert {each["verdict"] for each in document["cases"]} == {"inconclusive"}
    held = [each["ci_low"] <= 1 <= each["ci_high"] for each in document["cases"]]
    assert sum(held) / len(held) >= 0.95
    assert document["overall"]["ci_low"] <= 1 <= document["overall"]["ci_high"]


@pytest.mark.parametrize("swapped", [False, True])
def test_nothing_is_said_to_differ_beside_an_interval_that_holds_1(
    capsys: pytest.CaptureFixture[str], swapped: bool
) -> None:
    base, head = DATA / "verdict-base.json.gz", DATA / "verdict-head.json.gz"
    document = compared(capsys, *((head, base) if swapped else (base, head)))
    for each in document["cases"]:
        if each["ci_low"] <= 1 <= each["ci_high"]:
            assert each["verdict"] not in ("slower", "faster")
    assert document["alarms"] == document["improvements"] == []
