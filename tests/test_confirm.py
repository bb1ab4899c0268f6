"""Suspects are measured again before anything fails for them."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import CampaignMaker

from pyconc import cli
from pyconc.compare import confirm
from pyconc.errors import UsageError
from pyconc.measure import campaign
from pyconc.measure.campaign import Outcome
from pyconc.measure.places import identify
from pyconc.measure.plan import PROFILES
from pyconc.store.about import read_about
from pyconc.store.journal import JOURNAL

CASE, OTHER = "lock.pair[thread-1]", "lock.with[thread-1]"
PYTHON = identify(sys.executable)


@pytest.fixture(autouse=True)
def _short(apart: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "_PROFILE", PROFILES["smoke"]._replace(quick=False))


def interpreter(label: str, **about: Any) -> dict[str, Any]:
    """This Python, as a campaign describes it."""
    assert PYTHON is not None
    return {
        "label": label,
        "version": PYTHON.build.split()[0],
        "build": PYTHON.build,
        "spec": f"{PYTHON.executable}={label}",
        "skipped": {},
        **about,
    }


def suspicious(
    make_campaign: CampaignMaker, *cases: str, change: float = 3.0, rounds: int = 12, **head: Any
) -> list[str]:
    """The arguments of a comparison whose HEAD is three times as dear; its Python is this one."""
    costs = {"one": 1e-7, "two": change * 1e-7}
    folder = make_campaign(
        {arm: dict.fromkeys(cases or [CASE], cost) for arm, cost in costs.items()},
        rounds=rounds,
        interpreters=[interpreter("one"), interpreter("two", **head)],
    )
    return ["compare", f"{folder}@one", f"{folder}@two", "--confirm", "--threshold", "90%"]


def refused(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    """The one line with which it ends with status 2, before anything is measured."""
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert "slower, alarm" in out  # what was compared is not lost
    [line] = err.splitlines()
    assert not Path("results").exists()
    return line


def test_what_is_not_slower_again_fails_nothing(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [*suspicious(make_campaign), "--fail-on", "slower"]
    assert cli.main([*arguments, "--format", "json"]) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)  # nothing else is there
    assert document["alarm"] is False
    assert document["not_confirmed"] == [CASE]
    assert [each["id"] for each in document["confirmation"]] == [CASE]
    assert document["confirmation"][0]["rounds"] == PROFILES["smoke"].rounds
    assert document["cases"][0]["verdict"] == "slower"

    (folder,) = Path("results").iterdir()
    assert folder.name.endswith("-confirm")
    about = read_about(folder)
    assert about["finished"]
    assert about["cases"] == [CASE]
    assert [each["label"] for each in about["interpreters"]] == ["base", "head"]
    assert {path.name for path in folder.glob("*.json")} >= {"python-base.json", "python-head.json"}
    assert str(folder) in err


@pytest.fixture
def finds(make_campaign: CampaignMaker, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has the campaign that confirms find given costs by arm and case, without measuring."""

    def stub(**costs: dict[str, float]) -> None:
        def run(prepared: object, folder: Path) -> Outcome:
            shutil.copytree(make_campaign(costs, rounds=12), folder)
            return Outcome(folder, [], False, 1.0)

        ready = SimpleNamespace(places={"base": None, "head": None}, taking_part=[])
        monkeypatch.setattr(campaign, "prepare", lambda *args, **options: ready)
        monkeypatch.setattr(campaign, "run", run)

    return stub


def test_what_is_slower_again_fails(
    make_campaign: CampaignMaker,
    capsys: pytest.CaptureFixture[str],
    finds: Callable[..., None],
) -> None:
    finds(base={CASE: 1e-7}, head={CASE: 2.5e-7})
    arguments = [*suspicious(make_campaign), "--fail-on", "slower"]
    assert cli.main(arguments) == 1
    out, err = capsys.readouterr()
    assert f"alarm, confirmed for 1 of 1 doubtful case: {CASE}" in out
    assert out.count("slower, confirmed") == 2  # then and again
    assert "Measured again" in out
    assert f"fails on slower: 1 slower ({CASE})" in err


@pytest.mark.parametrize("fail_on", ["slower", "suspect"])
@pytest.mark.parametrize(("again", "status"), [(2.5e-7, 1), (1e-7, 0)])
def test_what_is_suspect_of_too_few_rounds_is_measured_again_too(
    make_campaign: CampaignMaker,
    capsys: pytest.CaptureFixture[str],
    finds: Callable[..., None],
    fail_on: str,
    again: float,
    status: int,
) -> None:
    finds(base={CASE: 1e-7}, head={CASE: again})
    arguments = [*suspicious(make_campaign, rounds=4), "--fail-on", fail_on, "--format", "json"]
    assert cli.main(arguments) == status
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document["cases"][0]["verdict"] == "suspect"
    assert document["suspects"] == []  # it is one no longer
    assert document["alarms"] == ([CASE] if status else [])
    assert document["not_confirmed"] == ([] if status else [CASE])
    assert (f"fails on {fail_on}: 1 slower ({CASE})" in err) == bool(status)
    assert "too few rounds" not in err


