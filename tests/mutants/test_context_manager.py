"""Broken primitives under `with` and by hand."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from mutants import measure_broken
from mutants.test_lock import NoLock
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

PRIMITIVES = ["lock", "rlock", "condition", "semaphore"]
WAYS = ["with", "try_finally"]


class HeldAfterAnError(NoLock):
    """Is released by `with` only where the body went well."""

    def __init__(self, lock: Any) -> None:
        self.acquire, self.release = lock.acquire, lock.release  # type: ignore[method-assign]

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self.release()


class Generous(threading.Semaphore):
    """Gives back one permit more than was taken."""

    def release(self, n: int = 1) -> None:
        super().release(n + 1)


@pytest.mark.parametrize("primitive", PRIMITIVES)
@pytest.mark.parametrize("way", WAYS)
def test_what_does_not_lock_is_caught(way: str, primitive: str, cases: dict[str, Case]) -> None:
    with pytest.raises(InvariantError, match="free for others while it was held"):
        measure_broken(cases[f"context_manager.{way}[thread-1-{primitive}]"], statement=NoLock())


@pytest.mark.parametrize("make", [threading.Lock, threading.RLock, threading.Condition])
def test_what_stays_held_after_an_error_is_caught(make: Any, cases: dict[str, Case]) -> None:
    broken = HeldAfterAnError(make())
    with pytest.raises(InvariantError, match="held after its body"):
        measure_broken(cases["context_manager.with[thread-1-lock]"], loops=1, statement=broken)


@pytest.mark.parametrize("way", WAYS)
def test_a_permit_too_many_is_caught(way: str, cases: dict[str, Case]) -> None:
    case = cases[f"context_manager.{way}[thread-1-semaphore]"]
    with pytest.raises(InvariantError, match="while it was held"):
        measure_broken(case, statement=Generous(1))
