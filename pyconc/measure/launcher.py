"""How the worker of a round is started: as a fork of a process that has imported what it needs."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pyconc.measure import kin, process, shared
from pyconc.measure.logs import has_too_much
from pyconc.measure.process import LOOK, Watchdog, end_leftovers, interrupts_wait
from pyconc.measure.turns import MEASURED, OVER

_WORKER = ("-m", "pyconc.measure.worker")
#: Whether a worker can be given its turns: Windows has no pipes for that.
TURNS = os.name == "posix"
#: Forking is cheap and sound on these; elsewhere every worker is started from nothing.
_FORKING = sys.platform.startswith(("linux", "freebsd"))
#: Begins a command whose orphans come back to it.
_ADOPTING = (sys.executable, "-I", "-S", kin.__file__) if sys.platform == "linux" else ()
#: Seconds in which a process that workers are forked from must answer what takes it no time, on
#: however busy a machine; it is stopped, or it hangs.
_ANSWERS = 60.0


class Launcher(Protocol):
    """Starts the workers of one arm, one at a time, and gives each of them its turns."""

    @property
    def measured(self) -> bool:
        """Whether the worker has measured everything, and only its last turn is left."""

    @property
    def left(self) -> list[str]:
        """What the worker left behind when it had ended: it did not end by itself."""

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
            subprocess.TimeoutExpired: it ran too long, or printed too much, and was ended.
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
        self.left: list[str] = []

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
                self._end(0.0 if status else kin.PATIENCE)
        return status

    def close(self) -> None:
        self._end()

    def _end(self, patience: float = 0.0) -> None:
        if self._worker:
            self.left = self._worker.close(patience)
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
        self._log = log
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
        with Watchdog(
            timeout, lambda: process.end(self._process), lambda: has_too_much(self._log)
        ) as watchdog:
            self.measured = os.read(self._over, 1) == MEASURED
        if watchdog.expired:
            raise subprocess.TimeoutExpired(self._process.args, timeout)
        self._waits = True
        return self._process.returncode

    def close(self, patience: float = 0.0) -> list[str]:
        """End it; what it left is named if it had ended."""
        if self._process.poll() is None:
            process.end(self._process)
        self._waiter.join()
        left = end_leftovers(self._process.pid, patience)
        for pipe in (self._give, self._over, self._end):
            os.close(pipe)
        return [f"process {each}" for each in left]


class ForkingLauncher:
    """A process that imports pyperf once and forks each worker."""

    def __init__(self, executable: str, env: Mapping[str, str], under: Sequence[str] = ()) -> None:
        self._mark = kin.new_mark()
        self._before = shared.names()
        with interrupts_wait() as interrupted:
            # Not by its output, into which whatever it imports may print.
            self._socket, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [*_ADOPTING, *under, executable, *_WORKER, "--serve"],
                    env={**env, kin.MARK: self._mark}, start_new_session=True,
                    stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
        self._socket.settimeout(_ANSWERS)
        self._read = b""
        self._log = Path(os.devnull)
        self._worker = 0
        self._waits = self.measured = False
        self.left: list[str] = []
        try:
            if interrupted:
                raise KeyboardInterrupt
            self._answer()
        except BaseException:
            self.close()
            raise

    def start(self, arguments: Sequence[str], log: Path, *, by_turns: bool = False) -> None:
        self._worker, self._waits, self.measured, self._log = 0, False, False, log
        request = {"arguments": list(arguments), "log": str(log.absolute()), "by_turns": by_turns}
        try:
            with interrupts_wait() as interrupted:
                self._ask(request)
                self._worker = self._answer()["pid"]
            if interrupted:
                raise KeyboardInterrupt
        except BaseException:
            self.close()
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
                self._ask({"end": True})
            answer = self._answer()
            while not in_time and "status" not in answer:  # its turn ended just then
                answer = self._answer()
        except BaseException:
            self.close()
            raise
        self._waits = "status" not in answer
        if self._waits:
            self.measured = answer["measured"]
            return None
        self._worker, self.left = 0, answer["left"]
        if not in_time:
            raise subprocess.TimeoutExpired(_WORKER, timeout)
        return int(answer["status"])

    def _ask(self, request: Mapping[str, Any]) -> None:
        self._socket.sendall(json.dumps(request, allow_nan=False).encode() + b"\n")

    def _answer(self) -> dict[str, Any]:
        while b"\n" not in self._read:
            try:
                more = self._socket.recv(1 << 16)
            except socket.timeout:
                self._process.kill()
                raise TimeoutError("the process that workers are forked from hangs") from None
            if not more:
                raise ConnectionError("the process that workers are forked from has ended")
            self._read += more
        line, _, self._read = self._read.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _is_answered(self, timeout: float) -> bool:
        """Whether it answers within so many seconds, and before it has printed too much; a thread
        that watches would disturb.
        """
        deadline = time.monotonic() + timeout
        while b"\n" not in self._read:
            left = deadline - time.monotonic()
            if select.select([self._socket], [], [], max(0.0, min(left, LOOK)))[0]:
                break
            if left <= 0 or has_too_much(self._log):
                return False
        return True

    def close(self) -> None:
        """It ends its worker itself; if it was killed first, that is done here."""
        self._socket.close()
        self._process.send_signal(signal.SIGCONT)  # it may be stopped
        try:
            self._process.wait(_ANSWERS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        if self._process.wait():
            shared.end_all(self._orphans, self._before, self._worker)

    def _orphans(self) -> list[int]:
        group = kin.members(self._worker) if self._worker else []
        return list({*kin.marked(self._mark), *group})
