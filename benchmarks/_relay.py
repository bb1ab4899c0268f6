"""Numbers that one worker stores and the others read; for semaphore.py and event.py."""

from __future__ import annotations

import copy
import multiprocessing
import time
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics

#: Seconds that a trial waits where nobody else may come.
MOMENT = 1e-4


class Relay(Workload):
    """Worker 0 stores the numbers 1, 2, 3 … in one place, and each of the others reads them all."""

    joint = True

    number: Any

    def setup(self) -> None:
        self.number = [0]
        if self.backend == "process":
            self.number = multiprocessing.get_context(self.start_method).RawArray("q", 1)

    def reset(self) -> None:
        self.number[0] = 0

    def work(self, worker: int, loops: int) -> list[int]:
        """Returns the numbers that the worker has read."""
        raise NotImplementedError

    def trial(self, worker: int, loops: int) -> list[int]:
        """As `work`; at first the storing takes a moment, then the reading."""
        slow = copy.copy(self)
        slow.number = Slow(self.number)
        first, second = (slow, self) if worker == 0 else (self, slow)
        half = loops // 2
        return [*first.work(worker, half), *second.work(worker, loops - half)]

    def check(self, loops: int) -> Metrics | None:
        for worker, parts in enumerate(self.returned[1:], 1):
            numbers = [number for part in parts for number in part]
            if numbers != list(range(1, loops + 1)):
                raise InvariantError(f"worker {worker} did not read 1 to {loops}, each once")
        return None


class Slow:
    """Shared memory that takes a moment to answer."""

    def __init__(self, memory: Any) -> None:
        self._memory = memory

    def __getitem__(self, index: int) -> int:
        time.sleep(MOMENT)
        number: int = self._memory[index]
        return number

    def __setitem__(self, index: int, number: int) -> None:
        self._memory[index] = number
