"""Durations in buckets, so that rounds can be put together and a tail is not averaged away."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

#: Buckets for each doubling of the duration: a bucket is 4.4 % wide.
_PER_DOUBLING = 16
#: A bucket beyond is of no duration: this one is of some centuries.
_MOST = 64 * _PER_DOUBLING


class Histogram:
    """Counts of durations, in buckets of even width on the log scale from 1 ns upwards."""

    def __init__(self, counts: Iterable[tuple[int, int]] = ()) -> None:
        self._counts: Counter[int] = Counter(dict(counts))

    @classmethod
    def of(cls, durations: Iterable[float]) -> Histogram:
        """Of durations in seconds; what is shorter than 1 ns counts as 1 ns."""
        return cls(Counter(map(_bucket, durations)).items())

    @classmethod
    def from_text(cls, text: str) -> Histogram:
        """Of what `str` wrote; raises ValueError for anything else."""
        found = [tuple(map(int, pair.split(":"))) for pair in text.split()]
        if not all(len(pair) == 2 and abs(pair[0]) < _MOST and pair[1] > 0 for pair in found):
            raise ValueError(f"{text!r} is no histogram")
        return cls((bucket, count) for bucket, count in found)

    def __str__(self) -> str:
        return " ".join(f"{bucket}:{count}" for bucket, count in sorted(self._counts.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and self._counts == other._counts

    def __len__(self) -> int:
        return sum(self._counts.values())

    def __add__(self, other: Histogram) -> Histogram:
        return Histogram((self._counts + other._counts).items())

    def percentile(self, percent: float) -> float:
        """Seconds that this share of the durations does not exceed, to half a bucket.

        Raises:
            ValueError: there is no duration.
        """
        rank = max(1, math.ceil(len(self) * percent / 100))
        seen = 0
        for bucket in sorted(self._counts):
            seen += self._counts[bucket]
            if seen >= rank:
                return float(2 ** (bucket / _PER_DOUBLING) * 1e-9)
        raise ValueError("a histogram of nothing has no percentiles")


def _bucket(seconds: float) -> int:
    return round(math.log2(max(seconds * 1e9, 1.0)) * _PER_DOUBLING)
