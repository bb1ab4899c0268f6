"""A container that one thread alone takes from and puts back into; for queue.py."""

from __future__ import annotations

from itertools import repeat
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics

#: What a queue holds that is used by one thread alone.
STOCK = [3, 0, 6, 1, 7, 4, 2, 5]


class Rotation(Workload):
    """One thread takes an item out of the stock and puts it back, again and again."""

    kind = "list"
    methods = ("append", "pop")
    container: Any

    def reset(self) -> None:
        self.drain()
        for item in STOCK:
            getattr(self.container, self.methods[0])(item)

    def work(self, worker: int, loops: int) -> None:
        put, get = (getattr(self.container, name) for name in self.methods)
        for _ in repeat(None, loops):
            put(get())

    def drain(self) -> list[int]:
        """All that is in stock, in the order in which it comes out."""
        held = self.container
        size = held.qsize() if hasattr(held, "qsize") else len(held)
        return [getattr(held, self.methods[1])() for _ in range(size)]

    def check(self, loops: int) -> Metrics | None:
        found, expected = self.drain(), self.expected(loops)
        if found != expected:
            raise InvariantError(f"the stock came out as {found} and not as {expected}")
        return None

    def expected(self, loops: int) -> list[int]:
        """The stock after so many loops, in that order."""
        if self.kind in {"list", "LifoQueue"}:
            return STOCK[::-1]
        if self.kind == "PriorityQueue":
            return sorted(STOCK)
        turned = loops % len(STOCK)
        return STOCK[turned:] + STOCK[:turned]
