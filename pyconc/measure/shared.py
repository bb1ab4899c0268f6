"""Named semaphores and shared memory: what there is, who holds it, and whose it is.

Linux shows them as files, which do not tell who made them. So only what a process of ours holds
counts as ours, and what is named after one (`sign`).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import string
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Callable, NamedTuple

from pyconc.measure import kin

_SHM = Path("/dev/shm")
_PROC = Path("/proc")
#: The names that multiprocessing gives to semaphores and to shared memory.
_PREFIXES = {"sem.": "semaphore", "psm_": "shared memory"}
_DIGITS = string.digits + string.ascii_letters


class Name(NamedTuple):
    """A name that stands for the same thing as long as its inode is the same."""

    name: str
    inode: int

    def __str__(self) -> str:
        kind = next((k for p, k in _PREFIXES.items() if self.name.startswith(p)), "shared memory")
        return f"{kind} {self.name}"


def sign() -> None:
    """Have multiprocessing name after this process what it makes here and in forks, and semaphores
    also in what it spawns. Nobody else's names are like these, and they are no longer.
    """
    signature = _signature(os.getpid())
    process: Any = multiprocessing.current_process()
    if "semprefix" in getattr(process, "_config", ()):
        process._config["semprefix"] = f"/mp-{signature}"
    memory: Any = sys.modules.get("multiprocessing.shared_memory")
    if getattr(memory, "_SHM_NAME_PREFIX", "").startswith("/psm_"):
        memory._SHM_NAME_PREFIX = f"/psm_{signature}"


def signed(pid: int) -> set[Name]:
    """Those that are named after a process."""
    begins = tuple(f"{kind}{_signature(pid)}" for kind in ("psm_", "sem.mp-"))
    return {each for each in names() if each.name.startswith(begins)}


def _signature(pid: int) -> str:
    """Multiprocessing's own names have hexadecimal digits there, or no dash so soon."""
    digits = ""
    for _ in range(4):
        pid, digit = divmod(pid, len(_DIGITS))
        digits += _DIGITS[digit]
    return f"x{digits}"


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


def _held_alone(new: Collection[Name], find: Callable[[], Collection[int]]) -> set[Name]:
    """Of some names, those that processes that still run hold, and no other process does."""
    inodes = held_by(find()) if new else set()
    ours = {each for each in new if each.inode in inodes}
    if not ours:
        return set()
    everybody = {int(path.name) for path in _PROC.glob("[0-9]*")}
    theirs = held_by(everybody - set(find()))  # with those that were forked meanwhile
    return {each for each in ours if each.inode not in theirs}


def end_all(
    find: Callable[[], Collection[int]], before: Collection[Name], worker: int
) -> set[Name]:
    """End processes, and remove what they alone held or is named after one; nobody else would.

    Args:
        find: those that still run.
        before: names that were there before they were.
        worker: the one that others may be named after.
    """
    held = _held_alone(names() - set(before), find)
    kin.end_all(find)
    left = (held & names()) | signed(worker)
    _unlink(left)
    return left


def _unlink(gone: Iterable[Name]) -> None:
    """Remove names, unless they stand for something else by now."""
    for each in gone:
        with contextlib.suppress(OSError):
            path = _SHM / each.name
            if path.stat().st_ino == each.inode:
                path.unlink()
