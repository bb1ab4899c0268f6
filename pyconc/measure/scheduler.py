"""Runs a plan: one process a task, each finished round in the journal before the next starts."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyperf

from pyconc.measure.journal import Journal, Record
from pyconc.measure.launcher import Launcher, make_launcher
from pyconc.measure.plan import Plan, Profile, Task
from pyconc.measure.progress import Progress
from pyconc.measure.worker import CASE_FAILED

#: Seconds after which a worker is taken to hang.
TIMEOUT = 120.0

Pair = tuple[str, str]


class Calibration(NamedTuple):
    """The loops of a case on one arm, and what one value of so many takes in seconds."""

    loops: int
    seconds: float

    def warmups(self, profile: Profile) -> int:
        """None for a long value, of which the first moments are a small part."""
        return profile.warmups if self.seconds < 0.5 else 0

    def values(self, profile: Profile) -> int:
        """As many as the time for a round allows, and one at least."""
        return max(1, min(profile.values, math.floor(profile.round_time / self.seconds)))


class Scheduler:
    """Runs the tasks of a plan in order.

    A case that fails on an arm is not tried there again; its finished rounds stay.

    Args:
        executables: by the arm's label.
        root: the folder that workers import pyconc from.
        benchmarks: folder of the family files.
    """

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        executables: Mapping[str, str],
        root: Path,
        benchmarks: Path,
        progress: Progress,
    ) -> None:
        self.plan = plan
        self.failures: list[Record] = []
        self.timed = 0.0
        self._journal = journal
        self._executables = executables
        self._environment = worker_environment(root)
        self._benchmarks = benchmarks
        self._progress = progress
        self._calibrated: dict[Pair, Calibration] = {}
        self._costs: dict[Pair, list[float]] = {}
        self._estimates: dict[Pair, str] = {}
        self._took: dict[Pair, float] = {}
        self._launchers: dict[str, tuple[int, Launcher]] = {}

    def run(self) -> None:
        """Every task of the plan.

        Raises:
            KeyboardInterrupt: the worker of the moment was ended first.
        """
        try:
            self._run_all(list(self.plan.tasks()))
        finally:
            for arm in list(self._launchers):
                self._close(arm)

    def _run_all(self, tasks: list[Task]) -> None:
        per_round = len(tasks) // (self.plan.profile.rounds + 1)
        failed: set[Pair] = set()
        for index, task in enumerate(tasks):
            pair = (task.arm, task.case.id)
            if pair in failed:
                continue
            self._progress.task(
                task,
                position=(index % per_round + 1, per_round),
                share=index / len(tasks),
                estimate=self._estimates.get(pair, ""),
                left=self._left(tasks[index:], failed),
            )
            record = self._run(task)
            self._journal.append(record)
            self._took[pair] = record.seconds
            if record.error is None:
                self._learn(record)
            else:
                failed.add(pair)
                self.failures.append(record)
                self._progress.say(
                    f"failed: {task.case.id} on {task.arm}: {last_line(record.error)}"
                )

    def _run(self, task: Task) -> Record:
        log = self._journal.folder / "worker.log"
        result = self._journal.folder / "worker.json"
        start = time.monotonic()
        try:
            error = self._attempt(task, result, log)
            seconds = time.monotonic() - start
            suite = json.loads(result.read_text("utf-8")) if error is None else None
        finally:
            log.unlink(missing_ok=True)
            result.unlink(missing_ok=True)
        return Record(task.case.id, task.arm, task.round, seconds, suite=suite, error=error)

    def _attempt(self, task: Task, result: Path, log: Path) -> str | None:
        """Run a worker; what went wrong, with its log, or None."""
        try:
            status = self._launcher(task).run(self._arguments(task, result), log, TIMEOUT)
        except subprocess.TimeoutExpired:
            return f"{_read(log)}\nno result after {TIMEOUT:.0f} s"
        except OSError as error:
            self._close(task.arm)
            return f"no worker could be started: {error}"
        if status == CASE_FAILED:
            return _read(log)
        return f"{_read(log)}\nthe worker ended with status {status}" if status else None

    def _launcher(self, task: Task) -> Launcher:
        """The arm's launcher, a new one in every round: memory is laid out anew in each."""
        number, launcher = self._launchers.get(task.arm, (-1, None))
        if launcher is None or number != task.round:
            self._close(task.arm)
            launcher = make_launcher(self._executables[task.arm], self._environment)
            self._launchers[task.arm] = (task.round, launcher)
        return launcher

    def _close(self, arm: str) -> None:
        _, launcher = self._launchers.pop(arm, (0, None))
        if launcher:
            launcher.close()

    def _arguments(self, task: Task, result: Path) -> list[str]:
        profile = self.plan.profile
        arguments = ["--case", task.case.id, "--benchmarks", str(self._benchmarks)]
        arguments += ["--worker", "--quiet", "--min-time", str(self.plan.min_time(task.case))]
        arguments += ["--deadline", str(TIMEOUT - 5), "--result", str(result)]
        if task.round == 0:
            return [*arguments, "--calibrate-loops", "--warmups=1", "--values=1"]
        calibration = self._calibrated[task.arm, task.case.id]
        arguments += [f"--loops={calibration.loops}", f"--warmups={calibration.warmups(profile)}"]
        return [*arguments, f"--values={calibration.values(profile)}"]

    def _learn(self, record: Record) -> None:
        pair = (record.arm, record.case)
        bench = pyperf.Benchmark.loads(json.dumps(record.suite))
        metadata = bench.get_metadata()
        self.timed += metadata["pyconc_timed_seconds"]
        if record.round == 0:
            loops, seconds = metadata["calibrate_loops"], metadata["pyconc_value_seconds"]
            self._calibrated[pair] = Calibration(loops, seconds)
        else:
            costs = self._costs.setdefault(pair, [])
            costs.append(bench.mean())
            self._estimates[pair] = bench.format_value(statistics.fmean(costs))

    def _left(self, tasks: list[Task], failed: set[Pair]) -> float:
        """Seconds that the remaining tasks will take, if each takes what it took before."""
        known = list(self._took.values())
        typical = math.fsum(known) / len(known) if known else 0.5
        pairs = ((task.arm, task.case.id) for task in tasks)
        return math.fsum(self._took.get(pair, typical) for pair in pairs if pair not in failed)


def worker_environment(root: Path) -> dict[str, str]:
    """The environment of every worker: a folder to import from, and nothing else of Python's."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**env, "PYTHONPATH": str(root)}


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"


def _read(log: Path) -> str:
    return log.read_text("utf-8", errors="replace").strip()
