"""Coroutines, and the loop that runs them (the notes: "asyncio(异步I/O): 协程(Coroutines)").

The notes show a coroutine that awaits another, by `async def` and as a generator, and say what for:
who sends many slow requests need not wait for one answer before sending the next. Here is what it
costs to await, to start a task, to meet another one, to reach a thread; and then the slow requests,
one after the other, on threads, and as tasks. For one request the first way is the cheapest, and
from a few on it is the dearest, for the others wait for all answers together.

The tasks of a loop never run at once, so what its primitives keep apart is what happens across an
`await`. How each promise is proved is in `_promises.py` and `_tasks.py`.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import repeat
from queue import SimpleQueue
from typing import Any

from pyconc.suite.case import TASK, Clock, case
from pyconc.suite.requirements import Has

from . import _promises, _tasks, _together
from ._requests import OPEN_FILES, Asking, Local, ask, ask_async
from ._together import func

SECTION = "asyncio(异步I/O): 协程(Coroutines)"
tasks = partial(case, notes=SECTION, backend=TASK)
many = partial(tasks, count=(10, 100), quick={"count": [100]})
EAGER = Has("asyncio.eager_task_factory", since=(3, 12))
GROUPS = Has("asyncio.TaskGroup", since=(3, 11))


def plain_func(number: int) -> int:
    return number


@types.coroutine
def generator_func(number: int) -> Generator[None, None, int]:
    return number
    yield  # makes it a generator


@case(backend=TASK)
class PlainCall(_promises.Answers):
    """A function is called, and nothing awaited. One operation: one call."""

    async def work(self, worker: int, loops: int) -> int:
        call, total = plain_func, 0
        for number in range(loops):
            total += call(number)
        return total


@tasks()
class AwaitCoroutine(_promises.Answers):
    """An `async def` is called and awaited; it does not wait. One operation: one await."""

    control = "asyncio.plain_call"
    call: Any = staticmethod(func)

    async def work(self, worker: int, loops: int) -> int:
        call, total = self.call, 0
        for number in range(loops):
            total += await call(number)
        return total


@tasks(quick=False)
class AwaitGenerator(AwaitCoroutine):
    """As `AwaitCoroutine`, with a generator-based coroutine. One operation: one await.

    The notes' `@asyncio.coroutine` was removed in Python 3.11; `types.coroutine` still makes them.
    """

    call = staticmethod(generator_func)


@tasks()
class SleepZero(AwaitCoroutine):
    """The task lets the loop go round by `sleep(0)`. One operation: one turn of the loop."""

    control = "asyncio.await_coroutine"
    call = staticmethod(partial(asyncio.sleep, 0))
    prove = _promises.prove_turn


@tasks()
class CallSoon(_promises.Answers):
    """The loop calls what sets a future that is awaited. One operation: one future."""

    control = "asyncio.await_coroutine"
    prove = _promises.prove_calls

    async def work(self, worker: int, loops: int) -> int:
        loop, total = asyncio.get_running_loop(), 0
        create_future, call_soon = loop.create_future, loop.call_soon
        for number in range(loops):
            future = create_future()
            call_soon(future.set_result, number)
            total += await future
        return total


@tasks()
class CreateTask(_promises.Answers):
    """A coroutine is made a task, which is awaited. One operation: one task."""

    control = "asyncio.await_coroutine"
    prove = _promises.prove_start
    eager = False

    async def work(self, worker: int, loops: int) -> int:
        create_task, total = asyncio.create_task, 0
        for number in range(loops):
            total += await create_task(func(number))
        return total


@tasks(requires=[EAGER])
class EagerTask(_together.Eager, CreateTask):
    """As `CreateTask`, with tasks that start at once, and so are done. One operation: one task."""


@many()
class OneByOne(_together.OneByOne):
    """Coroutines that do not wait are awaited one after the other. One operation: one of them.

    The other ways to have all results are held against it; cpython#96450: `gather` is 40 times
    slower.
    """


@many()
class Gather(_together.Gather):
    """`gather` makes tasks of coroutines and waits for all. One operation: one coroutine."""


@many(requires=[GROUPS])
class TaskGroup(_together.TaskGroup):
    """A group of tasks is left when all of them are done. One operation: one coroutine."""


@many(quick=False, requires=[EAGER])
class EagerGather(_together.Eager, _together.Gather):
    """As `Gather`, with tasks that start at once, and so are done. One operation: one coroutine."""


@many(quick=False, requires=[EAGER])
class EagerTaskGroup(_together.Eager, _together.TaskGroup):
    """As `TaskGroup`, with tasks that start at once. One operation: one coroutine."""


@tasks()
class WaitFor(AwaitCoroutine):
    """What is ready after one turn may take a minute. One operation: one `wait_for`."""

    control = "asyncio.sleep_zero"
    call = staticmethod(lambda number: asyncio.wait_for(asyncio.sleep(0, number), 60))
    prove = _promises.prove_wait_for


@tasks(quick=False, requires=[Has("asyncio.timeout", since=(3, 11))])
class Timeout(_promises.Answers):
    """As `WaitFor`, by `async with timeout(60)`. One operation: one wait."""

    control = "asyncio.sleep_zero"
    prove = _promises.prove_timeout

    async def work(self, worker: int, loops: int) -> int:
        timeout, sleep, total = asyncio.timeout, asyncio.sleep, 0
        for number in range(loops):
            async with timeout(60):
                total += await sleep(0, number)
        return total


@case(notes=SECTION)
class Run(_promises.Calling):
    """A loop is made for a coroutine that does nothing, and closed. One operation: one `run`."""

    control = "reference.empty_loop[thread-1]"

    def work(self, worker: int, loops: int) -> None:
        run, answers = asyncio.run, self._answers
        for number in range(loops):
            answers.append(run(func(number)))


@tasks(primitive=("Lock", "Semaphore"), quick={"primitive": ["Lock"]})
class AcquireRelease(_tasks.Alone):
    """Acquired and released, with nobody else there. One operation: one pair."""

    async def work(self, worker: int, loops: int) -> None:
        acquire, release = self.lock.acquire, self.lock.release
        for _ in repeat(None, loops):
            await acquire()
            release()


@tasks(primitive=("Lock", "Semaphore"), quick=False)
class AsyncWith(_tasks.Alone):
    """As `AcquireRelease`, by `async with`. One operation: one pair."""

    async def work(self, worker: int, loops: int) -> None:
        lock = self.lock
        for _ in repeat(None, loops):
            async with lock:
                pass


@case(backend=TASK, workers=(2, 8), quick={"workers": [8]})
class Unguarded(_tasks.Section):
    """In a section that is open to all, each task yields once. One operation: one section."""

    permits = 8


@tasks(workers=(2, 8), quick={"workers": [8]})
class ContendedLock(_tasks.Guarded):
    """A lock lets in one task at a time. One operation: one section."""

    permits = 1

    def setup(self) -> None:
        self.lock = asyncio.Lock()


@tasks(workers=8, permits=(2, 4), quick=False)
class ContendedSemaphore(_tasks.Guarded):
    """A semaphore lets in as many tasks as it has permits. One operation: one section."""

    def setup(self) -> None:
        self.lock = asyncio.Semaphore(self.permits)


@tasks(quick=False)
class EventReady(_tasks.Event):
    """Set, waited for, and cleared again, with nobody else there. One operation: all three."""


@case(backend=TASK, workers=2)
class PlainDeque(_tasks.Passing):
    """All numbers are in a deque before the first comes out. One operation: one number passed."""


@tasks(workers=2)
class EventPingPong(_tasks.PingPong):
    """One event says that a number is there, another that it was read.

    One operation: one number passed, which is a hand-off there and one back.
    """

    control = "asyncio.plain_deque"
    observes = "handoff"


@tasks(workers=2, size=(1, 5), quick=False)
class ConditionBuffer(_tasks.Buffer):
    """Through a buffer, with a condition to wait at. One operation: one number passed."""

    control = "asyncio.plain_deque"


@tasks(workers=2, maxsize=(0, 1), quick=False)
class QueuePass(_tasks.Queue):
    """Through a queue of one, or (0) without end. One operation: one number passed."""

    control = "asyncio.plain_deque"


@tasks()
class QueuePutGet(_promises.Answers):
    """Put in and got out by one task. One operation: one number, in and out."""

    control = "asyncio.plain_deque[task-2]"
    prove = _tasks.prove_queue

    def setup(self) -> None:
        self.queue: asyncio.Queue[int] = asyncio.Queue()

    async def work(self, worker: int, loops: int) -> int:
        put, get, total = self.queue.put, self.queue.get, 0
        for number in range(loops):
            await put(number)
            total += await get()
        return total


@tasks(
    workers=(2, 4),
    quick=False,
    requires=[Has("asyncio.Barrier", since=(3, 11))],
)
class Barrier(_tasks.Crossing):
    """All tasks cross one barrier again and again. One operation: one crossing by all."""

    control = "reference.empty_loop[thread-1]"


class InThread(_promises.Elsewhere):
    """A thread calls a function for the loop."""

    control = "asyncio.plain_call"

    async def work(self, worker: int, loops: int) -> int:
        run, total = self.run, 0
        for number in range(loops):
            total += await run(plain_func, number)
        return total


@tasks()
class ToThread(InThread):
    """A function is called in a thread of the loop's own executor. One operation: one call."""

    run = staticmethod(asyncio.to_thread)


