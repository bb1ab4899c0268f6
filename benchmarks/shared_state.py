"""Ten workers fill one dictionary (the notes: "共享变量", shared variables).

Threads store into a plain `dict`. Processes share nothing, so theirs lives in the process of a
`Manager`, and every store is a message to it and back. The notes time the whole program, in which
creating ten workers is much of the time; `Fill` times the stores alone, and `FillArray` those of
processes that need no dictionary. Then: one dictionary that all threads read and write, against one
each; a single access to each of the things that processes can share; and making one of them.
"""

from __future__ import annotations

import multiprocessing
import struct
import threading
from collections.abc import Iterable, MutableMapping, Sequence
from itertools import repeat
from multiprocessing.shared_memory import SharedMemory
from typing import Any, Callable

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, NATIVE, PROCESSES, SPAWN, THREAD, Clock, Workload, case
from pyconc.suite.machine import OVERSUBSCRIBED, ByCores
from pyconc.suite.metrics import Metrics

from ._counting import Sharing, Tried, lost


@case(
    notes="共享变量", backend=(THREAD, *PROCESSES), workers=10, quick={"backend": [THREAD, NATIVE]}
)
class Fill(Workload):
    """Each worker stores its item again and again. One operation: one store."""

    version = 2
    control = "reference.empty_loop"
    fixed_time = True

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
        for _ in repeat(None, loops):
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


@case(notes="共享变量", backend=(FORK, SPAWN), workers=10, quick=False)
class FillArray(Workload):
    """As `Fill`, but the processes share an `Array`, with its lock. One operation: one store.

    How they were started makes no difference to a store.
    """

    control = "reference.empty_loop"
    fixed_time = True
    array: Any

    def setup(self) -> None:
        self.array = multiprocessing.get_context(self.start_method).Array("q", self.workers)

    def reset(self) -> None:
        self.array[:] = [-1] * self.workers

    def work(self, worker: int, loops: int) -> None:
        array, item = self.array, worker * 2
        for _ in repeat(None, loops):
            array[worker] = item

    def check(self, loops: int) -> Metrics | None:
        found = self.array[:]
        if found != [worker * 2 for worker in range(self.workers)]:
            raise InvariantError(f"the workers left {found} in the array")
        return None


@case(notes="共享变量", backend=PROCESSES, workers=10, quick=False)
class FillArrayProgram(FillArray):
    """The notes' program with an `Array` instead of a `Manager`. One operation: the program."""

    clock = Clock.PROGRAM
    control = "reference.start_join"


KEYS = tuple(f"key {number}" for number in range(16))
#: Turns of an empty loop between two updates.
OUTSIDE = range(10)
CROWDS = ByCores((2, 4, OVERSUBSCRIBED), "2, 4 and 10x cores")


def turns(parts: Iterable[int]) -> dict[str, int]:
    """How often each key has its turn in so many loops, begun anew for each part."""
    parts, keys = list(parts), len(KEYS)
    return {k: sum(len(range(i, part, keys)) for part in parts) for i, k in enumerate(KEYS)}


@case(notes="共享变量", workers=CROWDS, shared=("one", "each"), quick={"workers": [4]})
class UnlockedDict(Sharing):
    """Threads count in one dict, or in one each, and work between. One operation: one update.

    The pattern of cpython#157914: in 3.15 the mutex that a dict has inside, where there is no GIL,
    spins in another way, which made benchmarks of locks faster and a shared dict twice as dear.
    """

    def make(self) -> dict[str, int]:
        return dict.fromkeys(KEYS, 0)

    def work(self, worker: int, loops: int) -> dict[str, int]:
        dictionary: dict[str, int] = self.mine()
        keys, count, outside = KEYS, len(KEYS), OUTSIDE
        for turn in range(loops):
            dictionary[keys[turn % count]] += 1
            for _ in outside:
                pass
        return dictionary

    def check(self, loops: int) -> Metrics | None:
        if self.shared == "one":
            updates = sum(sum(lap.parts) for lap in self.laps)
            return lost(updates, sum(self.common.values()))
        for lap, dictionaries in zip(self.laps, self.returned):
            if dictionaries != [turns([part]) for part in lap.parts]:
                raise InvariantError(f"a worker alone counted {dictionaries} in loops {lap.parts}")
        return None


@case(notes="共享变量", workers=CROWDS, shared="one", quick={"workers": [4]})
class LockedDict(Tried, UnlockedDict):
    """Threads count in one dict under one lock, and work between. One operation: one update."""

    control = "shared_state.unlocked_dict"
    lock: Any

    def setup(self) -> None:
        super().setup()
        self.lock = threading.Lock()

    def work(self, worker: int, loops: int) -> dict[str, int]:
        dictionary: dict[str, int] = self.mine()
        lock = self.lock
        keys, count, outside = KEYS, len(KEYS), OUTSIDE
        for turn in range(loops):
            lock.acquire()
            dictionary[keys[turn % count]] += 1
            lock.release()
            for _ in outside:
                pass
        return dictionary

    def trial(self, worker: int, loops: int) -> None:
        door = self.door
        for turn in range(loops):
            door.come(worker)
            self.lock.acquire()
            found = dict(self.common)
            door.stay(worker)
            found[KEYS[turn % len(KEYS)]] += 1
            self.common.update(found)
            door.leave(worker)
            self.lock.release()

    def check(self, loops: int) -> Metrics | None:
        expected = turns(part for lap in self.laps for part in lap.parts)
        if self.common != expected:
            raise InvariantError(f"the dict under the lock holds {self.common}, not {expected}")
        return None


