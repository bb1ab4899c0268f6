"""Interpreters beside this one, each with a GIL of its own (not in the notes; new in 3.14).

What it costs to make one and to have it do something, and to pass items between two of them.
"""

from __future__ import annotations

import importlib
from itertools import repeat
from time import perf_counter
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import INTERPRETER, Clock, Workload, case
from pyconc.suite.metrics import Metrics
from pyconc.suite.requirements import Has

NEEDED = Has("concurrent.interpreters", since=(3, 14))
REQUIRES = [NEEDED]

#: `concurrent.interpreters`; where it is missing, every case is skipped.
interpreters: Any = None
if not NEEDED.unmet():
    interpreters = importlib.import_module("concurrent.interpreters")


def successor(number: int) -> int:
    """What is called: it needs nothing of this module, so it can be sent as it is."""
    return number + 1


@case(requires=REQUIRES)
class CreateClose(Workload):
    """An interpreter is created and closed. One operation: both."""

    clock = Clock.CALLER
    control = "reference.empty_loop[thread-1]"

    _before: list[Any]
    _ids: list[int]

    def reset(self) -> None:
        self._ids = []
        self._before = interpreters.list_all()

    def work(self, worker: int, loops: int) -> None:
        create, ids = interpreters.create, self._ids
        for _ in repeat(None, loops):
            interpreter = create()
            ids.append(interpreter.id)
            interpreter.close()

    def check(self, loops: int) -> Metrics | None:
        if len(set(self._ids)) != loops:
            raise InvariantError(f"{len(set(self._ids))} interpreters were created, not {loops}")
        if left := set(interpreters.list_all()) - set(self._before):
            raise InvariantError(f"{len(left)} interpreters are there after they were closed")
        return None


class Asked(Workload):
    """One interpreter, kept, is asked again and again."""

    _interpreter: Any

    def setup(self) -> None:
        self._interpreter = interpreters.create()

    def teardown(self) -> None:
        self._interpreter.close()


class Counted(Workload):
    """Each call takes a number to its successor."""

    _came: int

    def reset(self) -> None:
        self._came = 0

    def check(self, loops: int) -> Metrics | None:
        if self._came != loops:
            raise InvariantError(f"{loops} calls led from 0 to {self._came}")
        return None


@case(requires=REQUIRES)
class DirectCall(Counted):
    """The function that `Call` calls is called here. One operation: one call."""

    def work(self, worker: int, loops: int) -> None:
        function, number = successor, self._came
        for _ in repeat(None, loops):
            number = function(number)
        self._came = number


@case(requires=REQUIRES)
class Call(Asked, Counted):
    """A function is called in another interpreter, and answers. One operation: one call."""

    control = "interpreter.direct_call"

    def work(self, worker: int, loops: int) -> None:
        call, function, number = self._interpreter.call, successor, self._came
        for _ in repeat(None, loops):
            number = call(function, number)
        self._came = number


@case(quick=False, requires=REQUIRES)
class MainThreadCall(Call):
    """As `Call`, from the main thread, where Linux makes it slower. One operation: one call.

    Every call makes a thread state, which asks for the bounds of the stack; those of the main
    thread's are looked up in ``/proc/self/maps``.
    """

    clock = Clock.CALLER


@case(quick=False, requires=REQUIRES)
class DirectExec(Workload):
    """The source that `Execute` executes is executed here. One operation: one `exec`."""

    _namespace: dict[str, Any]

    def reset(self) -> None:
        self._namespace = {"count": 0}

    def work(self, worker: int, loops: int) -> None:
        namespace = self._namespace
        for _ in repeat(None, loops):
            exec("count += 1", namespace)

    def check(self, loops: int) -> Metrics | None:
        if self._namespace["count"] != loops:
            raise InvariantError(f"{loops} times `exec` counted to {self._namespace['count']}")
        return None


@case(quick=False, requires=REQUIRES)
class Execute(Asked):
    """A line of source is executed in another interpreter. One operation: one `exec`."""

    control = "interpreter.direct_exec"

    def reset(self) -> None:
        self._interpreter.exec("count = 0")

    def work(self, worker: int, loops: int) -> None:
        execute = self._interpreter.exec
        for _ in repeat(None, loops):
            execute("count += 1")

    def check(self, loops: int) -> Metrics | None:
        try:
            self._interpreter.exec(f"if count != {loops}: raise ValueError(count)")
        except interpreters.ExecutionFailed as error:
            raise InvariantError(f"{loops} times `exec` did not count to it: {error}") from error
        return None


@case(quick=False, requires=REQUIRES)
class QueuePair(Workload):
    """One item is put into a queue for interpreters and got back here. One operation: both."""

    control = "reference.empty_loop[thread-1]"

    _queue: Any

    def setup(self) -> None:
        self._queue = interpreters.create_queue()

    def work(self, worker: int, loops: int) -> int:
        put, get, total = self._queue.put, self._queue.get, 0
        for number in range(loops):
            put(number)
            total += get()
        return total

    def check(self, loops: int) -> Metrics | None:
        parts = self.laps[0].parts
        if self.returned[0] != [sum(range(part)) for part in parts]:
            raise InvariantError("what came out of the queue is not what went in")
        if not self._queue.empty():
            raise InvariantError("something is left in the queue")
        return None


@case(backend=INTERPRETER, workers=2, requires=REQUIRES)
class QueueHandoff(Workload):
    """Two interpreters pass a number there and back, each through a queue of its own.

    `get` looks every 10 ms whether there is something. One operation: one number, there and back.
    """

    control = "reference.empty_loop[thread-1]"
    joint = True
    observes = "handoff"

    there: Any
    back: Any
    #: What the worker has passed so far; each has its own copy, for the time of one value.
    passed: int

    def setup(self) -> None:
        self.there, self.back = interpreters.create_queue(), interpreters.create_queue()

    def reset(self) -> None:
        self.passed = 0

    def work(self, worker: int, loops: int) -> list[int]:
        there, back = self.there, self.back
        got: list[int] = []
        if worker == 0:
            for number in range(self.passed, self.passed + loops):
                there.put(number)
                got.append(back.get())
        else:
            for _ in repeat(None, loops):
                got.append(there.get())
                back.put(got[-1])
        self.passed += loops
        return got

    def observe(self, worker: int, loops: int) -> list[float]:
        there, back, clock = self.there, self.back, perf_counter
        moments: list[float] = []
        if worker == 0:
            for number in range(loops):
                moments.append(clock())
                there.put(number)
                back.get()
        else:
            for _ in repeat(None, loops):
                number = there.get()
                moments.append(clock())
                back.put(number)
        return moments

    def check(self, loops: int) -> Metrics | None:
        for worker, parts in enumerate(self.returned):
            if [number for part in parts for number in part] != list(range(loops)):
                raise InvariantError(f"worker {worker} did not get 0 to {loops - 1} in order")
        if not (self.there.empty() and self.back.empty()):
            raise InvariantError("something is left in a queue")
        return None
