"""One task as it is carried out: its worker from start to end, and the record of it."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pyconc.checked import loads
from pyconc.errors import UsageError
from pyconc.measure.launcher import Launcher
from pyconc.measure.logs import (
    MOST_WRITTEN,
    has_too_much,
    keep,
    last_line,
    last_words,
    read_log,
    remove,
    untracked,
)
from pyconc.measure.plan import Task
from pyconc.measure.turns import ratio, spread
from pyconc.measure.worker import CASE_FAILED
from pyconc.store.files import DAMAGE, read_text, why
from pyconc.store.journal import Record
from pyconc.store.recorded import check_record, check_result

#: Seconds of one turn after which a worker is taken to hang.
TIMEOUT = 120.0


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
        self._launcher: Launcher  # from `start` on

    @property
    def measured(self) -> bool:
        """Whether it has measured everything, and only its last turn is left."""
        return self._launcher.measured

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
        self._launcher.release()

    def turn(self) -> bool:
        """Let the worker run until its turn is over; whether it goes on after that.

        Raises:
            KeyboardInterrupt: it was ended first.
            OSError: it is lost, and so is its launcher.
        """
        started = time.monotonic()
        try:
            status = self._launcher.turn(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.error = f"no result after {TIMEOUT:.0f} s"
            if has_too_much(self._log):
                self.error = f"it had printed more than {MOST_WRITTEN >> 20} MB, and was ended"
            return False
        finally:
            self._seconds += time.monotonic() - started
        if status is None:
            return True
        self.error = self._what_went_wrong(status) or self._what_is_left()
        return False

    def _what_went_wrong(self, status: int) -> str | None:
        if status == CASE_FAILED:
            return last_line(read_log(self._log))
        if status < 0:
            return f"the worker ended with signal {-status}"
        if status:
            said = last_words(self._log)
            return f"{said + ': ' if said else ''}the worker ended with status {status}"
        return None if os.path.lexists(self._result) else "the worker left no result"

    def _what_is_left(self) -> str | None:
        """Seen when it had ended: by the system, or by what multiprocessing's tracker says."""
        left = [*self._launcher.left, *untracked(self._log)]
        return f"{self.task.case.id} left behind: {', '.join(left)}" if left else None

    def record(self) -> Record:
        """What is to be remembered of a worker that has ended."""
        task = self.task
        record = Record(task.case.id, task.arm, task.round, round(self._seconds, 4))
        if self.error is None:
            try:
                suite = loads(read_text(self._result))
                check_result(suite, task.case.id, task.round)
                sound = record._replace(suite=suite, learned=learned(suite, task.round))
                check_record(sound._asdict())
                return sound
            except UsageError as error:
                self.error = f"its result is not sound: {str(error).partition('; ')[0]}"
            except DAMAGE as error:
                self.error = f"its result is not sound: {why(error)}"
        log = keep(self._log, self._folder, task.case.id, task.arm, task.round)
        return record._replace(error=self.error, log=log)

    def clean(self) -> None:
        """Remove what only the worker and this needed."""
        remove(self._log)
        remove(self._result)


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
