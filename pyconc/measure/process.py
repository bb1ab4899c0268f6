"""Running one worker in a process group of its own, and seeing all of it end."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

#: Seconds between asking a process group to end and insisting.
_GRACE = 1.0
_POSIX = os.name == "posix"


def run_alone(
    command: Sequence[str], *, log: Path, timeout: float, env: Mapping[str, str] | None = None
) -> int:
    """Run a command whose output goes to a log, and end whatever it leaves of its process group.

    Returns:
        Its exit status, negative for the signal that ended it.

    Raises:
        subprocess.TimeoutExpired: it ran too long and was ended.
        KeyboardInterrupt: it was ended first.
    """
    process = None
    try:
        with open(log, "wb") as out, _interrupts_wait() as interrupted:
            process = _start(command, out, env)
        if interrupted:
            raise KeyboardInterrupt
        status = _wait(process, timeout)
    except BaseException:
        if process:
            _end(process)
        raise
    _signal(process, signal.SIGTERM)  # nothing is left, as a rule
    return status


def _wait(process: subprocess.Popen[bytes], timeout: float) -> int:
    """As `Popen.wait`, which polls when it has a timeout, and is up to 50 ms late."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        _end(process)

    watchdog = threading.Timer(timeout, expire)
    watchdog.daemon = True
    watchdog.start()
    try:
        status = process.wait()
    finally:
        watchdog.cancel()
    if expired.is_set():
        raise subprocess.TimeoutExpired(process.args, timeout)
    return status


@contextmanager
def _interrupts_wait() -> Iterator[list[int]]:
    """Ctrl-C inside is noted and not raised, so that no process is started and then forgotten.

    The signals are not blocked, for a child would inherit that.
    """
    noted: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, lambda number, frame: noted.append(number)) for each in numbers]
    try:
        yield noted
    finally:
        for number, handler in zip(numbers, before):
            signal.signal(number, handler)


def _start(
    command: Sequence[str], out: IO[bytes], env: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=out,
        env=env,
        start_new_session=_POSIX,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows has it
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, then insist.

    The asking matters: multiprocessing's resource tracker outlives it, and unlinks the semaphores
    and shared memory that the others leave.
    """
    _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE
    while time.monotonic() < deadline and (process.poll() is None or _group_alive(process.pid)):
        time.sleep(0.02)
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.poll()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if _POSIX:
        try:
            os.killpg(process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass
    elif process.poll() is None:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)


def _group_alive(group: int) -> bool:
    if not _POSIX:
        return False
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
