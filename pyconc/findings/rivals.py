"""Cases beside their rivals, on each Python: ratios and verdicts as `pyconc compare` has them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pyconc.compare.rivals import pairs_of, rival_sides
from pyconc.compare.thresholds import Thresholds
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.matched import matched_cases
from pyconc.statistics.verdicts import judge
from pyconc.store.measured import Side


class Rival(NamedTuple):
    """A case on one Python, held against its rival."""

    case: str
    python: str
    #: The rival.
    against: str
    #: How many times the rival's cost its own is.
    ratio: Estimate
    #: One of `pyconc.statistics.verdicts`.
    verdict: str


def rivals(costs: Costs, thresholds: Thresholds | None = None) -> list[Rival]:
    """Every case that was measured beside its rival, by Python, in the order of the campaign.

    All of a Python are judged together, whichever are shown, so that a case has one verdict. Of
    what is in no campaign, whose rounds are not paired, nothing is claimed.
    """
    thresholds = thresholds or Thresholds()
    return [
        rival for python in costs.pythons for rival in _on(python, _side(costs, python), thresholds)
    ]


def _on(python: str, side: Side, thresholds: Thresholds) -> list[Rival]:
    if not pairs_of(side):
        return []
    base, head = rival_sides(side)
    found, _ = matched_cases(base, head)
    judged = judge(found, [thresholds.of(each.case) for each in found], str(side.campaign))
    return [
        Rival(each.case, python, each.matched.against, each.difference.estimate, each.verdict)
        for each in judged
    ]


def _side(costs: Costs, python: str) -> Side:
    """What comparisons would read of a Python, as far as rivals need it."""
    measured = costs.measured(python)
    said = {each.metadata.get("pyconc_campaign") for each in measured.values()}
    campaign = said.pop() if len(said) == 1 else None
    return Side(
        name=python,
        label=python,
        campaign=None if campaign is None else str(campaign),
        profile=None,
        machine={},
        about={},
        measured=measured,
        path=Path(),
    )
