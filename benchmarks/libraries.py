"""Locks, semaphores, events and queues of anyio, aiologic and trio, beside the standard library's.

Tasks are those of one event loop: of asyncio, and for trio of its own. What they do is what all of
the libraries can do: an event is new for each use, as those of anyio, aiologic and trio cannot be
cleared, and a queue has room for so many things (in anyio and trio it is a memory stream, or
channel). Some promise more than others: what is free is taken at once in asyncio and aiologic,
while anyio and trio let the other tasks run first, which is a turn of the loop.
The primitives of aiologic are for threads too, and these are held against `threading` and `queue`.
All this is measured on request only, where the libraries are installed.
"""

from __future__ import annotations

import threading
from functools import partial
from itertools import repeat
from queue import Queue
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import TASK, Workload, case
from pyconc.suite.metrics import Metrics
from pyconc.suite.requirements import Module, Only

from . import _turns, event, lock, queue, semaphore
from ._libraries import LIBRARIES, Green
from ._passing import Ends
from ._relay import Guarded
from ._trials import free_for_others

PRIMITIVES = ("Lock", "Semaphore")
ONE = {"primitive": ["Lock"]}
THREADED = ("threading", "aiologic")

tasks = partial(
    case,
    backend=TASK,
    library=tuple(LIBRARIES),
    rivals="library",
    requires=[Only(Module(name), library=name) for name in LIBRARIES if name != "asyncio"],
)
threads = partial(
    case,
    library=THREADED,
    rivals="library",
    requires=[Only(Module("aiologic"), library="aiologic")],
)


@tasks(primitive=PRIMITIVES, quick=ONE)
class Pair(_turns.Alone):
    """Acquired and released by one task, with nobody else there. One operation: one pair."""


@tasks(workers=2)
class OpenSection(_turns.Section):
    """In a section that is open to both, each task lets the other run. One operation: one section.

    No library has a part in it, but for the loop of trio.
    """

    permits = 2


@tasks(workers=2, primitive=PRIMITIVES, quick=ONE)
class Turns(_turns.Turns):
    """Two tasks take turns in a section, in which each lets the other run.

    So each of them has to wait for the other one. One operation: one section.
    """


@tasks()
class EventReady(_turns.Event):
    """An event is made, set and waited for, with nobody else there. One operation: all three."""


@tasks(workers=2)
class EventPingPong(_turns.PingPong):
    """One event says that a number is there, another that it was read; both are new each time.

    One operation: one number passed, which is a hand-off there and one back.
    """

    control = "asyncio.plain_deque[task-2]"
    observes = "handoff"


@tasks()
class QueuePutGet(_turns.PutGet):
    """Put into a queue and got out by one task. One operation: one number, in and out."""

    room = 100


@tasks(workers=2, room=(1, 100), quick={"room": [1]})
class QueuePass(_turns.Pass):
    """Through a queue with so much room, from task to task. One operation: one number passed."""


class Threaded(Workload):
    """Between threads, by the primitives of one library."""

    library: str

    def make(self, primitive: str, *arguments: int) -> Any:
        """A lock or semaphore."""
        if self.library == "threading":
            return getattr(threading, primitive)(*arguments)
        import aiologic

        return Green(getattr(aiologic, primitive)(*arguments))


@threads(primitive=PRIMITIVES, quick=ONE)
class ThreadPair(Threaded):
    """Acquired and released by one thread, with nobody else there. One operation: one pair."""

    control = "reference.empty_loop[thread-1]"
    floor = "floor.mutex_pair[thread-1]"
    primitive: str
    lock: Any

    def setup(self) -> None:
        self.lock = self.make(self.primitive)

    def work(self, worker: int, loops: int) -> None:
        acquire, release = self.lock.acquire, self.lock.release
        for _ in repeat(None, loops):
            acquire()
            release()

    def check(self, loops: int) -> Metrics | None:
        self.lock.acquire()
        if free_for_others(self.lock, blocking=False):
            raise InvariantError(f"the {self.primitive} was taken while it was held")
        self.lock.release()
        if not free_for_others(self.lock, blocking=False):
            raise InvariantError(f"the {self.primitive} was held after its last release")
        return None


@threads(workers=2)
class ThreadContended(Threaded, lock.Locked):
    """Two threads want one lock, and do nothing else. One operation: one section."""

    control = "lock.update[thread-2]"
    floor = "floor.mutex_contended[thread-2]"
    asks_again = False  # which aiologic forbids

    def setup(self) -> None:
        super().setup()
        self.locks = [self.make("Lock")] * self.workers


@threads(workers=2)
class ThreadHandoff(Threaded, semaphore.Handoff):
    """A number is stored and read, with a semaphore to wait at there and one back.

    One operation: one number passed, which is a hand-off there and one back.
    """

    def setup(self) -> None:
        super().setup()
        self.stored, self.taken = self.make("Semaphore", 0), self.make("Semaphore", 0)

    def check(self, loops: int) -> Metrics | None:
        if any(each.acquire(blocking=False) for each in (self.stored, self.taken)):
            raise InvariantError("a semaphore has a permit left that nobody gave")
        return Guarded.check(self, loops)


@threads(workers=2)
class ThreadEvent(Threaded, event.ProducerConsumer):
    """A number is stored and read, with an event that is set and cleared there and one back.

    One operation: one number passed, which is a hand-off there and one back.
    """

    def setup(self) -> None:
        super().setup()
        if self.library == "aiologic":
            import aiologic

            self.stored, self.taken = aiologic.REvent(), aiologic.REvent()


@threads(workers=2)
class ThreadQueue(Threaded, queue.OneToOne):
    """From one thread to another through a queue without end. One operation: one number passed."""

    control = "queue.no_queue[thread-2]"

    def setup(self) -> None:
        if self.library == "threading":
            self.queue = Queue()
        else:
            import aiologic

            self.queue = aiologic.Queue()

    def ends(self, worker: int) -> Ends:
        if self.library == "threading":
            return self.queue.put, self.queue.get
        return self.queue.green_put, self.queue.green_get
