"""When a counter without a lock loses updates: round by round, on every Python."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate, mean
from pyconc.statistics.exchange import CONFIDENCE

#: Programs by the name of their words, ``correctness.program.NAME``.
NOTES, PLAIN, CALL, VALUE, ATTRIBUTE = "notes", "plain", "call", "value", "attribute"


class Program(NamedTuple):
    """A counter that is updated without a lock, and the metric that tells what was lost."""

    name: str
    #: In it ``{process}`` stands for the first start method that the campaign has.
    case: str
    metric: str


#: The notes' program counts up and down, so that losses may cancel: its metric is how far from 0
#: it ended. The others only count up, and tell how many of a million updates were lost.
PROGRAMS = (
    Program(NOTES, "counter.unlocked_program[thread-2]", "residual"),
    Program(PLAIN, "counter.tallied[thread-2]", "lost_per_million"),
    Program(CALL, "counter.tallied_call[thread-2]", "lost_per_million"),
    Program(VALUE, "counter.unlocked_value[{process}-2]", "lost_per_million"),
    Program(ATTRIBUTE, "counter.attribute[thread-2-one]", "lost_per_million"),
)


class Tally(NamedTuple):
    """One program on one Python: what every round lost."""

    program: Program
    case: str
    python: str
    #: Of a million, or how far from 0; by round.
    lost: list[float]
    #: Of the rounds, how many were too short for both workers to run long at once.
    short: int

    @property
    def rounds(self) -> int:
        return len(self.lost)

    @property
    def losing(self) -> int:
        """The rounds that lost anything."""
        return sum(each != 0 for each in self.lost)

    @property
    def mean(self) -> Estimate:
        """No end of its interval is below zero."""
        found = mean(np.array(self.lost))
        return found._replace(low=max(found.low, 0.0) if found.has_interval else found.low)

    @property
    def share(self) -> tuple[float, float]:
        return share(self.losing, self.rounds)


class Turn(NamedTuple):
    """Where a program stopped losing updates, from one version of Python to the next."""

    last_losing: str
    first_keeping: str


def share(losing: int, rounds: int) -> tuple[float, float]:
    """The share of rounds that lose, as an exact 95 % interval (Clopper and Pearson, 1934).

    None of a few rounds is far from a proof that none ever does: its upper end says how far.
    """
    if not rounds:
        return 0.0, 1.0
    found = binomtest(losing, rounds).proportion_ci(CONFIDENCE, method="exact")
    return float(found.low), float(found.high)


def tallies(costs: Costs) -> list[Tally]:
    """Every program on every Python that ran it, by program and then from the oldest Python."""
    found: list[Tally] = []
    for program in PROGRAMS:
        if case := costs.started(program.case):
            found += _tallies(costs, program, case)
    return found


def of(found: Sequence[Tally], program: str) -> list[Tally]:
    return [each for each in found if each.program.name == program]


def turn(found: Sequence[Tally], versions: Sequence[str]) -> Turn | None:
    """Where the loss stops for good, if every version before loses and none after does.

    Args:
        found: of one program.
        versions: what is looked at, from the oldest to the newest.
    """
    by_python = {each.python: each for each in found}
    losing = [(python, by_python[python].losing > 0) for python in versions if python in by_python]
    before = [python for python, loses in losing if loses]
    after = [python for python, loses in losing if not loses]
    if (
        not before
        or not after
        or [loses for _, loses in losing] != sorted((loses for _, loses in losing), reverse=True)
    ):
        return None
    return Turn(before[-1], after[0])


def without_gil(about: Mapping[str, Any]) -> set[str]:
    """The labels of the Pythons that ran without the GIL."""
    return {each["label"] for each in about["interpreters"] if each.get("gil") == "off"}


def _tallies(costs: Costs, program: Program, case: str) -> Iterator[Tally]:
    for python in costs.pythons:
        told = pd.to_numeric(costs.metric(python, case, program.metric), errors="coerce")
        lost = [abs(float(each)) for each in told if math.isfinite(each)]
        if lost:
            short = len(costs.metric(python, case, "short_window"))
            yield Tally(program, case, python, lost, short)
