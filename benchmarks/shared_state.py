"""Ten workers fill one dictionary (the notes: "共享变量", shared variables).

Threads store into a plain `dict`. Processes share nothing, so theirs lives in the process of a
`Manager`, and every store is a message to it and back. The notes time the whole program, in which
creating ten workers is much of the time; `Fill` times the stores alone.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import MutableMapping
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import NATIVE, PROCESSES, THREAD, Clock, Workload, case
from pyconc.suite.metrics import Metrics


@case(
    notes="共享变量", backend=(THREAD, *PROCESSES), workers=10, quick={"backend": [THREAD, NATIVE]}
)
class Fill(Workload):
    """Each worker stores its item again and again. One operation: one store."""

    control = "reference.empty_loop"

    dictionary: MutableMapping[int, int]
    _manager: Any = None

    def setup(self) -> None:
        if self.backend == "thread":
            self.dictionary = {}
        else:
            self._manager = multiprocessing.get_context(self.start_method).Manager()
            self.dictionary = self._manager.dict()

    def reset(self) -> None:
        self.dictionary.clear()

    def work(self, worker: int, loops: int) -> None:
        dictionary, item = self.dictionary, worker * 2
        for _ in range(loops):
            dictionary[worker] = item

    def check(self, loops: int) -> Metrics | None:
        found = dict(self.dictionary)
        if found != {worker: worker * 2 for worker in range(self.workers)}:
            raise InvariantError(f"the workers left {found} in the dictionary")
        return None

    def teardown(self) -> None:
        if self._manager:
            self._manager.shutdown()


@case(notes="共享变量", backend=(THREAD, *PROCESSES), workers=10)
class FillProgram(Fill):
    """The notes' program: ten workers created, one store each, joined. One operation: the program.

    The manager exists before the clock starts.
    """

    clock = Clock.PROGRAM
    control = "reference.start_join"
