"""The second clock, where valgrind is installed: whole campaigns, and whether it counts right."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pyperf
import pytest
from conftest import TOYS
from longest import only_if_asked
from programs import ROOT, mentioning

from pyconc.cli import main
from pyconc.measure.gauges.instructions import Instructions, gauge_named
from pyconc.measure.plan import PROFILES, Plan
from pyconc.measure.progress import Progress
from pyconc.measure.scheduler import Place, Scheduler
from pyconc.measure.state import State
from pyconc.measure.variables import worker_environment
from pyconc.store.journal import Journal, read_journal
from pyconc.suite.case import Case

pytestmark = [
    pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed"),
    pytest.mark.long,
]
#: Runs under valgrind, and prints how many instructions so many turns of four take.
SPIN = """
from pyconc.measure.gauges.counters import ValgrindCounter
counter = ValgrindCounter()
def spin(turns):
    counter.start()
    counter.spin(turns)
    counter.stop()
    return counter.count()
spin(1)
print(spin(31_000) - spin(1_000))
"""
PAIRS = ("lock.pair[thread-1]", "reference.empty_loop[thread-1]")


@pytest.fixture(scope="module")
def valgrind() -> Instructions:
    found = gauge_named("valgrind")
    assert isinstance(found, Instructions)
    return found


def run(folder: Path, *chosen: str, profile: str = "smoke") -> int:
    return main(
        ["run", *chosen, "--clock", "valgrind", "--profile", profile, "-o", str(folder)]
    )  # fmt: skip


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("valgrind") / "campaign"
    assert run(folder, *PAIRS, "lock.contended[thread-2]") == 0
    return folder


def test_every_instruction_counts_once(valgrind: Instructions) -> None:
    done = subprocess.run(
        [*valgrind.under, sys.executable, "-c", SPIN],
        env=worker_environment(ROOT), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 4 * 30_000


def costs(folder: Path) -> dict[str, list[float]]:
    [path] = folder.glob("python-*.json")
    suite = pyperf.BenchmarkSuite.load(str(path))
    return {bench.get_name(): list(bench.get_values()) for bench in suite}


def test_the_results_are_integers_of_pyperf(measured: Path) -> None:
    [path] = measured.glob("python-*.json")
    for bench in pyperf.BenchmarkSuite.load(str(path)):
        metadata = bench.get_metadata()
        assert metadata["unit"] == "integer"
        assert metadata["pyconc_counter"].startswith("valgrind ")
    done = subprocess.run(
        [sys.executable, "-m", "pyperf", "show", str(path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_campaign_says_its_clock_and_what_it_left_out(measured: Path) -> None:
    about = json.loads((measured / "campaign.json").read_text("utf-8"))
    assert about["clock"] == "instructions"
    assert about["counter"].startswith("valgrind ")
    [python] = about["interpreters"]
    assert python["skipped"]["lock.contended[thread-2]"].startswith("contended: ")
    assert about["failures"] == []


def test_noise_is_measured_by_the_same_clock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["noise", "lock.pair", "--clock", "instructions", "-o", str(tmp_path / "n")]
    assert main([*asked, "--dry-run"]) == 0
    assert "clock instructions, counted by valgrind" in capsys.readouterr().out
    assert main(["noise", "--of", str(tmp_path), "--clock", "instructions"]) == 2
    assert "--clock does not go with --of" in capsys.readouterr().err


def test_another_process_counts_the_same(measured: Path) -> None:
    for case, values in costs(measured).items():
        assert len(values) == 2
        assert max(values) / min(values) < 1.002, case


def test_a_lock_costs_more_than_an_empty_loop(measured: Path) -> None:
    found = costs(measured)
    assert found[PAIRS[0]][0] > 2 * found[PAIRS[1]][0]


def test_net_costs_add_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pair done 1, 2, 4 and 8 times costs as many times one pair."""
    from pyconc.findings.linearity import linearity
    from pyconc.statistics.costs import Costs
    from pyconc.store import campaigns

    assert run(tmp_path / "line", "reference.pairs") == 0
    read = Costs(campaigns.read(tmp_path / "line").rounds)
    found = linearity(read, read.pythons[0])
    assert found is not None
    assert found.holds
    assert found.unit == "instruction"


def test_every_kind_of_case_is_counted(tmp_path: Path) -> None:
    """A thread, tasks of one loop, a caller, a program, and a floor in C."""
    kinds = (
        "queue.put_get[thread-1-Queue]", "asyncio.contended_lock[task-8]",
        "thread.function[thread-1]", "scaling.strong[thread-1]", "floor.mutex_pair[thread-1]",
    )  # fmt: skip
    assert run(tmp_path / "kinds", *kinds) == 0
    assert set(kinds) <= set(costs(tmp_path / "kinds"))


def scheduler(folder: Path, valgrind: Instructions, chosen: Sequence[Case], arms: int) -> Scheduler:
    labels = [f"arm-{number}" for number in range(arms)]
    profile = valgrind.profile(PROFILES["smoke"])
    plan = Plan(profile, 1, {key: list(chosen) for key in labels}, 1000.0)
    place = Place(sys.executable, worker_environment(ROOT), valgrind.under)
    return Scheduler(
        plan, State(), Journal.create(folder, {}), dict.fromkeys(labels, place), [TOYS],
        Progress(2), valgrind,
    )  # fmt: skip


@pytest.mark.parametrize(
    "toy",
    [
        "segfaults",
        "raises",
        *(pytest.param(t, marks=only_if_asked) for t in ("quits", "leaves_thread")),
    ],
)
def test_a_case_that_fails_harms_no_other(
    toy: str, valgrind: Instructions, toys: dict[str, Case], tmp_path: Path
) -> None:
    chosen = [toys[f"faulty.{toy}[thread-1]"], toys["faulty.sound[thread-1]"]]
    runner = scheduler(tmp_path / "toys", valgrind, chosen, 1)
    runner.run()
    assert [record.case for record in runner.failures] == [chosen[0].id]
    assert {number for number, _, case in runner.state.done if case == chosen[1].id} == {0, 1, 2}


def test_arms_take_turns(valgrind: Instructions, toys: dict[str, Case], tmp_path: Path) -> None:
    case = toys["faulty.sound[thread-1]"]
    runner = scheduler(tmp_path / "toys", valgrind, [case], 2)
    runner.run()
    assert runner.failures == []
    assert set(runner.state.ratios) == {(case.id, "arm-1", "arm-0")}
    assert all(abs(each) < 0.002 for each in runner.state.ratios[case.id, "arm-1", "arm-0"])


def test_a_stopped_campaign_goes_on_by_the_same_clock(tmp_path: Path) -> None:
    folder = tmp_path / "stopped"
    command = [sys.executable, "-m", "pyconc", "run"]
    process = subprocess.Popen(
        [*command, *PAIRS, "--clock", "valgrind", "--profile", "smoke", "-o", str(folder)],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    while not (folder / "journal.jsonl").exists() or not list(read_journal(folder)):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    before = len(list(read_journal(folder)))
    done = subprocess.run([*command, "--resume", str(folder)], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr
    records = [(record.round, record.case) for record in read_journal(folder)]
    about = json.loads((folder / "campaign.json").read_text("utf-8"))
    assert about["finished"]
    assert before < len(records)
    assert sorted(records) == sorted(itertools.product(range(3), about["cases"]))
    assert not mentioning(str(folder))
