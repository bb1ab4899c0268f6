"""Inputs of which something wrong was said once. What they hold was drawn by chance."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_compare import compared

DATA = Path(__file__).parent / "data"
MODES = DATA / "two-modes"
FAILING = ("--fail-on", "different")

pytestmark = pytest.mark.usefixtures("apart")


def test_four_rounds_of_identical_code_of_two_modes_raise_no_alarm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In some cases all rounds of one arm meet the slow mode, and all of the other the fast one."""
    document = compared(capsys, f"{MODES}@base", f"{MODES}@head", *FAILING)
    assert len(document["cases"]) == 200
    assert {each["rounds"] for each in document["cases"]} == {4}
    assert document["alarms"] == document["improvements"] == []
    assert {each["verdict"] for each in document["cases"]} <= {"suspect", "inconclusive"}


def test_three_runs_that_happen_to_lie_close_raise_no_alarm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = (str(DATA / f"{name}-runs.json.gz") for name in ("forty", "three"))
    document = compared(capsys, *files, *FAILING)
    assert document["alarms"] == document["improvements"] == document["suspects"] == []
    assert {each["verdict"] for each in document["cases"]} == {"inconclusive"}
    held = [each["ci_low"] <= 1 <= each["ci_high"] for each in document["cases"]]
    assert sum(held) / len(held) >= 0.95
    assert document["overall"]["ci_low"] <= 1 <= document["overall"]["ci_high"]


@pytest.mark.parametrize("swapped", [False, True])
def test_nothing_is_said_to_differ_beside_an_interval_that_holds_1(
    capsys: pytest.CaptureFixture[str], swapped: bool
) -> None:
    files = [str(DATA / f"verdict-{side}.json.gz") for side in ("base", "head")]
    document = compared(capsys, *(files[::-1] if swapped else files), *FAILING)
    for each in document["cases"]:
        if each["ci_low"] <= 1 <= each["ci_high"]:
            assert each["verdict"] not in ("slower", "faster")
    assert document["alarms"] == document["improvements"] == []
