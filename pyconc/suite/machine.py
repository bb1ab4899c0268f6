"""What an axis may depend on: the cores that this process may use."""

from __future__ import annotations

import os
from collections.abc import Iterable


def usable_cores() -> int:
    """How many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class ByCores(tuple[int, ...]):
    """The values of an axis that depend on the machine, with the words that say how."""

    words: str

    def __new__(cls, values: Iterable[int], words: str) -> ByCores:
        made = super().__new__(cls, sorted(set(values)))
        made.words = words
        return made


CORES = usable_cores()
#: Ten workers a core: most of them wait for one.
OVERSUBSCRIBED = 10 * CORES


def up_to_twice_the_cores() -> ByCores:
    """Powers of two up to twice the cores, and the cores and their double themselves."""
    most = 2 * CORES
    powers = [2**exponent for exponent in range(most.bit_length()) if 2**exponent <= most]
    return ByCores((*powers, CORES, most), "1 to 2x cores")
