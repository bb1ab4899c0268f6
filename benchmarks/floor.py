"""The floors: the operating system's own primitives, in C, by the same rules and in the same run.

No Python can be faster than these. A case of another family that names one of them as its floor
is shown with its distance to it. The functions are those of `pyconc/measure/floor.c`; one call does
a whole part of the loops, with the GIL released, so that the call itself costs next to nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pyconc.errors import InvariantError
from pyconc.measure.floor import Floor, floor_library
from pyconc.suite.case import FORK, Workload, case
from pyconc.suite.machine import OVERSUBSCRIBED, ByCores
from pyconc.suite.metrics import Metrics

from ._timing import Timed


class InC(Workload):
    """A function of floor.c; each counts what it did under its own protection."""

    control: ClassVar[str | None] = "floor.empty_loop"
    function: ClassVar[str]

    @property
    def counts(self) -> float:
        """How much the counter grows for each loop of each worker."""
        return 1

    def setup(self) -> None:
        self._library: Any = floor_library()

    def reset(self) -> None:
        self._library.floor_reset()

    def work(self, worker: int, loops: int) -> int:
        function = getattr(floor_library(), f"floor_{self.function}")
        done: int = function(worker, loops)
        return done

    def check(self, loops: int) -> Metrics | None:
        asked, done = [lap.parts for lap in self.laps], self.returned
        if done != asked:
            raise InvariantError(f"the workers did {done} of {asked} loops: a system call failed")
        counted, expected = self._library.floor_counter(), sum(map(sum, asked)) * self.counts
        if counted != expected:
            raise InvariantError(f"the counter is {counted} and not {expected:g}")
        return None


@case(workers=(1, 2), requires=[Floor("empty_loop")])
class EmptyLoop(InC):
    """A loop without a body, in C. One operation: one turn of one worker's loop."""

    function = "empty_loop"
    control = None
    counts = 0


@case(requires=[Floor("mutex_pair")])
class MutexPair(InC):
    """`pthread_mutex_lock` and `unlock`, uncontended. One operation: both."""

    function = "mutex_pair"


@case(
    workers=ByCores((2, 4, 8, OVERSUBSCRIBED), "2, 4, 8, 10x cores"),
    quick={"workers": [2, OVERSUBSCRIBED]},
    requires=[Floor("mutex_pair")],
)
class MutexContended(InC):
    """One mutex that threads take and release for every update. One operation: one update."""

    function = "mutex_pair"
    control = "floor.empty_loop[thread-2]"
    fixed_time = True


@case(requires=[Floor("semaphore_pair")])
class SemaphorePair(InC):
    """`sem_wait` and `sem_post`, uncontended. One operation: both."""

    function = "semaphore_pair"


class BackAndForth(InC):
    """Two threads wake each other in turn; an operation takes both."""

    joint = True
    control = "floor.empty_loop[thread-1]"


@case(workers=2, requires=[Floor("semaphore_handoff")])
class SemaphoreHandoff(BackAndForth):
    """Two threads wake each other with two semaphores. One operation: there and back."""

    function = "semaphore_handoff"


@case(workers=2, requires=[Floor("condition_handoff")])
class ConditionHandoff(BackAndForth):
    """Two threads wake each other through one condition. One operation: there and back."""

    function = "condition_handoff"


@case(requires=[Floor("create_join")])
class CreateJoin(InC):
    """`pthread_create` and `pthread_join` of a thread that counts one. One operation: both."""

    function = "create_join"


@case(requires=[Floor("fork_wait")])
class ForkWait(InC):
    """`fork` of a child that exits at once, and `waitpid`. One operation: both."""

    function = "fork_wait"


@case(backend=FORK, workers=2, requires=[Floor("pipe_round_trip")])
class PipeRoundTrip(BackAndForth):
    """Two processes pass a byte through two pipes. One operation: there and back."""

    function = "pipe_round_trip"
    counts = 0  # each process has a counter of its own

    def setup(self) -> None:
        super().setup()
        self._library.floor_open_pipes()

    def teardown(self) -> None:
        self._library.floor_close_pipes()


@case(
    microseconds=(100, 1000, 10_000, 100_000),
    quick={"microseconds": [1000]},
    requires=[Floor("sleep")],
)
class Sleep(Timed, InC):
    """`nanosleep` for so many microseconds, which are not charged. One operation: one sleep."""

    function = "sleep"

    def setup(self) -> None:
        super().setup()
        self._library.floor_set_sleep(self.microseconds)


@case(workers=(2, 4, 8, 16), quick={"workers": [2, 4]}, requires=[Floor("barrier")])
class Barrier(BackAndForth):
    """Threads cross `pthread_barrier_wait`. One operation: one crossing by all."""

    function = "barrier"

    @property
    def counts(self) -> float:
        return 1 / self.workers

    def setup(self) -> None:
        super().setup()
        self._library.floor_init_barrier(self.workers)

    def teardown(self) -> None:
        self._library.floor_destroy_barrier()
