"""The pace of the machine: how long work that never changes takes at this moment.

Another tenant of the core, or a lower clock, slows everything down alike, often by more than half
and for about a second. The pace tells so without looking at what is being measured.
"""

from __future__ import annotations

from collections import deque
from itertools import repeat
from time import perf_counter

#: Of one reading: some 15 us, long beside reading a clock.
_LOOPS = 8000
#: One that was interrupted must not count.
_READINGS = 3
#: Loops that one call of `pace` takes.
LOOPS_READ = _LOOPS * _READINGS


def pace() -> float:
    """Seconds that one loop takes: of three readings the middle one.

    The loop is in C and allocates nothing. One in Python is up to a third slower in one process
    than in the next, by where its code and objects happen to lie; this one is the same to a
    thousandth.
    """
    return sorted(_read() for _ in range(_READINGS))[_READINGS // 2]


def _read() -> float:
    start = perf_counter()
    deque(repeat(None, _LOOPS), maxlen=0)
    return (perf_counter() - start) / _LOOPS
