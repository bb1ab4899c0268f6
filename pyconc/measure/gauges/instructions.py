"""The second clock: how many instructions of user code one operation takes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyconc.errors import UsageError, brief
from pyconc.measure.gauges.counters import PERF, VALGRIND, CounterError, PerfCounter
from pyconc.measure.gauges.gauge import INSTRUCTIONS, TIME, Gauge
from pyconc.measure.plan import Profile
from pyconc.suite.case import TASK, THREAD, Case

#: What `--clock` knows. The last two are for who wants one counter and no other.
CLOCKS = (TIME, INSTRUCTIONS, PERF, VALGRIND)
#: Rounds by profile: they hardly differ, and a few show that.
_ROUNDS = {"smoke": 2, "quick": 3, "full": 5}
#: Instructions of one count at least: beside them what belongs to the counting itself is nothing.
_LEAST = 500_000
#: Seconds that a round takes under valgrind, beside the start of its process, and that all rounds
#: of a Python may take in minutes.
_ROUND_SECONDS, _MINUTES = 0.6, 10
#: How massif counts every instruction that is executed, and no more than that: its clock are
#: instructions; memory is looked at in pages, so that no `malloc` is replaced; and blocks are
#: translated as they are executed, for what is translated across a branch on suspicion is counted
#: on suspicion too.
_MASSIF = (
    "--tool=massif", "--time-unit=i", "--pages-as-heap=yes", "--vex-guest-chase=no",
    "--massif-out-file=/dev/null", "--depth=1", "--max-snapshots=10", "--peak-inaccuracy=100",
    "--vgdb=no", "--run-libc-freeres=no", "-q",
)  # fmt: skip
#: Starts a command with its addresses as they always are.
_IN_PLACE = Path(__file__).with_name("in_place.py")
_TIMEOUT = 120


class Instructions(Gauge):
    """Instructions of user code, as one counter counts them."""

    name = INSTRUCTIONS
    needs_quiet = False

    def __init__(self, counter: str, version: str = "") -> None:
        self._counter = counter
        #: What must be the same for figures to compare.
        self.counted_by = f"{counter} {version}".strip()
        self.arguments = (f"--counter={counter}", f"--counted-by={self.counted_by}")
        massif = ("valgrind", *_MASSIF) if counter == VALGRIND else ()
        self.under = (sys.executable, "-I", "-S", str(_IN_PLACE), *massif)

    def profile(self, profile: Profile) -> Profile:
        """Few rounds of one value each, for they hardly differ."""
        rounds = _ROUNDS.get(profile.name, profile.rounds)
        return profile._replace(
            rounds=rounds, most_rounds=rounds, target=0.0, minutes=_MINUTES, values=1, warmups=0,
            min_time=_LEAST, min_window=_LEAST, round_time=_ROUND_SECONDS,
            team_time=_ROUND_SECONDS, steady=0.0, longest=0.0,
        )  # fmt: skip

    def leaves_out(self, case: Case) -> str | None:
        backend, workers = case.parameters["backend"], case.parameters["workers"]
        if backend == TASK:
            return None
        if workers != 1:
            return "contended: instructions tell of one worker at a time"
        if case.values.get(case.workload_class.beside or ""):
            return "beside busy threads: instructions tell of one thread at a time"
        if backend != THREAD:
            return "its worker is not of this process, and only that is counted"
        return None

    def environment(self, seed: str) -> Mapping[str, str]:
        """Strings are hashed alike in every round: the layout of dicts is part of the count."""
        return {"PYTHONHASHSEED": "0"}

    def unusable(self, executable: str, env: Mapping[str, str]) -> str | None:
        """Tries the counter out."""
        command = [*self.under, executable, "-m", "pyconc.measure.gauges.trying", self._counter]
        try:
            done = subprocess.run(
                command, env={**env, **self.environment("")}, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, errors="replace", timeout=_TIMEOUT,
            )  # fmt: skip
        except OSError as error:
            return f"{command[0]} does not run: {error.strerror}"
        except subprocess.TimeoutExpired:
            return f"{self.counted_by} counted nothing within {_TIMEOUT} s; try another version"
        return None if done.returncode == 0 else self._explained(done)

    def _explained(self, done: subprocess.CompletedProcess[str]) -> str:
        said = done.stderr.strip().splitlines()
        if "nrecognised instruction" in done.stderr or "Illegal instruction" in done.stderr:
            return (
                f"{self.counted_by} does not know an instruction of this Python; "
                f"install a newer valgrind, or a Python for older processors"
            )
        return brief(said[-1]) if said else f"{self.counted_by} ended with {done.returncode}"

    def about(self) -> Mapping[str, str]:
        return {"clock": self.name, "counter": self.counted_by}

    def shown(self, cost: float) -> str:
        return f"{cost:,.0f} instructions"


def gauge_named(name: str) -> Gauge:
    """What `--clock` means; the machine's counters come before valgrind.

    Raises:
        UsageError: it means nothing, or nothing counts instructions here.
    """
    if name == TIME:
        return Gauge()
    if name not in CLOCKS:
        raise UsageError(f"unknown clock {name!r}; choose from {', '.join(CLOCKS)}")
    wanted = [PERF, VALGRIND] if name == INSTRUCTIONS else [name]
    reasons = []
    for counter in wanted:
        found = _found(counter)
        if isinstance(found, Instructions):
            return found
        reasons.append(found)
    if name == PERF:
        reasons.append("--clock valgrind needs none")
    raise UsageError(f"no instructions can be counted: {'; '.join(reasons)}")


def gauge_of(about: Mapping[str, Any]) -> Gauge:
    """What a campaign measures by that goes on.

    Raises:
        UsageError: it is not there any more.
    """
    before = about.get("counter")
    if before is None:
        return gauge_named(str(about.get("clock", TIME)))
    now = gauge_named(str(before).partition(" ")[0])
    if now.about().get("counter") != before:
        raise UsageError(
            f"the campaign counts by {brief(before)}, and here is {now.about()['counter']}; "
            f"measure again"
        )
    return now


def _found(counter: str) -> Instructions | str:
    """A counter that is here, or why it is not and the remedy."""
    if counter == PERF:
        try:
            PerfCounter().close()
        except CounterError as error:
            return str(error)
        return Instructions(PERF)
    if shutil.which("valgrind") is None:
        return "valgrind is not installed; `apt-get install valgrind` or the like installs it"
    try:
        done = subprocess.run(["valgrind", "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return "valgrind does not run; install it again"
    version = re.search(r"\d+\.\d+[\w.]*", done.stdout)
    if done.returncode or not version:
        return "valgrind does not say its version; install it again"
    return Instructions(VALGRIND, version[0])
