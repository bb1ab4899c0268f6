"""What the operating system says a process used: CPU time and context switches."""

from __future__ import annotations

import time
from typing import NamedTuple

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


class Usage(NamedTuple):
    """CPU time in seconds, and context switches where the platform counts them.

    A voluntary switch is one for which the process waited; an involuntary one took the core from
    it.
    """

    cpu: float
    voluntary: float | None
    involuntary: float | None

    def __sub__(self, before: Usage) -> Usage:
        return Usage(
            self.cpu - before.cpu,
            _both(self.voluntary, before.voluntary, -1),
            _both(self.involuntary, before.involuntary, -1),
        )

    def plus(self, other: Usage) -> Usage:
        return Usage(
            self.cpu + other.cpu,
            _both(self.voluntary, other.voluntary, 1),
            _both(self.involuntary, other.involuntary, 1),
        )

    def per(self, operations: float) -> dict[str, float]:
        """As metrics, for one operation."""
        figures = {
            "cpu_seconds": self.cpu,
            "voluntary_switches": self.voluntary,
            "involuntary_switches": self.involuntary,
        }
        return {k: max(0.0, v) / operations for k, v in figures.items() if v is not None}


def usage_now() -> Usage:
    """Of this process with all its threads, and of its children that have ended."""
    if resource is None:
        return Usage(time.process_time(), None, None)
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Usage(
        own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime,
        own.ru_nvcsw + ended.ru_nvcsw,
        own.ru_nivcsw + ended.ru_nivcsw,
    )


def _both(one: float | None, other: float | None, sign: int) -> float | None:
    return None if one is None or other is None else one + sign * other
