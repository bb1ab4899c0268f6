"""A campaign that is killed at any moment goes on where it was, and nothing is left of it."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from waiting import PROGRAM_LIMIT, wait_until

from pyconc.measure.journal import JOURNAL, read_journal

ROOT = Path(__file__).resolve().parents[1]
#: With its control: two cases, calibrated and measured twice.
CASE = "thread.get_ident[thread-1]"
ROUNDS = {
    (name, number) for name in (CASE, "reference.empty_loop[thread-1]") for number in range(3)
}

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")


def pyconc(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pyconc", "run", *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        pyconc(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=PROGRAM_LIMIT
    )  # fmt: skip


def rounds(folder: Path) -> Counter[tuple[str, int]]:
    return Counter((r.case, r.round) for r in read_journal(folder) if r.error is None)


def descendants(pid: int) -> Iterator[int]:
    """A process and all that it started, as far as they still are its own."""
    yield pid
    for path in Path("/proc").glob(f"{pid}/task/*/children"):
        try:
            children = path.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from descendants(int(child))


def mentions(text: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def killed_and_resumed(number: int, folder: Path) -> str:
    """Kill one process of a campaign at a moment that is drawn by lot, and resume it."""
    lot = random.Random(number)
    command = pyconc(CASE, "--profile", "smoke", "--seed", "1", "-o", str(folder))
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if number % 3 == 0:
        time.sleep(lot.uniform(0.0, 1.0))  # most of them before the first calibration
    else:
        wait_until((folder / JOURNAL).exists)
        time.sleep(lot.uniform(0.0, 1.5))
    victims = list(descendants(process.pid))
    family = list(victims)
    try:
        os.kill(lot.choice(victims), signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait(PROGRAM_LIMIT)
    if not (folder / JOURNAL).exists():
        return "before the journal"
    before = rounds(folder)
    done = run("--resume", str(folder))
    assert done.returncode == 0, (number, done.stdout, done.stderr)
    after = rounds(folder)
    assert set(after) == ROUNDS, number
    assert max(after.values()) == 1, number
    assert before <= after, number
    assert json.loads((folder / "campaign.json").read_text())["finished"] is True
    wait_until(lambda: not any(map(is_alive, family)))
    return "resumed"


def is_alive(pid: int) -> bool:
    try:
        return "pyconc" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


@pytest.mark.parametrize("kills", [4, pytest.param(100, marks=pytest.mark.long)])
def test_it_is_whole_after_a_kill_at_any_moment(kills: int, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as two:
        folders = [tmp_path / str(number) for number in range(kills)]
        ends = Counter(two.map(killed_and_resumed, range(kills), folders))
    assert ends["resumed"] >= kills // 2, ends


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resume") / "c"
    done = run(CASE, "--profile", "smoke", "--seed", "1", "-o", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def test_a_finished_campaign_has_nothing_to_resume(finished: Path) -> None:
    before = (finished / JOURNAL).read_bytes()
    assert run("--resume", str(finished)).returncode == 0
    assert (finished / JOURNAL).read_bytes() == before


def test_a_torn_line_is_dropped_with_a_word(finished: Path, tmp_path: Path) -> None:
    copy = tmp_path / "c"
    copy.mkdir()
    for path in finished.glob("*.json*"):
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / JOURNAL).write_bytes((copy / JOURNAL).read_bytes()[:-30])
    done = run("--resume", str(copy))
    assert done.returncode == 0, done.stderr
    assert "was torn and is dropped" in done.stdout
    assert set(rounds(copy)) == ROUNDS


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"case_versions": {CASE: 99}}, f"{CASE} is not what it was"),
        ({"case_versions": {"gone.case[thread-1]": 1}}, "gone.case[thread-1] is not what it was"),
        ({"interpreters": [{"label": "3.1.4"}]}, "campaign.json is damaged"),
        ({"seed": None}, ""),
    ],
)
def test_a_campaign_that_is_no_longer_what_it_was(
    change: dict[str, Any], says: str, finished: Path, tmp_path: Path
) -> None:
    about = json.loads((finished / "campaign.json").read_text())
    about.update(change)
    if not says:
        del about["seed"]
        says = "campaign.json is damaged"
    (tmp_path / "campaign.json").write_text(json.dumps(about))
    (tmp_path / JOURNAL).write_bytes((finished / JOURNAL).read_bytes())
    done = run("--resume", str(tmp_path))
    assert done.returncode == 2
    [line] = done.stderr.strip().splitlines()
    assert says in line


def test_a_python_that_was_built_anew_is_another(finished: Path, tmp_path: Path) -> None:
    about = json.loads((finished / "campaign.json").read_text())
    about["interpreters"][0]["build"] = "of yesterday"
    (tmp_path / "campaign.json").write_text(json.dumps(about))
    (tmp_path / JOURNAL).write_bytes((finished / JOURNAL).read_bytes())
    done = run("--resume", str(tmp_path))
    assert done.returncode == 2
    assert "is not what it was; measure again" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--resume", "/nowhere"], "is not a campaign"),
        (["--resume", ".", "lock"], "SELECT does not go with --resume"),
        (["--resume", ".", "-p", "3.13"], "-p does not go with --resume"),
        (["--budget", "soon"], "is no time"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    [line] = done.stderr.strip().splitlines()
    assert says in line


def test_a_dry_run_shows_the_plan_and_writes_nothing(tmp_path: Path) -> None:
    done = run(CASE, "--profile", "full", "--dry-run", "-o", str(tmp_path / "c"), "--budget", "2h")
    assert done.returncode == 0
    assert re.search(r"12 to 40 rounds, .* of 2 cases, about \d+ to \d+ s\n", done.stdout)
    assert not (tmp_path / "c").exists()
