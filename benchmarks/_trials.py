"""What trials have in common: making sure that others are there to be kept out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from time import sleep
from typing import Any


def linger(at_door: Sequence[int]) -> None:
    """Stay in a critical section until another has come to its door, and a moment longer."""
    for _ in range(1000):
        if sum(at_door) > 1:
            break
        sleep(1e-4)
    sleep(1e-4)


def free_for_others(statement: Any) -> bool:
    """Whether another thread can take it at this moment; it gives it back."""
    found = []

    def take() -> None:
        found.append(statement.acquire(blocking=False))
        if found[0]:
            statement.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return bool(found[0])
