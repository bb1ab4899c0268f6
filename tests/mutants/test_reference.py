"""What the controls promise: little, and that is checked too."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from benchmarks import reference
from mutants import Caught, measure_broken
from mutants.test_lock import NoLock
from pyconc.errors import WorkerDiedError
from pyconc.suite.case import Case


class Sticky(NoLock):
    """A lock that is never free again."""

    def locked(self) -> bool:
        return True


def test_a_lock_that_stays_held_is_caught(caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "lock", Sticky())
    caught("reference.pairs[thread-1-4]", "left held")


def test_an_attribute_that_forgets_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetful: Any = property(lambda self: 0, lambda self, count: None)
    monkeypatch.setattr(reference.Attribute, "count", forgetful, raising=False)
    caught("reference.attribute[thread-1]", "the attribute is 0")


def test_a_thread_that_dies_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(self: Any, worker: int, loops: int) -> None:
        raise threading.ThreadError("no more threads")

    monkeypatch.setattr(reference.StartJoin, "work", die)
    with pytest.raises(WorkerDiedError, match="no more threads"):
        measure_broken(cases["reference.start_join[thread-4]"])
