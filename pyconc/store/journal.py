"""A campaign's folder while it is measured: every finished round is on disk at once."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from pyconc.checked import loads
from pyconc.errors import UsageError, brief
from pyconc.screen import say_once
from pyconc.store.files import DAMAGE, why
from pyconc.store.recorded import check_record

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
        told = {k: v for k, v in self._asdict().items() if v is not None}
        return json.dumps(told, allow_nan=False)

    @classmethod
    def from_json(cls, line: str | bytes) -> Record:
        """Raises one of `DAMAGE` for what `to_json` did not write of a round."""
        body = loads(line)
        check_record(body)
        return cls(**{name: body[name] for name in cls._fields if name in body})

    @property
    def needed(self) -> set[str]:
        """What must have been learned of it to go on."""
        return {"cost"} if self.round else {"loops", "value_seconds"}

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is of; of several records of the same, the last counts."""
        return self.case, self.arm, self.round


class Journal:
    """Appends records to a campaign's folder, all safe on disk before `append` returns."""

    def __init__(self, folder: Path) -> None:
        """Open it for this process alone.

        Raises:
            UsageError: another process measures into the folder, or it cannot be written.
        """
        self.folder = folder
        path = folder / JOURNAL
        try:
            self._file, self._is_new = _opened(path)
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
        journal = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            refuse_taken(folder)
            journal = cls(folder)
            refuse_taken(folder)  # another may just have had it
            write_json(folder / CAMPAIGN, about)
        except OSError as error:
            if journal:
                journal.forsake()
            raise UsageError(_cannot_write(folder, error)) from error
        except UsageError:
            if journal:
                journal.forsake()
            raise
        return journal

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

    @property
    def is_torn(self) -> bool:
        """Whether the last line is no record, as a crash leaves it.

        Raises:
            UsageError: another line is damaged.
        """
        return self._torn_at() is not None

    def drop_torn_line(self) -> bool:
        """Take away a last line that is no record; whether there was one.

        Raises:
            UsageError: another line is damaged.
        """
        torn_at = self._torn_at()
        if torn_at is None:
            if not self._ends_in_line_break():  # of a whole record only that is missing
                self._file.write(b"\n")
            return False
        self._file.truncate(torn_at)
        self._file.seek(0, os.SEEK_END)
        return True

    def _torn_at(self) -> int | None:
        end = 0
        with open(self.folder / JOURNAL, "rb") as file:
            for record, line in _lines(file, self.folder):
                if record is None:
                    return end
                end += len(line)
        return None

    def _ends_in_line_break(self) -> bool:
        with open(self.folder / JOURNAL, "rb") as file:
            if not file.seek(0, os.SEEK_END):
                return True
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"

    def close(self) -> None:
        self._file.close()

    def forsake(self) -> None:
        """Close it unused; it is gone if it was not there before."""
        if self._is_new:
            with contextlib.suppress(OSError):
                (self.folder / JOURNAL).unlink()
        self.close()


def refuse_taken(folder: Path) -> None:
    """Of a folder that a campaign is to be measured into. An empty journal is what is left of one
    that was killed at its very start.

    Raises:
        UsageError: it holds something.
    """
    if (folder / CAMPAIGN).exists():
        raise UsageError(
            f"{folder} holds another campaign; choose another folder with -o, "
            f"or go on with `pyconc run --resume {folder}`"
        )
    for path in folder.iterdir():
        if path.name != JOURNAL or not path.is_file() or path.stat().st_size:
            raise UsageError(f"{folder} is not empty; choose another folder with -o")


def read_journal(folder: Path) -> Iterator[Record]:
    """The records of a campaign. A last line that is damaged, as a crash leaves it, does not count,
    with a word.

    Raises:
        UsageError: the journal cannot be read, or a line before the last one is damaged.
    """
    path = folder / JOURNAL
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # one may wait for ever
            raise UsageError(f"{brief(path)} is not a regular file; restore it, or measure again")
        with open(path, "rb") as file:
            for record, _ in _lines(file, folder):
                if record is None:
                    say_once(f"the last line of {brief(path)} is damaged and does not count")
                else:
                    yield record
    except OSError as error:
        raise UsageError(f"cannot read {brief(path)}: {error.strerror or error}") from None


def _lines(file: IO[bytes], folder: Path) -> Iterator[tuple[Record | None, bytes]]:
    """Each record and its line; None for a last line that is damaged."""
    damage: tuple[int, bytes, str] | None = None
    for number, line in enumerate(file, 1):
        if damage:
            break
        try:
            record = Record.from_json(line)
        except DAMAGE as error:
            damage = number, line, why(error)
        else:
            yield record, line
    else:
        if damage:
            yield None, damage[1]
        return
    at, _, cause = damage
    raise UsageError(
        f"{brief(folder / JOURNAL)}:{at} is damaged ({cause}); restore it, or measure again"
    )


def latest(records: Iterable[Record]) -> list[Record]:
    """Those with a result, once each: if a round is there more than once, the last one counts."""
    return list({record.key: record for record in records if record.error is None}.values())


def write_json(path: Path, data: Any) -> None:
    """Write whole or not at all.

    Raises:
        OSError: it cannot be written, or something else than a file is there.
    """
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is there, and no regular file")
    beside = path.with_name(path.name + ".tmp")
    try:
        beside.write_text(text, "utf-8", errors="backslashreplace")
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _opened(path: Path) -> tuple[IO[bytes], bool]:
    """A file to append to, and whether it is new; without a buffer, in which what did not fit on
    the disk would wait for later.
    """
    with contextlib.suppress(FileExistsError):
        return open(path, "xb", buffering=0), True
    if not path.is_file():
        raise OSError(errno.EINVAL, f"{path.name} is no regular file")
    return open(path, "ab", buffering=0), False


def _cannot_write(folder: Path, error: OSError) -> str:
    return f"cannot write {folder}: {error.strerror or error}; choose another with -o"


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
