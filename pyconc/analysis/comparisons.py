"""The notes' comparisons held against a campaign: ratios with intervals, and verdicts in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pyconc.analysis.costs import Costs
from pyconc.analysis.effect import Estimate, cost, ratio
from pyconc.analysis.notes import (
    COMPARISONS,
    EVAL_AGAINST_CALL,
    START_METHODS,
    Comparison,
    Pair,
)
from pyconc.analysis.numbers import seconds, times

#: Where the text of the notes and their own figures are this many times apart, we say so.
_CONTRADICTION = 1.5


class Measured(NamedTuple):
    """One pair of cases on one Python; costs in seconds of the notes' whole program."""

    python: str
    pair: Pair
    ratio: Estimate
    slow: Estimate
    fast: Estimate


class Lost(NamedTuple):
    """What happened to an unlocked counter on one Python, each None where it was not measured."""

    #: Rounds of the notes' program, and those of them in which the counter was not 0.
    programs: int
    nonzero: int
    #: Lost updates in a million: of ``+= 1``, and of ``+=`` what a call returns.
    plain: float | None
    call: float | None


class Result(NamedTuple):
    """One comparison of the notes, on every Python of a campaign that measured it."""

    comparison: Comparison
    written: list[Measured]
    others: list[Measured]
    lost: dict[str, Lost]
    verdicts: dict[str, str]


def compare(costs: Costs, defaults: Mapping[str, str] | None = None) -> list[Result]:
    """Every comparison of the notes that the campaign measured, in the order of the notes.

    Args:
        defaults: how each Python starts processes unless told otherwise.
    """
    results = []
    for comparison in COMPARISONS:
        written = list(_measured(comparison, costs, [comparison.written]))
        others = list(_measured(comparison, costs, comparison.others))
        lost = {}
        if comparison.id == "unlocked-counter":
            lost = {python: _lost(costs, python) for python in costs.pythons}
        if written or others:
            verdicts = {}
            for measured in written:
                python = measured.python
                beside = [other for other in others if other.python == python]
                default = (defaults or {}).get(python)
                verdicts[python] = (
                    _verdict_on_zero(lost[python])
                    if python in lost
                    else _verdict(comparison, measured, beside, default)
                )
            results.append(Result(comparison, written, others, lost, verdicts))
    return results


def contradiction(comparison: Comparison) -> str:
    """What the notes' text claims against their own figures, where the two disagree; or ''."""
    own, claimed = comparison.ratio, comparison.claimed
    if not own or not claimed or max(own / claimed, claimed / own) < _CONTRADICTION:
        return ""
    return f"The notes' text says {times(claimed)}, but their own figures say {times(own)}."


def _measured(
    comparison: Comparison, costs: Costs, pairs: list[Pair] | tuple[Pair, ...]
) -> Iterator[Measured]:
    for python in costs.pythons:
        for pair in pairs:
            slow, fast = costs.rounds(python, pair.slow), costs.rounds(python, pair.fast)
            if slow is None or fast is None or not set(slow.index) & set(fast.index):
                continue
            program = comparison.operations
            yield Measured(
                python,
                pair,
                ratio(slow, fast),
                cost(slow).scaled(program),
                cost(fast).scaled(program),
            )


def _lost(costs: Costs, python: str) -> Lost:
    nonzero = costs.metric(python, "counter.unlocked_program[thread-2]", "nonzero")
    plain = costs.metric(python, "counter.tallied[thread-2]", "lost_per_million")
    call = costs.metric(python, "counter.tallied_call[thread-2]", "lost_per_million")
    return Lost(
        len(nonzero),
        int((nonzero > 0).sum()),
        float(plain.mean()) if len(plain) else None,
        float(call.mean()) if len(call) else None,
    )


def _verdict(
    comparison: Comparison, measured: Measured, others: list[Measured], default: str | None
) -> str:
    sentences = (
        _direction(measured.ratio),
        _size(comparison, measured.ratio),
        contradiction(comparison),
        _by_start_method(others, default),
        _without_eval(others),
    )
    return " ".join(filter(None, sentences))


def _by_start_method(others: list[Measured], default: str | None) -> str:
    """What the same program costs with processes that are started otherwise."""
    found = [
        f"by {name}{' (the default here)' if name == default else ''} {times(other.ratio.value)}"
        for other in others
        if (name := other.pair.name) in START_METHODS
    ]
    return f"That is by fork; {', '.join(found)}." if found else ""


def _without_eval(others: list[Measured]) -> str:
    """How much of the notes' RLock program is eval."""
    for other in others:
        if other.pair.name == EVAL_AGAINST_CALL:
            share = 1 - 1 / other.ratio.value
            return f"Without eval it takes {seconds(other.fast.value)}: eval is {share:.0%} of it."
    return ""


def _direction(found: Estimate) -> str:
    if not found.has_interval:
        return "Direction not settled: a single round has no interval."
    if found.low > 1:
        return "Direction reproduced."
    if found.high < 1:
        return "Direction not reproduced: here it is the faster one."
    return "Direction not settled: the interval includes 1."


def _size(comparison: Comparison, found: Estimate) -> str:
    theirs = comparison.ratio
    if theirs is None:
        return ""
    if found.has_interval and found.low <= theirs <= found.high:
        return f"The size agrees with their {times(theirs)}."
    if found.value > theirs:
        return f"The ratio is {times(found.value / theirs)} as large as their {times(theirs)}."
    return f"The ratio is {times(theirs / found.value)} smaller than their {times(theirs)}."


def _verdict_on_zero(lost: Lost) -> str:
    if not lost.programs:
        return "Not measured."
    if lost.nonzero:
        first = (
            f"Reproduced: the counter was not 0 in {lost.nonzero} of {lost.programs} rounds "
            f"of the notes' program."
        )
    else:
        first = f"Not reproduced: the counter was 0 in all {lost.programs} rounds of the program."
    if lost.nonzero or not lost.call:
        return first
    return (
        f"{first} That is no promise: adding what a call returns lost "
        f"{lost.call:,.0f} of a million updates."
    )
