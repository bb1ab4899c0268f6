"""Broken primitives under `with` and by hand."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from mutants import Caught
from mutants.test_lock import NoLock

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
def test_what_does_not_lock_is_caught(way: str, primitive: str, caught: Caught) -> None:
    caught(
        f"context_manager.{way}[thread-1-{primitive}]",
        "free for others while it was held",
        statement=NoLock(),
    )


@pytest.mark.parametrize("make", [threading.Lock, threading.RLock, threading.Condition])
def test_what_stays_held_after_an_error_is_caught(make: Any, caught: Caught) -> None:
    broken = HeldAfterAnError(make())
    caught("context_manager.with[thread-1-lock]", "held after its body", loops=1, statement=broken)


@pytest.mark.parametrize("way", WAYS)
def test_a_permit_too_many_is_caught(way: str, caught: Caught) -> None:
    caught(f"context_manager.{way}[thread-1-semaphore]", "while it was held", statement=Generous(1))