@tasks(quick=False)
class RunInExecutor(InThread):
    """A function is called in the thread of a kept executor. One operation: one call."""

    def setup(self) -> None:
        self._executor = ThreadPoolExecutor(1)
        self.run = partial(asyncio.get_event_loop().run_in_executor, self._executor)

    def teardown(self) -> None:
        self._executor.shutdown()


@case(notes=SECTION, quick=False)
class CallSoonThreadsafe(_promises.FromThread):
    """The loop of another thread calls back. One operation: one call, there and back."""

    def work(self, worker: int, loops: int) -> None:
        call_soon, replies = self._loop.call_soon_threadsafe, SimpleQueue[int]()
        put, get, answers = replies.put, replies.get, self._answers
        for number in range(loops):
            call_soon(put, number)
            answers.append(get())


@case(notes=SECTION, quick=False)
class RunCoroutineThreadsafe(_promises.FromThread):
    """The loop of another thread runs a coroutine. One operation: one coroutine and its result."""

    def work(self, worker: int, loops: int) -> None:
        run, loop, answers = asyncio.run_coroutine_threadsafe, self._loop, self._answers
        for number in range(loops):
            answers.append(run(func(number), loop).result())


NUMBERS = (1, 2, 4, 10, 100, 1000)
FEW = {"requests": [1, 10, 100]}
requests = partial(case, notes=SECTION, requests=NUMBERS, quick=FEW, requires=[OPEN_FILES])


@case()
class LocalAnswers(Local):
    """Asked and answered without a server. One operation: one request, not a batch of them."""


@requests()
class SequentialRequests(Asking):
    """Each is sent when the last one has been answered. One operation: the whole batch."""

    def work(self, worker: int, loops: int) -> None:
        for _ in repeat(None, loops):
            self._results.append([ask(self.port, number) for number in range(self.requests)])


@requests()
class ThreadRequests(Asking):
    """Sent by a thread each, or 100 threads at most. One operation: the batch, and its threads."""

    def work(self, worker: int, loops: int) -> None:
        for _ in repeat(None, loops):
            with ThreadPoolExecutor(min(self.requests, 100)) as executor:
                answers = executor.map(partial(ask, self.port), range(self.requests))
            self._results.append(list(answers))


@requests(backend=TASK)
class AsyncRequests(Asking):
    """Sent by a task each, all in one thread. One operation: the whole batch."""

    clock = Clock.WORK

    async def work(self, worker: int, loops: int) -> None:
        for _ in repeat(None, loops):
            asked = [ask_async(self.port, number) for number in range(self.requests)]
            self._results.append(await asyncio.gather(*asked))
