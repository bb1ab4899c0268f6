"""One kind of access to a thing, over and over, by workers that share it or have one each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from types import CodeType
from typing import Any, Callable, ClassVar, NamedTuple

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics

from ._counting import lost
from ._things import STOCK

#: Accesses of one turn of the loop, so that the loop itself costs little beside them.
IN_A_TURN = 8
#: What all workers run. An access may use the local names, the free one, and the global ``held``,
#: which is the thing as well.
_LOOP = """\
def enclose(enclosed):
    def loop(thing, worker, loops):
        found = None
        for _ in repeat(None, loops):
            {accesses}
        return {result}
    return loop
"""

Loop = Callable[[Any, int, int], object]


class Used(NamedTuple):
    """A thing, and the loop in which it is accessed."""

    thing: Any
    loop: Loop


class Turns(Workload):
    """The loop of the whole family, with the same statements in each of its turns."""

    fixed_time = True
    at_once = True
    #: Statements of Python, each of them an access; what one finds it may keep as ``found``.
    access: ClassVar[tuple[str, ...]] = ("found = None",)
    #: What a call of the loop returns.
    result: ClassVar[str] = "found"
    #: By worker, as code objects: what is read out of the code is shared with it.
    _codes: list[CodeType]
    _used: list[Used | None]

    @property
    def operations(self) -> int:
        return IN_A_TURN

    def setup(self) -> None:
        accesses = self.access * (IN_A_TURN // len(self.access))
        text = _LOOP.format(accesses="\n            ".join(accesses), result=self.result)
        self._codes = [compile(text, f"<{self.access}>", "exec") for _ in range(self.workers)]

    def reset(self) -> None:
        self._used = [None] * self.workers

    def work(self, worker: int, loops: int) -> object:
        used = self._used[worker]
        if used is None:  # the first call for a value
            used = self._used[worker] = self.begin(worker)
        return used.loop(used.thing, worker, loops)

    def begin(self, worker: int) -> Used:
        """What this worker is to use for one value."""
        return self.build(worker, None)

    def build(self, worker: int, thing: Any) -> Used:
        """A loop of its own for a worker, and so with globals, constants and cells of its own."""
        module: dict[str, Any] = {**self.names(), "repeat": repeat, "held": thing}
        exec(self._codes[worker], module)
        return Used(thing, module["enclose"](thing))

    def names(self) -> dict[str, Any]:
        """Global names that the accesses use beside ``held``."""
        return {}


class Access(Turns):
    """One thing and one loop for all workers, made by the caller; or one each, made by the worker.

    Who made it matters without the GIL: an object's references cost least in the thread that did.
    """

    control = "sharing.no_access[thread-{workers}]"
    shared: str
    #: What the last access of a loop found, as far as that is known.
    finds: ClassVar[Any] = None
    _common: Used

    def make(self, worker: int) -> Any:
        """A fresh thing; that of worker 0 is the one for all."""
        return None

    def prepare(self, thing: Any, worker: int) -> None:
        """What each worker does first with its thing, in its own thread."""

    def reset(self) -> None:
        super().reset()
        if self.shared == "one":
            self._common = self.build(0, self.make(0))

    def begin(self, worker: int) -> Used:
        is_one = self.shared == "one"
        used = self._common if is_one else self.build(worker, self.make(worker))
        self.prepare(used.thing, worker)
        return used

    def check(self, loops: int) -> Metrics | None:
        for worker, found in self._found():
            if not self.is_right(found, worker):
                raise InvariantError(f"worker {worker} found {found!r}, by {self.access[-1]!r}")
        for thing, users in self._things():
            if not self.is_intact(thing, users):
                raise InvariantError(f"the workers {users} left {thing!r}")
        return None

    def is_right(self, found: Any, worker: int) -> bool:
        """Whether a worker may have found that."""
        return bool(found == self.finds)

    def is_intact(self, thing: Any, users: list[int]) -> bool:
        """Whether a thing is as those who used it should have left it."""
        return True

    def thing_of(self, worker: int) -> Any:
        """What a worker used."""
        used = self._used[worker]
        return used.thing if used else None

    def done(self, users: list[int]) -> int:
        """How many accesses these workers made."""
        return IN_A_TURN * sum(sum(self.laps[worker].parts) for worker in users)

    def _found(self) -> Iterator[tuple[int, Any]]:
        for worker, calls in enumerate(self.returned):
            for found in calls:
                yield worker, found

    def _things(self) -> list[tuple[Any, list[int]]]:
        """Every thing that was used, with its workers."""
        everybody = list(range(self.workers))
        if self.shared == "one":
            return [(self._common.thing, everybody)]
        return [(self.thing_of(worker), [worker]) for worker in everybody]


class Counted(Access):
    """Every access is an update that counts; of what all workers share, some may be lost."""

    def count(self, thing: Any) -> int:
        """How many updates a thing shows."""
        raise NotImplementedError

    def is_right(self, found: Any, worker: int) -> bool:
        return True

    def check(self, loops: int) -> Metrics | None:
        super().check(loops)
        counts = [(self.done(users), self.count(thing)) for thing, users in self._things()]
        if self.shared == "one" and self.workers > 1:
            return lost(*counts[0])
        for expected, counted in counts:
            if counted != expected:
                raise InvariantError(f"{expected} updates of one worker came to {counted}")
        return None


class Itself(Access):
    """What is found is the thing."""

    def is_right(self, found: Any, worker: int) -> bool:
        return found is self.thing_of(worker)


class InStock(Access):
    """Workers put in their own numbers and take one out, and what was there stays."""

    def is_right(self, found: Any, worker: int) -> bool:
        return found in range(self.workers)

    def is_intact(self, thing: Any, users: list[int]) -> bool:
        return list(thing) == [0] * STOCK


class OwnPlace(Access):
    """Every worker has a place of its own in the thing, which holds its number."""

    def is_right(self, found: Any, worker: int) -> bool:
        return bool(found == worker)
