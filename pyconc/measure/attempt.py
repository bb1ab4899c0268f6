"""One task as it is carried out: its worker from start to end, and the record of it."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pyconc.measure.journal import Record
from pyconc.measure.launcher import Launcher
from pyconc.measure.plan import Task
from pyconc.measure.turns import ratio, spread
from pyconc.measure.worker import CASE_FAILED

#: Seconds of one turn after which a worker is taken to hang.
TIMEOUT = 120.0
#: Where the output of workers that failed is kept, in the campaign's folder.
FAILURES = "failures"


class Attempt:
    """The worker of one task.

    Args:
        folder: where its log is while it runs, and is kept if it fails.
        place: tells it from others that run by turns with it.
        slot: tells it from others on the same arm.
    """

    def __init__(self, task: Task, folder: Path, place: int, slot: int = 0) -> None:
        self.task = task
        self.slot = slot
        #: What went wrong; None while nothing did.
        self.error: str | None = None
        self._folder = folder
        # A worker that outlived a killed runner must not be taken for one of ours.
        self._log = folder / f"worker-{os.getpid()}-{place}.log"
        self._result = self._log.with_suffix(".json")
        #: Spent on waiting for it, so that those of workers that run at the same time count once.
        self._seconds = 0.0
        self._launcher: Launcher | None = None

    @property
    def measured(self) -> bool:
        """Whether it has measured everything, and only its last turn is left."""
        return self._launcher is not None and self._launcher.measured

    def start(self, launcher: Launcher, arguments: Sequence[str], *, by_turns: bool) -> None:
        """Start the worker; its first turn has begun.

        Raises:
            KeyboardInterrupt: it was ended first.
            OSError: it cannot be started.
        """
        self._launcher = launcher
        started = time.monotonic()
        own = ["--result", str(self._result), "--deadline", str(TIMEOUT - 5)]
        launcher.start([*arguments, *own], self._log, by_turns=by_turns)
        self._seconds += time.monotonic() - started

    def release(self) -> None:
        """Give the worker a turn that `turn` will wait for.

        Raises:
            OSError: it is lost, and so is its launcher.
        """
        assert self._launcher is not None
        self._launcher.release()

    def turn(self) -> bool:
        """Let the worker run until its turn is over; whether it goes on after that.

        Raises:
            KeyboardInterrupt: it was ended first.
            OSError: it is lost, and so is its launcher.
        """
        assert self._launcher is not None
        started = time.monotonic()
        try:
            status = self._launcher.turn(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.error = f"{_read(self._log)}\nno result after {TIMEOUT:.0f} s"
            return False
        finally:
            self._seconds += time.monotonic() - started
        if status is None:
            return True
        self.error = self._what_went_wrong(status)
        return False

    def _what_went_wrong(self, status: int) -> str | None:
        if status == CASE_FAILED:
            return _read(self._log)
        if status:
            return f"{_read(self._log)}\nthe worker ended with {_status(status)}"
        return None if self._result.exists() else f"{_read(self._log)}\nthe worker left no result"

    def record(self) -> Record:
        """What is to be remembered of a worker that has ended."""
        task = self.task
        record = Record(task.case.id, task.arm, task.round, round(self._seconds, 4))
        if self.error is not None:
            return record._replace(error=self.error, log=self._keep())
        suite = json.loads(self._result.read_text("utf-8"))
        return record._replace(suite=suite, learned=learned(suite, task.round))

    def _keep(self) -> str | None:
        """Keep the output of a worker that failed, with its stacks, beside the results."""
        if not self._log.exists():
            return None
        task = self.task
        name = re.sub(r"[^\w.+-]+", "_", f"{task.case.id}-{task.arm}-round-{task.round}")
        kept = Path(FAILURES) / f"{name}.txt"
        try:
            (self._folder / FAILURES).mkdir(exist_ok=True)
            self._log.replace(self._folder / kept)
        except OSError:  # no room for another folder
            return None
        return kept.as_posix()

    def clean(self) -> None:
        """Remove what only the worker and this needed."""
        self._log.unlink(missing_ok=True)
        self._result.unlink(missing_ok=True)


def learned(suite: Any, round_number: int) -> dict[str, Any]:
    """What the scheduler must know of a worker's result, as pyperf has written it."""
    [bench] = suite["benchmarks"]
    [run] = bench["runs"]
    metadata = {
        name: value
        for level in (suite, bench, run)
        for name, value in level.get("metadata", {}).items()
    }
    timed = {
        "timed": metadata["pyconc_timed_seconds"],
        "value_seconds": metadata["pyconc_value_seconds"],
    }
    if "pyconc_fastest_pace" in metadata:
        timed["fastest_pace"] = metadata["pyconc_fastest_pace"]
    if round_number == 0:
        return {**timed, "loops": metadata["calibrate_loops"]}
    return {**timed, "cost": statistics.fmean(run["values"])}


def with_turns(records: Sequence[Record], arms: Sequence[str]) -> list[Record]:
    """The records of workers that took turns, with what only all of them together tell.

    Args:
        arms: of the campaign; neighbours in this order are compared.
    """
    sound = sorted(
        (record for record in records if record.error is None), key=lambda r: arms.index(r.arm)
    )
    values = {record.arm: _values(record) for record in sound}
    known: dict[str, dict[str, Any]] = {record.arm: dict(record.learned or {}) for record in sound}
    if len(sound) == len(records):
        found = spread(list(values.values()))
        if found is not None:
            for each in known.values():
                each["spread"] = found
    for before, after in zip(values, list(values)[1:]):
        log = ratio(values[before], values[after])
        if log is not None:
            known[after]["ratios"] = {before: log}
    return [record._replace(learned=known.get(record.arm)) for record in records]


def _values(record: Record) -> Sequence[float]:
    """None of a calibration."""
    values: Sequence[float] = record.suite["benchmarks"][0]["runs"][0].get("values", ())
    return values


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
