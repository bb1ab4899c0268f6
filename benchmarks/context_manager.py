"""Taking a primitive by `with`, or by hand (the notes: "with").

The notes enter the four primitives that can be entered, by `with statement:` and by `acquire`,
`try`, `finally` and `release`, and show that both do the same. Which is faster?
"""

from __future__ import annotations

import threading
from itertools import repeat
from typing import Any, Callable

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload, case
from pyconc.suite.metrics import Metrics

from ._trials import free_for_others

PRIMITIVES: dict[str, Callable[[], Any]] = {
    "lock": threading.Lock,
    "rlock": threading.RLock,
    "condition": threading.Condition,
    "semaphore": lambda: threading.Semaphore(1),
}
#: For a quick look.
LOCKS = {"primitive": ["lock", "rlock"]}


class Interrupted(Exception):  # noqa: N818 (nothing is wrong)
    """Ends the body of a trial early: the primitive must be released all the same."""


class Entered(Workload):
    """One worker enters a primitive that nobody else wants."""

    control = "reference.empty_loop"
    primitive: str

    statement: Any
    _mistakes: list[str]

    def setup(self) -> None:
        self.statement = PRIMITIVES[self.primitive]()

    def reset(self) -> None:
        self._mistakes = []

    def enter(self) -> None:
        """Once in the way that `work` does it, with `body` inside."""
        raise NotImplementedError

    def body(self) -> None:
        if free_for_others(self.statement):
            self._mistakes.append("free for others while it was held")
        raise Interrupted

    def trial(self, worker: int, loops: int) -> None:
        for _ in repeat(None, loops):
            try:
                self.enter()
            except Interrupted:
                pass
            if not free_for_others(self.statement):
                self._mistakes.append("held after its body had ended")
            if self._mistakes:  # the next turn might wait for ever
                break

    def check(self, loops: int) -> Metrics | None:
        if self._mistakes:
            raise InvariantError(f"the {self.primitive} was {self._mistakes[0]}")
        if not self.statement.acquire(blocking=False):
            raise InvariantError(f"the {self.primitive} is held at the end")
        free = free_for_others(self.statement)
        self.statement.release()
        if free:
            raise InvariantError(f"the {self.primitive} can be held twice at the end")
        return None


@case(notes="with", primitive=tuple(PRIMITIVES), quick=LOCKS)
class With(Entered):
    """`with statement:` and nothing inside. One operation: one statement."""

    def work(self, worker: int, loops: int) -> None:
        statement = self.statement
        for _ in repeat(None, loops):
            with statement:
                pass

    def enter(self) -> None:
        with self.statement:
            self.body()


@case(notes="with", primitive=tuple(PRIMITIVES), quick=LOCKS)
class TryFinally(Entered):
    """`acquire`, `try`, nothing, `finally`, `release`. One operation: all of that once."""

    rival = "context_manager.with"

    def work(self, worker: int, loops: int) -> None:
        statement = self.statement
        for _ in repeat(None, loops):
            statement.acquire()
            try:
                pass
            finally:
                statement.release()

    def enter(self) -> None:
        self.statement.acquire()
        try:
            self.body()
        finally:
            self.statement.release()
