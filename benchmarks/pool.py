"""The squares of 0 to 99, by four workers (the notes: "使用Queue实现Pool" and "Pool").

The notes compare threads that empty a `Queue` with `multiprocessing.Pool`, each created for the
occasion: the cold cases. A program that keeps its pool pays only for the warm ones, and for these
are asked too: what does one task there and back cost (`...RoundTrip`), what do larger chunks save
(`...Chunk`), and how long must a task be to be worth sending away (`...Tasks`)?
One operation is the whole batch of 100 squares, unless the workload says otherwise.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from itertools import repeat
from queue import Empty, Queue
from typing import Any

from pyconc.suite.case import DEFAULT, INTERPRETER, NATIVE, PROCESSES, THREAD, case

from ._busy import spin
from ._pools import Batches, RoundTrips, Tasks, seeds

inputs = range(100)
squares = [number * number for number in inputs]
#: Of a task, in microseconds.
LENGTHS = (0, 100, 1000, 10_000)
lengths = partial(
    case,
    notes="Pool",
    workers=2,
    microseconds=LENGTHS,
    quick={"microseconds": [100, 1000, 10_000]},
)


def square(number: int) -> int:
    return number * number


class Squares(Batches):
    """The notes' batch."""

    expected = squares


@case(notes="Pool")
class NoPool(Squares):
    """The caller computes the squares by itself. One operation: one batch."""

    def batch(self) -> Sequence[int]:
        return [square(number) for number in inputs]


@case(notes="Pool")
class NoPoolCall(RoundTrips):
    """The caller computes one square after the other by itself. One operation: one task."""

    def task(self, number: int) -> int:
        return square(number)


@lengths(workers=1)
class NoPoolTasks(Tasks):
    """The caller does the tasks by itself. One operation: one batch of 16 tasks."""

    def batch(self) -> Sequence[int]:
        return [spin(seed, turns) for seed, turns in zip(seeds, repeat(self.turns))]


class Pool(Squares):
    """What a pool costs is what it takes longer than the caller alone."""

    control = "pool.no_pool[thread-1]"


class PoolRoundTrips(RoundTrips):
    """One task there and back, through a pool that is kept."""

    control = "pool.no_pool_call[thread-1]"


class PoolTasks(Tasks):
    """Tasks of a length through a pool that is kept, against the caller alone."""

    control = "pool.no_pool_tasks[thread-1-{microseconds}]"


class QueuePool(Pool):
    """Threads that empty a `Queue`; whichever is done first appends its result first."""

    def ordered(self, result: Sequence[int]) -> list[int]:
        return sorted(result)


