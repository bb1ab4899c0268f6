"""Runs a plan: one process a task, each finished round in the journal before the next starts."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyperf

from pyconc.measure.journal import Journal, Record
from pyconc.measure.launcher import Launcher, make_launcher
from pyconc.measure.plan import Plan, Task
from pyconc.measure.progress import Progress
from pyconc.measure.state import State
from pyconc.measure.stopping import going_on
from pyconc.measure.worker import CASE_FAILED

#: Seconds after which a worker is taken to hang.
TIMEOUT = 120.0
#: Where the output of workers that failed is kept, in the campaign's folder.
FAILURES = "failures"
#: Knows how pyperf writes seconds.
_SECONDS = pyperf.Benchmark([pyperf.Run([1.0], metadata={"name": "-"}, collect_metadata=False)])


class Place(NamedTuple):
    """Where workers of one arm run: what to execute, and the environment."""

    executable: str
    env: Mapping[str, str]


class Scheduler:
    """Runs the rounds of a plan that are not done yet.

    A case that fails on an arm is not tried there again; its finished rounds stay.

    Args:
        state: what is done, and learns what is done here.
        places: by the arm's label.
        benchmarks: folders of the family files.
    """

    def __init__(
        self,
        plan: Plan,
        state: State,
        journal: Journal,
        places: Mapping[str, Place],
        benchmarks: Sequence[Path],
        progress: Progress,
    ) -> None:
        self.plan = plan
        self.state = state
        self._journal = journal
        self._places = places
        self._benchmarks = benchmarks
        self._progress = progress
        self._launchers: dict[str, Launcher] = {}

    @property
    def failures(self) -> list[Record]:
        return list(self.state.failed.values())

    def run(self) -> None:
        """Every round that the plan asks for.

        Raises:
            KeyboardInterrupt: the worker of the moment was ended first.
            UsageError: the journal cannot be written.
        """
        for left in self._journal.folder.glob("worker-*"):
            left.unlink()
        try:
            self._round(0, self.plan.round(0))
            for number in range(1, self.plan.profile.most_rounds + 1):
                cases = going_on(self.plan, self.state, number)
                if not cases:
                    break
                self._round(number, self.plan.round(number, cases))
        finally:
            self._close_launchers()

    def _round(self, number: int, tasks: list[Task]) -> None:
        todo = [
            task for task in tasks
            if (number, task.arm, task.case.id) not in self.state.done
        ]  # fmt: skip
        left = sum(self.state.seconds((task.arm, task.case.id)) for task in todo)
        later = self._later(number)
        for position, task in enumerate(todo, 1):
            pair = (task.arm, task.case.id)
            if pair in self.state.failed:
                continue
            if not number:  # nothing is known of those that are not calibrated
                left = self.state.seconds(pair) * (len(todo) - position + 1)
                later = self._later(number)
            self._progress.task(
                task, position=(position, len(todo)), estimate=self._estimate(pair),
                left=max(0.0, left) + later,
            )  # fmt: skip
            left -= self.state.seconds(pair)
            self._finish(self._run(task))
        self._close_launchers()  # memory is laid out anew in every round

    def _later(self, number: int) -> float:
        """Seconds that the rounds after this one will take: at least, or up to the budget."""
        pairs = [(task.arm, task.case.id) for task in self.plan.round(0)]
        per_round = sum(self.state.seconds(p) for p in pairs if p not in self.state.failed)
        return per_round * max(0, self.plan.profile.rounds - number)

    def _finish(self, record: Record) -> None:
        self._journal.append(record)
        self.state.learn(record)
        if record.error is not None:
            why = last_line(record.error)
            self._progress.say(f"failed: {record.case} on {record.arm}: {why}")

    def _estimate(self, pair: tuple[str, str]) -> str:
        costs = self.state.costs.get(pair)
        if not costs:
            return ""
        shown: str = _SECONDS.format_value(statistics.fmean(costs.values()))
        return shown

    def _run(self, task: Task) -> Record:
        # A worker that outlived a killed runner must not be taken for one of ours.
        log = self._journal.folder / f"worker-{os.getpid()}.log"
        result = log.with_suffix(".json")
        record = Record(task.case.id, task.arm, task.round, 0.0)
        start = time.monotonic()
        try:
            error = self._attempt(task, result, log)
            record = record._replace(seconds=round(time.monotonic() - start, 4))
            if error is None:
                suite = json.loads(result.read_text("utf-8"))
                return record._replace(suite=suite, learned=learned(suite, task.round))
            return record._replace(error=error, log=self._keep(log, task))
        finally:
            log.unlink(missing_ok=True)
            result.unlink(missing_ok=True)

    def _attempt(self, task: Task, result: Path, log: Path) -> str | None:
        """Run a worker; what went wrong, with its log, or None."""
        try:
            status = self._launcher(task).run(self._arguments(task, result), log, TIMEOUT)
        except subprocess.TimeoutExpired:
            return f"{_read(log)}\nno result after {TIMEOUT:.0f} s"
        except OSError as error:
            self._close_launchers()
            return f"no worker could be started: {error}"
        if status == CASE_FAILED:
            return _read(log)
        if status:
            return f"{_read(log)}\nthe worker ended with {_status(status)}"
        return None if result.exists() else f"{_read(log)}\nthe worker left no result"

    def _keep(self, log: Path, task: Task) -> str | None:
        """Keep the output of a worker that failed, with its stacks, beside the results."""
        if not log.exists():
            return None
        name = re.sub(r"[^\w.+-]+", "_", f"{task.case.id}-{task.arm}-round-{task.round}")
        kept = Path(FAILURES) / f"{name}.txt"
        try:
            (self._journal.folder / FAILURES).mkdir(exist_ok=True)
            log.replace(self._journal.folder / kept)
        except OSError:  # no room for another folder
            return None
        return kept.as_posix()

    def _launcher(self, task: Task) -> Launcher:
        if task.arm not in self._launchers:
            place = self._places[task.arm]
            self._launchers[task.arm] = make_launcher(place.executable, place.env)
        return self._launchers[task.arm]

    def _close_launchers(self) -> None:
        while self._launchers:
            self._launchers.popitem()[1].close()

    def _arguments(self, task: Task, result: Path) -> list[str]:
        profile = self.plan.profile
        arguments = ["--case", task.case.id]
        for folder in self._benchmarks:
            arguments += ["--benchmarks", str(folder)]
        arguments += ["--worker", "--quiet", "--min-time", str(self.plan.min_time(task.case))]
        arguments += ["--deadline", str(TIMEOUT - 5), "--result", str(result)]
        usual_pace = self.state.usual_pace(task.arm)
        if usual_pace is not None:
            arguments += ["--pace", repr(usual_pace), "--patience", str(profile.round_time)]
        if task.round == 0:
            return [*arguments, "--calibrate-loops", "--warmups=1", "--values=1"]
        calibration = self.state.calibrated[task.arm, task.case.id]
        arguments += [f"--loops={calibration.loops}", f"--warmups={calibration.warmups(profile)}"]
        return [*arguments, f"--values={calibration.values(profile)}"]


def learned(suite: Any, round_number: int) -> dict[str, float]:
    """What the scheduler must know of a worker's result."""
    bench = pyperf.Benchmark.loads(json.dumps(suite))
    metadata = bench.get_metadata()
    timed = {
        "timed": metadata["pyconc_timed_seconds"],
        "fastest_pace": metadata["pyconc_fastest_pace"],
    }
    if round_number == 0:
        loops, seconds = metadata["calibrate_loops"], metadata["pyconc_value_seconds"]
        return {**timed, "loops": loops, "value_seconds": seconds}
    return {**timed, "cost": bench.mean(), "pace": metadata["pyconc_pace"]}


def worker_environment(*roots: Path) -> dict[str, str]:
    """The environment of every worker: folders to import from, and nothing else of Python's."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**env, "PYTHONPATH": os.pathsep.join(map(str, roots))}


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"


def _status(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"


def _read(log: Path) -> str:
    try:
        return log.read_text("utf-8", errors="replace").strip()
    except FileNotFoundError:
        return ""
