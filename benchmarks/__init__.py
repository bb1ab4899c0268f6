"""What pyconc measures: one file a family, each beside the passage of the notes it comes from."""

from __future__ import annotations

#: The families in the order of the notes; the controls last.
ORDER = (
    "thread", "counter", "lock", "rlock", "semaphore", "condition", "event", "context_manager",
    "queue", "process", "shared_state", "pipe", "barrier", "pool", "dispatch", "asyncio",
    "scaling", "sharing", "interpreter", "gil", "creation", "timed", "joblib", "ecosystem",
    "libraries", "reference", "floor",
)  # fmt: skip

#: Families that are measured only where they are named: they need what few have installed.
ON_REQUEST = ("joblib", "ecosystem", "libraries")
