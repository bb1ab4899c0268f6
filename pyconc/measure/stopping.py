"""Which cases need another round: those whose interval is still wide."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable

from pyperf._utils import tdist95conf_level  # Student's t, of which only scipy has a public one

from pyconc.measure.plan import Plan
from pyconc.measure.state import State

#: With fewer rounds it cannot be told what the machine's pace explains.
_LEAST_ADJUSTED = 6


def half_width(costs: Iterable[float], paces: Iterable[float] = ()) -> float:
    """Half of the 95 % interval of a mean cost, as a share of it, by Student's t on log costs.

    Infinite where there are fewer than two rounds.

    Args:
        paces: of the machine in the same rounds; what they explain is no noise, as it is taken out
            of comparisons.
    """
    logs = [math.log(cost) for cost in costs]
    if len(logs) < 2:
        return math.inf
    t = float(tdist95conf_level(len(logs) - 1))
    left = _unexplained(logs, [math.log(pace) for pace in paces])
    return t * statistics.stdev(left) / math.sqrt(len(logs))


def _unexplained(logs: list[float], paces: list[float]) -> list[float]:
    """What a regression on the paces leaves; all of it where there are too few rounds to tell."""
    if len(paces) < len(logs) or len(logs) < _LEAST_ADJUSTED:
        return logs
    mean, mean_pace = statistics.fmean(logs), statistics.fmean(paces)
    square = math.fsum((pace - mean_pace) ** 2 for pace in paces)
    product = math.fsum((log - mean) * (pace - mean_pace) for log, pace in zip(logs, paces))
    slope = max(0.0, product / square) if square else 0.0
    return [log - slope * (pace - mean_pace) for log, pace in zip(logs, paces)]


def going_on(plan: Plan, state: State, number: int) -> list[str]:
    """The cases that are measured in a round, the calibrations being done.

    Up to the profile's least number of rounds that is every case, and then those whose interval is
    too wide on some interpreter; all interpreters go on together, so that rounds stay paired. If
    the budget does not last for all, the noisiest are measured of those that can still reach their
    target, and then the steadiest of the others: rounds for what stays noisy settle nothing.
    """
    profile = plan.profile
    if number > profile.most_rounds:
        return []
    noise = noisiness(plan, state)
    if number > profile.rounds:
        noise = {case: width for case, width in noise.items() if width > profile.target}
    left = plan.budget - state.worked
    reach = profile.target * math.sqrt(profile.most_rounds / max(1, number - 1))
    chosen = []

    def order(case: str) -> tuple[bool, float]:
        return (True, noise[case]) if noise[case] > reach else (False, -noise[case])

    for case in sorted(noise, key=order):
        left -= sum(state.seconds(pair) for pair in _pairs(plan, state, case))
        if left < 0:
            break
        chosen.append(case)
    return chosen


def noisiness(plan: Plan, state: State) -> dict[str, float]:
    """The widest half interval of each case among the interpreters where it has not failed."""
    noise: dict[str, float] = {}
    for arm, cases in plan.cases.items():
        for case in cases:
            pair = (arm, case.id)
            if pair not in state.failed:
                costs, paces = state.costs.get(pair, {}), state.paces.get(pair, {})
                width = half_width(costs.values(), paces.values())
                noise[case.id] = max(width, noise.get(case.id, 0.0))
    return noise


def _pairs(plan: Plan, state: State, case_id: str) -> Iterable[tuple[str, str]]:
    for arm, cases in plan.cases.items():
        if (arm, case_id) not in state.failed and any(case.id == case_id for case in cases):
            yield arm, case_id
