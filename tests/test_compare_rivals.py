"""`pyconc compare` of cases of one campaign: rivals, and any two that are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CampaignMaker
from test_compare import compared, refused

from pyconc import cli

LOCK, RLOCK, PUT = "lock.pair[thread-1]", "rlock.pair[thread-1]", "queue.put_get[thread-1-Queue]"
COSTS = {LOCK: 5e-8, RLOCK: 1e-7, PUT: 2e-6}

pytestmark = pytest.mark.usefixtures("apart")


@pytest.fixture
def folder(make_campaign: CampaignMaker) -> Path:
    return make_campaign({"3.14.0": COSTS}, 12, {RLOCK: {"rival": LOCK}})


def test_rivals_are_held_against_the_one_they_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = compared(capsys, str(folder), "--rivals")
    [case] = said["cases"]
    assert (case["id"], case["against"]) == (RLOCK, LOCK)
    assert case["ratio"] == pytest.approx(2, rel=0.1)
    assert case["ci_low"] > 1
    assert case["verdict"] == "slower"
    assert said["paired"] is True
    assert said["provisional"] is None
    assert said["alarms"] == [RLOCK]


def test_the_gate_goes_by_rivals(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compare", str(folder), "--rivals", "--fail-on", "slower"]) == 1
    out, err = capsys.readouterr()
    assert LOCK in out
    assert f"fails on slower: 1 slower ({RLOCK})" in err


def test_two_cases_are_paired_by_round(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = compared(capsys, str(folder), "rlock.pair", PUT)
    [case] = said["cases"]
    assert (case["id"], case["against"], case["rounds"]) == (PUT, RLOCK, 12)
    assert case["ratio"] == pytest.approx(20, rel=0.1)
    back = compared(capsys, str(folder), PUT, "rlock.pair")["cases"][0]
    assert back["ratio"] == pytest.approx(1 / case["ratio"])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("lock.pair", "lock.pair"), "name two cases that differ"),
        (("lock.pair", "barrier.crossing"), "no case barrier.crossing"),
        (("lock.pair", "--rivals"), "name BASE and HEAD"),
        ((), "name BASE and HEAD"),
    ],
)
def test_what_names_no_two_things_is_one_line(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    complaint: str,
) -> None:
    assert complaint in refused(capsys, str(folder), *arguments)


def test_a_campaign_without_rivals_says_how_to_declare_them(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_campaign({"3.14.0": COSTS}, 12)
    assert "@case(rivals=...)" in refused(capsys, str(folder), "--rivals")
