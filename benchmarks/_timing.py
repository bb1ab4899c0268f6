"""What has a time to take: its lateness is charged, and it must not be over too early."""

from __future__ import annotations

import time
from collections.abc import Iterator

from pyconc.errors import InvariantError
from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics

#: By how much of its time a wait may be short: clocks that are being set right run so much faster.
_SLEWED = 1e-3


class Timed(Workload):
    """Each loop waits for so many microseconds."""

    microseconds: int

    @property
    def asked_seconds(self) -> float:
        return self.microseconds / 1e6

    def check(self, loops: int) -> Metrics | None:
        """Each part of the loops took its time: a part is one wait, where they are not too many."""
        super().check(loops)
        seconds = self.asked_seconds
        tick = time.get_clock_info("monotonic").resolution + seconds * _SLEWED
        early = [missing for missing in self._missing() if missing > 0]
        if early and max(early) > tick:
            raise InvariantError(f"what was to take {seconds:g} s was over {max(early):g} s early")
        return {"early": len(early)}

    def _missing(self) -> Iterator[float]:
        """Seconds that each part took less than it should have."""
        for stamps, parts in self.laps:
            for started, ended, waits in zip(stamps, stamps[1:], parts):
                yield waits * self.asked_seconds - (ended - started)
