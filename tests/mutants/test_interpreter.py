"""Interpreters that stay or do not do what they are told, and queues that alter what they carry."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from mutants import Caught
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

pytestmark = pytest.mark.skipif(sys.version_info < (3, 14), reason="needs Python 3.14+")


class Kept:
    """Is not closed when it should be, nor when nobody holds it any more."""

    held: ClassVar[list[Any]] = []

    def __init__(self, interpreter: Any) -> None:
        self.held.append(interpreter)
        self.id = interpreter.id

    def close(self) -> None:
        pass


class Lazy:
    """Does nothing every third time."""

    def __init__(self, interpreter: Any) -> None:
        self._interpreter = interpreter
        self._told = 0

    def call(self, function: Any, number: int) -> Any:
        return self._interpreter.call(function, number) if self._obeys() else number

    def exec(self, source: str) -> None:
        if source != "count += 1" or self._obeys():
            self._interpreter.exec(source)

    def close(self) -> None:
        pass

    def _obeys(self) -> bool:
        self._told += 1
        return self._told % 3 != 1


class Altering:
    """Carries every item so many times, and with a change."""

    def __init__(self, queue: Any, times: int, change: int) -> None:
        self._queue = queue
        self._times, self._change = times, change

    def put(self, item: int) -> None:
        for _ in range(self._times):
            self._queue.put(item + self._change)

    def get(self) -> Any:
        return self._queue.get()

    def empty(self) -> Any:
        return self._queue.empty()


@pytest.fixture
def interpreters() -> Iterator[Any]:
    """The module; afterwards there is no interpreter but the main one."""
    module: Any = importlib.import_module("concurrent.interpreters")
    yield module
    Kept.held.clear()
    for interpreter in module.list_all():
        if interpreter != module.get_main():
            interpreter.close()


def test_an_interpreter_that_is_not_closed_is_caught(
    interpreters: Any, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = interpreters.create
    monkeypatch.setattr(interpreters, "create", lambda: Kept(create()))
    caught("interpreter.create_close[thread-1]", "after they were closed")


def test_one_interpreter_given_out_twice_is_caught(
    interpreters: Any, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    only = Kept(interpreters.create())
    case = cases["interpreter.create_close[thread-1]"]
    workload = case.make()
    monkeypatch.setattr(interpreters, "create", lambda: only)
    workload.reset()
    workload.work(0, 2)
    with pytest.raises(InvariantError, match="1 interpreters were created, not 2"):
        workload.check(2)


@pytest.mark.parametrize("workload", ["call", "main_thread_call", "execute"])
def test_an_interpreter_that_does_not_always_obey_is_caught(
    workload: str, interpreters: Any, caught: Caught
) -> None:
    lazy = Lazy(interpreters.create())
    caught(f"interpreter.{workload}[thread-1]", r"calls led|did not count", _interpreter=lazy)


@pytest.mark.parametrize(("times", "change"), [(2, 0), (1, 1)])
def test_a_queue_that_doubles_or_changes_items_is_caught(
    times: int, change: int, interpreters: Any, caught: Caught
) -> None:
    queue = Altering(interpreters.create_queue(), times, change)
    caught("interpreter.queue_pair[thread-1]", "queue", _queue=queue)


@pytest.mark.parametrize(("times", "change"), [(2, 0), (1, 1)])
@pytest.mark.parametrize("which", ["there", "back"])
def test_a_hand_off_that_doubles_or_changes_items_is_caught(
    which: str, times: int, change: int, interpreters: Any, caught: Caught
) -> None:
    queue = Altering(interpreters.create_queue(), times, change)
    caught("interpreter.queue_handoff[interpreter-2]", "in order", loops=4, **{which: queue})
