"""What a case leaves is found wherever it went, named and ended; what is not ours is left alone."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import TOYS
from programs import ROOT, mentioning
from test_campaign import run_toys
from waiting import PROGRAM_LIMIT, wait_until

from pyconc.measure import attempt, kin, launcher
from pyconc.measure.launcher import ForkingLauncher
from pyconc.measure.variables import worker_environment
from pyconc.store.journal import read_journal
from pyconc.suite.case import Case

SOUND = "faulty.sound[thread-1]"
SHM = Path("/dev/shm")
HIDDEN = "psm_hidden_by_a_case"
#: In the command lines of processes that cases leave.
LEFT = "left_by_a_case"

pytestmark = pytest.mark.skipif(not SHM.is_dir(), reason="looks into /proc and /dev/shm")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that all workers know of; in the end no process is left that knows of it."""
    monkeypatch.setenv("LEAVING", str(tmp_path))
    yield tmp_path
    assert not knowing(tmp_path)
    assert not left_in_memory()


def knowing(folder: Path) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"LEAVING={folder}".encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def failures(folder: Path, *chosen: Case) -> dict[str, str]:
    """The reasons of those that failed, beside a sound one that was measured after all of them."""
    runner = run_toys(folder / "c", *chosen)
    sound = [r.round for r in read_journal(folder / "c") if r.case == SOUND and r.error is None]
    assert sound == [0, 1, 2]
    return {record.case: record.error or "" for record in runner.failures}


@pytest.mark.parametrize(
    "kind",
    [
        "daemon",
        "session",
        "group",
        pytest.param("daemon without variables", marks=pytest.mark.long),
    ],
)
def test_a_process_that_is_left_is_named_and_ended(
    kind: str, toys: dict[str, Case], place: Path
) -> None:
    name, before = f"leaving.process[thread-1-{kind}]", mentioning(LEFT)
    failed = failures(place, toys[name], toys[SOUND])
    assert f"{name} left behind: " in failed[name]
    assert f"{LEFT})" in failed[name]
    assert mentioning(LEFT) <= before


def test_a_failure_is_told_and_not_what_it_left(toys: dict[str, Case], place: Path) -> None:
    name, before = "leaving.process[thread-1-daemon and failure]", mentioning(LEFT)
    assert failures(place, toys[name], toys[SOUND]) == {
        name: "ValueError: it fails too: the worker ended with status 1"
    }
    assert mentioning(LEFT) <= before


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        pytest.param("hangs", "no result after", marks=pytest.mark.long),
        ("is killed", "the worker ended with signal 9"),
        pytest.param("is stopped", "no result after", marks=pytest.mark.long),
        pytest.param(
            "has its server stopped",
            "the process that workers are forked from hangs",
            marks=pytest.mark.long,
        ),
    ],
)
def test_nothing_is_left_of_a_worker_that_does_not_end_by_itself(
    kind: str, says: str, toys: dict[str, Case], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "TIMEOUT", 12.0)
    monkeypatch.setattr(launcher, "_ANSWERS", 12.0)
    name = f"leaving.holds[thread-1-{kind}]"
    assert says in failures(place, toys[name], toys[SOUND])[name]
    assert not left_in_memory()


def left_in_memory() -> list[str]:
    return [path.name for path in SHM.glob("psm_*by_a_case")]


def test_memory_that_a_child_made_is_found_and_removed(toys: dict[str, Case], place: Path) -> None:
    before = set(SHM.glob("psm_*"))
    name = "leaving.memory_of_child[thread-1]"
    failed = failures(place, toys[name], toys[SOUND])
    assert f"{name} left behind: 2 shared memory objects" in failed[name]
    assert set(SHM.glob("psm_*")) <= before


@pytest.mark.parametrize("kind", ["is killed", "does not say"])
def test_memory_that_nobody_holds_or_knows_is_found_by_its_name(
    kind: str, toys: dict[str, Case], place: Path
) -> None:
    before = set(SHM.glob("psm_*"))
    name = f"leaving.hides[thread-1-{kind}]"
    says = "ended with signal 9" if kind == "is killed" else "left behind: shared memory psm_x"
    assert says in failures(place, toys[name], toys[SOUND])[name]
    assert set(SHM.glob("psm_*")) <= before


