"""How work scales over workers: speedup, efficiency, and the serial part that they imply.

Strong scaling splits one job over the workers (Amdahl, 1967); weak scaling gives each worker a job
of its own (Gustafson, 1988). The serial fraction of a strong speedup is Karp and Flatt's (1990).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pyconc.analysis.costs import Costs
from pyconc.analysis.effect import Estimate


class Scaling(NamedTuple):
    """One number of workers of one backend on one Python."""

    python: str
    #: ``thread``, ``interpreter``, or ``process-`` and its start method.
    backend: str
    workers: int
    #: How many times as fast as one worker; None where it was not measured.
    speedup: Estimate | None
    #: How many times as much as one worker in the same time, each worker with a job of its own.
    scaled_speedup: Estimate | None

    @property
    def efficiency(self) -> float | None:
        """The speedup as a share of the workers."""
        return self.speedup.value / self.workers if self.speedup else None

    @property
    def serial_fraction(self) -> float | None:
        """Karp and Flatt's, from the speedup: 0 is perfect, 1 no speedup at all."""
        if self.speedup is None or self.workers == 1:
            return None
        return karp_flatt(self.speedup.value, self.workers)

    @property
    def scaled_serial_fraction(self) -> float | None:
        """Gustafson's, from the scaled speedup."""
        if self.scaled_speedup is None or self.workers == 1:
            return None
        return gustafson(self.scaled_speedup.value, self.workers)


def karp_flatt(speedup: float, workers: int) -> float:
    """The serial fraction that a speedup implies (Karp and Flatt, 1990)."""
    return (1 / speedup - 1 / workers) / (1 - 1 / workers)


def amdahl(serial_fraction: float, workers: float) -> float:
    """The speedup that a serial fraction allows (Amdahl, 1967)."""
    return 1 / (serial_fraction + (1 - serial_fraction) / workers)


def gustafson(scaled_speedup: float, workers: int) -> float:
    """The serial fraction that a scaled speedup implies (Gustafson, 1988)."""
    return (workers - scaled_speedup) / (workers - 1)


def scalings(costs: Costs) -> list[Scaling]:
    """Everything that the family `scaling` tells, by Python, backend and workers."""
    found = []
    for python in costs.pythons:
        for backend, workers in _arms(costs, python):
            strong = _against_one(costs, python, "strong", backend, workers)
            weak = _against_one(costs, python, "weak", backend, workers)
            if strong or weak:
                scaled = weak.scaled(workers) if weak else None
                found.append(Scaling(python, backend, workers, strong, scaled))
    return found


def _arms(costs: Costs, python: str) -> Iterator[tuple[str, int]]:
    cases = [case for case in costs.cases(python) if case.startswith(("scaling.s", "scaling.w"))]
    arms = {case.partition("[")[2].rstrip("]").rpartition("-")[::2] for case in cases}
    return iter(sorted((backend, int(workers)) for backend, workers in arms))


def _against_one(
    costs: Costs, python: str, kind: str, backend: str, workers: int
) -> Estimate | None:
    name = f"scaling.{kind}[{backend}-"
    return costs.ratio(python, f"{name}1]", f"{name}{workers}]")
