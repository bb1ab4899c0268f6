"""Which of two ways to take, read off a campaign: ``decisions.toml`` beside the cases.

Each entry names what is needed, one way to do it and another, with a case for each. How many times
as much the other way costs, and whether it does at all, is said by the campaign.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.findings.entries import Said, need_cases, read_entries, taken, text, texts
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.exchange import ENOUGH_ROUNDS
from pyconc.statistics.verdicts import THRESHOLD
from pyconc.suite import catalog
from pyconc.suite.catalog import benchmarks_folder
from pyconc.words.phrase import Phrase, phrase

FILE = "decisions.toml"
#: What a campaign says of a decision on one Python.
SLOWER, SAME, FASTER, UNCLEAR = "slower", "same", "faster", "unclear"
#: Nobody decides by less.
_NO_MATTER = 1.1


class Decision(NamedTuple):
    """An entry."""

    #: What links to it.
    id: str
    need: Said
    use: Said
    instead: Said
    #: When the other way is the right one nevertheless.
    unless: Said
    #: Ids: of what to use, and of what it is held against.
    case: str
    against: str


class Answer(NamedTuple):
    """What a campaign says of a decision on one Python."""

    #: Of one operation of what to use, in seconds.
    cost: Estimate
    #: How many times as much the other way costs.
    ratio: Estimate
    verdict: str


@cache
def known_decisions() -> tuple[Decision, ...]:
    """Those of pyconc.

    Raises:
        UsageError: something is wrong with an entry.
    """
    return read_decisions(benchmarks_folder() / FILE, [case.id for case in catalog.known()])


def read_decisions(path: Path, cases: Collection[str]) -> tuple[Decision, ...]:
    """The decisions of a file, in its order.

    Args:
        cases: the ids of the catalogue.

    Raises:
        UsageError: it cannot be read, or something is wrong with an entry.
    """
    known = set(cases)
    return read_entries(path, lambda name, entry: _decision(name, entry, known))


def _decision(name: str, entry: object, known: Collection[str]) -> Decision:
    found = Decision(id=name, **taken(entry, "the entry", _FIELDS, _FIELDS))
    need_cases((found.case, found.against), known)
    if found.case == found.against:
        raise ValueError(f"{found.case} is held against itself")
    return found


_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "need": texts, "use": texts, "instead": texts, "unless": texts, "case": text, "against": text,
}  # fmt: skip


def answers(decision: Decision, costs: Costs) -> Iterator[tuple[str, Answer]]:
    """What is said of it on each Python that has both cases."""
    for python in costs.pythons:
        cost = costs.estimate(python, decision.case)
        ratio = costs.ratio(python, decision.against, decision.case)
        if cost is not None and ratio is not None:
            yield python, Answer(cost, ratio, verdict(ratio))


def in_words(decision: Decision, answer: Answer) -> Phrase:
    """The decision in a sentence, as one Python tells it."""
    return phrase(f"decisions.says.{answer.verdict}", use=decision.use, instead=decision.instead,
                  ratio=answer.ratio)  # fmt: skip


def greatest(cases: Collection[str], costs: Costs, python: str) -> Phrase | None:
    """Of the decisions for one of these cases the one that matters most, with what it is about."""
    told = [
        (answer.ratio.low, decision, answer)
        for decision in known_decisions()
        if decision.case in cases
        for label, answer in answers(decision, costs)
        if label == python and answer.verdict == SLOWER
    ]
    if not told:
        return None
    _, decision, answer = max(told, key=lambda each: each[0])
    return phrase("decisions.finding", need=decision.need, says=in_words(decision, answer))


def verdict(ratio: Estimate) -> str:
    """By the interval alone: the same where all of it is within a tenth, which decides nothing."""
    if not ratio.has_interval or ratio.rounds < ENOUGH_ROUNDS:
        return UNCLEAR
    if ratio.low > 1 / _NO_MATTER and ratio.high < _NO_MATTER:
        return SAME
    if ratio.low > 1 + THRESHOLD:
        return SLOWER
    return FASTER if ratio.high < 1 - THRESHOLD else UNCLEAR
