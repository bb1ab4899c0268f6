"""A campaign's folder while it is measured: every finished round is on disk at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.errors import UsageError

CAMPAIGN = "campaign.json"
JOURNAL = "journal.jsonl"


class Record(NamedTuple):
    """How one task ended: a pyperf suite of one run, or the reason why there is none."""

    case: str
    arm: str
    #: Round 0 calibrates the loops.
    round: int
    #: For which the worker was waited: those of workers that start and end together add up.
    seconds: float
    suite: Any = None
    error: str | None = None
    #: What the scheduler must know of it, so that a resumed campaign need not read every suite:
    #: ``loops`` and ``value_seconds`` of a calibration, ``cost`` of a round, ``timed`` seconds,
    #: the ``fastest_pace`` of the machine that the worker met, the ``spread`` of the turns of a
    #: round, and its ``ratios``: the log ratio to the arm before it, by the label of that one.
    learned: dict[str, Any] | None = None
    #: Where the output of a worker that failed is, in the campaign's folder.
    log: str | None = None

    def to_json(self) -> str:
        return json.dumps({k: v for k, v in self._asdict().items() if v is not None})

    @classmethod
    def from_json(cls, line: str) -> Record:
        """Raises ValueError, TypeError or KeyError for what `to_json` did not write."""
        body = json.loads(line)
        known = {name: body[name] for name in cls._fields if name in body}
        if not {"case", "arm", "round", "seconds"} <= known.keys():
            raise KeyError("case, arm, round or seconds")
        return cls(**known)


class Journal:
    """Appends records to a campaign's folder, all safe on disk before `append` returns."""

    def __init__(self, folder: Path) -> None:
        """Open it for this process alone.

        Raises:
            UsageError: another process measures into the folder, or it cannot be written.
        """
        self.folder = folder
        try:
            # Without a buffer, in which what did not fit on the disk would wait for later.
            self._file = open(folder / JOURNAL, "ab", buffering=0)  # noqa: SIM115 (closed below)
        except OSError as error:
            raise UsageError(_cannot_write(folder, error)) from error
        if not _lock(self._file):
            self._file.close()
            raise UsageError(f"{folder} is being measured into; wait, or choose another with -o")

    @classmethod
    def create(cls, folder: Path, about: dict[str, Any]) -> Journal:
        """A journal in a new folder, or in an empty one.

        Raises:
            UsageError: the folder holds something else, or cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            refuse_taken(folder)
            write_json(folder / CAMPAIGN, about)
        except OSError as error:
            raise UsageError(_cannot_write(folder, error)) from error
        return cls(folder)

    def append(self, *records: Record) -> None:
        """Raises UsageError if the disk is full; the journal is then as it was before."""
        size = self._file.tell()
        left = "".join(record.to_json() + "\n" for record in records).encode()
        try:
            while left:
                left = left[self._file.write(left) or 0 :]
            os.fsync(self._file.fileno())
        except OSError as error:
            self._file.truncate(size)
            reason = error.strerror or error
            raise UsageError(
                f"cannot write {self.folder / JOURNAL}: {reason}; what is finished is safe: "
                f"make room, then `pyconc run --resume {self.folder}`"
            ) from error

    def drop_torn_line(self) -> bool:
        """Take away what a crash left of a last line; whether there was something."""
        whole = (self.folder / JOURNAL).read_bytes()
        start = whole.rfind(b"\n") + 1
        if start == len(whole):
            return False
        if _is_record(whole[start:]):  # only the end of the line is missing
            self._file.write(b"\n")
            return False
        self._file.truncate(start)
        self._file.seek(0, os.SEEK_END)
        return True

    def close(self) -> None:
        self._file.close()


def refuse_taken(folder: Path) -> None:
    """Raises UsageError for a folder that holds something."""
    if (folder / CAMPAIGN).exists():
        raise UsageError(
            f"{folder} holds another campaign; choose another folder with -o, "
            f"or go on with `pyconc run --resume {folder}`"
        )
    if any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty; choose another folder with -o")


def read_journal(folder: Path) -> Iterator[Record]:
    """The records of a campaign. A last line that a crash cut short is left out.

    Raises:
        UsageError: a line before the last cannot be read.
    """
    torn = 0
    with open(folder / JOURNAL, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if torn:
                where = folder / JOURNAL
                raise UsageError(f"{where}:{torn} is damaged; restore or remove it")
            try:
                record = Record.from_json(line)
            except (ValueError, KeyError, TypeError):
                torn = number
                continue
            yield record


def write_json(path: Path, data: Any) -> None:
    """Write whole or not at all."""
    beside = path.with_name(path.name + ".tmp")
    beside.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    beside.replace(path)


def _cannot_write(folder: Path, error: OSError) -> str:
    return f"cannot write {folder}: {error.strerror or error}; choose another with -o"


def _is_record(line: bytes) -> bool:
    try:
        Record.from_json(line.decode("utf-8", errors="replace"))
    except (ValueError, KeyError, TypeError):
        return False
    return True


def _lock(file: Any) -> bool:
    """Whether this process now has the file for itself, until it is closed."""
    try:
        import fcntl
    except ImportError:  # Windows
        return _lock_on_windows(file)
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_on_windows(file: Any) -> bool:
    import msvcrt  # the byte that is locked is far beyond what is ever written

    locking: Any = msvcrt
    try:
        file.seek(1 << 40)
        locking.locking(file.fileno(), locking.LK_NBLCK, 1)
    except OSError:
        return False
    finally:
        file.seek(0, os.SEEK_END)
    return True
