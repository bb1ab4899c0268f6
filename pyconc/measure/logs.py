"""What workers print: a bounded part of it is kept of each that fails, in a file of its own."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from pathlib import Path

#: Bytes of a log that are kept, half of them from its beginning and half from its end.
MOST_KEPT = 1 << 20
#: A worker that has written so many bytes is ended: it would not stop.
MOST_WRITTEN = 64 << 20
#: Where the output of workers that failed is kept, in the campaign's folder.
FAILURES = "failures"
_RAISED = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Exit)\b.*$", re.MULTILINE)
_UNLINKED = re.compile(
    r"resource_tracker: There appear to be (\d+) leaked (semaphore|shared_memory) objects to clean "
    r"up at shutdown(: \{.{,200}\})?"
)
_TRACKER = re.compile(
    r"^.*Warning: resource_tracker: .*\n(?:\s+warnings\.warn\(.*\n)?", re.MULTILINE
)
_MOST_NAME, _MOST_REASON = 150, 1000


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip()[:_MOST_REASON] if lines else "no reason given"


def read_log(log: Path) -> str:
    """The end of a log, without what multiprocessing's resource tracker says after all others."""
    return _TRACKER.sub("", _read(log))


def _read(log: Path) -> str:
    return _end(log, 64 << 10).decode("utf-8", errors="replace")


def last_words(log: Path) -> str:
    """The last line of a log, no longer than one can read: of one with an exception, the last that
    was raised.
    """
    text = read_log(log)
    raised = _RAISED.findall(text)
    return (raised[-1] if raised else last_line(text) if text.strip() else "")[:_MOST_REASON]


def untracked(log: Path) -> list[str]:
    """What multiprocessing's resource tracker says in a log that it had to unlink."""
    found = _UNLINKED.findall(_read(log))
    return [f"{count} {kind.replace('_', ' ')} objects{names}" for count, kind, names in found]


def has_too_much(log: Path) -> bool:
    try:
        return log.stat().st_size > MOST_WRITTEN
    except OSError:
        return False


def keep(log: Path, folder: Path, case: str, arm: str, number: int) -> str | None:
    """Keep the log of a worker that failed, beside the results; its name there."""
    if not log.is_file():
        return None
    said = re.sub(r"[^\w.+-]+", "_", f"{case}-{arm}-round-{number}")[:_MOST_NAME]
    # Names that differ in what no file system takes, or only in case, are told apart by this.
    tag = hashlib.sha256(f"{case}\0{arm}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    kept = Path(FAILURES) / f"{said}-{tag}.txt"
    try:
        (folder / FAILURES).mkdir(exist_ok=True)
        _shorten(log)
        log.replace(folder / kept)
    except OSError:  # no room for another folder
        return None
    return kept.as_posix()


def _shorten(log: Path) -> None:
    size = log.stat().st_size
    if size <= MOST_KEPT:
        return
    half = MOST_KEPT // 2
    end = _end(log, half)
    with open(log, "r+b") as file:
        file.seek(half)
        file.write(f"\n... {size - 2 * half:,} bytes are left out ...\n".encode())
        file.write(end)
        file.truncate()


def _end(log: Path, most: int) -> bytes:
    if not log.is_file():  # another kind of file may never end
        return b""
    with open(log, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - most))
        return file.read(most)


def remove(path: Path) -> None:
    """Whatever is there: a case may have put anything in the place of a file."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
