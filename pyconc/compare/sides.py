"""What is compared: a campaign, one Python of a campaign, or a pyperf file from anywhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyperf

from pyconc.errors import UsageError
from pyconc.measure.probe import recalled
from pyconc.store.suites import read_about, read_arm, read_suite

#: Metadata of pyperf by which machines are told apart.
_MACHINE = ("hostname", "cpu_model_name", "cpu_count")


class Measured(NamedTuple):
    """The rounds of one case on one side."""

    case: str
    #: Of one operation, by round: the mean of a round's values, in the benchmark's unit.
    costs: Mapping[int, float]
    unit: str
    #: What all its runs have in common.
    metadata: Mapping[str, Any]


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
    #: The interpreter's description, as `pyconc.measure.probe.unlike` wants it.
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

    def setting(self, name: str) -> object:
        """What all its cases say under one name of pyperf's metadata, or None."""
        said = {each.metadata.get(name) for each in self.measured.values()}
        return said.pop() if len(said) == 1 else None

    def is_same_as(self, other: Side) -> bool:
        """Whether both were read from one place."""
        return self.path.resolve() == other.path.resolve() and self.label == other.label

    def has_same_costs_as(self, other: Side) -> bool:
        return {case: each.costs for case, each in self.measured.items()} == {
            case: each.costs for case, each in other.measured.items()
        }


def read_side(text: str) -> Side:
    """The side that ``CAMPAIGN``, ``CAMPAIGN@PYTHON`` or ``FILE.json`` names.

    Raises:
        UsageError: it is not there or damaged, has no such Python, or leaves open which one.
    """
    path, python = Path(text), None
    if not path.exists() and "@" in text:
        before, _, python = text.rpartition("@")
        path = Path(before)
    if path.is_dir():
        return _of_campaign(text, path, python)
    if python is not None and path.exists():
        raise UsageError(f"{path} is a file of one Python; give it without @{python}")
    return _of_suite(text, read_suite(path), path)


def _of_campaign(text: str, folder: Path, python: str | None) -> Side:
    about = read_about(folder)
    labels = [each["label"] for each in about["interpreters"]]
    label = _chosen(folder, labels, python)
    side = _of_suite(text, read_arm(folder, label), folder)
    interpreter = next(each for each in about["interpreters"] if each["label"] == label)
    profile = about["profile"]
    return side._replace(
        label=label,
        profile=profile.get("name") if isinstance(profile, dict) else None,
        about=interpreter,
    )


def _chosen(folder: Path, labels: Sequence[str], python: str | None) -> str:
    """The label that a Python names: the whole of it, or how a version begins."""
    if python is None:
        if len(labels) == 1:
            return labels[0]
        raise UsageError(
            f"{folder} holds {' and '.join(labels)}; name one of them, {folder}@{labels[0]}"
        )
    found = [label for label in labels if label == python]
    found = found or [label for label in labels if label.startswith(f"{python}.")]
    if len(found) == 1:
        return found[0]
    what = "more than one" if found else "no"
    raise UsageError(f"{folder} has {what} Python {python}; it holds {', '.join(labels)}")


def _of_suite(text: str, suite: pyperf.BenchmarkSuite, path: Path) -> Side:
    measured = {}
    for bench in suite:
        rounds = _rounds(bench, text)
        if rounds is not None:
            measured[rounds.case] = rounds
    if not measured:
        raise UsageError(f"{text} holds calibrations only, no value; measure it again")
    first = next(iter(measured.values())).metadata
    campaigns = {each.metadata.get("pyconc_campaign") for each in measured.values()}
    return Side(
        name=text,
        label=str(first.get("pyconc_python") or first.get("python_version") or "unknown"),
        campaign=str(campaigns.pop()) if len(campaigns) == 1 and None not in campaigns else None,
        profile=None,
        machine={name: first[name] for name in _MACHINE if name in first},
        about=recalled(first),
        measured=measured,
        path=path,
    )


def _rounds(bench: pyperf.Benchmark, where: str) -> Measured | None:
    """None for a benchmark without a value."""
    costs: dict[int, float] = {}
    for place, run in enumerate(bench.get_runs()):
        if not run.values:
            continue
        cost = math.fsum(run.values) / len(run.values)
        if not 0 < cost < math.inf:
            raise UsageError(
                f"{where}: {bench.get_name()} has a value of {cost}, and a cost is a positive "
                f"number; measure it again"
            )
        number = run.get_metadata().get("pyconc_round", place)
        costs[number if number not in costs else place] = cost
    if not costs:
        return None
    return Measured(bench.get_name(), costs, bench.get_unit(), bench.get_metadata())
