"""One figure for each family, and one for all of them.

Cases of a round meet the same machine, so that their errors are not independent. The mean over the
cases is taken round by round, and its interval over the rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pyconc.statistics.difference import Difference, paired, unpaired
from pyconc.statistics.matched import MatchedCase
from pyconc.statistics.moderated import Variance, variance


class Family(NamedTuple):
    """The geometric mean of the ratios of a family's cases, each counted once."""

    name: str
    cases: int
    difference: Difference
    #: Where rounds are paired: the mean of the cases' log ratios, by round.
    ratios: Mapping[int, float] = {}
    #: Where they are not: the mean of their log costs on both sides, by round.
    logs: tuple[Mapping[int, float], Mapping[int, float]] = ({}, {})


def by_family(cases: Sequence[MatchedCase]) -> list[Family]:
    """Every family in the order of its first case; cases without an interval do not count."""
    members: dict[str, list[MatchedCase]] = {}
    for matched in cases:
        if matched.difference.has_interval:
            members.setdefault(matched.family, []).append(matched)
    return [_of_family(name, each) for name, each in members.items()]


def _of_family(name: str, members: Sequence[MatchedCase]) -> Family:
    members = [each for each in members if each.difference.paired] or members
    return _mean(name, members, len(members))


def overall(families: Sequence[Family]) -> Family | None:
    """The geometric mean of the families, so that one with many cases does not drown the others."""
    if not families:
        return None
    families = [each for each in families if each.difference.paired] or families
    return _mean("all families", families, sum(family.cases for family in families))


def _mean(name: str, parts: Sequence[MatchedCase | Family], cases: int) -> Family:
    """Of parts that are all paired or all not: in one campaign a case may have no common round, and
    cannot be taken together with the others.
    """
    if parts[0].difference.paired:
        ratios = together([each.ratios for each in parts])
        return Family(name, cases, paired(np.array(list(ratios.values()))), ratios)
    base, head = (together([each.logs[side] for each in parts]) for side in (0, 1))
    return Family(name, cases, _unpaired(base, head, parts), logs=(base, head))


def _unpaired(
    base: Mapping[int, float], head: Mapping[int, float], parts: Sequence[MatchedCase | Family]
) -> Difference:
    sides = [np.array(list(each.values())) for each in (base, head)]
    within = [
        Variance(own.value / len(side), own.freedom)
        for side, own in ((side, variance(side)) for side in sides)
    ]
    between = []
    known = [each.difference.between for each in parts]
    if all(known):
        of_cases, of_machine = zip(*known)
        value = sum(each.value for each in of_cases) / len(parts) ** 2
        # What moves the machine moves all of them.
        between = [Variance(value, min(each.freedom for each in of_cases)), of_machine[0]]
    log_ratio = float(sides[1].mean() - sides[0].mean())
    return unpaired(log_ratio, min(map(len, sides)), within, between)


def together(parts: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """One figure a round for several things; their mean is the mean of the things' own means.

    Where all things have all rounds, that of a round is the mean of what they showed in it. Where
    some lack rounds, what the others showed in these counts as much as it moves the mean.
    """
    means = [float(np.mean(list(each.values()))) for each in parts]
    rounds = sorted(set().union(*parts))
    middle = float(np.mean(means))
    found = dict.fromkeys(rounds, middle)
    for own, mean in zip(parts, means):
        weight = len(rounds) / len(own) / len(parts)
        for number, figure in own.items():
            found[number] += weight * (figure - mean)
    return found