@case(notes="使用Queue实现Pool", workers=4)
class QueuePoolCold(QueuePool):
    """The notes' pool: threads that empty a `Queue`. One operation: one batch, pool included."""

    def batch(self) -> Sequence[int]:
        queue: Queue[int] = Queue()
        results: list[int] = []

        def empty_queue() -> None:
            try:
                while True:
                    results.append(square(queue.get_nowait()))
            except Empty:
                pass

        for number in inputs:
            queue.put(number)
        threads = [threading.Thread(target=empty_queue) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results


@case(notes="使用Queue实现Pool", workers=4)
class QueuePoolWarm(QueuePool):
    """The same threads kept, and fed through the same `Queue`. One operation: one batch."""

    _queue: Queue[int | None]
    _squares: list[int]
    _threads: list[threading.Thread]

    def setup(self) -> None:
        self._queue = Queue()
        self._squares = []
        self._threads = [threading.Thread(target=self._serve) for _ in range(self.workers)]
        for thread in self._threads:
            thread.start()
        self.batch()

    def _serve(self) -> None:
        queue = self._queue
        while (number := queue.get()) is not None:
            self._squares.append(square(number))
            queue.task_done()

    def batch(self) -> Sequence[int]:
        self._squares = []
        for number in inputs:
            self._queue.put(number)
        self._queue.join()
        return self._squares

    def teardown(self) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()


@case(notes="使用Queue实现Pool", workers=4)
class QueuePoolRoundTrip(PoolRoundTrips, QueuePoolWarm):
    """One task through the `Queue` of the threads kept. One operation: one task."""

    def task(self, number: int) -> int:
        self._queue.put(number)
        self._queue.join()
        return self._squares.pop()


class MultiprocessingPool(Pool):
    """Pools of `multiprocessing`: of processes, and by the same interface of threads."""

    def _make(self) -> Any:
        if self.backend == THREAD:
            from multiprocessing.pool import ThreadPool  # not loaded where processes are timed

            return ThreadPool(self.workers)
        return multiprocessing.get_context(self.start_method).Pool(self.workers)


@case(notes="Pool", backend=(*PROCESSES, DEFAULT), workers=4)
class MultiprocessingPoolCold(MultiprocessingPool):
    """`multiprocessing.Pool`, made for the batch. One operation: one batch, pool included."""

    def batch(self) -> Sequence[int]:
        pool = self._make()
        results: list[int] = pool.map(square, inputs)
        pool.close()
        pool.join()
        return results


@case(notes="Pool", backend=PROCESSES, workers=4, quick={"backend": [NATIVE]})
class MultiprocessingPoolWarm(MultiprocessingPool):
    """`multiprocessing.Pool`, kept. One operation: one batch."""

    _pool: Any

    def setup(self) -> None:
        self._pool = self._make()
        self.batch()  # the workers exist and have imported this module before the clock starts

    def batch(self) -> Sequence[int]:
        results: list[int] = self._pool.map(square, inputs)
        return results

    def teardown(self) -> None:
        self._pool.close()
        self._pool.join()


@case(notes="Pool", backend=NATIVE, workers=4, chunk=(1, 10, 25), quick=False)
class MultiprocessingPoolChunk(MultiprocessingPoolWarm):
    """`multiprocessing.Pool`, kept, takes so many tasks at a time. One operation: one batch."""

    chunk: int

    def batch(self) -> Sequence[int]:
        results: list[int] = self._pool.map(square, inputs, self.chunk)
        return results


@case(notes="Pool", backend=NATIVE, workers=4)
class MultiprocessingPoolRoundTrip(PoolRoundTrips, MultiprocessingPoolWarm):
    """One task through `multiprocessing.Pool`, kept. One operation: one task."""

    def task(self, number: int) -> int:
        result: int = self._pool.apply(square, (number,))
        return result


@lengths(backend=NATIVE)
class MultiprocessingPoolTasks(PoolTasks, MultiprocessingPoolWarm):
    """Tasks of a length through `multiprocessing.Pool`. One operation: one batch of 16 tasks."""

    def batch(self) -> Sequence[int]:
        results: list[int] = self._pool.starmap(spin, zip(seeds, repeat(self.turns)), 1)
        return results


@case(notes="Pool", workers=4, quick=False)
class ThreadPoolCold(MultiprocessingPoolCold):
    """`multiprocessing.pool.ThreadPool`, made for it. One operation: one batch, pool included."""

    def setup(self) -> None:
        self.batch()  # imports what it needs before the clock starts


@case(notes="Pool", workers=4, quick=False)
class ThreadPoolWarm(MultiprocessingPoolWarm):
    """`multiprocessing.pool.ThreadPool`, kept. One operation: one batch."""


@case(notes="Pool", workers=4, quick=False)
class ThreadPoolRoundTrip(MultiprocessingPoolRoundTrip):
    """One task through `multiprocessing.pool.ThreadPool`, kept. One operation: one task."""


class Executing(Pool):
    """Pools of `concurrent.futures`."""

    def _executor(self) -> Executor:
        if self.backend == THREAD:
            return ThreadPoolExecutor(self.workers)
        if self.backend == INTERPRETER:
            return interpreter_pool_executor(self.workers)
        context = multiprocessing.get_context(self.start_method)
        return ProcessPoolExecutor(self.workers, mp_context=context)


def interpreter_pool_executor(workers: int) -> Executor:
    from concurrent.futures import interpreter  # type: ignore[attr-defined,unused-ignore]

    path = f"import sys; sys.path[:] = {sys.path!r}"  # as processes are told where modules are
    executor: Executor = interpreter.InterpreterPoolExecutor(
        workers, initializer=exec, initargs=(path,)
    )
    return executor


@case(notes="Pool", workers=4)
class ThreadPoolExecutorCold(Executing):
    """`ThreadPoolExecutor`, made for the batch. One operation: one batch, pool included."""

    def batch(self) -> Sequence[int]:
        with self._executor() as executor:
            return list(executor.map(square, inputs))


@case(notes="Pool", workers=4)
class ThreadPoolExecutorWarm(Executing):
    """`ThreadPoolExecutor`, kept. One operation: one batch."""

    _kept: Executor

    def setup(self) -> None:
        self._kept = self._executor()
        self.batch()  # an executor starts its workers when they are first needed

    def batch(self) -> Sequence[int]:
        return list(self._kept.map(square, inputs))

    def teardown(self) -> None:
        self._kept.shutdown()


@case(notes="Pool", workers=4)
class ThreadPoolExecutorRoundTrip(PoolRoundTrips, ThreadPoolExecutorWarm):
    """One task through `ThreadPoolExecutor`, kept. One operation: one task."""

    def task(self, number: int) -> int:
        return self._kept.submit(square, number).result()


@lengths()
class ThreadPoolExecutorTasks(PoolTasks, ThreadPoolExecutorWarm):
    """Tasks of a length through `ThreadPoolExecutor`. One operation: one batch of 16 tasks."""

    def batch(self) -> Sequence[int]:
        return list(self._kept.map(spin, seeds, repeat(self.turns)))


@case(notes="Pool", backend=(*PROCESSES, DEFAULT), workers=4, quick={"backend": [NATIVE]})
class ProcessPoolExecutorCold(ThreadPoolExecutorCold):
    """`ProcessPoolExecutor`, made for the batch. One operation: one batch, pool included."""


@case(notes="Pool", backend=PROCESSES, workers=4, quick=False)
class ProcessPoolExecutorWarm(ThreadPoolExecutorWarm):
    """`ProcessPoolExecutor`, kept. One operation: one batch."""


@case(notes="Pool", backend=NATIVE, workers=4, chunk=(1, 10, 25), quick=False)
class ProcessPoolExecutorChunk(ThreadPoolExecutorWarm):
    """`ProcessPoolExecutor`, kept, takes so many tasks at a time. One operation: one batch."""

    chunk: int

    def batch(self) -> Sequence[int]:
        return list(self._kept.map(square, inputs, chunksize=self.chunk))


@case(notes="Pool", backend=NATIVE, workers=4)
class ProcessPoolExecutorRoundTrip(ThreadPoolExecutorRoundTrip):
    """One task through `ProcessPoolExecutor`, kept. One operation: one task."""


@lengths(backend=NATIVE)
class ProcessPoolExecutorTasks(ThreadPoolExecutorTasks):
    """Tasks of a length through `ProcessPoolExecutor`. One operation: one batch of 16 tasks."""


@case(notes="Pool", backend=INTERPRETER, workers=4)
class InterpreterPoolExecutorCold(ThreadPoolExecutorCold):
    """`InterpreterPoolExecutor`, made for it. One operation: one batch, pool included."""

    def setup(self) -> None:
        self._executor().shutdown()  # imports what it needs before the clock starts


@case(notes="Pool", backend=INTERPRETER, workers=4, quick=False)
class InterpreterPoolExecutorWarm(ThreadPoolExecutorWarm):
    """`InterpreterPoolExecutor`, kept. One operation: one batch."""


@case(notes="Pool", backend=INTERPRETER, workers=4)
class InterpreterPoolExecutorRoundTrip(ThreadPoolExecutorRoundTrip):
    """One task through `InterpreterPoolExecutor`, kept. One operation: one task."""


@lengths(backend=INTERPRETER)
class InterpreterPoolExecutorTasks(ThreadPoolExecutorTasks):
    """Tasks of a length through `InterpreterPoolExecutor`. One operation: one batch of 16 tasks."""
