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
from typing import IO, Callable

from pyconc.measure.kin import GRACE, descendants, described, end_all, members, outlasting

#: Seconds between two looks at what a worker does that runs for long.
LOOK = 0.5
_POSIX = os.name == "posix"


def run_alone(command: Sequence[str], *, log: Path, timeout: float) -> int:
    """Run a command whose output goes to a log, and end whatever it leaves of its process group.

    Returns:
        Its exit status, negative for the signal that ended it.

    Raises:
        subprocess.TimeoutExpired: it ran too long and was ended.
        KeyboardInterrupt: it was ended first.
    """
    process = None
    try:
        with open(log, "wb") as out, interrupts_wait() as interrupted:
            process = start(command, out, None)
        if interrupted:
            raise KeyboardInterrupt
        status = _wait(process, timeout)
    except BaseException:
        if process:
            end(process)
        raise
    end_leftovers(process.pid)
    return status


def _wait(process: subprocess.Popen[bytes], timeout: float) -> int:
    """As `Popen.wait`, which polls when it has a timeout, and is up to 50 ms late."""
    with Watchdog(timeout, lambda: end(process)) as watchdog:
        status = process.wait()
    if watchdog.expired:
        raise subprocess.TimeoutExpired(process.args, timeout)
    return status


class Watchdog:
    """Does something when a block takes longer than so many seconds, or something is enough."""

    def __init__(
        self,
        timeout: float,
        action: Callable[[], None],
        is_enough: Callable[[], bool] = lambda: False,
    ) -> None:
        self.expired = False
        self._action, self._is_enough = action, is_enough
        self._deadline = time.monotonic() + timeout
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._over.wait(max(0.0, min(LOOK, self._deadline - time.monotonic()))):
            if time.monotonic() >= self._deadline or self._is_enough():
                self.expired = True
                self._action()
                return

    def __enter__(self) -> Watchdog:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()


@contextmanager
def interrupts_wait() -> Iterator[list[int]]:
    """Ctrl-C inside is noted and not raised, so that no process is started and then forgotten.

    The signals are not blocked, for a child would inherit that. What is ignored, as Ctrl-C is in
    the background of a script, stays so.
    """
    noted: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    heeded = [number for number in before if before[number] is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, lambda number, frame: noted.append(number))
    try:
        yield noted
    finally:
        for number in heeded:
            signal.signal(number, before[number])


def start(
    command: Sequence[str],
    out: IO[bytes],
    env: Mapping[str, str] | None,
    passed: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process as the leader of a group of its own; it inherits the descriptors passed."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=out,
        env=env,
        start_new_session=_POSIX,
        pass_fds=passed,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows has it
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a group, with its group."""
    end_group(process.pid, lambda: process.poll() is not None)


def end_group(group: int, ended: Callable[[], bool]) -> None:
    """Ask a process group to end, then insist; what else is below its leader ends with it.

    Args:
        group: the number of the group, and of the process that leads it.
        ended: whether that process has ended.
    """
    if _POSIX:
        end_all(lambda: _with_descendants(group))
    signal_group(group, getattr(signal, "SIGKILL", signal.SIGTERM))  # where nothing is listed
    deadline = time.monotonic() + GRACE
    while not ended() and time.monotonic() < deadline:
        time.sleep(0.005)


def _with_descendants(group: int) -> list[int]:
    return list(dict.fromkeys([*members(group), *descendants(group)]))


def end_leftovers(group: int, patience: float = 0.0) -> list[str]:
    """End what a process that has ended left of its group, and name what would not end by itself;
    as a rule there is nothing.
    """
    if not _group_alive(group):
        return []
    left = [described(pid) for pid in outlasting(lambda: members(group), patience)]
    end_group(group, lambda: True)
    return left


def signal_group(group: int, number: int) -> None:
    """Signal whatever is left of a process group."""
    if _POSIX:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            pass
    else:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(group)], capture_output=True)


def _group_alive(group: int) -> bool:
    """Whether there is one of a group, if only one that has ended and was not waited for."""
    if not _POSIX:
        return False
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
