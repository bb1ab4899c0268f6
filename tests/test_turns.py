"""Workers that take turns: who runs when, and what happens to the others when one of them fails."""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyperf
import pytest
from conftest import TOYS
from programs import ROOT, mentioning

from pyconc.measure import attempt
from pyconc.measure.attempt import with_turns
from pyconc.measure.launcher import ForkingLauncher, Launcher, PlainLauncher
from pyconc.measure.plan import PROFILES, Plan, rivals_among
from pyconc.measure.progress import Progress
from pyconc.measure.scheduler import Place, Scheduler
from pyconc.measure.state import Calibration, State
from pyconc.measure.turns import ratio, spread
from pyconc.measure.variables import worker_environment
from pyconc.statistics.matched import middle_mean
from pyconc.store.journal import Journal, Record, read_journal
from pyconc.suite.case import Case
from pyconc.suite.machine import start_on, usable_cores

KINDS: list[Any] = [PlainLauncher, *([ForkingLauncher] if hasattr(os, "fork") else [])]
VALUES = 3

pytestmark = pytest.mark.skipif(os.name != "posix", reason="turns are given through pipes")


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    made = request.param(sys.executable, worker_environment(ROOT))
    yield made
    made.close()


def arguments(toy: str, result: Path) -> list[str]:
    return [
        "--case", toy, "--benchmarks", str(TOYS), "--worker", "--quiet", "--min-time=0.001",
        "--loops=8", "--warmups=1", f"--values={VALUES}", "--result", str(result),
    ]  # fmt: skip


def test_a_worker_waits_before_every_warmup_and_value_and_before_its_end(
    launcher: Launcher, tmp_path: Path
) -> None:
    result, log = tmp_path / "result.json", tmp_path / "log"
    launcher.start(arguments("faulty.sound[process-fork-1]", result), log, by_turns=True)
    for _ in range(1 + VALUES):
        assert launcher.turn(60) is None
        assert not launcher.measured
    assert launcher.turn(60) is None
    assert launcher.measured
    assert not result.exists()
    launcher.release()
    assert launcher.turn(60) == 0, log.read_text()
    bench = pyperf.Benchmark.load(str(result))
    assert bench.get_nvalue() == VALUES
    assert bench.get_metadata()["pyconc_turns"] == VALUES


def test_a_worker_that_waits_is_ended_with_its_launcher(launcher: Launcher, tmp_path: Path) -> None:
    waiting = arguments("faulty.sound[process-fork-1]", tmp_path / "result.json")
    launcher.start(waiting, tmp_path / "log", by_turns=True)
    assert launcher.turn(60) is None
    launcher.close()
    assert not mentioning(str(tmp_path))


def run(
    folder: Path,
    case: Case | Sequence[Case],
    monkeypatch: pytest.MonkeyPatch,
    usual_pace: float | None = None,
    **environments: str,
) -> Scheduler:
    """Arms of this Python; each has a variable ``ARM`` of its own.

    Nothing is thought disturbed where no usual pace is given.
    """
    monkeypatch.setattr(State, "usual_pace", lambda *_: usual_pace)
    profile = PROFILES["smoke"]._replace(values=4, round_time=100.0, team_time=100.0)
    cases = [case] if isinstance(case, Case) else list(case)
    plan = Plan(profile, 1, dict.fromkeys(environments, cases), 1000.0, rivals_among(cases))
    places = {
        arm: Place(sys.executable, {**worker_environment(ROOT), "ARM": value})
        for arm, value in environments.items()
    }
    journal = Journal.create(folder, {})
    runner = Scheduler(plan, State(), journal, places, [TOYS], Progress(2))
    runner.run()
    journal.close()
    return runner


