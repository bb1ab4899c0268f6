"""One figure for each family, and one for all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from pyconc.compare.contrast import Contrast
from pyconc.compare.difference import Difference, joint_freedom


class Family(NamedTuple):
    """The geometric mean of the ratios of a family's cases, each counted once."""

    name: str
    cases: int
    difference: Difference


def by_family(contrasts: Sequence[Contrast]) -> list[Family]:
    """Every family in the order of its first case; cases without an interval do not count."""
    members: dict[str, list[Difference]] = {}
    for contrast in contrasts:
        if contrast.difference.has_interval:
            members.setdefault(contrast.family, []).append(contrast.difference)
    return [Family(name, len(each), mean(each)) for name, each in members.items()]


def overall(families: Sequence[Family]) -> Family | None:
    """The geometric mean of the families, so that one with many cases does not drown the others."""
    if not families:
        return None
    cases = sum(family.cases for family in families)
    return Family("all families", cases, mean([family.difference for family in families]))


def mean(differences: Sequence[Difference]) -> Difference:
    """The mean of independent log ratios; the freedom is Welch's and Satterthwaite's."""
    count = len(differences)
    parts = [(each.error**2 / count**2, each.freedom) for each in differences]
    return Difference(
        math.fsum(each.log_ratio for each in differences) / count,
        math.sqrt(math.fsum(variance for variance, _ in parts)),
        joint_freedom(parts),
        min(each.rounds for each in differences),
        all(each.paired for each in differences),
        math.sqrt(math.fsum(each.between**2 for each in differences)) / count,
    )
