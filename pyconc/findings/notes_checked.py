"""The notes' comparisons held against a campaign: ratios with intervals, and verdicts in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pyconc.findings.notes import CLAIMS, EVAL_AGAINST_CALL, START_METHODS, Claim, Pair
from pyconc.findings.steps import listed
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate, ratio
from pyconc.words.phrase import Phrase, phrase

#: Where the text of the notes and their own figures are this many times apart, we say so.
_CONTRADICTION = 1.5
#: The comparison that asks what an unlocked counter ends at.
UNLOCKED = "unlocked-counter"


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

    comparison: Claim
    written: list[Measured]
    others: list[Measured]
    lost: dict[str, Lost]
    #: Sentences by Python, the first of them whether the notes' direction is reproduced.
    verdicts: dict[str, tuple[Phrase, ...]]
    #: How each Python starts processes unless told otherwise.
    defaults: Mapping[str, str]

    @property
    def direction(self) -> dict[str, bool | None]:
        """Whether the notes' slow one is the slower here, by Python; None if it is not settled."""
        return {each.python: _direction(each.ratio) for each in self.written}

    def measured(self, python: str, pair: str) -> Measured | None:
        """The pair of that name on a Python."""
        for each in (*self.written, *self.others):
            if (each.python, each.pair.name) == (python, pair):
                return each
        return None

    @property
    def by_default(self) -> dict[str, Measured]:
        """By Python, what its processes cost where nobody names a start method."""
        found = {
            python: self.measured(python, method)
            for python, method in self.defaults.items()
            if method in self.comparison.by_start_method
        }
        return {python: measured for python, measured in found.items() if measured}

    @property
    def against_call(self) -> dict[str, Estimate]:
        """By Python, how many times as long the RLock program takes through eval."""
        return {m.python: m.ratio for m in self.others if m.pair.name == EVAL_AGAINST_CALL}


def check_notes(costs: Costs, defaults: Mapping[str, str] | None = None) -> list[Result]:
    """Every comparison of the notes that the campaign measured, in the order of the notes.

    Args:
        defaults: how each Python starts processes unless told otherwise.
    """
    return [
        result
        for comparison in CLAIMS
        if (result := _result(comparison, costs, defaults or {})).written or result.others
    ]


def _result(comparison: Claim, costs: Costs, defaults: Mapping[str, str]) -> Result:
    written = list(_measured(comparison, costs, [comparison.written]))
    others = list(_measured(comparison, costs, comparison.others))
    lost = {}
    if comparison.id == UNLOCKED:
        lost = {python: _lost(costs, python) for python in costs.pythons}
    bare = Result(comparison, written, others, lost, {}, defaults)
    verdicts = {
        each.python: tuple(
            _on_zero(lost[each.python]) if each.python in lost else _verdict(bare, each)
        )
        for each in written
    }
    return bare._replace(verdicts=verdicts)


def contradiction(comparison: Claim) -> Phrase | None:
    """What the notes' text claims against their own figures, where the two disagree."""
    own, claimed = comparison.ratio, comparison.claimed
    if not own or not claimed or max(own / claimed, claimed / own) < _CONTRADICTION:
        return None
    return phrase("notes.verdict.contradiction", claimed=claimed, own=own)


def eval_share(through_eval: Estimate) -> Estimate:
    """The share of a program that is eval.

    Args:
        through_eval: how many times as long as with a direct call it takes.
    """
    return Estimate(
        1 - 1 / through_eval.value,
        1 - 1 / through_eval.low,
        1 - 1 / through_eval.high,
        through_eval.rounds,
    )


def _measured(comparison: Claim, costs: Costs, pairs: Sequence[Pair]) -> Iterator[Measured]:
    for python in costs.pythons:
        for pair in pairs:
            slow, fast = costs.estimate(python, pair.slow), costs.estimate(python, pair.fast)
            found = ratio(costs.rounds(python, pair.slow), costs.rounds(python, pair.fast))
            if slow and fast and found:
                seconds = (each.scaled(comparison.operations) for each in (slow, fast))
                yield Measured(python, pair, found, *seconds)


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


def _verdict(result: Result, measured: Measured) -> Iterator[Phrase]:
    yield _on_direction(measured.ratio)
    if result.comparison.ratio is not None:
        yield _on_size(result.comparison.ratio, measured.ratio)
    yield from _by_start_method(result, measured.python)
    yield from _without_eval(result, measured.python)


def _by_start_method(result: Result, python: str) -> Iterator[Phrase]:
    """What the same program costs with processes that are started otherwise."""
    default = result.defaults.get(python)
    found = [
        phrase(
            "notes.verdict.by_default" if name == default else "notes.verdict.by_method",
            method=name,
            ratio=other.ratio,
        )
        for name in START_METHODS[1:]
        if (other := result.measured(python, name))
    ]
    if found:
        yield phrase("notes.verdict.start_methods", found=listed(found))


def _without_eval(result: Result, python: str) -> Iterator[Phrase]:
    """How much of the notes' RLock program is eval."""
    found = result.measured(python, EVAL_AGAINST_CALL)
    if found:
        share = eval_share(found.ratio)
        yield phrase("notes.verdict.without_eval", cost=found.fast, share=share)


def _direction(found: Estimate) -> bool | None:
    if not found.has_interval or found.low <= 1 <= found.high:
        return None
    return found.low > 1


def _on_direction(found: Estimate) -> Phrase:
    if not found.has_interval:
        return phrase("notes.verdict.single_round")
    reproduced = _direction(found)
    if reproduced is None:
        return phrase("notes.verdict.not_settled")
    return phrase("notes.verdict.reproduced" if reproduced else "notes.verdict.not_reproduced")


def _on_size(theirs: float, found: Estimate) -> Phrase:
    if found.has_interval and found.low <= theirs <= found.high:
        return phrase("notes.verdict.agrees", theirs=theirs)
    if found.value > theirs:
        return phrase("notes.verdict.larger", factor=found.value / theirs, theirs=theirs)
    return phrase("notes.verdict.smaller", factor=theirs / found.value, theirs=theirs)


def _on_zero(lost: Lost) -> Iterator[Phrase]:
    if not lost.programs:
        yield phrase("notes.verdict.zero_unmeasured")
    elif lost.nonzero:
        yield phrase("notes.verdict.nonzero", nonzero=lost.nonzero, programs=lost.programs)
    else:
        yield phrase("notes.verdict.zero", programs=lost.programs)
        if lost.call:
            yield phrase("notes.verdict.zero_no_promise", call=lost.call)
