"""A campaign's folder while it is measured: every finished round is on disk at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyconc.errors import UsageError

CAMPAIGN = "campaign.json"
JOURNAL = "journal.jsonl"


class Record:
    """How one task ended: a pyperf suite of one run, or the reason why there is none."""

    def __init__(
        self,
        case: str,
        arm: str,
        round_number: int,
        seconds: float,
        *,
        suite: Any = None,
        error: str | None = None,
    ) -> None:
        self.case = case
        self.arm = arm
        #: Round 0 calibrates the loops.
        self.round = round_number
        #: Wall time of the worker's process.
        self.seconds = seconds
        self.suite = suite
        self.error = error

    def to_json(self) -> str:
        return json.dumps({name: value for name, value in vars(self).items() if value is not None})

    @classmethod
    def from_json(cls, line: str) -> Record:
        body = json.loads(line)
        return cls(
            body["case"],
            body["arm"],
            body["round"],
            body["seconds"],
            suite=body.get("suite"),
            error=body.get("error"),
        )


class Journal:
    """Appends records to a campaign's folder, each safe on disk before `append` returns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = open(folder / JOURNAL, "a", encoding="utf-8")  # noqa: SIM115 (closed below)

    @classmethod
    def create(cls, folder: Path, about: dict[str, Any]) -> Journal:
        """A journal in a new folder, or in an empty one.

        Raises:
            UsageError: the folder holds something else, or cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / CAMPAIGN).exists():
                raise UsageError(f"{folder} holds another campaign; choose another folder with -o")
            if any(folder.iterdir()):
                raise UsageError(f"{folder} is not empty; choose another folder with -o")
            write_json(folder / CAMPAIGN, about)
            return cls(folder)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(f"cannot write {folder}: {reason}; choose another with -o") from error

    def append(self, record: Record) -> None:
        self._file.write(record.to_json() + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def read_journal(folder: Path) -> Iterator[Record]:
    """The records of a campaign. A last line that a crash cut short is left out.

    Raises:
        UsageError: a line before the last cannot be read.
    """
    lines = (folder / JOURNAL).read_text("utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, 1):
        try:
            yield Record.from_json(line)
        except (ValueError, KeyError, TypeError):
            if number < len(lines):
                where = folder / JOURNAL
                raise UsageError(f"{where}:{number} is damaged; restore or remove it") from None


def write_json(path: Path, data: Any) -> None:
    """Write whole or not at all."""
    beside = path.with_name(path.name + ".tmp")
    beside.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
    beside.replace(path)
