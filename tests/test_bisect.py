"""Which commit made a case dearer: the statuses that `git bisect run` reads."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import CampaignMaker

from pyconc import cli
from pyconc.commands import arguments
from pyconc.compare import bisect
from pyconc.compare import for_git as statuses
from pyconc.compare.for_git import ABORT, BAD, GOOD, SKIP
from pyconc.measure import campaign
from pyconc.measure.campaign import Outcome
from pyconc.measure.interpreters import Left
from pyconc.measure.places import on_path
from pyconc.statistics.exchange import ENOUGH_ROUNDS
from pyconc.store.journal import Record

CASE, OTHER = "lock.pair[thread-1]", "lock.with[thread-1]"
ASKED = ["bisect-step", CASE, "-p", sys.executable, "--base", sys.executable]
BOTH = [*ASKED[:2], OTHER, *ASKED[2:]]

pytestmark = pytest.mark.usefixtures("apart")


Finds = Callable[..., None]


@pytest.fixture
def finds(make_campaign: CampaignMaker, monkeypatch: pytest.MonkeyPatch) -> Finds:
    """Has the campaign find given costs by case, without measuring.

    Arguments: those of each arm, the number of rounds, what is skipped, and what failed on which.
    """

    def stub(
        base: Mapping[str, float],
        head: Mapping[str, float],
        rounds: int = 12,
        skipped: Mapping[str, Mapping[str, str]] | None = None,
        failed: Mapping[str, str] | None = None,
        **outcome: Any,
    ) -> None:
        def run(prepared: object, folder: Path) -> Outcome:
            costs = {"base": base, "head": head}
            shutil.copytree(make_campaign(costs, rounds=rounds), folder)
            failures = [
                Record(case, arm, 1, 0.1, error=f"{case} broke\n")
                for case, arm in (failed or {}).items()
            ]
            return Outcome(folder, failures, outcome.get("interrupted", False), 1.0)

        arms = [
            SimpleNamespace(label=label, skipped=(skipped or {}).get(label, {}))
            for label in ("base", "head")
        ]
        ready = SimpleNamespace(places={"base": None, "head": None}, taking_part=arms, left=[])
        monkeypatch.setattr(campaign, "prepare", lambda *args, **options: ready)
        monkeypatch.setattr(campaign, "run", run)

    return stub


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        (1.5, BAD, f"bad, as {CASE} is slower: 1.5"),
        (1.0, GOOD, "good, as no case is slower by more than the threshold"),
        (0.5, GOOD, "good"),
        (1.095, SKIP, f"skip, as {CASE} is inconclusive after 12 rounds: 1.09"),
    ],
)
def test_slower_is_bad_and_everything_else_that_is_clear_is_good(
    finds: Finds, capsys: pytest.CaptureFixture[str], change: float, status: int, said: str
) -> None:
    finds({CASE: 1e-7}, {CASE: change * 1e-7})
    assert cli.main([*ASKED, "--threshold", "10%"]) == status
    out = capsys.readouterr().out
    assert out.index("95 % interval") < out.index(f"git bisect: {said}")


def test_a_case_that_is_a_little_faster_is_good_though_it_is_not_the_same(
    finds: Finds, capsys: pytest.CaptureFixture[str]
) -> None:
    finds({CASE: 1e-7}, {CASE: 0.99e-7})
    assert cli.main([*ASKED, "--threshold", "1%"]) == GOOD
    assert "inconclusive" in capsys.readouterr().out


@pytest.mark.parametrize("change", [1.0, 1.5])
def test_of_few_rounds_nothing_can_be_told(
    finds: Finds, capsys: pytest.CaptureFixture[str], change: float
) -> None:
    finds({CASE: 1e-7}, {CASE: change * 1e-7}, rounds=ENOUGH_ROUNDS - 1)
    assert cli.main([*ASKED, "--threshold", "10%"]) == SKIP
    assert f"after {ENOUGH_ROUNDS - 1} rounds" in last_line(capsys)


@pytest.mark.parametrize(("change", "status"), [(1.0, SKIP), (1.5, BAD)])
def test_what_failed_leaves_a_commit_untold_unless_another_case_is_slower(
    finds: Finds, capsys: pytest.CaptureFixture[str], change: float, status: int
) -> None:
    finds({CASE: 1e-7}, {CASE: change * 1e-7}, failed={OTHER: "head"})
    assert cli.main([*BOTH, "--threshold", "10%"]) == status
    assert (f"{OTHER} failed on head: {OTHER} broke" in last_line(capsys)) == (status == SKIP)


def test_where_all_failed_there_is_nothing_to_compare(
    finds: Finds, capsys: pytest.CaptureFixture[str]
) -> None:
    finds({CASE: 1e-7}, {}, failed={CASE: "head"})
    assert cli.main(ASKED) == SKIP
    assert last_line(capsys) == f"git bisect: skip, as {CASE} failed on head: {CASE} broke"


def test_what_the_commit_cannot_run_is_not_told(
    finds: Finds, capsys: pytest.CaptureFixture[str]
) -> None:
    finds({}, {}, skipped={"head": {CASE: "needs the module _thread"}})
    assert cli.main(ASKED) == SKIP
    assert last_line(capsys).endswith(f"{CASE} cannot run: needs the module _thread")
    assert not Path("results").exists()  # nothing was measured


def test_what_the_kept_python_cannot_run_ends_the_search(
    finds: Finds, capsys: pytest.CaptureFixture[str]
) -> None:
    finds({}, {}, skipped={"base": {CASE: "needs the module _thread"}})
    assert cli.main(ASKED) == ABORT
    assert f"{CASE} cannot run on --base: needs the module" in capsys.readouterr().err


@pytest.mark.parametrize(("label", "status"), [("head", SKIP), ("base", ABORT)])
def test_a_python_that_cannot_be_prepared_is_that_of_the_commit_or_the_kept_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], label: str, status: int
) -> None:
    other = {"head": "base", "base": "head"}[label]
    left = [Left(f"{sys.executable}={label}", "no pyperf")]
    ready = SimpleNamespace(places={other: None}, taking_part=[], left=left)
    monkeypatch.setattr(campaign, "prepare", lambda *args, **options: ready)
    assert cli.main(ASKED) == status
    said = "".join(capsys.readouterr()).splitlines()
    assert said[-1].endswith(f"{sys.executable} cannot measure: no pyperf")


def test_a_build_that_does_not_run_is_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    if not on_path(str(broken)):
        pytest.skip("the system does not take it for a program")
    asked = ["bisect-step", CASE, "-p", str(broken), "--base", sys.executable]
    assert cli.main(asked) == SKIP
    assert last_line(capsys) == f"git bisect: skip, as {broken} does not run as a Python"
    assert cli.main(["bisect-step", CASE, "-p", sys.executable, "--base", str(broken)]) == ABORT


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-p", sys.executable, "--base", sys.executable], "name the cases"),
        ([CASE, "-p", sys.executable], "--base"),
        ([CASE, "-p", "nowhere/python", "--base", sys.executable], "nowhere/python"),
        ([CASE, "-p", sys.executable, "--base", "nowhere/python"], "nowhere/python"),
        (["lock.nothing", "-p", sys.executable, "--base", sys.executable], "lock.nothing"),
        ([*ASKED[1:], "--threshold", "much"], "--threshold"),
        ([*ASKED[1:], "--clock", "sundial"], "sundial"),
        ([*ASKED[1:], "--unheard-of"], "--unheard-of"),
    ],
)
def test_bad_input_ends_the_search_and_is_no_bad_commit(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bisect-step", *arguments]) == ABORT
    assert says in capsys.readouterr().err.splitlines()[-1]


def test_an_interruption_ends_the_search(finds: Finds) -> None:
    finds({CASE: 1e-7}, {CASE: 1e-7}, interrupted=True)
    assert cli.main(ASKED) == arguments.INTERRUPTED > ABORT


def test_an_error_of_our_own_is_no_bad_commit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(*args: object, **options: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(campaign, "prepare", breaks)
    assert cli.main(ASKED) == ABORT
    assert "a mistake" in capsys.readouterr().err


def test_what_could_not_be_printed_is_no_answer() -> None:
    assert statuses.for_git(lambda: arguments.UNSAID) == ABORT


def test_rounds_go_on_until_half_an_interval_is_a_quarter_of_the_threshold() -> None:
    profile = bisect._profile([0.1, 0.04])
    assert profile.target == pytest.approx(0.01)
    assert ENOUGH_ROUNDS == profile.rounds < profile.most_rounds
