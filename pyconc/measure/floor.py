"""`floor.c`, compiled once by the machine's own compiler and loaded where it is measured."""

from __future__ import annotations

import contextlib
import functools
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

from pyconc.measure.cache import cache_folder, locked

SOURCE = Path(__file__).with_name("floor.c")
_FLAGS = ("-O2", "-shared", "-fPIC", "-pthread")


class FloorError(Exception):
    """There is no floor on this machine; the message says why."""


@functools.cache
def floor_library() -> Any:
    """The functions of `floor.c`. The GIL is released while one of them runs.

    Raises:
        FloorError: it cannot be compiled or loaded.
    """
    import ctypes  # not at the top, for every case with a floor imports this module

    library = _loaded(ctypes.CDLL)
    if library.floor_reset():
        raise FloorError("this system has no unnamed semaphores")
    for name in FUNCTIONS:
        if hasattr(library, f"floor_{name}"):
            function = getattr(library, f"floor_{name}")
            function.argtypes, function.restype = (ctypes.c_int, ctypes.c_long), ctypes.c_long
    return library


#: What is measured: functions of a worker's number and its loops, which return the loops done.
FUNCTIONS = (
    "empty_loop", "mutex_pair", "semaphore_pair", "semaphore_handoff", "condition_handoff",
    "create_join", "fork_wait", "pipe_round_trip", "barrier", "sleep",
)  # fmt: skip


class Floor:
    """A machine with a C compiler, whose system has the primitive."""

    def __init__(self, function: str) -> None:
        self.function = function

    def __str__(self) -> str:
        return f"a C compiler, and {self.function} of the system"

    def unmet(self) -> str | None:
        try:
            library = floor_library()
        except FloorError as error:
            return str(error)
        if not hasattr(library, f"floor_{self.function}"):
            return f"this system has no {self.function} in C"
        return None


def _loaded(load: Callable[[str], Any]) -> Any:
    """The library in the user's cache, made anew when the source or the compiler's name changes,
    and when what is there is damaged or is not for this machine.
    """
    if os.name != "posix":
        raise FloorError("the floors in C need a POSIX system")
    place, begins = cache_folder() / "floor", f"floor-{_key()}-"
    with contextlib.suppress(OSError):
        return load(str(_whole(place, begins)))
    try:
        with locked(place / f"{begins}lock"):
            with contextlib.suppress(OSError):  # another process was first
                return load(str(_whole(place, begins)))
            library = _made_anew(place, begins)
    except OSError as error:
        raise FloorError(f"floor.c cannot be kept in {place}: {error}") from None
    try:
        return load(str(library))
    except OSError as error:
        raise FloorError(f"floor.c was compiled but does not load: {error}") from None


def _key() -> str:
    about = (SOURCE.read_bytes(), _compiler(), _FLAGS, sys.platform, os.uname().machine)
    return _digest(repr(about).encode())


def _compiler() -> list[str]:
    return shlex.split(os.environ.get("CC") or "cc")


def _whole(place: Path, begins: str) -> Path:
    """Its name says what it holds: one that was cut would crash what loads it.

    Raises:
        OSError: there is none that is whole.
    """
    for path in place.glob(f"{begins}*.so"):
        if path.stem == begins + _digest(path.read_bytes()):
            return path
    raise FileNotFoundError(begins)


def _digest(content: bytes) -> str:
    import hashlib  # nor this

    return hashlib.sha256(content).hexdigest()[:12]


def _made_anew(place: Path, begins: str) -> Path:
    """Beside, and renamed when it is whole."""
    fresh = place / f"{begins}new"
    try:
        _compile([*_compiler(), *_FLAGS, "-o", str(fresh), str(SOURCE)])
        for old in place.glob(f"{begins}*.so"):
            old.unlink()
        return fresh.rename(place / f"{begins}{_digest(fresh.read_bytes())}.so")
    finally:
        fresh.unlink(missing_ok=True)


def _compile(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        raise FloorError(f"no C compiler: {command[0]} does not run") from None
    if done.returncode:
        reason = done.stderr.strip().splitlines()[:1] or ["no reason given"]
        raise FloorError(f"{command[0]} cannot compile floor.c: {reason[0]}")
