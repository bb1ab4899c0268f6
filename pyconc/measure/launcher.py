"""How the worker of a round is started: as a fork of a process that has imported what it needs."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pyconc.measure.process import Watchdog, end_group, end_leftovers, interrupts_wait, run_alone

_WORKER = ("-m", "pyconc.measure.worker")
#: Forking is cheap and sound on these; elsewhere every worker is started from nothing.
_FORKING = sys.platform.startswith(("linux", "freebsd"))


class Launcher(Protocol):
    """Starts the workers of one arm."""

    def run(self, arguments: Sequence[str], log: Path, timeout: float) -> int:
        """Run a worker whose output goes to a log, and end whatever it leaves behind.

        Returns:
            Its exit status, negative for the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: it ran too long and was ended.
            KeyboardInterrupt: it was ended first.
            OSError: it could not be started; another launcher is needed.
        """

    def close(self) -> None:
        """No more workers are wanted."""


def make_launcher(executable: str, env: Mapping[str, str]) -> Launcher:
    """The cheapest sound way of this platform."""
    return ForkingLauncher(executable, env) if _FORKING else PlainLauncher(executable, env)


class PlainLauncher:
    """A new process for each worker."""

    def __init__(self, executable: str, env: Mapping[str, str]) -> None:
        self._command = [executable, *_WORKER]
        self._env = env

    def run(self, arguments: Sequence[str], log: Path, timeout: float) -> int:
        return run_alone([*self._command, *arguments], log=log, timeout=timeout, env=self._env)

    def close(self) -> None:
        pass


class ForkingLauncher:
    """A process that imports pyperf once and forks each worker."""

    def __init__(self, executable: str, env: Mapping[str, str]) -> None:
        with interrupts_wait() as interrupted:
            self._process = subprocess.Popen(
                [executable, *_WORKER, "--serve"], env=env, start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        self._worker = 0
        try:
            if interrupted:
                raise KeyboardInterrupt
            self._answer()
        except BaseException:
            self.close()
            raise

    def run(self, arguments: Sequence[str], log: Path, timeout: float) -> int:
        try:
            with interrupts_wait() as interrupted:
                self._ask(arguments, log)
            if interrupted:
                raise KeyboardInterrupt
            with Watchdog(timeout, self._end_worker) as watchdog:
                status = self._answer()["status"]
        except BaseException:
            self._end_worker()
            raise
        if watchdog.expired:
            raise subprocess.TimeoutExpired(list(arguments), timeout)
        end_leftovers(self._worker)
        return int(status)

    def _ask(self, arguments: Sequence[str], log: Path) -> None:
        assert self._process.stdin is not None
        request = {"arguments": list(arguments), "log": str(log.absolute())}
        self._worker = 0
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        self._worker = self._answer()["pid"]

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ConnectionError("the process that workers are forked from has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _end_worker(self) -> None:
        if self._worker:
            end_group(self._worker, lambda: not _alive(self._worker))

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # it has died, and cannot be told
                if pipe:
                    pipe.close()
        self._process.wait()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
