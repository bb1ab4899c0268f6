"""What the tables of a family's page hold: costs, metrics, modes, and what was skipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from pyconc.findings.family import Family
from pyconc.findings.modes import Modes, Peaks, counts, two_modes, two_peaks
from pyconc.statistics.costs import COLUMNS, OBSERVED, Costs
from pyconc.statistics.estimate import Estimate
from pyconc.store.rounds import Arm


class Row(NamedTuple):
    """A case on one Python."""

    case: str
    python: str
    gross: Estimate
    net: Estimate | None
    #: A multiple of the floor.
    distance: Estimate | None
    #: The least of all rounds, of the time that all workers ran together.
    overlap: float | None
    #: The window in which all ran was shorter than it should be.
    short: bool
    #: The share of its values in which other programs had taken cores from the workers.
    crowded: float
    #: Where another campaign counted them.
    instructions: Estimate | None = None


class Bimodal(NamedTuple):
    """A case whose rounds have two modes on one Python."""

    case: str
    python: str
    modes: Modes


class Observed(NamedTuple):
    """Durations that were observed in a case on one Python, in all rounds together."""

    case: str
    python: str
    what: str
    #: By bucket, see `pyconc.suite.histogram`.
    counts: list[tuple[int, int]]
    p50: float
    p99: float
    peaks: Peaks | None


class Skipped(NamedTuple):
    """Cases that some Pythons could not run, and why."""

    reason: str
    pythons: tuple[str, ...]
    cases: tuple[str, ...]


def rows(
    costs: Costs,
    family: Family,
    metrics: Mapping[Arm, Mapping[str, float]],
    counted: Costs | None = None,
) -> list[Row]:
    """A row for each case and Python, in the order of both.

    Args:
        metrics: of the whole campaign, by `Costs.all_metrics`.
        counted: of another campaign, by instructions.
    """
    found = []
    for case, python in product(family.cases, costs.pythons):
        if gross := costs.estimate(python, case):
            beside = metrics.get((python, case), {})
            found.append(
                Row(
                    case,
                    python,
                    gross,
                    costs.net(python, case),
                    costs.distance(python, case),
                    beside.get("overlap"),
                    "short_window" in beside,
                    costs.crowded(python, case),
                    counted.estimate(python, case) if counted else None,
                )
            )
    return found


def columns(family: Family, metrics: Mapping[Arm, Mapping[str, float]]) -> list[str]:
    """The metrics that some case of a family has."""
    cases = set(family.cases)
    had = {name for (_, case), beside in metrics.items() if case in cases for name in beside}
    return [name for name in COLUMNS if name in had]


def bimodal(costs: Costs, family: Family) -> list[Bimodal]:
    """The cases whose rounds have two modes, in the order of cases and Pythons."""
    found = []
    for case, python in product(family.cases, costs.pythons):
        rounds = costs.rounds(python, case)
        modes = None if rounds is None else two_modes(rounds.tolist())
        if modes:
            found.append(Bimodal(case, python, modes))
    return found


def observed(
    costs: Costs, family: Family, metrics: Mapping[Arm, Mapping[str, float]]
) -> list[Observed]:
    """The durations that were observed in a family's cases.

    Args:
        metrics: of the whole campaign, by `Costs.all_metrics`.
    """
    found = []
    for case, what, python in product(family.cases, OBSERVED, costs.pythons):
        beside = metrics.get((python, case), {})
        if f"{what}_p50" not in beside:
            continue
        if histogram := costs.durations(python, case, what):
            p50, p99 = beside[f"{what}_p50"], beside[f"{what}_p99"]
            peaks = two_peaks(histogram)
            found.append(Observed(case, python, what, counts(histogram), p50, p99, peaks))
    return found


def skipped(interpreters: Sequence[Mapping[str, Any]], family: str) -> list[Skipped]:
    """What the Pythons of a campaign could not run of a family, together where they agree."""
    by_case: dict[tuple[str, str], list[str]] = {}
    for interpreter in interpreters:
        for case, reason in (interpreter.get("skipped") or {}).items():
            if case.partition(".")[0] == family:
                by_case.setdefault((case, str(reason)), []).append(str(interpreter["label"]))
    together: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (case, reason), pythons in by_case.items():
        together.setdefault((reason, tuple(pythons)), []).append(case)
    return [Skipped(*why, tuple(cases)) for why, cases in together.items()]
