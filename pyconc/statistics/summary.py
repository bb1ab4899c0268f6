"""One figure for each family, and one for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pyconc.statistics.contrast import Contrast
from pyconc.statistics.difference import Difference, mean


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
