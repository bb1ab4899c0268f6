"""Making a primitive and dropping it again, with nothing done in between.

Programs make locks, events and queues by the thousand: one for each connection, each request, each
result. Some of them are one object in C and some a handful in Python, so a version of Python can
make one slower and leave its use as it was.
One operation is one primitive, from the call that makes it until it is gone. What would leave
something behind is shut as a program has to: a pipe, a queue between processes, a pool, a
coroutine. Threads, timers, processes and pools are not started. The control makes and drops an
object of an empty class.
"""

from __future__ import annotations

import asyncio
import inspect
import multiprocessing
import queue
import threading
from concurrent import futures
from functools import partial
from itertools import repeat
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, NATIVE, SPAWN, TASK, Clock, Workload, case
from pyconc.suite.metrics import Metrics
from pyconc.suite.requirements import Has

from ._making import Kind, Making, put, refuses_work, run_through, start_join, take, taken


def nothing() -> None:
    """What threads, timers and processes would run."""


async def nothing_async() -> None:
    """What coroutines would run."""


@case(
    kind=(
        "Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier", "local",
        "Thread", "Timer",
    ),
    quick={"kind": ["Lock", "Event"]},
)  # fmt: skip
class OfThreading(Making):
    """A primitive of `threading` is made and dropped. One operation: one of them."""

    def kinds(self) -> dict[str, Kind]:
        return {
            "Lock": Kind(threading.Lock, take, taken),
            "RLock": Kind(threading.RLock, take, taken),
            "Condition": Kind(threading.Condition, take, taken),
            "Semaphore": Kind(threading.Semaphore, take, taken),
            "BoundedSemaphore": Kind(threading.BoundedSemaphore, take, taken),
            "Event": Kind(threading.Event, lambda it: it.set(), lambda it: it.is_set()),
            "Barrier": Kind(
                partial(threading.Barrier, 2), lambda it: it.abort(), lambda it: it.broken
            ),
            "local": Kind(threading.local, lambda it: vars(it).update(mine=1), vars),
            "Thread": Kind(
                partial(threading.Thread, target=nothing), start_join, lambda it: it.ident
            ),
            "Timer": Kind(
                partial(threading.Timer, 60.0, nothing),
                lambda it: it.cancel(),
                lambda it: it.finished.is_set(),
            ),
        }


@case(kind=("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"), quick=False)
class OfQueue(Making):
    """A queue of the module `queue` is made and dropped. One operation: one of them."""

    def kinds(self) -> dict[str, Kind]:
        names = ("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue")
        return {name: Kind(getattr(queue, name), put, lambda it: not it.empty()) for name in names}


@case(kind=("Future", "ThreadPoolExecutor"), quick=False)
class OfFutures(Making):
    """A thing of `concurrent.futures` is made and dropped; a pool is shut. One operation: one of
    them.
    """

    def kinds(self) -> dict[str, Kind]:
        return {
            "Future": Kind(futures.Future, lambda it: it.set_result(1), lambda it: it.done()),
            "ThreadPoolExecutor": Kind(
                partial(futures.ThreadPoolExecutor, 2),
                lambda it: it.shutdown(),
                refuses_work,
                shut=lambda it: it.shutdown(),
            ),
        }


