"""How work scales over workers: speedup, efficiency, and the serial part that they imply.

Strong scaling splits one job over the workers (Amdahl, 1967); weak scaling gives each worker a job
of its own (Gustafson, 1988). The serial fraction of a strong speedup is Karp and Flatt's (1990).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.suite.case import INTERPRETER, PROCESSES, THREAD

BACKENDS = (THREAD, INTERPRETER, *PROCESSES)
_CASE = re.compile(rf"scaling\.(?:strong|weak)\[({'|'.join(BACKENDS)})-([1-9]\d{{0,4}})\]")


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
        return self.serial.value if self.serial else None

    @property
    def serial(self) -> Estimate | None:
        """The same with its interval; below 0 where more workers are faster than they should be."""
        if self.speedup is None or self.workers == 1:
            return None
        return _falling(self.speedup, lambda speedup: karp_flatt(speedup, self.workers))

    @property
    def scaled_serial_fraction(self) -> float | None:
        """Gustafson's, from the scaled speedup."""
        return self.scaled_serial.value if self.scaled_serial else None

    @property
    def scaled_serial(self) -> Estimate | None:
        """The same with its interval."""
        if self.scaled_speedup is None or self.workers == 1:
            return None
        return _falling(self.scaled_speedup, lambda speedup: gustafson(speedup, self.workers))


class Line(NamedTuple):
    """One backend on one Python, by the number of workers, the fewest first."""

    python: str
    backend: str
    points: list[Scaling]

    def at_most(self, cpus: int | None) -> Scaling | None:
        """The most workers, more than one, that have a CPU each; all have one where None."""
        having = [each for each in self.points if 1 < each.workers <= (cpus or each.workers)]
        return having[-1] if having else None

    def serial_fraction(self, cpus: int | None) -> float | None:
        """Amdahl's, fitted to all numbers of workers that have a CPU each, by least squares.

        Amdahl's law is a line in ``1 - 1/workers`` with this slope, through the origin; the slope
        to a single point is Karp and Flatt's fraction.
        """
        return _slope(
            (1 - 1 / each.workers, 1 / each.speedup.value - 1 / each.workers)
            for each in self.points
            if each.speedup and each.workers <= (cpus or each.workers)
        )

    def scaled_serial_fraction(self, cpus: int | None) -> float | None:
        """Gustafson's, fitted in the same way: his law is a line in ``workers - 1``."""
        return _slope(
            (each.workers - 1, each.workers - each.scaled_speedup.value)
            for each in self.points
            if each.scaled_speedup and each.workers <= (cpus or each.workers)
        )


def karp_flatt(speedup: float, workers: int) -> float:
    """The serial fraction that a speedup implies (Karp and Flatt, 1990)."""
    return (1 / speedup - 1 / workers) / (1 - 1 / workers)


def amdahl(serial_fraction: float, workers: float) -> float:
    """The speedup that a serial fraction allows (Amdahl, 1967)."""
    return 1 / (serial_fraction + (1 - serial_fraction) / workers)


def gustafson(scaled_speedup: float, workers: int) -> float:
    """The serial fraction that a scaled speedup implies (Gustafson, 1988)."""
    return (workers - scaled_speedup) / (workers - 1)


def scaled(serial_fraction: float, workers: float) -> float:
    """The scaled speedup that a serial fraction allows (Gustafson, 1988)."""
    return workers - serial_fraction * (workers - 1)


def scalings(costs: Costs) -> list[Scaling]:
    """Everything that the family `scaling` tells, by Python, backend and workers."""
    found = []
    for python in costs.pythons:
        for backend, workers in _arms(costs, python):
            strong = _against_one(costs, python, "strong", backend, workers)
            weak = _against_one(costs, python, "weak", backend, workers)
            if strong or weak:
                gained = weak.scaled(workers) if weak else None
                found.append(Scaling(python, backend, workers, strong, gained))
    return found


def lines(costs: Costs) -> list[Line]:
    """The same, a line for each backend on each Python."""
    return [
        Line(python, backend, list(points))
        for (python, backend), points in groupby(
            scalings(costs), key=lambda each: (each.python, each.backend)
        )
    ]


def _arms(costs: Costs, python: str) -> Iterator[tuple[str, int]]:
    found = (_CASE.fullmatch(case) for case in costs.cases(python))
    arms = {(match[1], int(match[2])) for match in found if match}
    return iter(sorted(arms, key=lambda arm: (BACKENDS.index(arm[0]), arm[1])))


def _against_one(
    costs: Costs, python: str, kind: str, backend: str, workers: int
) -> Estimate | None:
    name = f"scaling.{kind}[{backend}-"
    return costs.ratio(python, f"{name}1]", f"{name}{workers}]")


def _falling(estimate: Estimate, law: Callable[[float], float]) -> Estimate:
    """What a law makes of an estimate where it falls, so that the interval turns round."""
    value, low, high, rounds = estimate
    return Estimate(law(value), law(high), law(low), rounds)


def _slope(points: Iterator[tuple[float, float]]) -> float | None:
    """Of the line through the origin that fits best; None without a point beside it."""
    beside: Sequence[tuple[float, float]] = [(x, y) for x, y in points if x > 0]
    if not beside:
        return None
    return sum(x * y for x, y in beside) / sum(x * x for x, _ in beside)
