"""How much later than asked every wait with a timeout returns.

What these waits wait for never happens, so each lasts as long as it was told to: that is not
charged, and what is charged is what it takes longer. Part of it is the operating system's, which
the floor shows, and part is Python's. All waits are held against `time.sleep`.
One operation is one wait, and its cost is its lateness. `early` counts those that came back before
their time; by more than a tick of the clock none may.
"""

from __future__ import annotations

import asyncio
import select
import selectors
import socket
import threading
import time
from concurrent import futures
from itertools import repeat
from queue import Empty, Queue, SimpleQueue
from time import perf_counter
from typing import Any, Callable

from pyconc.errors import InvariantError
from pyconc.suite.case import TASK, case
from pyconc.suite.metrics import Metrics

from ._timing import Timed

MICROSECONDS = (100, 1000, 10_000, 100_000)


def answers_of(workload: Timed) -> int:
    """How many waits said that what they waited for has happened."""
    return sum(map(sum, workload.returned))


class Late(Timed):
    """One worker waits again and again."""

    control = "reference.call[thread-1]"
    floor = "floor.sleep[thread-1-{microseconds}]"
    observes = "lateness"
    kind: str

    def check(self, loops: int) -> Metrics | None:
        if answered := answers_of(self):
            raise InvariantError(f"{answered} of {loops} waits had what they waited for")
        return super().check(loops)

    def durations(self) -> list[float]:
        """Of the waits one by one; what is early is for `check`."""
        return [max(0.0, took - self.asked_seconds) for took in self.returned[0][0]]


class Nothing:
    """Things that nobody sets, puts, releases or sends, and how each is waited for.

    Each method waits for so many seconds, and says whether it was for something.
    """

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.event = threading.Event()
        self.future: futures.Future[None] = futures.Future()
        self.lock = threading.Lock()
        self.lock.acquire()
        self.queue: Queue[None] = Queue()
        self.semaphore = threading.Semaphore(0)
        self.simple_queue: SimpleQueue[None] = SimpleQueue()
        self.sockets = socket.socketpair()
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.sockets[0], selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.lock.acquire)
        self.thread.start()
        self.waits: dict[str, Callable[[float], Any]] = {
            "sleep": time.sleep,
            "Event.wait": self.event.wait,
            "Condition.wait": self.condition_wait,
            "Lock.acquire": self.lock_acquire,
            "Semaphore.acquire": self.semaphore_acquire,
            "Queue.get": self.queue_get,
            "SimpleQueue.get": self.simple_queue_get,
            "Thread.join": self.thread_join,
            "futures.wait": self.futures_wait,
            "Future.result": self.future_result,
            "select": self.select,
            "selector": self.selector.select,
        }

    def condition_wait(self, seconds: float) -> bool:
        with self.condition:
            return self.condition.wait(seconds)

    def lock_acquire(self, seconds: float) -> bool:
        return self.lock.acquire(True, seconds)

    def semaphore_acquire(self, seconds: float) -> bool:
        return self.semaphore.acquire(True, seconds)

    def queue_get(self, seconds: float) -> bool:
        try:
            self.queue.get(True, seconds)
        except Empty:
            return False
        return True

    def simple_queue_get(self, seconds: float) -> bool:
        try:
            self.simple_queue.get(True, seconds)
        except Empty:
            return False
        return True

    def thread_join(self, seconds: float) -> bool:
        self.thread.join(seconds)
        return not self.thread.is_alive()

    def futures_wait(self, seconds: float) -> bool:
        return bool(futures.wait([self.future], seconds).done)

    def future_result(self, seconds: float) -> bool:
        try:
            self.future.result(seconds)
        except futures.TimeoutError:
            return False
        return True

    def select(self, seconds: float) -> bool:
        return bool(select.select([self.sockets[0]], [], [], seconds)[0])

    def end(self) -> None:
        """Let go of whatever waits, and of what the system has lent."""
        self.lock.release()
        self.thread.join()
        self.selector.close()
        for end in self.sockets:
            end.close()


@case(
    kind=(
        "sleep", "Event.wait", "Condition.wait", "Lock.acquire", "Semaphore.acquire", "Queue.get",
        "SimpleQueue.get", "Thread.join", "futures.wait", "Future.result", "select", "selector",
    ),
    microseconds=MICROSECONDS,
    rivals="kind",
    quick={"kind": ["sleep", "Event.wait"], "microseconds": [1000]},
)  # fmt: skip
class Wait(Late):
    """A thread waits for what never comes, so many microseconds. One operation: one wait."""

    _nothing: Nothing
    wait: Callable[[float], Any]

    def setup(self) -> None:
        self._nothing = Nothing()
        self.wait = self._nothing.waits[self.kind]

    def work(self, worker: int, loops: int) -> int:
        wait, seconds, answered = self.wait, self.asked_seconds, 0
        for _ in repeat(None, loops):
            if wait(seconds):
                answered += 1
        return answered

    def observe(self, worker: int, loops: int) -> list[float]:
        wait, seconds, clock = self.wait, self.asked_seconds, perf_counter
        took = []
        for _ in repeat(None, loops):
            started = clock()
            wait(seconds)
            took.append(clock() - started)
        return took

    def teardown(self) -> None:
        self._nothing.end()


async def wait_for(seconds: float) -> bool:
    try:
        await asyncio.wait_for(asyncio.get_running_loop().create_future(), seconds)
    except asyncio.TimeoutError:
        return False
    return True


async def wait_any(seconds: float) -> bool:
    done, _ = await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=seconds)
    return bool(done)


@case(
    backend=TASK,
    kind=("sleep", "wait_for", "wait"),
    microseconds=MICROSECONDS,
    rivals="kind",
    quick={"kind": ["sleep"], "microseconds": [1000]},
)
class AsyncioWait(Late):
    """A task awaits what never comes, so many microseconds. One operation: one wait."""

    wait: Callable[[float], Any]

    def setup(self) -> None:
        waits: dict[str, Any] = {"sleep": asyncio.sleep, "wait_for": wait_for, "wait": wait_any}
        self.wait = waits[self.kind]

    async def work(self, worker: int, loops: int) -> int:
        wait, seconds, answered = self.wait, self.asked_seconds, 0
        for _ in repeat(None, loops):
            if await wait(seconds):
                answered += 1
        return answered

    async def observe(self, worker: int, loops: int) -> list[float]:
        wait, seconds, clock = self.wait, self.asked_seconds, perf_counter
        took = []
        for _ in repeat(None, loops):
            started = clock()
            await wait(seconds)
            took.append(clock() - started)
        return took
