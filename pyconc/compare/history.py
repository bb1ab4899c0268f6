"""What differs from one campaign to the next, as stored campaigns of identical code show it.

A campaign meets the machine in one state and cannot see that the next will meet it in another: no
interval inside it is wide enough. A/A campaigns of one Python on one machine tell how much is
missing. They are few and the cases many, so that what one case shows is moderated by what all show
(Smyth, "Linear models and empirical Bayes methods", 2004).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from pyconc.statistics.difference import Share, location
from pyconc.store.sides import Side

#: Campaigns of one Python that tell something.
LEAST_CAMPAIGNS = 2
#: Beyond so many degrees of freedom nothing changes.
_MOST_FREEDOM = 1e6


class Stored(NamedTuple):
    """One A/A campaign: a Python measured twice."""

    machine: Mapping[str, Any]
    #: What tells its Python from others.
    python: str
    #: Costs by round, one list an arm, by the id of the case and the version of its workload.
    costs: Mapping[tuple[str, Any], Sequence[Sequence[float]]]


class History:
    """A/A campaigns, of whatever machines and Pythons."""

    def __init__(self, campaigns: Sequence[Stored]) -> None:
        self.campaigns = campaigns

    def of_machine(self, side: Side) -> list[Stored]:
        """The campaigns of the machine that measured a side; none where it does not say."""
        return [
            each for each in self.campaigns
            if side.machine and dict(each.machine) == dict(side.machine)
        ]  # fmt: skip

    def lacks(self, side: Side) -> str | None:
        """Why it does not tell what differs between campaigns of a side's machine, or None."""
        if not side.machine:
            return (
                "the files do not say which machine measured them, so that it is not known how "
                "much its campaigns differ"
            )
        most = max(map(_most_of_one_case, self._by_python(side)), default=0)
        if most >= LEAST_CAMPAIGNS:
            return None
        return (
            f"how much campaigns of this machine differ is not known, as {most} of at least "
            f"{LEAST_CAMPAIGNS} A/A campaigns are stored; `pyconc noise` measures one"
        )

    def between(self, side: Side) -> Between | None:
        """What to add for the campaigns of a side's machine; None where it does not tell."""
        groups = [
            each for each in self._by_python(side) if _most_of_one_case(each) >= LEAST_CAMPAIGNS
        ]
        return Between(groups) if groups else None

    def _by_python(self, side: Side) -> list[list[Stored]]:
        groups: dict[str, list[Stored]] = {}
        for each in self.of_machine(side):
            groups.setdefault(each.python, []).append(each)
        return list(groups.values())


def _most_of_one_case(campaigns: Sequence[Stored]) -> int:
    """In how many of the campaigns the case is that is in most of them."""
    times = Counter(case for each in campaigns for case in each.costs)
    return max(times.values(), default=0)


class Between:
    """The variance of each case's log cost from campaign to campaign, in shares of a round's.

    Args:
        groups: the campaigns of each Python, two at least.
    """

    def __init__(self, groups: Sequence[Sequence[Stored]]) -> None:
        cases = dict.fromkeys(case for group in groups for each in group for case in each.costs)
        seen = {case: found for case in cases if (found := _seen(groups, case))}
        self._prior, self._prior_freedom = _fit(list(seen.values()))
        typical = float(np.median([each.rounds for each in seen.values()])) if seen else 1.0
        self._otherwise = self._share(self._prior, self._prior_freedom, typical)
        self._shares = {case: self._moderated(each) for case, each in seen.items()}

    def __call__(self, case: str, version: Any) -> Share:
        """Of one case; what is usual, where it was in no campaign."""
        return self._shares.get((case, version), self._otherwise)

    def _moderated(self, seen: _Seen) -> Share:
        """The weighted mean of what a case shows and what is usual."""
        if math.isinf(self._prior_freedom):
            return self._share(self._prior, _MOST_FREEDOM, seen.rounds)
        freedom = self._prior_freedom + seen.freedom
        found = (self._prior_freedom * self._prior + seen.freedom * seen.inflation) / freedom
        return self._share(found, freedom, seen.rounds)

    def _share(self, inflation: float, freedom: float, rounds: float) -> Share:
        return Share(max(0.0, inflation - 1) / rounds, min(freedom, _MOST_FREEDOM))


class _Seen(NamedTuple):
    """What campaigns show of one case."""

    #: The variance of their means, in shares of what their rounds make expect.
    inflation: float
    #: Campaigns that are not used up by the means of their Pythons.
    freedom: int
    #: Of one campaign, both arms together.
    rounds: float


def _seen(groups: Sequence[Sequence[Stored]], case: tuple[str, Any]) -> _Seen | None:
    squares, freedom = 0.0, 0
    expected, rounds = [], []
    for group in groups:
        means = []
        for campaign in group:
            arms = [location(np.log(arm)) for arm in campaign.costs.get(case, ()) if len(arm) > 1]
            if arms:
                means.append(sum(arm.mean for arm in arms) / len(arms))
                expected.append(sum(arm.error**2 for arm in arms) / len(arms) ** 2)
                rounds.append(sum(arm.rounds for arm in arms))
        if len(means) > 1:
            squares += float(np.var(means)) * len(means)
            freedom += len(means) - 1
    if not freedom:
        return None
    return _Seen(squares / freedom / float(np.mean(expected)), freedom, float(np.mean(rounds)))


def _fit(seen: Sequence[_Seen]) -> tuple[float, float]:
    """The inflation that is usual, and the degrees of freedom that it is worth.

    By the moments of the logs of F-distributed variances (Smyth 2004, section 6.2).
    """
    if not seen:
        return 1.0, 0.0
    freedom = np.array([each.freedom for each in seen], dtype=float)
    logs = np.log([max(each.inflation, 1e-6) for each in seen])
    centred = logs - special.digamma(freedom / 2) + np.log(freedom / 2)
    mean = float(centred.mean())
    left = 0.0
    if len(seen) > 1:
        left = float(centred.var(ddof=1) - special.polygamma(1, freedom / 2).mean())
    if left <= 0:
        return math.exp(mean), math.inf
    half = _inverse_trigamma(left)
    return math.exp(mean + float(special.digamma(half)) - math.log(half)), 2 * half


def _inverse_trigamma(value: float) -> float:
    from scipy import optimize  # takes a while to import, and few comparisons come here

    def distance(log_x: float) -> float:
        return float(special.polygamma(1, math.exp(log_x))) - value

    return math.exp(float(optimize.brentq(distance, -12, 14)))
