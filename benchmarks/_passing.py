"""What queues and pipes have in common: things that pass from one worker to another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, repeat
from time import perf_counter
from typing import Any, Callable

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics

#: What puts or sends a thing, and what gets or receives one.
Ends = tuple[Callable[[Any], object], Callable[[], Any]]


class Passing(Workload):
    """One operation takes a giver and a taker, and counts when the thing has come out.

    So a stream of things is charged until the last one is taken. Workers return how many of those
    that they got were not the ones to expect.
    """

    joint = True
    serial = True
    stamps = 1

    def ends(self, worker: int) -> Ends:
        """What a worker gives by and takes by."""
        raise NotImplementedError

    def check(self, loops: int) -> Metrics | None:
        wrong = sum(chain.from_iterable(self.returned))
        if wrong:
            raise InvariantError(f"{wrong} of {loops} things came out of order")
        return None


class Numbers(Passing):
    """Worker 0 gives numbers in their order; worker 1 takes them."""

    def work(self, worker: int, loops: int) -> int:
        give, take = self.ends(worker)
        wrong = 0
        if worker == 0:
            for number in range(loops):
                give(number)
        else:
            for number in range(loops):
                if take() != number:
                    wrong += 1
        return wrong


class Handoff(Passing):
    """Worker 0 gives a number and waits for it; worker 1 gives back what it takes."""

    observes = "handoff"
    #: What is given while hand-offs are observed.
    thing: Any = 0

    def work(self, worker: int, loops: int) -> object:
        give, take = self.ends(worker)
        wrong = 0
        if worker == 0:
            for number in range(loops):
                give(number)
                if take() != number:
                    wrong += 1
        else:
            for _ in repeat(None, loops):
                give(take())
        return wrong

    def observe(self, worker: int, loops: int) -> list[float]:
        clock, thing = perf_counter, self.thing
        give, take = self.ends(worker)
        moments = []
        for _ in repeat(None, loops):
            if worker == 0:
                moments.append(clock())
                give(thing)
                take()
            else:
                take()
                moments.append(clock())
                give(thing)
        return moments


class Blocks(Passing):
    """What passes are blocks of bytes, too large to be looked at while the clock runs.

    Workers return, beside what `Passing` wants, the last block that they got.
    """

    payload: int
    block: bytes

    def setup(self) -> None:
        self.block = (bytes(range(256)) * (self.payload // 256 + 1))[: self.payload]

    def last(self, loops: int) -> bytes:
        """The last block of so many."""
        return self.block

    def check(self, loops: int) -> Metrics | None:
        for [(wrong, last)] in self.returned:
            if wrong or last not in (None, self.last(loops)):
                raise InvariantError(f"{wrong} of {loops} blocks, or the last, were not as given")
        return None


def exactly_once(taken: Iterable[list[int]], total: int, givers: int = 1) -> None:
    """Every number was taken once, and nobody took two of one giver's in the wrong order.

    Giver 1 of 2 gave the odd numbers.

    Raises:
        InvariantError: it was not so.
    """
    lists = list(taken)
    if sorted(chain.from_iterable(lists)) != list(range(total)):
        raise InvariantError(f"what was taken is not the numbers below {total}, once each")
    for numbers in lists:
        for giver in range(givers):
            given = [number for number in numbers if number % givers == giver]
            if given != sorted(given):
                raise InvariantError(f"somebody took numbers of giver {giver} in the wrong order")
