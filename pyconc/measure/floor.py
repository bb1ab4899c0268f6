"""`floor.c`, compiled once by the machine's own compiler and loaded where it is measured."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from pyconc.measure.compiling import CompileError, loaded

SOURCE = Path(__file__).with_name("floor.c")


@functools.cache
def floor_library() -> Any:
    """The functions of `floor.c`. The GIL is released while one of them runs.

    Raises:
        CompileError: it cannot be compiled or loaded.
    """
    import ctypes  # not at the top, for every case with a floor imports this module

    library = loaded(SOURCE)
    if library.floor_reset():
        raise CompileError("this system has no unnamed semaphores")
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
        except CompileError as error:
            return str(error)
        if not hasattr(library, f"floor_{self.function}"):
            return f"this system has no {self.function} in C"
        return None
