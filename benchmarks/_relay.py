"""Numbers that one worker stores and the others read; for semaphore.py and event.py."""

from __future__ import annotations

import copy
from collections.abc import MutableSequence
from typing import Any, Callable, ClassVar

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics
from pyconc.suite.trial import give_way, shared_zeros, until


class Relay(Workload):
    """Worker 0 stores the numbers 1, 2, 3 … in one place, and each of the others reads them all."""

    joint = True

    number: Any

    def setup(self) -> None:
        self.number = shared_zeros(self, 1)

    def reset(self) -> None:
        self.number[0] = 0

    def work(self, worker: int, loops: int) -> list[int]:
        """Returns the numbers that the worker has read."""
        raise NotImplementedError

    def check(self, loops: int) -> Metrics | None:
        for worker, parts in enumerate(self.returned[1:], 1):
            numbers = [number for part in parts for number in part]
            if numbers != list(range(1, loops + 1)):
                raise InvariantError(f"worker {worker} did not read 1 to {loops}, each once")
        return None


class Guarded(Relay):
    """Nobody reads a number that is not stored, nor stores one before all have read the last."""

    #: The attributes at which the workers wait for each other: what they are, or lists of them.
    waits_at: ClassVar[tuple[str, ...]]

    #: In a trial, by worker: how often it has come to wait for others.
    waits: MutableSequence[int]

    def setup(self) -> None:
        super().setup()
        self.waits = shared_zeros(self, self.workers)

    def reset(self) -> None:
        super().reset()
        self.waits[:] = [0] * self.workers

    def trial(self, worker: int, loops: int) -> list[int]:
        """As `work`, but whoever should wait for another has come to do so before that one acts.

        At first nothing is stored before all others wait for it, and then nothing is read before
        worker 0 waits for them to have done so.
        """
        late, eager = copy.copy(self), copy.copy(self)
        for name in self.waits_at:
            there = getattr(self, name)
            many = isinstance(there, list)
            watched = [Watched(each, self.waits, worker) for each in (there if many else [there])]
            vars(late)[name] = vars(eager)[name] = watched if many else watched[0]
        late.number = Late(self.number, self._others_wait, worker)
        first, second = (late, eager) if worker == 0 else (eager, late)
        half = loops // 2
        return [*first.work(worker, half), *second.work(worker, loops - half)]

    def _others_wait(self, worker: int) -> bool:
        """Whether those wait whom worker 0 keeps waiting, or worker 0 whom the others do."""
        if worker == 0:
            return min(self.waits[1:]) > self.waits[0]
        return self.waits[0] >= self.waits[worker]


class Watched:
    """A semaphore or an event that counts, worker by worker, how often somebody comes to wait."""

    def __init__(self, inner: Any, waits: MutableSequence[int], worker: int) -> None:
        self._inner, self._waits, self._worker = inner, waits, worker

    def acquire(self) -> Any:
        self._waits[self._worker] += 1
        return self._inner.acquire()

    def wait(self) -> Any:
        self._waits[self._worker] += 1
        return self._inner.wait()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Late:
    """The number, which is stored, or read, when those who should wait for that have come to."""

    def __init__(self, memory: Any, others_wait: Callable[[int], bool], worker: int) -> None:
        self._memory, self._others_wait, self._worker = memory, others_wait, worker

    def __getitem__(self, index: int) -> int:
        until(lambda: self._others_wait(self._worker))
        give_way()
        number: int = self._memory[index]
        return number

    def __setitem__(self, index: int, number: int) -> None:
        self._memory[index] = number
