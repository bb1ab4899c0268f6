"""The squares of 0 to 99, by four workers (the notes: "使用Queue实现Pool" and "Pool").

The notes compare threads that empty a `Queue` with `multiprocessing.Pool`, each created for the
occasion: the cold cases. A program that keeps its pool pays only for the warm ones.
One operation is the whole batch of 100 squares.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from queue import Empty, Queue
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import NATIVE, PROCESSES, Clock, Workload, case
from pyconc.suite.metrics import Metrics

inputs = range(100)
squares = [number * number for number in inputs]


def square(number: int) -> int:
    return number * number


class Batches(Workload):
    """One caller gets the batch done and waits for all of it."""

    clock = Clock.CALLER

    _results: list[Sequence[int]]

    def reset(self) -> None:
        self._results = []

    def work(self, worker: int, loops: int) -> None:
        batch, results = self.batch, self._results
        for _ in range(loops):
            results.append(batch())

    def batch(self) -> Sequence[int]:
        """The squares, in any order."""
        raise NotImplementedError

    def check(self, loops: int) -> Metrics | None:
        if len(self._results) != loops:
            raise InvariantError(f"{len(self._results)} batches came back, not {loops}")
        for result in self._results:
            if sorted(result) != squares:
                raise InvariantError(f"a batch came back as {sorted(result)}")
        return None


@case(notes="Pool")
class NoPool(Batches):
    """The caller computes the squares by itself. One operation: one batch."""

    def batch(self) -> Sequence[int]:
        return [square(number) for number in inputs]


class Pool(Batches):
    """What a pool costs is what it takes longer than the caller alone."""

    control = "pool.no_pool[thread-1]"


@case(notes="使用Queue实现Pool", workers=4)
class QueuePoolCold(Pool):
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
class QueuePoolWarm(Pool):
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


@case(notes="Pool", backend=PROCESSES, workers=4)
class MultiprocessingPoolCold(Pool):
    """`multiprocessing.Pool`, made for the batch. One operation: one batch, pool included."""

    def batch(self) -> Sequence[int]:
        pool = multiprocessing.get_context(self.start_method).Pool(self.workers)
        results = pool.map(square, inputs)
        pool.close()
        pool.join()
        return results


@case(notes="Pool", backend=PROCESSES, workers=4, quick={"backend": [NATIVE]})
class MultiprocessingPoolWarm(Pool):
    """`multiprocessing.Pool`, kept. One operation: one batch."""

    _pool: Any

    def setup(self) -> None:
        self._pool = multiprocessing.get_context(self.start_method).Pool(self.workers)
        self.batch()  # the workers exist and have imported this module before the clock starts

    def batch(self) -> Sequence[int]:
        results: list[int] = self._pool.map(square, inputs)
        return results

    def teardown(self) -> None:
        self._pool.close()
        self._pool.join()


class Executing(Pool):
    """Pools of `concurrent.futures`."""

    def _executor(self) -> Executor:
        if self.backend == "thread":
            return ThreadPoolExecutor(self.workers)
        context = multiprocessing.get_context(self.start_method)
        return ProcessPoolExecutor(self.workers, mp_context=context)


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


@case(notes="Pool", backend=PROCESSES, workers=4, quick={"backend": [NATIVE]})
class ProcessPoolExecutorCold(ThreadPoolExecutorCold):
    """`ProcessPoolExecutor`, made for the batch. One operation: one batch, pool included."""


@case(notes="Pool", backend=PROCESSES, workers=4, quick={"backend": [NATIVE]})
class ProcessPoolExecutorWarm(ThreadPoolExecutorWarm):
    """`ProcessPoolExecutor`, kept. One operation: one batch."""
