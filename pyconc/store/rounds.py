"""What was measured, read by round: the unit of the statistics is one fresh process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pyconc.store.documents import Run, benchmarks, mean
from pyconc.store.measured import Measured, crowded_share, shares
from pyconc.units import INSTRUCTION, unit_of

#: Of the names of our metadata.
PREFIX = "pyconc_"
#: What pyperf itself says of a round, by our name for it.
PYPERFS = {"peak_rss": "mem_max_rss"}
#: Metadata that comparisons inside a campaign go by.
_COMPARED = ("pyconc_campaign", "pyconc_rival")

#: A Python and a case.
Arm = tuple[str, str]


class Rounds(NamedTuple):
    """The rounds of one case on one Python."""

    unit: str
    #: What is said of all of them, unless one says something else.
    shared: Mapping[str, Any]
    #: By the number of the round, in the order of the file.
    runs: dict[int, Run]

    def costs(self) -> dict[int, float]:
        """What each round cost: the mean of its values."""
        return {number: mean(run.values) for number, run in self.runs.items()}

    def as_measured(self, case: str) -> Measured:
        """The same as what is compared."""
        turns = self.metric("turns")
        by_turns = {number: self.runs[number].values for number in turns}
        said = {name: self.metric(name.removeprefix(PREFIX)) for name in _COMPARED}
        metadata = {name: next(iter(each.values())) for name, each in said.items() if each}
        crowded = crowded_share(self.all("crowded"))
        wander = shares(self.metric("wander"))
        return Measured(case, self.costs(), self.unit, metadata, by_turns, crowded, wander)

    def all(self, name: str) -> list[Any]:
        """A parameter or metric without our prefix, of each round; None where one has none."""
        named = PYPERFS.get(name, f"{PREFIX}{name}")
        of_all = self.shared.get(named)
        return [run.metadata.get(named, of_all) for run in self.runs.values()]

    def metric(self, name: str) -> dict[int, Any]:
        """The same by round, of the rounds that have it."""
        said = zip(self.runs, self.all(name))
        return {number: each for number, each in said if each is not None and each == each}


def rounds_of(document: Any) -> dict[Arm, Rounds]:
    """The rounds of every case by Python, in the order of a document of pyperf.

    A file from elsewhere has its runs as rounds, and its Python's version for a name. Runs without
    a value are no rounds.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: the document is none of pyperf's, or has
            a value that is no cost.
    """
    found: dict[Arm, Rounds] = {}
    for benchmark in benchmarks(document):
        shared = _kept(benchmark.shared, unit_of(benchmark.shared))
        for place, run in enumerate(benchmark.runs):
            if run.values:
                said = benchmark.said(run)
                python = said.get("pyconc_python") or said.get("python_version") or "unknown"
                unit = unit_of(said)
                arm = (str(python), said["name"])
                rounds = found.setdefault(arm, Rounds(unit, shared, {}))
                kept = Run(run.values, _kept(run.metadata, unit))
                _add(rounds.runs, said.get("pyconc_round"), place, kept)
    return found


def _kept(metadata: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """What `Rounds` is asked for: of many runs, the rest takes more memory than their values.

    What pyperf says of the process is that of the counter, where one counts.
    """
    theirs = () if unit == INSTRUCTION else PYPERFS.values()
    return {
        name: said for name, said in metadata.items() if name.startswith(PREFIX) or name in theirs
    }


def _add(runs: dict[int, Run], said: object, place: int, run: Run) -> None:
    """A run that says no number has that of its place; one of a number that is there joins it."""
    number = said if type(said) is int else place
    before = runs.get(number)
    runs[number] = Run([*before.values, *run.values], before.metadata) if before else run
