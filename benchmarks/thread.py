"""Threads, and what one can ask of them (the notes: "Thread").

The notes start a thread with a function, start threads of a subclass, and print what the threads
are: which one this is, its identifiers, and whether it is alive.
"""

from __future__ import annotations

import threading
from itertools import repeat
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import Clock, Workload, case
from pyconc.suite.metrics import Metrics

#: What ran, and the identifier of the thread that it ran in.
ran: list[tuple[int, int]] = []


def run(number: int) -> None:
    ran.append((number, threading.get_ident()))


class Runner(threading.Thread):
    """The same as a subclass, as in the notes."""

    def __init__(self, number: int) -> None:
        threading.Thread.__init__(self)
        self.number = number

    def run(self) -> None:
        run(self.number)


class Threads(Workload):
    """So many threads are started, and then joined."""

    clock = Clock.CALLER
    control = "reference.empty_loop[thread-1]"
    floor = "floor.create_join[thread-1]"

    @property
    def operations(self) -> int:
        return self.workers

    def make(self, number: int) -> threading.Thread:
        raise NotImplementedError

    def reset(self) -> None:
        ran.clear()

    def work(self, worker: int, loops: int) -> None:
        make, workers = self.make, self.workers
        for first in range(0, loops * workers, workers):
            threads = [make(number) for number in range(first, first + workers)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def check(self, loops: int) -> Metrics | None:
        numbers = sorted(number for number, _ in ran)
        if numbers != list(range(loops * self.workers)):
            raise InvariantError(f"of {loops * self.workers} threads, these ran: {numbers}")
        if threading.get_ident() in {ident for _, ident in ran}:
            raise InvariantError("a function ran in the thread that started it")
        return None


@case(notes="Thread", workers=(1, 2), quick={"workers": [1]})
class Function(Threads):
    """Threads that are given a function. One operation: one thread, from making it to its end."""

    def make(self, number: int) -> threading.Thread:
        return threading.Thread(target=run, args=(number,))


@case(notes="Thread", quick=False)
class Subclass(Threads):
    """Threads of a subclass with its own `run`. One operation: one thread, as in `Function`."""

    def make(self, number: int) -> threading.Thread:
        return Runner(number)


class Question(Workload):
    """A thread asks about itself."""

    control = "reference.empty_loop"

    def work(self, worker: int, loops: int) -> tuple[Any, Any]:
        """Returns the last answer, and the same from another source."""
        raise NotImplementedError

    def check(self, loops: int) -> Metrics | None:
        for answer, truth in self.returned[0]:
            if answer != truth:
                raise InvariantError(f"a thread was told {answer} and not {truth}")
        return None


@case(notes="Thread")
class CurrentThread(Question):
    """A thread asks which it is: `current_thread()`. One operation: one call."""

    def work(self, worker: int, loops: int) -> tuple[Any, Any]:
        current_thread = threading.current_thread
        for _ in repeat(None, loops):
            thread = current_thread()
        return thread.ident, threading.get_ident()


@case(notes="Thread", quick=False)
class GetIdent(Question):
    """A thread asks for its identifier in Python: `get_ident()`. One operation: one call."""

    def work(self, worker: int, loops: int) -> tuple[Any, Any]:
        get_ident = threading.get_ident
        for _ in repeat(None, loops):
            ident = get_ident()
        return ident, threading.current_thread().ident


@case(notes="Thread", quick=False)
class GetNativeId(Question):
    """A thread asks the system for its identifier: `get_native_id()`. One operation: one call."""

    def work(self, worker: int, loops: int) -> tuple[Any, Any]:
        get_native_id = threading.get_native_id
        for _ in repeat(None, loops):
            ident = get_native_id()
        return ident, threading.current_thread().native_id


@case(notes="Thread", quick=False)
class EnumerateThreads(Question):
    """A thread asks for all that are alive, itself and another. One operation: one call."""

    def work(self, worker: int, loops: int) -> tuple[Any, Any]:
        enumerate_threads = threading.enumerate
        for _ in repeat(None, loops):
            threads = enumerate_threads()
        two = {threading.main_thread(), threading.current_thread()}
        return two.intersection(threads), two


@case(notes="Thread", quick=False)
class IsAlive(Question):
    """A thread asks whether it is alive. One operation: one call."""

    _ended: threading.Thread

    def setup(self) -> None:
        self._ended = threading.Thread()
        self._ended.start()
        self._ended.join()

    def work(self, worker: int, loops: int) -> tuple[Any, Any]:
        is_alive = threading.current_thread().is_alive
        for _ in repeat(None, loops):
            alive = is_alive()
        return alive, True

    def check(self, loops: int) -> Metrics | None:
        if self._ended.is_alive():
            raise InvariantError("a thread that was joined says that it is alive")
        return super().check(loops)
