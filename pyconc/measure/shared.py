"""Named semaphores and shared memory: what there is, who holds it, and whose it is.

Linux shows them as files. Nothing else tells who made one, so that only what a process of ours
holds, or its resource tracker knows, counts as ours.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Callable, NamedTuple

from pyconc.measure import kin

_SHM = Path("/dev/shm")
_PROC = Path("/proc")
#: The names that multiprocessing gives to semaphores and to shared memory.
_PREFIXES = {"sem.": "semaphore", "psm_": "shared memory"}


class Name(NamedTuple):
    """A name that stands for the same thing as long as its inode is the same."""

    name: str
    inode: int

    def __str__(self) -> str:
        kind = next((k for p, k in _PREFIXES.items() if self.name.startswith(p)), "shared memory")
        return f"{kind} {self.name}"


def names() -> set[Name]:
    """All of this user."""
    found = set()
    with contextlib.suppress(OSError):
        for entry in os.scandir(_SHM):
            with contextlib.suppress(OSError):  # it has just gone
                status = entry.stat(follow_symlinks=False)
                if status.st_uid == os.getuid() and entry.is_file(follow_symlinks=False):
                    found.add(Name(entry.name, status.st_ino))
    return found


def held_by(pids: Iterable[int]) -> set[int]:
    """The inodes of what processes have mapped or opened. By inode: a semaphore is mapped under a
    name that it had before its own.
    """
    try:
        device = _SHM.stat().st_dev
    except OSError:
        return set()
    found: set[int] = set()
    for pid in pids:
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            for line in (_PROC / str(pid) / "maps").read_text("utf-8", "replace").splitlines():
                if "/dev/shm/" in line:
                    found.add(int(line.split(None, 5)[4]))
            for number in (_PROC / str(pid) / "fd").iterdir():
                with contextlib.suppress(OSError):
                    status = number.stat()
                    if status.st_dev == device:
                        found.add(status.st_ino)
    return found


def _held_alone(new: Collection[Name], pids: Collection[int]) -> set[Name]:
    """Of some names, those that these processes hold, and no other process does."""
    inodes = held_by(pids) if new else set()
    ours = {each for each in new if each.inode in inodes}
    if not ours:
        return set()
    others = {int(path.name) for path in _PROC.glob("[0-9]*")} - set(pids)
    theirs = held_by(others)
    return {each for each in ours if each.inode not in theirs}


def end_all(find: Callable[[], Collection[int]], before: Collection[Name]) -> set[Name]:
    """End processes, and remove what they alone held; what nobody else would have removed.

    Args:
        find: those that still run.
        before: names that were there before they were.
    """
    held = _held_alone(names() - set(before), find())
    kin.end_all(find)
    left = held & names()
    _unlink(left)
    return left


def _unlink(gone: Iterable[Name]) -> None:
    """Remove names, unless they stand for something else by now."""
    for each in gone:
        with contextlib.suppress(OSError):
            path = _SHM / each.name
            if path.stat().st_ino == each.inode:
                path.unlink()
