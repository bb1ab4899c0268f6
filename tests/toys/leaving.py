"""Cases that leave something behind where it is hard to find, or are stopped or killed with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import Clock, Workload, case

#: In the command line of all that is left.
NAME = "left_by_a_case"
_SLEEP = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"


def sleeper(*, fork: bool = False, **options: Any) -> None:
    """A process that ignores being asked to end; forked off twice, it is no child any more."""
    code = f"import os\nif os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\n{_SLEEP}"
    process = subprocess.Popen(
        [sys.executable, "-c", code if fork else _SLEEP, NAME], stdin=subprocess.DEVNULL, **options
    )
    if fork:
        process.wait()


def daemon() -> None:
    """Forked off twice, with all that the worker has open and mapped."""
    if child := os.fork():
        os.waitpid(child, 0)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(600)


@case(kind=("daemon", "session", "group", "daemon without variables", "daemon and failure"))
class Process(Workload):
    """A process outlives it."""

    clock = Clock.CALLER
    kind: str

    def setup(self) -> None:
        self.started = False

    def work(self, worker: int, loops: int) -> None:
        if not self.started:
            self.started = True
            if self.kind.startswith("daemon"):
                sleeper(fork=True, env={} if "variables" in self.kind else None)
            elif self.kind == "session":
                sleeper(start_new_session=True)
            else:
                sleeper(preexec_fn=os.setpgrp)
        time.sleep(0.02)
        if "failure" in self.kind:
            raise ValueError("it fails too")


@case(kind=("hangs", "is killed", "is stopped", "has its server stopped"))
class Holds(Workload):
    """It has shared memory, a semaphore and a daemon when it does not end by itself."""

    clock = Clock.CALLER
    kind: str

    def work(self, worker: int, loops: int) -> None:
        self.memory = SharedMemory(create=True, size=16, name="psm_held_by_a_case")
        self.lock = multiprocessing.get_context("spawn").Lock()
        self.hidden = SharedMemory(create=True, size=16, name="psm_hidden_by_a_case")
        resource_tracker.unregister("/psm_hidden_by_a_case", "shared_memory")
        daemon()
        if self.kind == "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.kind == "is stopped":
            os.kill(os.getpid(), signal.SIGSTOP)
        elif self.kind == "has its server stopped":
            os.kill(os.getppid(), signal.SIGSTOP)
        threading.Event().wait()


@case()
class MemoryOfChild(Workload):
    """A process that it spawned makes shared memory, closes it and does not unlink it."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        process = multiprocessing.get_context("spawn").Process(target=_make_memory)
        process.start()
        process.join()


def _make_memory() -> None:
    SharedMemory(create=True, size=16).close()


@case(tracked=(0, 1))
class Waits(Workload):
    """Waits until another program has made shared memory."""

    clock = Clock.CALLER
    tracked: int

    def setup(self) -> None:
        if self.tracked:  # it has a resource tracker of its own, whose memory is unlinked
            memory = SharedMemory(create=True, size=16)
            memory.close()
            memory.unlink()
        asked = Path(os.environ["LEAVING"])
        (asked / f"{os.getpid()}-asked").touch()
        deadline = time.monotonic() + 60
        while not (asked / f"{os.getpid()}-made").exists() and time.monotonic() < deadline:
            time.sleep(0.005)

    def work(self, worker: int, loops: int) -> None:
        time.sleep(1e-4 * loops)


@case()
class Fails(Workload):
    """It fails with shared memory that only the resource tracker unlinks, who says so last."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        SharedMemory(create=True, size=16).close()
        raise InvariantError("its own reason")


@case(kind=("is killed", "does not say"))
class Hides(Workload):
    """It closes shared memory that its resource tracker does not know, as if it had been killed
    before it said so.
    """

    clock = Clock.CALLER
    kind: str

    def setup(self) -> None:
        memory = SharedMemory(create=True, size=16)
        resource_tracker.unregister(f"/{memory.name}", "shared_memory")
        memory.close()

    def work(self, worker: int, loops: int) -> None:
        if self.kind == "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(1e-4 * loops)
