"""What trials have in common: whether a primitive is free for somebody else."""

from __future__ import annotations

import threading
from typing import Any


def free_for_others(statement: Any, **now: bool) -> bool:
    """Whether another thread can take it at this moment; it gives it back.

    Args:
        now: how it is told not to wait, where that is not its first argument.
    """
    found = []

    def take() -> None:
        found.append(statement.acquire(**now) if now else statement.acquire(False))
        if found[0]:
            statement.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return bool(found[0])
