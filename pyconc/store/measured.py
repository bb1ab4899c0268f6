"""What was measured, as it is compared: the cases of one side, and the rounds of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.units import COUNTER

#: The share of a case's values from which on what they cost is about the machine.
_CROWDED = 0.1


def crowded_share(said: Sequence[object]) -> float:
    """The share of a case's values in which other programs had taken cores from its workers; 0
    where it is too small to matter.

    Args:
        said: the metric of each round, with None where it is missing, as one that is 0 is.
    """
    shares = [each for each in said if isinstance(each, (int, float)) and 0 < each <= 1]
    share = sum(shares) / len(said) if said else 0.0
    return share if share >= _CROWDED else 0.0


def shares(said: Mapping[int, object]) -> dict[int, float]:
    """Of what the rounds say, that which is a share; others' metadata may be anything."""
    return {
        number: float(each)
        for number, each in said.items()
        if isinstance(each, (int, float)) and 0 <= each <= 1
    }


class Measured(NamedTuple):
    """The rounds of one case on one side."""

    case: str
    #: Of one operation, by round: the mean of a round's values, in the benchmark's unit.
    costs: Mapping[int, float]
    unit: str
    #: What all its runs have in common.
    metadata: Mapping[str, Any]
    #: The values by round, one a turn, of the rounds whose Pythons took turns.
    turns: Mapping[int, Sequence[float]] = {}
    #: By `crowded_share`.
    crowded: float = 0.0
    #: Of the rounds that say it: the share by which a process differed from itself when it counted
    #: the same twice.
    wander: Mapping[int, float] = {}


class Side(NamedTuple):
    """What BASE or HEAD names."""

    #: As it was named.
    name: str
    #: Of its Python.
    label: str
    #: Tells campaigns apart; None for what no campaign of pyconc measured.
    campaign: str | None
    profile: str | None
    #: What is known of the machine, by pyperf's names.
    machine: Mapping[str, Any]
    #: The interpreter's description, as `pyconc.store.builds.unlike` wants it.
    about: Mapping[str, Any]
    measured: Mapping[str, Measured]
    #: Where it was read.
    path: Path

    @property
    def python(self) -> str:
        """The version of its Python, where it is known, and otherwise its label."""
        return str(self.about.get("version") or self.label)

    def only(self, is_chosen: Callable[[str], bool]) -> Side:
        """This side with those of its cases that are chosen."""
        chosen = {case: each for case, each in self.measured.items() if is_chosen(case)}
        return self._replace(measured=chosen)

    def is_crowded(self, case: str) -> bool:
        """Whether other programs had taken cores from a case's workers."""
        measured = self.measured.get(case)
        return measured is not None and measured.crowded > 0

    def setting(self, name: str) -> object:
        """What all its cases say under one name of pyperf's metadata, or None."""
        said = {each.metadata.get(name) for each in self.measured.values()}
        return said.pop() if len(said) == 1 else None

    @property
    def counters(self) -> set[object]:
        """What counted instructions for its cases; None stands for those that were timed."""
        return {each.metadata.get(COUNTER) for each in self.measured.values()}

    def is_same_as(self, other: Side) -> bool:
        """Whether both were read from one place, and have the same cases in the same places."""
        one, two = ({name: e.case for name, e in side.measured.items()} for side in (self, other))
        return (
            self.path.resolve() == other.path.resolve() and self.label == other.label and one == two
        )

    def has_same_costs_as(self, other: Side) -> bool:
        return {case: each.costs for case, each in self.measured.items()} == {
            case: each.costs for case, each in other.measured.items()
        }
