"""The user's folder for what pyconc makes once and uses again."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyconc.errors import UsageError

#: The descriptors of the locks that this process holds.
_HELD: list[int] = []


def cache_folder() -> Path:
    """Made by hand, for measuring needs pyperf and the standard library alone."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if base:
        return Path(base) / "pyconc"
    home = home_folder()
    if home is None:
        raise UsageError("there is no home folder to keep things in; set HOME or XDG_CACHE_HOME")
    return home / ".cache" / "pyconc"


def home_folder() -> Path | None:
    """The user's; None for one that has none, as in a container."""
    try:
        home = Path.home()
    except (RuntimeError, KeyError):
        return None
    return home if home.is_absolute() else None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """No other process is inside with the same file; whoever comes second waits.

    The system lets go of the lock when its holder ends, however it ends. The file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                    break
                except OSError:
                    time.sleep(0.1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        _HELD.append(file.fileno())
        try:
            yield
        finally:
            _HELD.remove(file.fileno())


def held_locks() -> tuple[int, ...]:
    """The files of the locks that are held; who inherits them holds the locks too."""
    return tuple(_HELD)
