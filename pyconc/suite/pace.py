"""The pace of the machine: how long work that never changes takes at this moment.

Another tenant of the core, or a lower clock, slows everything down alike, often by more than half
and for about a second. The pace tells so without looking at what is being measured.
"""

from __future__ import annotations

from itertools import repeat
from time import perf_counter

#: Of one reading: some 40 us, long beside reading a clock.
_LOOPS = 1000
#: One that was interrupted must not count.
_READINGS = 3
#: Loops that one call of `pace` takes.
LOOPS_READ = _LOOPS * _READINGS


def pace() -> float:
    """Seconds that one loop takes: of three readings the middle one.

    The loop is in Python, as what is measured is: another tenant of the core slows a small loop in
    C far less.
    """
    return sorted(_read() for _ in range(_READINGS))[_READINGS // 2]


def _read() -> float:
    call, total = _nothing, 0
    start = perf_counter()
    for _ in repeat(None, _LOOPS):
        call()
        total += 1  # noqa: SIM113 (the work itself)
    return (perf_counter() - start) / _LOOPS


def _nothing() -> None:
    pass