class Access(Workload):
    """One caller alone reads what is shared, which is 1, or writes the numbers of its loops.

    Either way a call of `work` returns the number of its loops.
    """

    control = "shared_state.plain_attribute"
    access: str

    _shared: Any
    _undo: Sequence[Callable[[], object]] = ()

    def check(self, loops: int) -> Metrics | None:
        if self.returned != [self.laps[0].parts]:
            raise InvariantError(f"loops {self.laps[0].parts} came back as {self.returned[0]}")
        return None

    def teardown(self) -> None:
        for undo in self._undo:
            undo()


class AttributeAccess(Access):
    """The number is the attribute ``value``."""

    def reset(self) -> None:
        self._shared.value = 1

    def work(self, worker: int, loops: int) -> int:
        shared, total = self._shared, 0
        if self.access == "read":
            for _ in repeat(None, loops):
                total += shared.value
            return total
        for number in range(1, loops + 1):
            shared.value = number
        return int(shared.value)


class ItemAccess(Access):
    """The number is the item 0."""

    def reset(self) -> None:
        self._shared[0] = 1

    def work(self, worker: int, loops: int) -> int:
        shared, total = self._shared, 0
        if self.access == "read":
            for _ in repeat(None, loops):
                total += shared[0]
            return total
        for number in range(1, loops + 1):
            shared[0] = number
        return int(shared[0])


class Plain:
    value: int


@case(notes="共享变量", access=("read", "write"), quick={"access": ["write"]})
class PlainAttribute(AttributeAccess):
    """An attribute of an object that is not shared. One operation: one read or one write."""

    control = "reference.empty_loop"

    def setup(self) -> None:
        self._shared = Plain()


@case(
    notes="共享变量",
    access=("read", "write"),
    lock=("locked", "raw"),
    quick={"access": ["write"], "lock": ["locked"]},
)
class ValueAccess(AttributeAccess):
    """A `multiprocessing.Value`, with its lock or without. One operation: one read or one write."""

    lock: str

    def setup(self) -> None:
        self._shared = multiprocessing.Value("q", 1, lock=self.lock == "locked")


@case(
    notes="共享变量",
    access=("read", "write"),
    memory=("array", "raw_array", "shared_memory"),
    quick={"access": ["write"], "memory": ["shared_memory"]},
)
class MemoryAccess(ItemAccess):
    """An `Array`, a `RawArray`, a `SharedMemory`. One operation: one read or one write."""

    memory: str

    def setup(self) -> None:
        if self.memory == "shared_memory":
            memory: Any = SharedMemory(create=True, size=8)
            self._shared = view = memory.buf.cast("q")
            self._undo = (view.release, memory.close, memory.unlink)
        else:
            self._shared = multiprocessing.Array("q", 1, lock=self.memory == "array")


@case(notes="共享变量", access="write", proxy=("dict", "list"), quick={"proxy": ["dict"]})
class ManagerAccess(ItemAccess):
    """A dict or a list in the process of a `Manager`. One operation: one write."""

    proxy: str

    def setup(self) -> None:
        manager = multiprocessing.Manager()
        self._undo = (manager.shutdown,)
        self._shared = manager.dict({0: 1}) if self.proxy == "dict" else manager.list([1])


class Creation(Workload):
    """One caller makes what processes share and gives it back, over and over."""

    clock = Clock.CALLER
    control = "reference.empty_loop[thread-1]"

    _made: list[object]

    def setup(self) -> None:
        self.make(0)  # what the first one starts for all of them exists before the clock starts

    def reset(self) -> None:
        self._made = []

    def work(self, worker: int, loops: int) -> None:
        make, made = self.make, self._made
        for number in range(1, loops + 1):
            made.append(make(number))

    def make(self, number: int) -> object:
        """Make one that holds the number, give it back, and say what it held."""
        raise NotImplementedError

    def check(self, loops: int) -> Metrics | None:
        if self._made != list(range(1, loops + 1)):
            raise InvariantError(f"what was made with 1 to {loops} held {self._made}")
        return None

    @property
    def _context(self) -> Any:
        return multiprocessing.get_context(self.start_method)


@case(notes="共享变量", backend=(FORK, SPAWN), memory=("value", "array"), quick=False)
class CreateLocked(Creation):
    """A `Value` or an `Array`, with its lock, is made, read and dropped. One operation: all three.

    For spawn, and for forkserver as well, the lock has a name that is made known and withdrawn.
    """

    memory: str

    def make(self, number: int) -> object:
        if self.memory == "value":
            return self._context.Value("q", number).value
        return self._context.Array("q", [number])[0]


@case(notes="共享变量", quick=False)
class CreateSharedMemory(Creation):
    """A `SharedMemory` is made, used, closed and unlinked. One operation: all four."""

    def make(self, number: int) -> object:
        memory: Any = SharedMemory(create=True, size=8)
        struct.pack_into("q", memory.buf, 0, number)
        held = struct.unpack_from("q", memory.buf)[0]
        memory.close()
        memory.unlink()
        return held


@case(notes="共享变量", backend=PROCESSES, quick={"backend": [NATIVE]})
class CreateManager(Creation):
    """A `Manager` is started, which is a process, and shut down. One operation: both."""

    def make(self, number: int) -> object:
        manager = self._context.Manager()
        address = manager.address
        manager.shutdown()
        return address

    def check(self, loops: int) -> Metrics | None:
        if len(set(self._made)) != loops:
            raise InvariantError(f"{loops} managers had the addresses {set(self._made)}")
        return None
