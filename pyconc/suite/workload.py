"""What a workload may say of itself, and what it may do: the class that every case is made of."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Union

from pyconc.suite.metrics import Lap, Metrics

if TYPE_CHECKING:
    from pyconc.suite.case import Declaration

Parameter = Union[str, int]


class Clock(enum.Enum):
    """What the clock covers."""

    #: Workers exist and are parked before the clock starts; their own clocks time the work.
    WORK = "work"
    #: As the notes time their programs: workers created, started and joined inside the clock.
    PROGRAM = "program"
    #: One caller, on the main thread, uses workers that belong to the primitive (a pool).
    CALLER = "caller"


class Workload:
    """What all workers of a team do, what must hold afterwards, and how it is charged.

    An instance lives for one round. Its parameters are attributes. It is sent to the workers of
    other processes, except for attributes whose names begin with an underscore, which stay home.
    """

    declaration: ClassVar[Declaration]
    #: Changes whenever the timed work does, so that unlike results are never compared.
    version: ClassVar[int] = 1
    #: What does everything but the primitive: ``family.workload``, with the parameters that it
    #: shares with this one, or a full id, in which ``{workers}`` and the like are this one's.
    control: ClassVar[str | None] = None
    #: The same thing in C, by the operating system's own primitive; named as a control is.
    floor: ClassVar[str | None] = None
    #: Another way to do the same, that it is held against; named as a control is. Both take turns
    #: from value to value, as the Pythons of a campaign do. Ways that differ in one axis are said
    #: by `case(rivals=...)` instead.
    rival: ClassVar[str | None] = None
    #: What the clock covers.
    clock: ClassVar[Clock] = Clock.WORK
    #: Stamps that each worker takes of its clock on the way through a value.
    stamps: ClassVar[int] = 64
    #: Every operation takes all workers (a barrier), so it counts once and not once a worker.
    joint: ClassVar[bool] = False
    #: The workers take turns by design, so the charge is from the first start to the last stop.
    serial: ClassVar[bool] = False
    #: Loops of each worker in one program, where the clock covers the program.
    program_loops: ClassVar[int] = 1
    #: Several workers are given a time and not a number of loops, so that all of them run until the
    #: end and how much each has done tells how evenly they share. `check` must go by `laps` then.
    fixed_time: ClassVar[bool] = False
    #: The workers never wait for each other, so that each may have a core to itself all the time.
    #: Where they had not, because of other programs, the value is marked as crowded.
    at_once: ClassVar[bool] = False
    #: The axis that says how many threads compute beside the workers, if there is one.
    beside: ClassVar[str | None] = None
    #: What `observe` observes: ``handoff`` gives the metrics ``handoff_p50`` and so on, in seconds.
    observes: ClassVar[str | None] = None
    #: How the names of threads begin that a library keeps by design when it is told to end.
    kept_threads: ClassVar[tuple[str, ...]] = ()
    #: What `setup` starts works even while nothing is asked of it, and would disturb the workers of
    #: other Pythons if they were alive meanwhile.
    restless: ClassVar[bool] = False

    #: What the workers are: ``thread``, ``process``, ``interpreter`` or ``task``.
    backend: str
    #: How processes are started: ``fork``, ``forkserver``, ``spawn``, or None for Python's default.
    start_method: str | None
    #: How many workers there are.
    workers: int

    #: What the workers' calls of `work` returned, by worker; set before `check`.
    returned: list[list[Any]]
    #: The workers' stamps; set before `check`.
    laps: list[Lap]

    def __init__(self, **parameters: Parameter) -> None:
        vars(self).update(parameters)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    @property
    def operations(self) -> int:
        """Operations of one worker in one loop (of the whole program, where that is a loop)."""
        return 1

    @property
    def asked_seconds(self) -> float:
        """Seconds that one loop is told to take, by a timeout; only what is beyond is charged."""
        return 0.0

    @property
    def least_seconds(self) -> float:
        """Seconds that a value takes at least, where less would not show what it is about."""
        return 0.0

    @property
    def event_loop(self) -> str:
        """Whose event loop its tasks run in: ``asyncio``, or ``trio`` where that is installed."""
        return "asyncio"

    def setup(self) -> None:
        """Make the shared state: once, before any worker exists."""

    def reset(self) -> None:
        """Put the shared state back, before every value (every program)."""

    def work(self, worker: int, loops: int) -> object:
        """The timed loop of worker number ``worker``, and nothing else."""
        raise NotImplementedError

    def trial(self, worker: int, loops: int) -> object:
        """As `work`, but it brings about what the primitive must keep from doing harm.

        Such as another worker at the door of a section; see `pyconc.suite.trial`. Where it is
        defined it is done once a round before the values, untimed, and checked as a value is:
        under the GIL a lock that does not lock may go unnoticed in `work`.
        """
        raise NotImplementedError

    def observe(self, worker: int, loops: int) -> object:
        """As `work`, reading `perf_counter` at every operation: in a value of its own.

        What the workers return is for `durations`; in the default one, worker 0 returns when it
        gave and worker 1 when it received, operation by operation.
        """
        raise NotImplementedError

    def durations(self) -> Iterable[float]:
        """Seconds from what the workers' calls of `observe` returned."""
        return [
            received - gave
            for given, taken in zip(*self.returned[:2])
            for gave, received in zip(given, taken)
        ]

    def settle(self) -> None:
        """Wait for what `work` only began. With `Clock.CALLER`, and where it is defined, `work` is
        called for one loop at a time, and this after each of them, outside the clock.
        """

    def check(self, loops: int) -> Metrics | None:
        """Prove the invariant after ``loops`` loops of each worker; metrics may be returned.

        Raises:
            InvariantError: the primitive did not do what it promises.
        """

    def teardown(self) -> None:
        """Give back what `setup` took; no worker is left by then."""