def test_what_the_tracker_says_last_is_not_the_reason(toys: dict[str, Case], place: Path) -> None:
    name = "leaving.fails[thread-1]"
    assert failures(place, toys[name], toys[SOUND]) == {name: "its own reason"}


@contextmanager
def another_program(place: Path) -> Iterator[list[Path]]:
    """Makes a piece of shared memory for each worker that asks, and closes it."""
    made: list[Path] = []
    over = threading.Event()

    def serve() -> None:
        while not over.wait(0.005):
            for asked in place.glob("*-asked"):
                path = SHM / f"psm_{secrets.token_hex(4)}"
                path.touch(0o600)
                made.append(path)
                asked.rename(str(asked).replace("-asked", "-made"))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield made
    finally:
        over.set()
        thread.join()
        for path in made:
            path.unlink()


@pytest.mark.parametrize("tracked", [0, 1])
def test_what_another_program_makes_meanwhile_is_not_blamed_and_stays(
    tracked: int, toys: dict[str, Case], place: Path
) -> None:
    with another_program(place) as made:
        assert not failures(place, toys[f"leaving.waits[thread-1-{tracked}]"], toys[SOUND])
        assert len(made) == 3
        assert all(path.exists() for path in made)


def test_what_was_there_before_is_not_blamed_and_stays(toys: dict[str, Case], place: Path) -> None:
    before = [SHM / f"{begins}{secrets.token_hex(4)}" for begins in ("psm_", "sem.mp-")]
    for path in before:
        path.touch(0o600)
    try:
        assert not failures(place, toys[SOUND])
        assert all(path.exists() for path in before)
    finally:
        for path in before:
            path.unlink()


@pytest.mark.parametrize("toy", ["hangs", "is stopped"])
def test_closing_ends_a_worker_with_all_that_it_started(toy: str, place: Path) -> None:
    made = ForkingLauncher(sys.executable, worker_environment(ROOT))
    arguments = ["--case", f"leaving.holds[thread-1-{toy}]", "--benchmarks", str(TOYS), "--worker",
                 "--quiet", "--loops=1", "--warmups=0", "--values=1"]  # fmt: skip
    made.start(arguments, place / "log")
    wait_until((SHM / HIDDEN).exists)
    wait_until(lambda: len(knowing(place)) >= 3)
    made.close()


@pytest.mark.parametrize("number", ["KILL", "TERM", "HUP", "QUIT", "INT"])
def test_nothing_is_left_of_a_runner_that_gets_a_signal(
    number: str, place: Path, toys: dict[str, Case]
) -> None:
    """Its fork server is stopped when that happens."""
    runs = (
        "import sys; sys.path[:0] = ['tests']\n"
        "from pathlib import Path; from test_campaign import run_toys, TOYS\n"
        "from pyconc.suite import catalog\n"
        "toys = {case.id: case for case in catalog.load(TOYS)}\n"
        "toy = toys['leaving.holds[thread-1-has its server stopped]']\n"
        f"run_toys(Path({str(place / 'c')!r}), toy)"
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", runs], cwd=ROOT, stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    wait_until((SHM / HIDDEN).exists)
    wait_until(lambda: any(map(is_stopped, knowing(place))))
    runner.send_signal(signal.Signals[f"SIG{number}"])
    runner.wait(PROGRAM_LIMIT)
    wait_until(lambda: not knowing(place))
    assert not left_in_memory()


def is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return False


def test_what_ps_lists_is_what_proc_lists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on systems without /proc."""
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()', 'below'])"
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        wait_until(lambda: any("below" in kin.command_of(p) for p in kin.descendants(parent.pid)))
        by_proc = kin.descendants(parent.pid), kin.members(parent.pid), kin.children(parent.pid)
        words = kin.described(parent.pid)
        monkeypatch.setattr(kin, "_PROC", tmp_path)
        by_ps = kin.descendants(parent.pid), kin.members(parent.pid), kin.children(parent.pid)
        assert by_ps == by_proc
        assert kin.described(parent.pid) == words
        assert len(by_ps[1]) == 2
    finally:
        kin.end_all(lambda: kin.members(parent.pid))
        parent.communicate()
