"""Whole campaigns, tiny and real: through the command line, pyperf and pytest-benchmark."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pyperf
import pytest
from conftest import TOYS
from longest import ALL
from programs import ROOT, mentioning, python
from waiting import PROGRAM_LIMIT, sigint, wait_until

from pyconc.measure import attempt
from pyconc.measure.plan import PROFILES, Plan
from pyconc.measure.progress import Progress
from pyconc.measure.scheduler import Place, Scheduler
from pyconc.measure.state import State
from pyconc.measure.variables import worker_environment
from pyconc.store.journal import Journal, read_journal
from pyconc.suite.case import Case


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A smoke campaign of a few cases of every kind."""
    folder = tmp_path_factory.mktemp("campaigns") / "smoke"
    chosen = ["counter.tallied", "pool.queue_pool_cold", "barrier.program[process-fork-4]"]
    done = python("-m", "pyconc", "run", *chosen, "--profile", "smoke", "-o", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+:\d\d left +calibrating +case 1 of \d+", done.stdout)
    assert "results:" in done.stdout
    return folder


def result_file(folder: Path) -> Path:
    [path] = folder.glob("python-*.json")
    return path


def test_results_are_pyperf_files_with_our_metadata(measured: Path) -> None:
    suite = pyperf.BenchmarkSuite.load(str(result_file(measured)))
    bench = suite.get_benchmark("counter.tallied[thread-2]")
    metadata = bench.get_runs()[-1].get_metadata()
    assert metadata["pyconc_family"] == "counter"
    assert metadata["pyconc_workers"] == 2
    assert metadata["pyconc_control"] == "reference.empty_range[thread-2]"
    assert 0 < metadata["pyconc_cpu_seconds"] < 1e-3
    assert metadata["pyconc_gil"] in ("on", "off")
    assert 0 < metadata["pyconc_overlap"] <= 1
    assert metadata["pyconc_lost_updates"] >= 0
    rounds = [run for run in bench.get_runs() if run.values]
    assert [run.get_metadata()["pyconc_round"] for run in rounds] == [1, 2]
    assert len(bench.get_runs()) == 3  # the calibration too
    assert all(value > 0 for value in bench.get_values())


@pytest.mark.parametrize("tool", ["show", "stats", "hist", "metadata", "dump"])
def test_pyperf_reads_them(tool: str, measured: Path) -> None:
    done = python("-m", "pyperf", tool, str(result_file(measured)))
    assert done.returncode == 0, done.stderr
    assert "counter.tallied[thread-2]" in done.stdout


def test_pyperf_checks_them(measured: Path) -> None:
    done = python("-m", "pyperf", "check", str(result_file(measured)))
    assert done.returncode == 0, done.stderr
    assert "stable" in done.stdout  # of which cases, depends on the machine: it names unstable ones


def test_pyperf_compares_them(measured: Path) -> None:
    path = str(result_file(measured))
    done = python("-m", "pyperf", "compare_to", path, path, "--table")
    assert done.returncode == 0, done.stderr


def test_the_campaign_says_what_it_is(measured: Path) -> None:
    about = json.loads((measured / "campaign.json").read_text("utf-8"))
    assert about["finished"] is True
    assert about["profile"]["name"] == "smoke"
    assert "reference.empty_range[thread-2]" in about["cases"]
    assert about["seconds"] > 0
    assert about["interpreters"][0]["version"] == sys.version.split()[0]


def test_a_worker_is_an_ordinary_pyperf_script(tmp_path: Path) -> None:
    path = tmp_path / "alone.json"
    done = python(
        "-m", "pyconc.measure.worker", "--case", "barrier.crossing[thread-2]",
        "--processes=2", "--values=2", "--min-time=0.005", "-o", str(path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    bench = pyperf.Benchmark.load(str(path))
    assert bench.get_name() == "barrier.crossing[thread-2]"
    assert bench.get_nvalue() == 4


def run_toys(folder: Path, *chosen: Case) -> Scheduler:
    journal = Journal.create(folder, {})
    plan = Plan(PROFILES["smoke"], 1, {"here": list(chosen)}, 1000.0)
    here = Place(sys.executable, worker_environment(ROOT))
    runner = Scheduler(plan, State(), journal, {"here": here}, [TOYS], Progress(2))
    runner.run()
    journal.close()
    return runner


@pytest.mark.parametrize(
    ("toy", "cause"),
    [
        ("faulty.raises[thread-1]", "worker trouble"),
        ("faulty.exits[process-fork-2]", "exit code 7"),
        ("faulty.segfaults[thread-1]", "signal 11"),
        ("faulty.quits[thread-1]", "status 5"),
        ("faulty.fills_disk[thread-1]", "File too large"),
        ("faulty.broken_promise[thread-2]", "the promise is broken"),
        ("faulty.leaves_thread[thread-1]", "left behind: thread 'left'"),
    ],
)
def test_a_failing_case_is_named_and_the_others_go_on(
    toy: str, cause: str, toys: dict[str, Case], tmp_path: Path
) -> None:
    runner = run_toys(tmp_path / "c", toys[toy], toys["faulty.sound[thread-1]"])
    [failure] = runner.failures
    assert failure.case == toy
    assert cause in (failure.error or "")
    assert failure.log
    assert (tmp_path / "c" / failure.log).is_file()
    sound = [r for r in read_journal(tmp_path / "c") if r.case == "faulty.sound[thread-1]"]
    assert [record.round for record in sound] == [0, 1, 2]
    assert all(record.error is None for record in sound)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_a_stubborn_grandchild_does_not_outlive_its_case(
    toys: dict[str, Case], tmp_path: Path
) -> None:
    runner = run_toys(tmp_path / "c", toys["faulty.leaves_grandchild[thread-1]"])
    [failure] = runner.failures
    assert "left behind: child process" in (failure.error or "")
    assert not mentioning("stubborn_grandchild")


@pytest.mark.long
@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="looks for shared memory")
def test_a_hang_is_cut_and_shows_where_and_leaves_no_shared_memory(
    toys: dict[str, Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "TIMEOUT", 12.0)  # stacks are dumped 5 s before
    runner = run_toys(tmp_path / "c", toys["faulty.holds_memory[thread-1]"])
    [failure] = runner.failures
    assert "no result after" in (failure.error or "")
    assert failure.log == "failures/faulty.holds_memory_thread-1_-here-round-0-466473fa.txt"
    assert "faulty.py" in (tmp_path / "c" / failure.log).read_text()  # the stacks
    assert not Path("/dev/shm/psm_of_a_hanging_case").exists()


def start_campaign(folder: Path) -> subprocess.Popen[str]:
    arguments = ["-m", "pyconc", "run", "rlock.recursion", "--profile", "quick", "-o", str(folder)]
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def has_rounds(folder: Path, rounds: int) -> bool:
    """Whether cases were measured so often, calibrations left out."""
    if not (folder / "journal.jsonl").exists():
        return False
    return sum(record.round > 0 for record in read_journal(folder)) >= rounds


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_is_finished(number: signal.Signals, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    with sigint(ignored=False):
        process = start_campaign(folder)
    wait_until(partial(has_rounds, folder, 1))
    process.send_signal(number)
    out, err = process.communicate(timeout=PROGRAM_LIMIT)
    assert process.returncode == 130, err
    assert re.search(r"interrupted: \d+ rounds? of \d+ cases? (is|are) kept", out)
    assert f"pyconc run --resume {folder}" in out
    assert "  rlock." in out
    assert pyperf.BenchmarkSuite.load(str(result_file(folder))).get_benchmark_names()
    assert json.loads((folder / "campaign.json").read_text())["finished"] is False
    assert not mentioning(str(folder))
    assert {path.name for path in folder.iterdir()} == {
        "campaign.json", "journal.jsonl", result_file(folder).name,
    }  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
def test_where_ctrl_c_is_ignored_it_stays_so_and_sigterm_ends_a_campaign(tmp_path: Path) -> None:
    """As in the background of a shell script."""
    folder = tmp_path / "c"
    with sigint(ignored=True):
        process = start_campaign(folder)
    for rounds in (1, 2, 3):
        wait_until(partial(has_rounds, folder, rounds))
        process.send_signal(signal.SIGINT)
    process.terminate()
    out, err = process.communicate(timeout=PROGRAM_LIMIT)
    assert process.returncode == 130, err
    assert "interrupted: " in out
    assert not mentioning(str(folder))


@pytest.mark.long
def test_every_invariant_holds_once_under_pytest() -> None:
    """Of the quick cases; of every case where all tests are asked for."""
    chosen = () if ALL else ("-m", "quick")
    done = python(
        "-m", "pytest", "benchmarks", "--benchmark-disable", "-q", "-p", "no:cacheprovider", *chosen
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"\d{2,} passed", done.stdout)


def test_pytest_benchmark_shows_groups_and_parameters(tmp_path: Path) -> None:
    path = tmp_path / "quick.json"
    done = python(
        "-m", "pytest", "benchmarks", "--benchmark-only", "-k", "recursion", "-q",
        "-p", "no:cacheprovider", f"--benchmark-json={path}",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    benchmarks = json.loads(path.read_text())["benchmarks"]
    assert [each["name"] for each in benchmarks] == [
        f"recursion[thread-1-{depth}]" for depth in (1, 2, 4, 8, 16)
    ]
    assert {each["group"] for each in benchmarks} == {"rlock"}
    assert benchmarks[0]["params"] == {"backend": "thread", "workers": 1, "depth": 1}
    assert benchmarks[0]["extra_info"]["pyconc_workload"] == "recursion"
    assert 0 < benchmarks[0]["stats"]["mean"] < 0.02  # one operation; a value takes that at least