@case(
    backend=(FORK, SPAWN),
    kind=(
        "Lock", "RLock", "Semaphore", "Event", "Condition", "Value", "Array", "Queue", "Pipe",
        "Process",
    ),
    quick={"backend": [NATIVE], "kind": ["Lock"]},
)  # fmt: skip
class OfMultiprocessing(Making):
    """A primitive of `multiprocessing` is made and dropped, for processes that are started by a
    method. One operation: one of them.

    Where processes are not forked, what they share has a name in the system until it is dropped.
    """

    clock = Clock.CALLER

    def kinds(self) -> dict[str, Kind]:
        library: Any = multiprocessing.get_context(self.start_method)
        return {
            "Lock": Kind(library.Lock, take, taken),
            "RLock": Kind(library.RLock, take, taken),
            "Semaphore": Kind(library.Semaphore, take, taken),
            "Event": Kind(library.Event, lambda it: it.set(), lambda it: it.is_set()),
            "Condition": Kind(library.Condition, take, taken),
            "Value": Kind(
                partial(library.Value, "q", 0),
                lambda it: setattr(it, "value", 1),
                lambda it: it.value,
            ),
            "Array": Kind(
                partial(library.Array, "q", 8), lambda it: it.__setitem__(0, 1), lambda it: it[0]
            ),
            "Queue": Kind(partial(library.Queue, 1), put, lambda it: it.full(), shut_queue),
            "Pipe": Kind(
                library.Pipe, lambda it: it[0].send(1), lambda it: it[1].poll(), shut_pipe
            ),
            "Process": Kind(
                partial(library.Process, target=nothing),
                lambda it: setattr(it, "daemon", True),
                lambda it: it.daemon or it.is_alive(),
            ),
        }


def shut_queue(it: Any) -> None:
    if it.full():  # what was put into it is on its way, and has to get somewhere
        it.get()
    it.close()
    it.join_thread()


def shut_pipe(it: Any) -> None:
    for end in it:
        end.close()


class InLoop(Making):
    """Made by a task, in its event loop."""

    async def work(self, worker: int, loops: int) -> None:
        once = self._once
        for _ in repeat(None, loops):
            once()


@case(
    backend=TASK,
    kind=("Lock", "Event", "Condition", "Semaphore", "Queue", "Future", "coroutine"),
    quick={"kind": ["Event"]},
)
class OfAsyncio(InLoop):
    """A primitive of `asyncio` is made and dropped; a coroutine is closed. One operation: one of
    them.
    """

    def kinds(self) -> dict[str, Kind]:
        return {
            "Lock": Kind(asyncio.Lock, acquire, lambda it: it.locked()),
            "Event": Kind(asyncio.Event, lambda it: it.set(), lambda it: it.is_set()),
            "Condition": Kind(asyncio.Condition, acquire, lambda it: it.locked()),
            "Semaphore": Kind(asyncio.Semaphore, acquire, lambda it: it.locked()),
            "Queue": Kind(asyncio.Queue, lambda it: it.put_nowait(1), lambda it: not it.empty()),
            "Future": Kind(asyncio.Future, lambda it: it.set_result(1), lambda it: it.done()),
            "coroutine": Kind(
                nothing_async,
                run_through,
                lambda it: inspect.getcoroutinestate(it) == inspect.CORO_CLOSED,
                shut=lambda it: it.close(),
            ),
        }


def acquire(it: Any) -> None:
    run_through(it.acquire())


@case(backend=TASK, quick=False, requires=[Has("asyncio.Barrier", since=(3, 11))])
class AsyncioBarrier(InLoop):
    """A `Barrier` of `asyncio` is made and dropped. One operation: one barrier."""

    kind = "Barrier"

    def kinds(self) -> dict[str, Kind]:
        make = partial(asyncio.Barrier, 2)
        return {"Barrier": Kind(make, lambda it: run_through(it.abort()), lambda it: it.broken)}


@case(backend=TASK, quick=False)
class AsyncioTask(Workload):
    """A task is made, cancelled before it begins, and awaited. One operation: one task."""

    control = "reference.allocation[thread-1]"
    _began: int

    def reset(self) -> None:
        self._began = 0

    async def begin(self) -> None:
        self._began += 1

    async def work(self, worker: int, loops: int) -> int:
        make, coroutine, cancelled = asyncio.get_running_loop().create_task, self.begin, 0
        for _ in repeat(None, loops):
            task = make(coroutine())
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                cancelled += 1
        return cancelled

    def check(self, loops: int) -> Metrics | None:
        if self._began:
            raise InvariantError(f"{self._began} of {loops} tasks began though they were cancelled")
        if (cancelled := sum(self.returned[0])) != loops:
            raise InvariantError(f"{cancelled} of {loops} tasks were cancelled")
        return None
