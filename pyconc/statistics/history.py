"""What differs from one campaign to the next, as stored campaigns of identical code show it.

A campaign meets the machine in one state and cannot see that the next will meet it in another: no
interval inside it is wide enough. Stored campaigns of one Python on one machine tell how much is
missing, in two parts: by how much the machine moves as a whole, which all cases share, and by how
much each case moves beside that. Campaigns are few and cases many, so that what one case shows is
moderated by what all show, and the machine's part is known by no more than the campaigns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from pyconc.statistics.moderated import Prior, Variance, variance
from pyconc.store.measured import Side

#: Campaigns of one Python that tell something, and as many as verdicts can rest on.
LEAST_CAMPAIGNS, ENOUGH_CAMPAIGNS = 2, 5
#: A case whose means vary less than its rounds make expect is taken to be so inflated at least.
_LEAST_INFLATION = 1e-6
#: Eigenvalues that are a smaller share of the largest one are 0.
_ROUNDED = 1e-9

#: A case and the version of its workload.
Key = tuple[str, Any]


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
        """Why verdicts between campaigns of a side's machine are provisional, or None."""
        if not side.machine:
            return (
                "the files do not say which machine measured them, so that it is not known how "
                "much its campaigns differ"
            )
        most = max(map(_most_of_one_case, self._by_python(side)), default=0)
        if most >= ENOUGH_CAMPAIGNS:
            return None
        known = "is not known" if most < LEAST_CAMPAIGNS else "is known only roughly"
        return (
            f"how much campaigns of this machine differ {known}, as {most} of at least "
            f"{ENOUGH_CAMPAIGNS} campaigns of identical code are stored; `pyconc noise` measures "
            f"one"
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
    """In how many of the campaigns the case is, with its noise, that is in most of them."""
    times = Counter(
        case for each in campaigns for case, arms in each.costs.items() if any(map(_tells, arms))
    )
    return max(times.values(), default=0)


def _tells(arm: Sequence[float]) -> bool:
    """Whether an arm shows its noise."""
    return len(arm) > 1


class Between:
    """The variances of log costs from campaign to campaign.

    Args:
        groups: the campaigns of each Python, two at least that have a case in common.
    """

    def __init__(self, groups: Sequence[Sequence[Stored]]) -> None:
        shown = [_Shown.of(group) for group in groups]
        freedom = sum(each.freedom for each in shown)
        squares = sum(float((each.shifts**2).sum()) for each in shown)
        #: Of the machine's speed as a whole.
        self.machine = Variance(squares / freedom, freedom)
        cases = dict.fromkeys(case for each in shown for case in each.means)
        seen = {case: found for case in cases if (found := _seen(shown, case))}
        inflations = [each.inflation for each in seen.values()]
        self._prior = Prior.of(inflations, _LEAST_INFLATION)
        typical = float(np.median([each.rounds for each in seen.values()])) if seen else 1.0
        self._otherwise = self._share(Variance(0.0, 0.0), typical)
        self._shares = {
            case: self._share(each.inflation, each.rounds) for case, each in seen.items()
        }

    def of_case(self, case: str, version: Any) -> Variance:
        """Of one case beside the machine, in shares of the variance of a round; what is usual,
        where it was in no campaign.
        """
        return self._shares.get((case, version), self._otherwise)

    def _share(self, inflation: Variance, rounds: float) -> Variance:
        value, freedom = self._prior.moderate(inflation)
        return Variance(max(0.0, value - 1) / rounds, freedom)


class _Shown(NamedTuple):
    """What the campaigns of one Python show."""

    #: By case, by campaign: the mean log cost of all arms.
    means: Mapping[Key, Mapping[int, float]]
    #: The variance that rounds make expect in each of these means.
    errors: Mapping[Key, Mapping[int, float]]
    #: Rounds of each, of all arms together.
    rounds: Mapping[Key, Mapping[int, int]]
    #: By how much each campaign is slower as a whole, as a log; the mean of those that have cases
    #: in common is 0.
    shifts: np.ndarray
    #: The degrees of freedom of these.
    freedom: int

    @classmethod
    def of(cls, group: Sequence[Stored]) -> _Shown:
        means: dict[Key, dict[int, float]] = {}
        errors: dict[Key, dict[int, float]] = {}
        rounds: dict[Key, dict[int, int]] = {}
        for place, campaign in enumerate(group):
            for case, costs in campaign.costs.items():
                arms = [np.log(arm) for arm in costs if _tells(arm)]
                if arms:
                    square = len(arms) ** 2
                    means.setdefault(case, {})[place] = float(np.mean([a.mean() for a in arms]))
                    errors.setdefault(case, {})[place] = (
                        sum(variance(arm).value / len(arm) for arm in arms) / square
                    )
                    rounds.setdefault(case, {})[place] = sum(map(len, arms))
        return cls(means, errors, rounds, *_shifts(means, len(group)))


def _shifts(means: Mapping[Key, Mapping[int, float]], campaigns: int) -> tuple[np.ndarray, int]:
    """What each campaign adds to every case, by least squares, and the degrees of freedom of that:
    one less than there are campaigns, if each has a case in common with another one.
    """
    there = np.zeros((len(means), campaigns))
    left = np.zeros((len(means), campaigns))
    for row, own, of_case in zip(there, left, means.values()):
        places = list(of_case)
        row[places] = 1
        own[places] = np.array(list(of_case.values())) - np.mean(list(of_case.values()))
    # What is left of the normal equations when each case's usual cost is eliminated.
    normal = np.diag(there.sum(axis=0)) - there.T @ (there / there.sum(axis=1, keepdims=True))
    values, vectors = np.linalg.eigh(normal)
    known = values > _ROUNDED * values.max()
    values, vectors = values[known], vectors[:, known]
    return vectors @ ((vectors.T @ left.sum(axis=0)) / values), int(known.sum())


class _Seen(NamedTuple):
    """What campaigns show of one case beside the machine."""

    #: The variance of its means, in shares of what its rounds make expect.
    inflation: Variance
    #: Of one campaign, all arms together.
    rounds: float


def _seen(shown: Sequence[_Shown], case: Key) -> _Seen | None:
    squares, freedom = 0.0, 0
    expected: list[float] = []
    rounds: list[int] = []
    for each in shown:
        own = each.means.get(case, {})
        expected += each.errors.get(case, {}).values()
        rounds += each.rounds.get(case, {}).values()
        if len(own) > 1:
            left = np.array([mean - each.shifts[place] for place, mean in own.items()])
            # The shifts took a little of what every case shows.
            several = len(each.means)
            squares += float(np.var(left)) * len(left) * several / max(1, several - 1)
            freedom += len(left) - 1
    if not freedom:
        return None
    inflation = squares / freedom / float(np.mean(expected))
    return _Seen(Variance(inflation, freedom), float(np.mean(rounds)))
