"""What services that follow benchmarks from commit to commit read: a cost a case, and its interval.

The formats are those of github-action-benchmark's `customSmallerIsBetter`, and of Bencher ("Bencher
Metric Format"). Costs are always in the same unit, as such services compare bare numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pyconc.figures import counted
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.store.rounds import Arm
from pyconc.units import SECOND, column

#: Digits of a number: more are noise, and make files long.
_DIGITS = 6
#: What time is in, and by which name Bencher has it, which is one that every project has.
_NANOSECONDS, _NANO, _LATENCY = "ns", 1e9, "latency"


class _Figure(NamedTuple):
    name: str
    python: str
    #: Of `SECOND`s in nanoseconds.
    cost: Estimate
    unit: str


def github_action_benchmark(costs: Costs, chosen: Iterable[Arm]) -> list[dict[str, Any]]:
    """An entry for each case and Python."""
    return [_entry(each) for each in _figures(costs, chosen)]


def bencher(costs: Costs, chosen: Iterable[Arm]) -> dict[str, dict[str, dict[str, float]]]:
    """The measure of each case and Python, by its name; what is no time has one of its own."""
    return {
        each.name: {_LATENCY if each.unit == SECOND else column(each.unit): _metric(each.cost)}
        for each in _figures(costs, chosen)
    }


def _figures(costs: Costs, chosen: Iterable[Arm]) -> Iterator[_Figure]:
    """Named after the case alone where there is one Python: from commit to commit it stays the same
    then, whatever becomes of the Python's version.
    """
    chosen = list(chosen)
    several = len(dict(chosen)) > 1
    for python, case in chosen:
        found, unit = costs.estimate(python, case), costs.unit(case)
        assert found is not None
        name = f"{case} on {python}" if several else case
        yield _Figure(name, python, found.scaled(_NANO) if unit == SECOND else found, unit)


def _entry(figure: _Figure) -> dict[str, Any]:
    cost = figure.cost
    rounds = f"{counted(cost.rounds, 'round')} on Python {figure.python}"
    entry: dict[str, Any] = {
        "name": figure.name,
        "unit": _NANOSECONDS if figure.unit == SECOND else column(figure.unit),
        "value": _rounded(cost.value),
        "extra": rounds,
    }
    if _has_interval(cost):
        beyond = max(cost.high - cost.value, cost.value - cost.low)
        entry["range"] = f"± {_rounded(beyond)}"
        entry["extra"] = f"95 % interval: {_rounded(cost.low)} to {_rounded(cost.high)}\n{rounds}"
    return entry


def _metric(cost: Estimate) -> dict[str, float]:
    metric = {"value": _rounded(cost.value)}
    if _has_interval(cost):
        metric |= {"lower_value": _rounded(cost.low), "upper_value": _rounded(cost.high)}
    return metric


def _has_interval(cost: Estimate) -> bool:
    """A single round has none, and JSON no number for what is beyond any."""
    return math.isfinite(cost.low) and math.isfinite(cost.high)


def _rounded(figure: float) -> float:
    return float(f"{figure:.{_DIGITS}g}")