def test_exactly_alarms_and_suspects_are_measured_again(
    make_campaign: CampaignMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sure, seems = "lock.pair[thread-1]", "lock.with[thread-1]"
    same, faster = "queue.put_get[thread-1-Queue]", "queue.put_get[thread-1-deque]"
    asked: list[str] = []

    def prepare(cases: list[Any], *args: object, **options: object) -> None:
        asked.extend(case.id for case in cases)
        raise UsageError("that is enough")

    monkeypatch.setattr(campaign, "prepare", prepare)
    costs = dict.fromkeys((sure, seems, same, faster), 1e-7)
    folder = make_campaign(
        {"one": costs, "two": {**costs, sure: 3e-7, seems: 3e-7, faster: 2e-8}},
        rounds=12,
        interpreters=[interpreter("one"), interpreter("two")],
    )
    lines = (folder / JOURNAL).read_text("utf-8").splitlines(keepends=True)
    few = [line for line in lines if seems not in line or round_of(line) < 5]
    (folder / JOURNAL).write_text("".join(few), "utf-8")
    for fail_on, expected in (
        ("slower", {sure, seems}), ("faster", {faster}), ("different", {sure, seems, faster}),
        ("suspect", {sure, seems}),
    ):  # fmt: skip
        asked.clear()
        arguments = ["compare", f"{folder}@one", f"{folder}@two", "--confirm", "--fail-on", fail_on]
        assert cli.main(arguments) == 2
        assert set(asked) == expected, fail_on


def round_of(line: str) -> int:
    """The number of the round in a line of the journal; 0 in others."""
    said = json.loads(line)
    return int(said.get("round", 0)) if isinstance(said, dict) else 0


@pytest.mark.parametrize("failed", [OTHER, CASE])
def test_a_suspect_that_failed_is_neither_confirmed_nor_cleared(
    make_campaign: CampaignMaker,
    capsys: pytest.CaptureFixture[str],
    finds: Callable[..., None],
    failed: str,
) -> None:
    left = {CASE: 1e-7, OTHER: 1e-7}
    finds(base=left, head={case: cost for case, cost in left.items() if case != failed})
    assert cli.main([*suspicious(make_campaign, CASE, OTHER), "--fail-on", "slower"]) == 2
    out, err = capsys.readouterr()
    assert "slower, alarm" in out
    assert err.splitlines()[-1].startswith(f"pyconc: {failed} failed when it was measured again")


def test_what_is_interrupted_ends_as_ever(
    make_campaign: CampaignMaker,
    capsys: pytest.CaptureFixture[str],
    finds: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finds(base={CASE: 1e-7}, head={CASE: 1e-7})
    run = campaign.run
    monkeypatch.setattr(campaign, "run", lambda *args: run(*args)._replace(interrupted=True))
    assert cli.main(suspicious(make_campaign)) == 130
    assert capsys.readouterr().out == ""


def test_what_is_faster_is_measured_again_where_it_would_fail(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = suspicious(make_campaign, change=1 / 3)
    assert cli.main([*arguments, "--fail-on", "faster", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["improvements"] == []
    assert [each["id"] for each in document["confirmation"]] == [CASE]


def test_where_nothing_is_suspected_nothing_is_measured(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = suspicious(make_campaign, change=1 / 3)
    assert cli.main([*arguments, "--fail-on", "slower", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["confirmation"] is None
    assert document["improvements"] == [CASE]
    assert not Path("results").exists()


def test_a_case_that_is_no_longer_there_cannot_be_confirmed(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, suspicious(make_campaign, "lock.of_old[thread-1]"))
    assert "lock.of_old[thread-1] cannot be measured again" in said
    assert "leave --confirm out" in said


def test_a_workload_that_has_changed_cannot_be_confirmed(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_campaign(
        {"one": {CASE: 1e-7}, "two": {CASE: 3e-7}},
        rounds=12,
        metrics={CASE: {"version": 999}},
        interpreters=[interpreter("one"), interpreter("two")],
    )
    said = refused(capsys, ["compare", f"{folder}@one", f"{folder}@two", "--confirm"])
    assert "its workload is not what it was" in said


def test_a_python_that_is_not_here_cannot_be_confirmed(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    gone = tmp_path / "gone" / "python"
    said = refused(capsys, suspicious(make_campaign, spec=f"{gone}=two"))
    assert f"the Python of HEAD, {gone}, is not here" in said


def test_a_python_that_is_not_named_cannot_be_confirmed(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, suspicious(make_campaign, spec=""))
    assert "the Python of HEAD, which is not named, is not here" in said


def test_a_python_that_was_built_anew_cannot_be_confirmed(
    make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, suspicious(make_campaign, build="3.14.0 (another day)"))
    assert "is not what it was when HEAD was measured" in said


def test_what_another_machine_measured_cannot_be_confirmed_here(
    make_campaign: CampaignMaker,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pyconc.store import measured
    from pyconc.store.read_side import read_side

    def elsewhere(text: str) -> measured.Side:
        return read_side(text)._replace(machine={"hostname": f"not-{platform.node()}"})

    monkeypatch.setattr("pyconc.compare.command.read_side", elsewhere)
    said = refused(capsys, suspicious(make_campaign))
    assert f"BASE was measured on not-{platform.node()}; confirm it there" in said


def test_a_file_without_a_build_is_known_by_its_version() -> None:
    from pyconc.store.measured import Side

    assert PYTHON is not None
    version = PYTHON.build.split()[0]
    machine = {"hostname": platform.node()}
    for said, changed in ((f"{version} (64-bit)", False), ("2.7.18 (64-bit)", True), ("", False)):
        side = Side("x", "x", None, None, machine, {"version": said}, {}, Path("x.json"))
        assert confirm._changed(side, PYTHON) is changed


def test_the_gil_is_turned_on_again_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyconc.store.measured import Side

    assert PYTHON is not None
    free = PYTHON._replace(free_threaded=True)
    monkeypatch.setattr(confirm, "identify", lambda executable: free)
    for gil, spec in (("on", "/opt/python3.14t+gil"), ("off", "/opt/python3.14t")):
        about = {"spec": f"{spec}=3.14t", "build": free.build, "gil": gil}
        side = Side("x", "x", None, None, {}, about, {}, Path("x.json"))
        assert confirm._spec(side, "base") == spec
