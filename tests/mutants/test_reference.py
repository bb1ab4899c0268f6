"""What the controls promise: little, and that is checked too."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from benchmarks import reference
from mutants import measure_broken
from pyconc.errors import InvariantError, WorkerDiedError
from pyconc.suite.case import Case


class Sticky:
    """A lock that is never free again."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass

    def locked(self) -> bool:
        return True


def test_a_lock_that_stays_held_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "lock", Sticky())
    with pytest.raises(InvariantError, match="left held"):
        measure_broken(cases["reference.pairs[thread-1-4]"])


def test_an_attribute_that_forgets_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetful: Any = property(lambda self: 0, lambda self, count: None)
    monkeypatch.setattr(reference.Attribute, "count", forgetful, raising=False)
    with pytest.raises(InvariantError, match="the attribute is 0"):
        measure_broken(cases["reference.attribute[thread-1]"])


def test_a_thread_that_dies_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(self: Any, worker: int, loops: int) -> None:
        raise threading.ThreadError("no more threads")

    monkeypatch.setattr(reference.StartJoin, "work", die)
    with pytest.raises(WorkerDiedError, match="no more threads"):
        measure_broken(cases["reference.start_join[thread-4]"])
