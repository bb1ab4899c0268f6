"""Costs over the campaigns of one machine: what changed from each to the next on the same Python.

Rounds of different campaigns are not paired, and a campaign meets the machine in a state of its
own. How much campaigns differ is known from stored A/A campaigns alone; without them a step may be
the machine's, and verdicts are provisional.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pyconc.findings.steps import Pair, Passage, Step, by_family_since, passages
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.history import History
from pyconc.statistics.matched import LeftOut
from pyconc.statistics.verdicts import SUSPECT
from pyconc.store.measured import Side


class Line(NamedTuple):
    """One Python over the campaigns that have it."""

    python: str
    #: Those campaigns, as places among all of them.
    places: tuple[int, ...]
    #: From each of them to the next.
    passages: list[Passage]
    #: By family, by place: the geometric mean of the multiples of the first campaign's costs.
    families: dict[str, dict[int, Estimate]]

    def runs(self, case: str) -> list[list[int]]:
        """Places that have a case, apart where what was measured is not the same thing."""
        joined = [{each.case for each in passage.steps} for passage in self.passages]
        found: list[list[int]] = []
        for place, following, cases in zip(self.places, self.places[1:], joined):
            if case not in cases:
                continue
            if found and found[-1][-1] == place:
                found[-1].append(following)
            else:
                found.append([place, following])
        return found


class Change(NamedTuple):
    """A step of one case on one Python."""

    python: str
    #: The campaign after it, as a place among all of them.
    place: int
    step: Step


class Timeline(NamedTuple):
    """What campaigns of one machine say of each Python that several of them have."""

    #: What the campaigns are called, the oldest first.
    names: tuple[str, ...]
    lines: list[Line]
    #: Why verdicts are provisional, in English; None where they are not.
    provisional: str | None

    def changes(self) -> list[Change]:
        """Every step, and what may be one, the greatest first."""
        found = [
            Change(line.python, place, step)
            for line in self.lines
            for place, passage in zip(line.places[1:], line.passages)
            for step in passage.steps
            if step.is_step or step.verdict == SUSPECT
        ]
        return sorted(found, key=lambda each: -each.step.size)

    def incomparable(self) -> list[tuple[str, LeftOut]]:
        """Cases that campaigns have in common and that are not the same thing, by Python."""
        return [
            (line.python, left)
            for line in self.lines for passage in line.passages for left in passage.left_out
        ]  # fmt: skip


def timeline(
    campaigns: Sequence[Mapping[str, Side]], names: Sequence[str], history: History
) -> Timeline | None:
    """Compare each campaign with the one before, for every Python that both have.

    Args:
        campaigns: of one machine, the oldest first: sides by the label of a Python.
        names: what each campaign is called.
        history: stored A/A campaigns, for what differs from campaign to campaign.

    Returns:
        None where no Python is in two campaigns with a case in common.
    """
    held = {label: places for label, places in _held(campaigns) if len(places) > 1}
    if not held:
        return None
    a_side = next(iter(campaigns[-1].values()))
    between = history.between(a_side)

    def pair(label: str, one: int, other: int) -> Pair:
        base, head = campaigns[one][label], campaigns[other][label]
        return Pair.of(names[one], names[other], base, head, between)

    pairs = {label: [pair(label, *each) for each in pairwise(held[label])] for label in held}
    every = [each for of_python in pairs.values() for each in of_python]
    if not any(each.cases for each in every):
        return None
    judged = iter(passages(every))
    lines = []
    for label, (first, *later) in held.items():
        of_python = pairs[label]
        since = {later[0]: of_python[0], **{each: pair(label, first, each) for each in later[1:]}}
        judged_here = [next(judged) for _ in of_python]
        lines.append(Line(label, held[label], judged_here, by_family_since(first, since)))
    return Timeline(tuple(names), lines, history.lacks(a_side))


def _held(campaigns: Sequence[Mapping[str, Side]]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every Python with the places of the campaigns that have it; the newest campaign's first."""
    labels = dict.fromkeys(label for sides in reversed(campaigns) for label in sides)
    for label in labels:
        yield label, tuple(n for n, sides in enumerate(campaigns) if label in sides)
