"""What trials have in common: whether a primitive is free for somebody else."""

from __future__ import annotations

import threading
from typing import Any


def free_for_others(statement: Any) -> bool:
    """Whether another thread can take it at this moment; it gives it back."""
    found = []

    def take() -> None:
        found.append(statement.acquire(False))
        if found[0]:
            statement.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return bool(found[0])
