"""`floor.c`, compiled once by the machine's own compiler and loaded where it is measured."""

from __future__ import annotations

import functools
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pyconc.measure.cache import cache_folder

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
    import ctypes

    try:
        library = ctypes.CDLL(str(_compiled()))
    except OSError as error:
        raise FloorError(f"floor.c was compiled but does not load: {error}") from None
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


@functools.cache
def _compiled() -> Path:
    """The library in the user's cache, made anew when the source or the compiler's name changes."""
    import hashlib  # not at the top, for every case with a floor imports this module

    if os.name != "posix":
        raise FloorError("the floors in C need a POSIX system")
    compiler = shlex.split(os.environ.get("CC") or "cc")
    source = SOURCE.read_bytes()
    key = hashlib.sha256(repr((source, compiler, _FLAGS, sys.platform)).encode()).hexdigest()[:12]
    library = cache_folder() / "floor" / f"floor-{key}.so"
    if not library.exists():
        library.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=library.parent) as folder:
            fresh = Path(folder) / library.name
            _compile([*compiler, *_FLAGS, "-o", str(fresh), str(SOURCE)])
            fresh.replace(library)
    return library


def _compile(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        raise FloorError(f"no C compiler: {command[0]} does not run") from None
    if done.returncode:
        reason = done.stderr.strip().splitlines()[:1] or ["no reason given"]
        raise FloorError(f"{command[0]} cannot compile floor.c: {reason[0]}")
