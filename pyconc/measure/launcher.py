"""How the worker of a round is started: as a fork of a process that has imported what it needs."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pyconc.measure import process
from pyconc.measure.process import Watchdog, end_group, end_leftovers, interrupts_wait
from pyconc.measure.turns import MEASURED, OVER

_WORKER = ("-m", "pyconc.measure.worker")
#: Whether a worker can be given its turns: Windows has no pipes for that.
TURNS = os.name == "posix"
#: Forking is cheap and sound on these; elsewhere every worker is started from nothing.
_FORKING = sys.platform.startswith(("linux", "freebsd"))


class Launcher(Protocol):
    """Starts the workers of one arm, one at a time, and gives each of them its turns."""

    @property
    def measured(self) -> bool:
        """Whether the worker has measured everything, and only its last turn is left."""

    def start(self, arguments: Sequence[str], log: Path, *, by_turns: bool = False) -> None:
        """Start a worker whose output goes to a log; its first turn has begun.

        Args:
            by_turns: it ends its turns; otherwise, and where the system has no pipes for that, its
                first turn lasts until its end.

        Raises:
            KeyboardInterrupt: it was ended first.
            OSError: it could not be started; another launcher is needed.
        """

    def release(self) -> None:
        """Give a worker that waits its turn, the end of which the next `turn` waits for.

        Raises:
            OSError: nothing is known of it any more; another launcher is needed.
        """

    def turn(self, timeout: float) -> int | None:
        """Let the worker run until its turn is over, and end whatever it leaves at its end.

        Returns:
            None, or at its end its exit status, negative for the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: it ran too long and was ended.
            KeyboardInterrupt: it was ended first.
            OSError: nothing is known of it any more; another launcher is needed.
        """

    def close(self) -> None:
        """No more workers are wanted; one that still runs is ended."""


def make_launcher(executable: str, env: Mapping[str, str], under: Sequence[str] = ()) -> Launcher:
    """The cheapest sound way of this platform.

    Args:
        under: the beginning of the command, of what the workers run under.
    """
    kind = ForkingLauncher if _FORKING else PlainLauncher
    return kind(executable, env, under)


class PlainLauncher:
    """A new process for each worker."""

    def __init__(self, executable: str, env: Mapping[str, str], under: Sequence[str] = ()) -> None:
        self._command = [*under, executable, *_WORKER]
        self._env = env
        self._worker: _Worker | None = None

    @property
    def measured(self) -> bool:
        return self._worker is not None and self._worker.measured

    def start(self, arguments: Sequence[str], log: Path, *, by_turns: bool = False) -> None:
        self._worker = _Worker([*self._command, *arguments], log, self._env, by_turns=by_turns)

    def release(self) -> None:
        if self._worker:
            self._worker.release()

    def turn(self, timeout: float) -> int | None:
        worker = self._worker
        assert worker is not None
        status: int | None = -1
        try:
            status = worker.turn(timeout)
        finally:
            if status is not None:
                self.close()
        return status

    def close(self) -> None:
        if self._worker:
            self._worker.close()
            self._worker = None


class _Worker:
    """A process of its own, and the pipes for its turns."""

    def __init__(
        self, command: Sequence[str], log: Path, env: Mapping[str, str], *, by_turns: bool
    ) -> None:
        given, self._give = os.pipe()
        self._over, self._end = os.pipe()
        passed = [given, self._end] if by_turns and TURNS else []
        turns = [f"--turns={given},{self._end}"] if passed else []
        self._waits = self.measured = False
        with open(log, "wb") as out, interrupts_wait() as interrupted:
            self._process = process.start([*command, *turns], out, env, passed)
        os.close(given)
        self._waiter = threading.Thread(target=self._await_end)
        self._waiter.start()
        if interrupted:
            self.close()
            raise KeyboardInterrupt

    def _await_end(self) -> None:
        self._process.wait()
        os.write(self._end, OVER)  # the last turn

    def release(self) -> None:
        if self._waits:
            self._waits = False
            os.write(self._give, b".")

    def turn(self, timeout: float) -> int | None:
        self.release()
        with Watchdog(timeout, lambda: process.end(self._process)) as watchdog:
            self.measured = os.read(self._over, 1) == MEASURED
        if watchdog.expired:
            raise subprocess.TimeoutExpired(self._process.args, timeout)
        self._waits = True
        return self._process.returncode

    def close(self) -> None:
        if self._process.poll() is None:
            process.end(self._process)
        self._waiter.join()
        end_leftovers(self._process.pid)
        for pipe in (self._give, self._over, self._end):
            os.close(pipe)


class ForkingLauncher:
    """A process that imports pyperf once and forks each worker."""

    def __init__(self, executable: str, env: Mapping[str, str], under: Sequence[str] = ()) -> None:
        with interrupts_wait() as interrupted:
            self._process = subprocess.Popen(
                [*under, executable, *_WORKER, "--serve"], env=env, bufsize=0,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self._read = b""
        self._worker = 0
        self._waits = self.measured = False
        try:
            if interrupted:
                raise KeyboardInterrupt
            self._answer()
        except BaseException:
            self.close()
            raise

    def start(self, arguments: Sequence[str], log: Path, *, by_turns: bool = False) -> None:
        self._worker, self._waits, self.measured = 0, False, False
        request = {"arguments": list(arguments), "log": str(log.absolute()), "by_turns": by_turns}
        try:
            with interrupts_wait() as interrupted:
                self._ask(request)
                self._worker = self._answer()["pid"]
            if interrupted:
                raise KeyboardInterrupt
        except BaseException:
            self._end_worker()
            raise

    def release(self) -> None:
        if self._waits:
            self._waits = False
            self._ask({"turn": True})

    def turn(self, timeout: float) -> int | None:
        try:
            self.release()
            in_time = self._is_answered(timeout)
            if not in_time:
                self._end_worker()
            answer = self._answer()
            while not in_time and "status" not in answer:  # its turn ended just then
                answer = self._answer()
        except BaseException:
            self._end_worker()
            raise
        self._waits = "status" not in answer
        if self._waits:
            self.measured = answer["measured"]
            return None
        end_leftovers(self._worker)
        self._worker = 0
        if not in_time:
            raise subprocess.TimeoutExpired(_WORKER, timeout)
        return int(answer["status"])

    def _ask(self, request: Mapping[str, Any]) -> None:
        self._in.write(json.dumps(request).encode() + b"\n")

    def _answer(self) -> dict[str, Any]:
        while b"\n" not in self._read:
            more = self._out.read(1 << 16)
            if not more:
                raise ConnectionError("the process that workers are forked from has ended")
            self._read += more
        line, _, self._read = self._read.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _is_answered(self, timeout: float) -> bool:
        """Whether it answers within so many seconds; a thread that watches would disturb."""
        return b"\n" in self._read or bool(select.select([self._out], [], [], timeout)[0])

    def _end_worker(self) -> None:
        if self._worker:
            end_group(self._worker, lambda: not _alive(self._worker))

    def close(self) -> None:
        self._end_worker()
        for pipe in (self._in, self._out):
            with contextlib.suppress(OSError):  # it has died, and cannot be told
                pipe.close()
        self._process.wait()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
