"""Which cases need another round: those whose interval is still wide.

With several interpreters that is the interval of the ratio between neighbours, which is what will
be compared; the machine, which disturbs both, is no noise of that.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from pyperf._utils import tdist95conf_level  # Student's t, of which only scipy has a public one

from pyconc.measure.plan import Plan
from pyconc.measure.state import Pair, State


def half_width(logs: Sequence[float]) -> float:
    """Half of the 95 % interval of a mean log by Student's t, infinite with fewer than two."""
    if len(logs) < 2:
        return math.inf
    t = float(tdist95conf_level(len(logs) - 1))
    return t * statistics.stdev(logs) / math.sqrt(len(logs))


def going_on(plan: Plan, state: State, number: int) -> list[str]:
    """The cases that are measured in a round, the calibrations being done.

    Up to the profile's least number of rounds that is every case, and then those whose interval is
    too wide; all interpreters go on together, so that rounds stay paired. If the budget does not
    last for all, the noisiest are measured of those that can still reach their target, and then the
    steadiest of the others: rounds for what stays noisy settle nothing.
    """
    profile = plan.profile
    if number > profile.most_rounds:
        return []
    noise = noisiness(plan, state)
    if number > profile.rounds:
        noise = {case: width for case, width in noise.items() if width > profile.target}
    able, left = state.able(plan), plan.budget - state.worked
    reach = profile.target * math.sqrt(profile.most_rounds / max(1, number - 1))
    chosen = []

    def order(case: str) -> tuple[bool, float]:
        return (True, noise[case]) if noise[case] > reach else (False, -noise[case])

    for case in sorted(noise, key=order):
        left -= state.seconds(*able[case])
        if left < 0:
            break
        chosen.append(case)
    return chosen


def noisiness(plan: Plan, state: State) -> dict[str, float]:
    """The half-width of each case: the widest among the interpreters where it has not failed.

    Those that take turns are compared, so that of neighbours it is that of their ratio. It is that
    of costs for one interpreter alone, and where no two rounds had turns.
    """
    return {case: _width(state, pairs) for case, pairs in state.able(plan).items()}


def _width(state: State, pairs: Sequence[Pair]) -> float:
    neighbours = zip(pairs, pairs[1:])
    ratios = [state.ratios.get((case, arm, before), ()) for (before, _), (arm, case) in neighbours]
    if ratios and min(map(len, ratios)) >= 2:
        return max(map(half_width, ratios))
    costs = [state.costs.get(pair, {}).values() for pair in pairs]
    return max(half_width([math.log(cost) for cost in each]) for each in costs)
