"""How workers are started: the two ways do the same, and leave nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyperf
import pytest
from conftest import TOYS

from pyconc.measure.launcher import ForkingLauncher, Launcher, PlainLauncher
from pyconc.measure.variables import worker_environment

ROOT = Path(__file__).resolve().parents[1]
KINDS: list[Any] = [PlainLauncher]
if hasattr(os, "fork"):
    KINDS.append(ForkingLauncher)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    made = request.param(sys.executable, worker_environment(ROOT))
    yield made
    made.close()


def run(launcher: Launcher, arguments: list[str], log: Path, timeout: float) -> int | None:
    launcher.start(arguments, log)
    return launcher.turn(timeout)


def arguments(toy: str, result: Path) -> list[str]:
    return [
        "--case", toy, "--benchmarks", str(TOYS), "--worker", "--quiet", "--min-time=0.001",
        "--loops=8", "--warmups=0", "--values=2", "--result", str(result),
    ]  # fmt: skip


def test_each_worker_measures_its_case(launcher: Launcher, tmp_path: Path) -> None:
    for toy in ("faulty.sound[thread-1]", "faulty.sound[process-fork-1]"):
        result = tmp_path / "result.json"
        log = tmp_path / "log"
        assert run(launcher, arguments(toy, result), log, 60) == 0, log.read_text()
        bench = pyperf.Benchmark.load(str(result))
        assert bench.get_name() == toy
        assert bench.get_nvalue() == 2
        result.unlink()


@pytest.mark.parametrize(
    ("toy", "status", "says"),
    [
        ("faulty.raises[thread-1]", 3, "worker trouble"),
        ("faulty.segfaults[thread-1]", -11, ""),
        ("faulty.nothing[thread-1]", 2, "unknown family"),
    ],
)
def test_what_goes_wrong_is_its_status_and_its_log(
    toy: str, status: int, says: str, launcher: Launcher, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    assert run(launcher, arguments(toy, tmp_path / "result.json"), log, 60) == status
    assert says in log.read_text()
    sound = arguments("faulty.sound[thread-1]", tmp_path / "result.json")
    assert run(launcher, sound, log, 60) == 0  # the next one is not harmed


def test_all_that_wants_to_be_told_of_the_end_of_a_worker_is(
    launcher: Launcher, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    toy = arguments("faulty.says_goodbye[thread-1]", tmp_path / "result.json")
    assert run(launcher, toy, log, 60) == 0, log.read_text()
    assert log.read_text().splitlines()[-2:] == ["late", "goodbye"]


def test_a_hang_is_cut(launcher: Launcher, tmp_path: Path) -> None:
    hanging = arguments("faulty.hangs[thread-1]", tmp_path / "result.json")
    with pytest.raises(subprocess.TimeoutExpired):
        run(launcher, hanging, tmp_path / "log", 2)
    sound = arguments("faulty.sound[thread-1]", tmp_path / "result.json")
    assert run(launcher, sound, tmp_path / "log", 60) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forking_process_that_was_killed_is_told_apart_from_a_failing_case(
    tmp_path: Path,
) -> None:
    launcher = ForkingLauncher(sys.executable, worker_environment(ROOT))
    os.kill(launcher._process.pid, signal.SIGKILL)
    launcher._process.wait()
    with pytest.raises(OSError, match=r"has ended|Broken pipe"):
        run(launcher, arguments("faulty.sound[thread-1]", tmp_path / "r"), tmp_path / "log", 60)
    launcher.close()


def test_closing_waits_for_the_end() -> None:
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    launcher = ForkingLauncher(sys.executable, worker_environment(ROOT))
    launcher.close()
    assert launcher._process.returncode == 0  # it was not ended
