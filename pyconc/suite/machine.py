"""What an axis may depend on: the cores that this process may use."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable


def usable_cores() -> int:
    """How many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def start_on(number: int) -> None:
    """Have this thread go on on one of the cores, counted round and round, where the system lets it
    choose. From there it may be moved as before.

    Two processes that only one core each has ever run have met two machines, where another tenant
    disturbs one core and not the other.
    """
    if len(_CORES) > 1:
        with contextlib.suppress(OSError):  # one of them is no longer ours
            os.sched_setaffinity(0, {_CORES[number % len(_CORES)]})
            os.sched_setaffinity(0, _CORES)


class ByCores(tuple[int, ...]):
    """The values of an axis that depend on the machine, with the words that say how."""

    words: str

    def __new__(cls, values: Iterable[int], words: str) -> ByCores:
        made = super().__new__(cls, sorted(set(values)))
        made.words = words
        return made


CORES = usable_cores()
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
#: Ten workers a core: most of them wait for one.
OVERSUBSCRIBED = 10 * CORES


def up_to_twice_the_cores() -> ByCores:
    """Powers of two up to twice the cores, and the cores and their double themselves."""
    most = 2 * CORES
    powers = [2**exponent for exponent in range(most.bit_length()) if 2**exponent <= most]
    return ByCores((*powers, CORES, most), "1 to 2x cores")
