"""Every way in which a case can go wrong."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import ClassVar

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, SPAWN, THREAD, Clock, Workload, case
from pyconc.suite.metrics import Metrics


@case(backend=(THREAD, FORK), workers=(1, 2))
class Sound(Workload):
    """Does nothing, and does it well."""

    def work(self, worker: int, loops: int) -> int:
        for _ in range(loops):
            pass
        return loops

    def check(self, loops: int) -> Metrics | None:
        if [sum(each) for each in self.returned] != [loops] * self.workers:
            raise InvariantError(f"{self.returned} is not {loops} loops of each worker")
        return {"checked": 1.0}


@case(workers=2)
class BrokenPromise(Workload):
    """Its invariant never holds."""

    def work(self, worker: int, loops: int) -> None:
        time.sleep(0.001)

    def check(self, loops: int) -> Metrics | None:
        raise InvariantError("the promise is broken")


@case()
class Raises(Workload):
    """Its worker raises."""

    def work(self, worker: int, loops: int) -> None:
        raise ValueError("worker trouble")


@case(backend=FORK, workers=2)
class Exits(Workload):
    """One of its processes exits in the middle."""

    def work(self, worker: int, loops: int) -> None:
        if worker == 1:
            os._exit(7)
        time.sleep(0.001)


@case()
class Segfaults(Workload):
    """The process that measures it dies of a signal."""

    def work(self, worker: int, loops: int) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)


@case()
class Quits(Workload):
    """The process that measures it exits without a word."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        os._exit(5)


@case()
class FillsDisk(Workload):
    """It takes all the room that there is: no file may be longer than so many bytes."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
        time.sleep(0.02)


@case()
class LeavesGrandchild(Workload):
    """A process that ignores being asked to end outlives it."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
        subprocess.Popen([sys.executable, "-c", stubborn, "stubborn_grandchild"])
        time.sleep(0.1)


@case()
class Hangs(Workload):
    """It never ends, and has a child that ignores being asked to end."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
        subprocess.Popen([sys.executable, "-c", stubborn])
        threading.Event().wait()


@case()
class HoldsMemory(Workload):
    """It never ends, and has shared memory and a child that ignores being asked to end."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        from multiprocessing.shared_memory import SharedMemory

        memory = SharedMemory(create=True, size=16, name="psm_of_a_hanging_case")
        stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
        subprocess.Popen([sys.executable, "-c", stubborn], close_fds=False)
        threading.Event().wait()
        memory.unlink()


@case()
class LeavesThread(Workload):
    """A thread outlives it."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        threading.Thread(target=let_go.wait, name="left", daemon=True).start()
        time.sleep(0.02)


@case(backend=FORK)
class LeavesProcess(Workload):
    """A process outlives it."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        context = multiprocessing.get_context("fork")
        context.Process(target=time.sleep, args=(600,), name="left", daemon=True).start()


@case(backend=FORK)
class LeavesMemory(Workload):
    """Shared memory outlives it."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        from multiprocessing.shared_memory import SharedMemory

        memory = SharedMemory(create=True, size=16)
        names.append(memory.name)
        memory.close()


@case(backend=SPAWN)
class LeavesSemaphore(Workload):
    """A named semaphore outlives it."""

    clock = Clock.CALLER

    def work(self, worker: int, loops: int) -> None:
        kept.append(multiprocessing.get_context("spawn").Lock())


#: What the cases above leave, for the tests to clear away.
names: list[str] = []
kept: list[object] = []
#: What the threads that are left wait for.
let_go = threading.Event()


@case(workers=2)
class OpenDoor(Workload):
    """Both workers are inside at once, and only a trial shows it."""

    def setup(self) -> None:
        self.inside, self.most = [0, 0], 0
        self.meeting = threading.Barrier(2)

    def work(self, worker: int, loops: int) -> None:
        pass

    def trial(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            self.inside[worker] = 1
            self.meeting.wait()
            self.most = sum(self.inside)
            self.meeting.wait()
            self.inside[worker] = 0

    def check(self, loops: int) -> Metrics | None:
        if self.most > 1:
            raise InvariantError(f"{self.most} inside")
        return None


@case(workers=2)
class Passes(Workload):
    """Gives and receives at moments that are written down: 2 us apart, at last 3 us."""

    fixed_time = True
    observes: ClassVar[str | None] = "handoff"

    def work(self, worker: int, loops: int) -> None:
        for _ in range(loops):
            pass

    def observe(self, worker: int, loops: int) -> list[float]:
        moments = [index * 1e-3 + worker * 2e-6 for index in range(loops)]
        moments[-1] += worker * 1e-6
        return moments


@case(workers=2)
class WholeProgram(Passes):
    """Its workers would be given a time, were they not a program of their own."""

    clock = Clock.PROGRAM
    observes: ClassVar[str | None] = None


@case()
class SaysGoodbye(Workload):
    """Has the interpreter say when it ends, after a thread that ends late."""

    kept_threads = ("Thread-",)

    def setup(self) -> None:
        atexit.register(print, "goodbye")

    def work(self, worker: int, loops: int) -> None:
        time.sleep(1e-4 * loops)

    def teardown(self) -> None:
        threading.Timer(0.3, print, ["late"]).start()


@case()
class KeepsCompany(Workload):
    """Starts and ends only together with that of the other arm; its calibration does so alone."""

    def setup(self) -> None:
        self._folder = Path(os.environ["DIARY"])
        self._round = sum(1 for _ in self._folder.glob(f"{os.environ['ARM']}-start-*"))
        self._meet("start")

    def work(self, worker: int, loops: int) -> None:
        time.sleep(1e-4 * loops)

    def teardown(self) -> None:
        self._meet("end")

    def _meet(self, what: str) -> None:
        (self._folder / f"{os.environ['ARM']}-{what}-{self._round}").touch()
        deadline = time.monotonic() + 60
        while self._round and time.monotonic() < deadline:
            if len(list(self._folder.glob(f"*-{what}-{self._round}"))) == 2:
                return
            time.sleep(0.01)
        if self._round:
            raise InvariantError(f"it is alone at its {what}")


@case()
class KeepsDiary(Workload):
    """Writes down which arm it is, a line a value, and when it ends."""

    def reset(self) -> None:
        with open(os.environ["DIARY"], "a") as diary:
            diary.write(os.environ["ARM"] + "\n")

    def work(self, worker: int, loops: int) -> None:
        time.sleep(1e-4 * loops)

    def teardown(self) -> None:
        with open(os.environ["DIARY"], "a") as diary:
            diary.write("end\n")


@case(way=("one", "other"), rivals="way")
class KeepsDiaryOfWays(KeepsDiary):
    """Writes down which way it is, too."""

    way: str

    def reset(self) -> None:
        with open(os.environ["DIARY"], "a") as diary:
            diary.write(f"{os.environ['ARM']}-{self.way}\n")


@case()
class Tires(Workload):
    """Hangs in the third value of equally many loops, where the environment says so."""

    stamps = 1

    def setup(self) -> None:
        self.loops = self.again = 0

    def work(self, worker: int, loops: int) -> None:
        self.again = self.again + 1 if loops == self.loops else 0
        self.loops = loops
        if os.environ["ARM"] and self.again == 2:
            time.sleep(1000)
        time.sleep(1e-4 * loops)
