"""Every statement, in the order of the notes."""

from __future__ import annotations

from pyconc.statements import coroutines, locks, processes, queues, signals, threads
from pyconc.statements.statement import DECLARED, Statement

#: Sections of the notes, in their order.
SECTIONS = (
    "thread", "lock", "rlock", "semaphore", "condition", "event", "with", "queue", "barrier",
    "process", "shared", "process-queue", "pipe", "process-barrier", "pool", "asyncio",
)  # fmt: skip

#: The modules that declare them.
MODULES = (threads, locks, signals, queues, processes, coroutines)

STATEMENTS: tuple[Statement, ...] = tuple(
    sorted(DECLARED.values(), key=lambda each: SECTIONS.index(each.section))
)