def test_arms_measure_their_values_by_turns(
    toys: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIARY", str(tmp_path / "diary"))
    run(tmp_path / "c", toys["faulty.keeps_diary[thread-1]"], monkeypatch, one="1", two="2")
    lines = iter((tmp_path / "diary").read_text().split())
    for _ in range(2):  # both arms calibrate, alone
        arm = next(lines)
        calibration = [arm, *iter(lambda: next(lines), "end")]
        assert set(calibration) == {arm}
    for _ in range(PROFILES["smoke"].rounds):
        values = list(islice(lines, 8))
        assert "".join(values) in ("12211221", "21122112")
        assert sorted(islice(lines, 2)) == ["end", "end"]
    assert list(lines) == []


def test_rivals_take_turns_on_every_arm(
    toys: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIARY", str(tmp_path / "diary"))
    ways = [toys[f"faulty.keeps_diary_of_ways[thread-1-{way}]"] for way in ("one", "other")]
    runner = run(tmp_path / "c", ways, monkeypatch, a="1", b="2")
    assert runner.failures == []
    lines = (tmp_path / "diary").read_text().split()
    rounds = lines[-PROFILES["smoke"].rounds * (4 * 4 + 4) :]
    everyone = {"1-one", "1-other", "2-one", "2-other"}
    for start in range(0, len(rounds), 20):
        values, ends = rounds[start : start + 16], rounds[start + 16 : start + 20]
        assert ends == ["end"] * 4
        for turn in range(0, 16, 4):  # each has one value before any has its next
            assert set(values[turn : turn + 4]) == everyone
    records = [record for record in read_journal(tmp_path / "c") if record.round]
    assert len(records) == 2 * 4
    named = [
        each.suite["benchmarks"][0]["runs"][0].get("metadata", {}).get("pyconc_rival")
        or each.suite["benchmarks"][0].get("metadata", {}).get("pyconc_rival")
        or each.suite.get("metadata", {}).get("pyconc_rival")
        for each in records
    ]
    assert sorted(str(each) for each in named) == ["None"] * 4 + [ways[0].id] * 4


def test_arms_start_and_end_together(
    toys: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not measured takes them half as long."""
    monkeypatch.setenv("DIARY", str(tmp_path / "diary"))
    (tmp_path / "diary").mkdir()
    case = toys["faulty.keeps_company[thread-1]"]
    runner = run(tmp_path / "c", case, monkeypatch, one="1", two="2")
    assert runner.failures == []
    assert len(list((tmp_path / "diary").glob("*-end-*"))) == 2 * 3


@pytest.mark.parametrize("arms", [("one",), ("one", "two")])
def test_only_a_worker_without_turns_waits_for_a_quiet_machine(
    arms: tuple[str, ...], toys: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, real = [], attempt.Attempt.start

    def start(
        self: attempt.Attempt, launcher: Launcher, arguments: Sequence[str], *, by_turns: bool
    ) -> None:
        if self.task.round:
            waiting.append("--patience=0.0" not in arguments)
        real(self, launcher, arguments, by_turns=by_turns)

    monkeypatch.setattr(attempt.Attempt, "start", start)
    case = toys["faulty.sound[thread-1]"]
    run(tmp_path / "c", case, monkeypatch, usual_pace=1.0, **dict.fromkeys(arms, ""))
    assert waiting == [len(arms) == 1] * len(arms) * PROFILES["smoke"].rounds


@pytest.mark.long
def test_an_arm_that_hangs_in_its_turn_loses_no_round_of_the_others(
    toys: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "TIMEOUT", 7.0)
    runner = run(tmp_path / "c", toys["faulty.tires[thread-1]"], monkeypatch, one="", two="tired")
    [failure] = runner.failures
    assert (failure.arm, failure.round) == ("two", 1)
    assert "no result after 7 s" in (failure.error or "")
    assert failure.log
    assert "faulty.py" in (tmp_path / "c" / failure.log).read_text()  # the stacks
    sound = [record for record in read_journal(tmp_path / "c") if record.error is None]
    assert [(r.arm, r.round) for r in sound if r.round] == [("one", 1), ("one", 2)]


def test_loops_that_differ_by_luck_are_made_alike() -> None:
    slow, fast, other = Calibration(100, 0.02), Calibration(400, 0.02), Calibration(1000, 0.02)
    assert slow.like([slow, fast, other]) == Calibration(400, 0.08)
    assert fast.like([slow, fast, other]) == Calibration(1000, 0.05)
    assert other.like([slow, fast, other]) == other
    assert slow.like([slow, fast, other], on_average=True) == Calibration(200, 0.04)


def a_record(arm: str, number: int, **learned: float) -> Record:
    known = {"timed": 1.0, "cost": 1.0, "loops": 1, **learned}
    return Record("faulty.sound[thread-1]", arm, number, 1.0, learned=known)


@pytest.mark.parametrize(
    ("calibrated", "seen", "values"),
    [
        ((0.01, 0.01), (), 10),
        ((0.03, 0.05), (), 6),
        ((9.0, 9.0), (), 1),
        ((0.06, 0.09), (0.02, 0.02, 0.9), 6),  # what values took is better known by then
    ],
)
def test_all_arms_have_as_many_values(
    calibrated: tuple[float, float], seen: Sequence[float], values: int, toys: dict[str, Case]
) -> None:
    state = State(())
    for arm, seconds in zip(("one", "two"), calibrated):
        state.learn(a_record(arm, 0, value_seconds=seconds))
    for number, seconds in enumerate(seen, 1):
        state.learn(a_record("two", number, value_seconds=seconds))
    profile = PROFILES["quick"]._replace(values=10)
    assert state.values(toys["faulty.sound[thread-1]"], profile, 0.25) == values


@pytest.mark.parametrize(
    ("spreads", "values"),
    [
        ((), 20),  # the time decides, until something is known
        ((0.001,), 12),  # steady, but fewer turns would not show it
        ((0.1, 0.1, 0.9), 26),  # of the ratio of two arms, 0.014 of each is wanted
        ((0.15,), 58),
        ((0.5,), 80),  # no longer than 0.8 s
    ],
)
def test_a_case_has_as_many_turns_as_it_takes_to_be_steady(
    spreads: Sequence[float], values: int, toys: dict[str, Case]
) -> None:
    state = State(())
    for arm in ("one", "two"):
        state.learn(a_record(arm, 0, value_seconds=0.01))
        for number, found in enumerate(spreads, 1):
            state.learn(a_record(arm, number, value_seconds=0.01, spread=found))
    profile = PROFILES["full"]._replace(values=100, steady=0.014, longest=0.8)
    case = toys["faulty.sound[thread-1]"]
    assert state.values(case, profile, 0.2) == values
    assert state.values(case, profile._replace(steady=0), 0.2) == 20


def test_the_spread_of_turns_tells_how_steady_their_middle_mean_is() -> None:
    rng = np.random.default_rng(0)
    logs = rng.normal(0, 0.1, (4000, 40))
    truth = middle_mean(logs).std() * math.sqrt(40)
    ours = [1.0] * 40
    found = statistics.median(spread([ours, np.exp(row).tolist()]) or 0 for row in logs[:400])
    assert found == pytest.approx(truth, rel=0.05)


def test_the_ratio_of_a_round_is_that_of_comparisons() -> None:
    rng = np.random.default_rng(0)
    for turns in range(1, 14):
        ours, theirs = np.exp(rng.standard_normal((2, turns))).tolist()
        logs = np.log(np.array(theirs) / np.array(ours))
        assert ratio(ours, theirs) == pytest.approx(float(middle_mean(logs)))
    assert ratio([], []) is None
    assert ratio([1.0, 2.0], [1.0]) is None


def a_round(arm: str, *values: float) -> Record:
    suite = {"benchmarks": [{"runs": [{"values": list(values)}]}]}
    return Record("a.b[thread-1]", arm, 1, 0.1, suite=suite, learned={"cost": 1.0})


def test_neighbours_in_the_order_of_the_arms_have_a_ratio() -> None:
    three = [a_round("c", 1.0, 1.0), a_round("a", 2.0, 2.0), a_round("b", 4.0, 4.0)]
    c, a, b = (record.learned or {} for record in with_turns(three, ["a", "b", "c"]))
    assert "ratios" not in a
    assert b["ratios"] == {"a": pytest.approx(math.log(2))}
    assert c["ratios"] == {"b": pytest.approx(-math.log(4))}
    failed = [three[0], three[1], Record("a.b[thread-1]", "b", 1, 0.1, error="it hung")]
    c, a, b = (record.learned or {} for record in with_turns(failed, ["a", "b", "c"]))
    assert c["ratios"] == {"a": pytest.approx(-math.log(2))}
    assert b == {}


def test_a_worker_that_was_alone_has_no_ratio() -> None:
    [record] = with_turns([a_round("a", 1.0, 2.0)], ["a", "b"])
    assert record.learned == {"cost": 1.0}


def test_too_few_turns_have_no_spread() -> None:
    assert spread([[1.0, 2.0, 3.0, 4.0]]) is None
    assert spread([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]) is None
    assert spread([[1.0, 2.0, 1.0, 2.0], [2.0, 4.0, 2.0, 4.0]]) == 0


def test_rounds_learn_what_their_turns_tell(
    toys: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "c", toys["faulty.sound[thread-1]"], monkeypatch, one="", two="")
    records = list(read_journal(tmp_path / "c"))
    assert [r.round for r in records if "spread" in (r.learned or {})] == [1, 1, 2, 2]
    learned = {(r.arm, r.round): r.learned or {} for r in records}
    ratios = {key: each["ratios"] for key, each in learned.items() if "ratios" in each}
    assert ratios.keys() == {("two", 1), ("two", 2)}
    assert all(found.keys() == {"one"} for found in ratios.values())
    seeds = {
        (r.round, pyperf.Benchmark.loads(json.dumps(r.suite)).get_metadata()["python_hash_seed"])
        for r in read_journal(tmp_path / "c")
    }
    assert len(seeds) == 3  # one for each round, and for the calibrations


def test_a_thread_that_starts_on_a_core_may_leave_it() -> None:
    before = usable_cores()
    for number in range(5):
        start_on(number)
        assert usable_cores() == before
