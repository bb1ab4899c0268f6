"""What counts the instructions of user code inside a worker: valgrind, or the machine itself."""

from __future__ import annotations

import os
import platform
import re
import struct
import sys
from pathlib import Path
from typing import Any, Protocol

from pyconc.measure.compiling import CompileError, loaded

_SOURCE = Path(__file__).with_name("counter.c")


class CounterError(Exception):
    """Nothing can be counted; one line that says why."""


class Counter(Protocol):
    """Counts from `start` to `stop`, over all threads, what user code executes.

    The few instructions from one call to the other that belong to the calls themselves are the same
    every time.
    """

    def start(self) -> None: ...

    def stop(self) -> None:
        """May be called several times; the last one counts."""

    def count(self) -> int:
        """Instructions from the last start to the last stop."""

    def close(self) -> None: ...


class ValgrindCounter:
    """valgrind's massif, which counts by what it measures time, writes where the count stands.

    Two files in memory hold what it wrote, so that nothing is read or made between the calls.

    Raises:
        CounterError: this process does not run under valgrind.
    """

    def __init__(self) -> None:
        self._library = _library()
        if not self._library.counter_on_valgrind():
            raise CounterError("this process does not run under valgrind")
        self._files = [os.memfd_create(name) for name in ("start", "stop")]  # type: ignore[attr-defined,unused-ignore]
        self._start, self._stop = (
            f"snapshot /proc/self/fd/{file}".encode() for file in self._files
        )
        if self._library.counter_command(self._start):
            raise CounterError("this valgrind cannot be asked for counts; 3.19 can")

    def start(self) -> None:
        self._library.counter_command(self._start)

    def stop(self) -> None:
        self._library.counter_command(self._stop)

    def count(self) -> int:
        start, stop = map(_written, self._files)
        return stop - start

    def spin(self, turns: int) -> None:
        self._library.counter_spin(turns)

    def close(self) -> None:
        for file in self._files:
            os.close(file)


def _written(file: int) -> int:
    """Instructions since the process began, as a snapshot says."""
    found = re.search(rb"^time=(\d+)$", os.pread(file, 1 << 12, 0), re.MULTILINE)
    if not found:
        raise CounterError("valgrind did not say how many instructions it has counted")
    return int(found[1])


def _library() -> Any:
    import ctypes

    try:
        library = loaded(_SOURCE)
    except CompileError as error:
        raise CounterError(str(error)) from None
    library.counter_command.argtypes = (ctypes.c_char_p,)
    library.counter_spin.argtypes, library.counter_spin.restype = (ctypes.c_long,), None
    return library


#: ``perf_event_open``, by machine.
_CALLS = {"x86_64": 298, "aarch64": 241}
#: Of ``struct perf_event_attr``: the size of its first version and the fields that are not 0.
_ATTRIBUTES = struct.Struct("=IIQQQQQ16x")
_HARDWARE, _INSTRUCTIONS = 0, 1
_INHERIT, _PINNED, _NO_KERNEL, _NO_HYPERVISOR = 1 << 1, 1 << 2, 1 << 5, 1 << 6
#: Threads and children count too, all the time or not at all; what the kernel and a hypervisor do
#: does not.
_FLAGS = _INHERIT | _PINNED | _NO_KERNEL | _NO_HYPERVISOR
_PARANOID = Path("/proc/sys/kernel/perf_event_paranoid")


class PerfCounter:
    """A counter of the processor, which the kernel keeps for this process.

    Raises:
        CounterError: there is none, or the kernel refuses it.
    """

    def __init__(self) -> None:
        self._file = _open()
        self._start = self._stop = 0

    def start(self) -> None:
        self._start = self._read()

    def stop(self) -> None:
        self._stop = self._read()

    def count(self) -> int:
        return self._stop - self._start

    def close(self) -> None:
        os.close(self._file)

    def _read(self) -> int:
        found = os.read(self._file, 8)
        if len(found) < 8:
            raise CounterError("another program has the counter of instructions; end that")
        return int.from_bytes(found, sys.byteorder)


def _open() -> int:
    import ctypes

    number = _CALLS.get(platform.machine())
    if not sys.platform.startswith("linux") or number is None:
        raise CounterError("this system's counters of instructions are not known here")
    attributes = _ATTRIBUTES.pack(_HARDWARE, _ATTRIBUTES.size, _INSTRUCTIONS, 0, 0, 0, _FLAGS)
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    here, any_core, no_group = ctypes.c_long(0), ctypes.c_long(-1), ctypes.c_long(-1)
    file = int(call(ctypes.c_long(number), attributes, here, any_core, no_group, ctypes.c_long(8)))
    if file < 0:
        raise CounterError(_refusal(ctypes.get_errno()))
    return file


def _refusal(number: int) -> str:
    import errno

    if number in (errno.EACCES, errno.EPERM):
        paranoid = _PARANOID.read_text().strip() if _PARANOID.exists() else "not said"
        return (
            f"the kernel refuses its counter (perf_event_paranoid is {paranoid}); "
            f"`sysctl kernel.perf_event_paranoid=2` allows it"
        )
    if number in (errno.ENOENT, errno.ENODEV, errno.EOPNOTSUPP):
        return "this machine has no counter of instructions, as many virtual ones have none"
    return f"the kernel has no such counter ({os.strerror(number)})"


PERF, VALGRIND = "perf", "valgrind"
COUNTERS: dict[str, type[PerfCounter] | type[ValgrindCounter]] = {
    PERF: PerfCounter,
    VALGRIND: ValgrindCounter,
}
