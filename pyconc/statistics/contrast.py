"""Each case of two sides: what it costs on both, and the difference; or why they do not compare."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from pyconc.statistics.difference import (
    Difference,
    Location,
    Share,
    at_one_pace,
    location,
    unpaired,
)
from pyconc.store.sides import Measured, Side

Array = np.ndarray
#: Metadata that must be equal where either side has it: of pyconc, and of ``pyperf timeit``.
_MUST_AGREE = (
    "pyconc_version", "pyconc_clock", "pyconc_backend", "pyconc_start_method", "pyconc_workers",
    "timeit", "timeit_setup", "timeit_teardown",
)  # fmt: skip

#: The values of each round, one a turn.
Turns = Mapping[int, Sequence[float]]
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
    #: Where rounds are paired: which ones, and the log ratio of each at one pace of the machine.
    rounds: tuple[int, ...] = ()
    ratios: tuple[float, ...] = ()

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
    pace = Pace.of(base, head) if same_campaign(base, head) else None
    for case in dict.fromkeys([*base.measured, *head.measured]):
        ours, theirs = base.measured.get(case), head.measured.get(case)
        if ours is None or theirs is None:
            left.append(LeftOut(case, f"only in {'HEAD' if ours is None else 'BASE'}"))
            continue
        reason = _incomparable(ours, theirs)
        if reason:
            left.append(LeftOut(case, reason))
        elif pace and set(ours.costs) & set(theirs.costs):
            found.append(_paired(ours, theirs, pace))
        else:
            found.append(_unpaired(ours, theirs, between))
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


class Pace(NamedTuple):
    """By how much the pace itself is slower on the Python of HEAD, as a log, and its error.

    It is read by a loop in Python, and so tells how fast the machine was only where both sides are
    the same Python. Otherwise, over all rounds of all cases, the machine was as often slow for one
    as for the other.
    """

    offset: float
    error: float

    @classmethod
    def of(cls, base: Side, head: Side) -> Pace:
        build = base.about.get("build")
        if build is not None and build == head.about.get("build"):
            return cls(0.0, 0.0)
        differences = np.concatenate(
            [
                _differences(ours.paces, head.measured[case].paces)
                for case, ours in base.measured.items()
                if case in head.measured
            ]
            or [np.empty(0)]
        )
        if len(differences) < 2:
            return cls(0.0, 0.0)
        middle = float(np.median(differences))
        spread = 1.4826 * float(np.median(np.abs(differences - middle)))  # as if it were normal
        return cls(middle, math.sqrt(math.pi / 2 / len(differences)) * spread)  # of a median

    def between(self, ours: Measured, theirs: Measured, rounds: Sequence[int]) -> Array | None:
        """How much slower the machine was for HEAD, as a log; None where it is not known."""
        if not all(number in side.paces for side in (ours, theirs) for number in rounds):
            return None
        return _differences(ours.paces, theirs.paces, rounds) - self.offset


def _differences(
    ours: Mapping[int, float], theirs: Mapping[int, float], rounds: Sequence[int] | None = None
) -> Array:
    common = [n for n in ours if n in theirs] if rounds is None else rounds
    return np.array([math.log(theirs[number] / ours[number]) for number in common])


def _paired(ours: Measured, theirs: Measured, pace: Pace) -> Contrast:
    """By the rounds that both have. Both costs are those at the pace that they met on average."""
    common = sorted(set(ours.costs) & set(theirs.costs))
    ratios, paces = _by_turns(ours.turns, theirs.turns, common), None
    if ratios is None:
        paces = pace.between(ours, theirs, common)
        ratios = _differences(ours.costs, theirs.costs, common)
    difference, adjusted = at_one_pace(ratios, paces, pace.error)
    costs = _costs(_logs(ours, common), _logs(theirs, common), difference)
    rounds = tuple(common), tuple(adjusted.tolist())
    return Contrast(ours.case, *costs, difference, ours.unit, *rounds)


def _costs(base: Array, head: Array, difference: Difference) -> tuple[Location, Location]:
    """What both sides cost, so that their quotient is the ratio."""
    one, other = location(base), location(head)
    centre, half = (one.mean + other.mean) / 2, difference.log_ratio / 2
    return one._replace(mean=centre - half), other._replace(mean=centre + half)


def _by_turns(ours: Turns, theirs: Turns, rounds: Sequence[int]) -> Array | None:
    """The log ratio of each round; None where the sides did not take turns.

    It is the mean of the middle half of the turns (`scipy.stats.trim_mean`, which takes long to
    import): in some of them the machine was disturbed for one side only.
    """
    sizes = [{len(side.get(number, ())) for side in (ours, theirs)} for number in rounds]
    if any(len(size) != 1 or size == {0} for size in sizes):
        return None
    if len(set().union(*sizes)) == 1:  # all at once
        return middle_mean(_log_ratios(*([side[n] for n in rounds] for side in (ours, theirs))))
    return np.array([middle_mean(_log_ratios(ours[n], theirs[n])) for n in rounds])


def _log_ratios(base: Sequence[Any], head: Sequence[Any]) -> Array:
    """Of what may be integers of any size."""
    return np.asarray(np.log(np.array(head, float) / np.array(base, float)))


def middle_mean(logs: Array) -> Array:
    """The mean of the middle half along the last axis."""
    cut = logs.shape[-1] // 4
    ordered = np.sort(logs, axis=-1)
    return np.asarray(ordered[..., cut : logs.shape[-1] - cut].mean(axis=-1))


def _unpaired(ours: Measured, theirs: Measured, between: Between | None) -> Contrast:
    base, head = (_logs(each, sorted(each.costs)) for each in (ours, theirs))
    added = between(ours.case, ours.metadata.get("pyconc_version")) if between else None
    difference = unpaired(base, head, added)
    return Contrast(ours.case, *_costs(base, head, difference), difference, ours.unit)


def _logs(measured: Measured, rounds: Sequence[int]) -> Array:
    return np.log([measured.costs[number] for number in rounds])
