"""Whichever process of a campaign is killed at any moment, no round is lost and nothing is left."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from longest import ALL
from programs import ROOT
from test_leaving import knowing
from test_resume import rounds
from waiting import PROGRAM_LIMIT, wait_until

from pyconc.measure import kin, shared
from pyconc.store.journal import CAMPAIGN

SIGNALS = ("KILL", "TERM", "HUP", "QUIT", "INT")
#: Each with its control, calibrated and measured twice; the last one always has shared memory.
CASES = ("thread.get_ident[thread-1]", "shared_state.create_shared_memory[thread-1]")
CONTROL = "reference.empty_loop[thread-1]"
RUN = (sys.executable, "-m", "pyconc", "run")

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")


def killed_and_resumed(number: int, folder: Path) -> str:
    """Send a signal to a process of a campaign at a moment drawn by lot, and resume it. In some of
    them everything must be prepared first.
    """
    lot = random.Random(number)
    case, name = lot.choice(CASES), lot.choice(SIGNALS)
    env = {**os.environ, "LEAVING": str(folder)}
    if number % 4 == 0:
        env["XDG_CACHE_HOME"] = str(folder.with_suffix(".cache"))
    there = shared.names()
    process = subprocess.Popen(
        [*RUN, case, "--profile", "smoke", "--seed", "1", "-o", str(folder)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env,
    )  # fmt: skip
    if number % 2 == 0:
        time.sleep(lot.uniform(0.0, 3.0))  # most of them while it prepares
    else:
        wait_until(lambda: (folder / CAMPAIGN).exists() or process.poll() is not None)
        time.sleep(lot.uniform(0.0, 1.5))
    victims = [process.pid, *kin.descendants(process.pid)]
    try:
        os.kill(lot.choice(victims), signal.Signals[f"SIG{name}"])
    except ProcessLookupError:
        pass
    process.wait(PROGRAM_LIMIT)
    wait_until(lambda: not knowing(folder))
    wait_until(lambda: not unheld(shared.names() - there))
    if not (folder / CAMPAIGN).exists():
        return "before there was a campaign"
    before = rounds(folder)
    done = subprocess.run(
        [*RUN, "--resume", str(folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=PROGRAM_LIMIT, env=env,
    )  # fmt: skip
    assert done.returncode == 0, (number, name, done.stdout, done.stderr)
    after = rounds(folder)
    assert set(after) == {(each, n) for each in (case, CONTROL) for n in range(3)}, (number, name)
    assert max(after.values()) == 1, (number, name)
    assert before <= after, (number, name)
    assert json.loads((folder / CAMPAIGN).read_text())["finished"] is True
    wait_until(lambda: not knowing(folder))
    return "resumed"


def unheld(names: set[shared.Name]) -> list[str]:
    """Those that no process holds; what another campaign has for a moment goes away."""
    names = {each for each in names if each.name.startswith("psm_x")}
    everybody = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    held = shared.held_by(everybody) if names else set()
    return [str(each) for each in names if each.inode not in held]


@pytest.mark.parametrize("kills", [3, pytest.param(100 if ALL else 15, marks=pytest.mark.long)])
def test_it_is_whole_after_a_kill_at_any_moment(kills: int, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as two:
        folders = [tmp_path / str(number) for number in range(kills)]
        ends = Counter(two.map(killed_and_resumed, range(kills), folders))
    assert ends["resumed"] >= kills // 2, ends
