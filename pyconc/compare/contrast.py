"""Each case of two sides: what it costs on both, and the difference; or why they do not compare."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pyconc.compare.difference import Difference, Location, Share, location, paired, unpaired
from pyconc.compare.sides import Measured, Side

#: Metadata that must be equal where either side has it: of pyconc, and of ``pyperf timeit``.
_MUST_AGREE = (
    "pyconc_version", "pyconc_clock", "pyconc_backend", "pyconc_start_method", "pyconc_workers",
    "timeit", "timeit_setup", "timeit_teardown",
)  # fmt: skip

#: What differs from one campaign to the next, by the id of a case and the version of its workload.
Between = Callable[[str, Any], Share]


class Contrast(NamedTuple):
    """One case on both sides."""

    case: str
    #: Of log costs in the case's unit.
    base: Location
    head: Location
    difference: Difference
    unit: str

    @property
    def family(self) -> str:
        """What stands before the first dot of the id; benchmarks from elsewhere are one family."""
        name, dot, _ = self.case.partition(".")
        return name if dot else "benchmarks"

    @property
    def base_cost(self) -> float:
        return math.exp(self.base.mean)

    @property
    def head_cost(self) -> float:
        return math.exp(self.head.mean)


class LeftOut(NamedTuple):
    """A case that is not compared, and why."""

    case: str
    reason: str


def contrasts(
    base: Side, head: Side, between: Between | None = None
) -> tuple[list[Contrast], list[LeftOut]]:
    """Every case that compares, and those that do not, in the order of BASE and then of HEAD.

    Rounds of one campaign are paired: round i of one with round i of the other.

    Args:
        between: what to add from campaign to campaign; nothing where none is given.
    """
    found, left = [], []
    for case in dict.fromkeys([*base.measured, *head.measured]):
        ours, theirs = base.measured.get(case), head.measured.get(case)
        if ours is None or theirs is None:
            left.append(LeftOut(case, f"only in {'HEAD' if ours is None else 'BASE'}"))
            continue
        reason = _incomparable(ours, theirs)
        if reason:
            left.append(LeftOut(case, reason))
        else:
            found.append(_contrast(ours, theirs, same_campaign(base, head), between))
    return found, left


def same_campaign(base: Side, head: Side) -> bool:
    return base.campaign is not None and base.campaign == head.campaign


def _incomparable(ours: Measured, theirs: Measured) -> str | None:
    if ours.unit != theirs.unit:
        return f"its unit is {ours.unit} in BASE and {theirs.unit} in HEAD"
    for name in _MUST_AGREE:
        before, after = ours.metadata.get(name), theirs.metadata.get(name)
        if before != after:
            what = name.removeprefix("pyconc_").replace("_", " ")
            return f"its {what} is {_said(before)} in BASE and {_said(after)} in HEAD"
    return None


def _said(value: object) -> str:
    return "not said" if value is None else str(value)


def _contrast(ours: Measured, theirs: Measured, pair: bool, between: Between | None) -> Contrast:
    common = sorted(set(ours.costs) & set(theirs.costs))
    base, head = _logs(ours), _logs(theirs)
    if pair and common:
        places = [[sorted(each.costs).index(n) for n in common] for each in (ours, theirs)]
        difference = paired(base[places[0]], head[places[1]])
    else:
        share = between(ours.case, ours.metadata.get("pyconc_version")) if between else None
        difference = unpaired(base, head, share)
    return Contrast(ours.case, location(base), location(head), difference, ours.unit)


def _logs(measured: Measured) -> np.ndarray:
    return np.log([measured.costs[number] for number in sorted(measured.costs)])
