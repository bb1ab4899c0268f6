"""A document of pyperf as JSON has it: its benchmarks and runs, in any version of the format.

Read without pyperf, which makes an object of every run and takes ten times as long.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pyconc.errors import brief

#: Where metadata of a whole benchmark and the values of a run are, by the version of the format.
_FORMATS = {
    "1.0": ("metadata", "values"),
    6: ("metadata", "values"),
    5: ("common_metadata", "samples"),
}
#: What pyperf wants to be the same in all runs of a benchmark.
OF_ALL_RUNS = (
    "aslr", "cpu_count", "cpu_model_name", "hostname", "inner_loops", "name", "platform",
    "python_executable", "python_implementation", "python_version", "unit",
)  # fmt: skip
#: What tells a round from all others.
_ROUND = ("pyconc_campaign", "pyconc_python", "pyconc_round")
#: No cost is outside, be it in seconds or in bytes; ratios of what is inside are finite.
_LEAST_COST, _MOST_COST = 1e-30, 1e30


class Run(NamedTuple):
    """One process."""

    values: Sequence[float]
    #: Its own metadata, which come before the benchmark's.
    metadata: Mapping[str, Any]


class Benchmark(NamedTuple):
    """All processes of one benchmark."""

    #: What is said of every run, unless a run says something else.
    shared: Mapping[str, Any]
    runs: list[Run]

    def said(self, run: Run) -> dict[str, Any]:
        """All that is said of a run."""
        return {**self.shared, **run.metadata}


def benchmarks(document: Any) -> Iterator[Benchmark]:
    """The benchmarks of a document, in its order.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: the document is none of pyperf's, or a
            value in it is no cost.
    """
    version = document.get("version")
    if version not in _FORMATS:
        raise ValueError(f"file format version {version!r} not supported")
    shared_name, values_name = _FORMATS[version]
    of_all = (document.get("metadata") if version != 5 else None) or {}
    for benchmark in document["benchmarks"]:
        shared = {**of_all, **benchmark.get(shared_name, {})}
        runs = [Run(run.get(values_name, ()), run.get("metadata", {})) for run in benchmark["runs"]]
        runs = _once(runs, shared)
        for run in runs:
            name = run.metadata.get("name", shared.get("name"))
            if not isinstance(name, str):
                raise ValueError("a benchmark has no name that is a text")
            _check(run.values, name)
        yield Benchmark(shared, runs)


def _once(runs: Sequence[Run], shared: Mapping[str, Any]) -> list[Run]:
    """The runs without those that say they are the same round of the same campaign as a later one:
    of these the last counts.
    """
    found: dict[object, Run] = {}
    for place, run in enumerate(runs):
        said = [run.metadata.get(name, shared.get(name)) for name in _ROUND]
        tells = all(isinstance(each, (str, int)) for each in said)
        found[(*said, bool(run.values)) if tells else place] = run
    return list(found.values())


def _check(values: object, name: str) -> None:
    """What JSON can hold and no cost can be."""
    if not isinstance(values, (list, tuple)):
        raise ValueError(f"the values of {name} are no list")
    for value in values:
        if type(value) not in (int, float) or not _LEAST_COST < value < _MOST_COST:
            raise ValueError(
                f"{name} has a value of {brief(value, 40)}, and a cost is a positive number"
            )


def mean(values: Sequence[float]) -> float:
    """The cost of a round, as every command takes it."""
    return math.fsum(values) / len(values)
