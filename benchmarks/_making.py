"""What is made and dropped, and how it is proved that each is new and its own; for creation.py."""

from __future__ import annotations

from collections.abc import Coroutine
from itertools import repeat
from typing import Any, Callable, NamedTuple

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics

from ._trials import free_for_others


class Kind(NamedTuple):
    """How a primitive is made, used in a way that leaves a trace, asked for it, and shut."""

    make: Callable[[], Any]
    use: Callable[[Any], object]
    used: Callable[[Any], object]
    #: Of those that are shut inside the clock, as a program has to.
    shut: Callable[[Any], object] | None = None


class Making(Workload):
    """One primitive after the other is made and dropped."""

    control = "reference.allocation[thread-1]"
    kind: str

    _kind: Kind
    _once: Callable[[], object]

    def kinds(self) -> dict[str, Kind]:
        """By name."""
        raise NotImplementedError

    def setup(self) -> None:
        self._kind = self.kinds()[self.kind]
        make, shut = self._kind.make, self._kind.shut
        self._once = make if shut is None else lambda: shut(make())
        self._once()  # imports what it needs before the clock starts

    def work(self, worker: int, loops: int) -> object:
        once = self._once
        for _ in repeat(None, loops):
            once()
        return None

    def check(self, loops: int) -> Metrics | None:
        kind = self._kind
        one, other = kind.make(), kind.make()
        try:
            if kind.used(one) or kind.used(other):
                raise InvariantError(f"a {self.kind} that was just made is not as new")
            kind.use(one)
            if not kind.used(one):
                raise InvariantError(f"a {self.kind} does not show that it was used")
            if kind.used(other):
                raise InvariantError(f"what was done to one {self.kind} was done to another too")
        finally:
            for each in (one, other) if kind.shut else ():
                kind.shut(each)  # type: ignore[misc]
        return None


def take(it: Any) -> None:
    it.acquire()


def taken(it: Any) -> bool:
    return not free_for_others(it)


def put(it: Any) -> None:
    it.put(1)


def start_join(it: Any) -> None:
    it.start()
    it.join()


def run_through(coroutine: Coroutine[Any, Any, object]) -> None:
    """Of a coroutine that does not wait."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise InvariantError("what should not have had to wait has waited")


def refuses_work(executor: Any) -> bool:
    """As one does that was shut down."""
    try:
        executor.submit(int)
    except RuntimeError:
        return True
    return False
