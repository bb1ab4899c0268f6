"""What it costs to start a process by each start method, and which one is the default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate, ratio
from pyconc.statistics.matched import matched_cases
from pyconc.store.measured import Side
from pyconc.words.phrase import Phrase, phrase

#: By start method, a process that is given a function.
CASES = {
    method: f"process.function[process-{method}-1]" for method in ("fork", "forkserver", "spawn")
}
_FLOOR = "floor.fork_wait[thread-1]"


class StartMethods(NamedTuple):
    """Costs of a process in seconds."""

    #: By method, by Python.
    costs: dict[str, dict[str, Estimate]]
    #: The default method of each Python that says so.
    defaults: dict[str, str]
    #: A fork in C, by Python.
    floor: dict[str, Estimate]
    #: What a change of the default did.
    changes: list[list[Phrase]]
    sentences: list[Phrase]


def start_methods(
    costs: Costs, sides: Mapping[str, Side], track: Sequence[str]
) -> StartMethods | None:
    """None where the campaign has started no process by two methods or on two versions.

    Args:
        track: versions of CPython, the oldest first.
    """
    found = {method: costs.estimates(case) for method, case in CASES.items()}
    found = {method: by_python for method, by_python in found.items() if by_python}
    if sum(python in each for each in found.values() for python in track) < 2:
        return None
    said = {python: side.about.get("start_method") for python, side in sides.items()}
    defaults = {python: str(method) for python, method in said.items() if method in found}
    return StartMethods(
        found,
        defaults,
        costs.estimates(_FLOOR),
        [_change(costs, sides, defaults, *pair) for pair in _changed(defaults, track)],
        list(_of_newest(costs, found, defaults, track[-1])),
    )


def _changed(defaults: Mapping[str, str], track: Sequence[str]) -> Iterator[tuple[str, str]]:
    known = [python for python in track if python in defaults]
    yield from (pair for pair in pairwise(known) if defaults[pair[0]] != defaults[pair[1]])


def _change(
    costs: Costs, sides: Mapping[str, Side], defaults: Mapping[str, str], before: str, after: str
) -> list[Phrase]:
    """What the other default costs, and what the version alone does."""
    old, new = defaults[before], defaults[after]
    sentences = []
    by_default = ratio(costs.rounds(after, CASES[new]), costs.rounds(before, CASES[old]))
    if by_default and by_default.has_interval:
        sentences.append(
            phrase("versions.start.changed", before=before, after=after, old=old, new=new,
                   ratio=by_default)
        )  # fmt: skip
        base, head = (sides[python].only(CASES[old].__eq__) for python in (before, after))
        for same in matched_cases(base, head)[0]:
            by_old = same.difference.estimate
            sentences.append(phrase("versions.start.unchanged", method=old, ratio=by_old))
    return sentences


def _of_newest(
    costs: Costs,
    found: Mapping[str, Mapping[str, Estimate]],
    defaults: Mapping[str, str],
    python: str,
) -> Iterator[Phrase]:
    default = defaults.get(python)
    if default and python in found[default]:
        cost = found[default][python]
        yield phrase("versions.start.default", python=python, method=default, cost=cost)
    for method, case in CASES.items():
        against_fork = costs.ratio(python, case, CASES["fork"])
        if method != "fork" and against_fork and against_fork.has_interval:
            yield phrase("versions.start.ratio", python=python, method=method, ratio=against_fork)
