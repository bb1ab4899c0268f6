"""What the notes' comparisons come to, in a few sentences made from the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pyconc.figures import percent, times
from pyconc.findings.notes import EVAL_AGAINST_CALL
from pyconc.findings.notes_checked import (
    UNLOCKED,
    Measured,
    Result,
    contradiction,
    eval_share,
)
from pyconc.findings.steps import listed
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.words.phrase import Phrase, phrase

FORK = "fork"


class Started(NamedTuple):
    """What one of the notes' programs costs on a Python by the start method that is its default."""

    python: str
    result: Result
    method: str
    #: How many times what it costs with threads.
    of_threads: Estimate
    #: How many times what it costs with processes by fork; None by fork, or where that is missing.
    of_fork: Estimate | None


def started(results: Iterable[Result], costs: Costs) -> list[Started]:
    """Every program of processes on every Python, by its own default."""
    found = []
    for result in results:
        for python, measured in result.by_default.items():
            method, fork = measured.pair.name, result.measured(python, FORK)
            of_fork = None
            if fork and method != FORK:
                of_fork = costs.ratio(python, measured.pair.slow, fork.pair.slow)
            found.append(Started(python, result, method, measured.ratio, of_fork))
    return found


def findings(results: Sequence[Result], costs: Costs) -> Iterator[tuple[Phrase, str]]:
    """Sentences and the ids of the places that show what they say, the most telling first."""
    by_id = {result.comparison.id: result for result in results}
    for result in results:
        yield from _on_contradiction(result)
    yield from _on_start_methods(started(results, costs), costs.pythons)
    if "rlock-eval" in by_id:
        yield from _on_eval(by_id["rlock-eval"])
    yield from _on_directions(results)
    if UNLOCKED in by_id:
        yield from _on_zero(by_id[UNLOCKED])


def _on_contradiction(result: Result) -> Iterator[tuple[Phrase, str]]:
    own, claimed = result.comparison.ratio, result.comparison.claimed
    if contradiction(result.comparison) and result.written:
        title, ours = result.comparison.title, _measured_span(result.written)
        yield (
            phrase("notes.finding.contradiction", title=title, claimed=claimed, own=own, ours=ours),
            result.comparison.id,
        )


def _measured_span(written: Sequence[Measured]) -> Phrase:
    """The least and the greatest ratio of all Pythons, each with its interval."""
    ordered = sorted(written, key=lambda each: each.ratio.value)
    least, most = ordered[0], ordered[-1]
    if least is most:
        return phrase("notes.span.one_measured", ratio=least.ratio, python=least.python)
    return phrase("notes.span.measured", least=least.ratio, least_on=least.python,
                  most=most.ratio, most_on=most.python)  # fmt: skip


def _on_start_methods(
    rows: Sequence[Started], pythons: Sequence[str]
) -> Iterator[tuple[Phrase, str]]:
    """The first Python whose default is another than fork."""
    for python in pythons:
        here = [row for row in rows if row.python == python and row.of_fork]
        if here:
            found = listed(map(_start_factor, here))
            yield (
                phrase("notes.finding.start_methods", python=python, method=here[0].method,
                       found=found),
                "start-methods",
            )  # fmt: skip
            return


def _start_factor(row: Started) -> Phrase:
    assert row.of_fork is not None
    differs = row.of_fork.has_interval and not row.of_fork.low <= 1 <= row.of_fork.high
    title = row.result.comparison.title
    if not differs:
        return phrase("notes.finding.start_unsettled", title=title)
    return phrase("notes.finding.start_factor", title=title, factor=row.of_fork)


def _on_eval(result: Result) -> Iterator[tuple[Phrase, str]]:
    ratios = result.against_call
    if not ratios or not all(each.has_interval and each.low > 1 for each in ratios.values()):
        return
    python = ([each for each in ratios if each[:1].isdigit()] or list(ratios))[-1]
    measured = result.measured(python, EVAL_AGAINST_CALL)
    assert measured is not None
    yield (
        phrase(
            "notes.finding.eval",
            python=python,
            share=eval_share(ratios[python]),
            through=measured.slow,
            direct=measured.fast,
            all=percent_span([eval_share(each).value for each in ratios.values()]),
        ),
        "rlock-eval",
    )


def _on_directions(results: Iterable[Result]) -> Iterator[tuple[Phrase, str]]:
    claimed = [result for result in results if result.comparison.ratio and result.written]
    if claimed:
        reproduced = [r for r in claimed if all(found is True for found in r.direction.values())]
        yield (
            phrase("notes.finding.directions", reproduced=len(reproduced), count=len(claimed)),
            "comparisons",
        )


def _on_zero(result: Result) -> Iterator[tuple[Phrase, str]]:
    ran = {python: lost for python, lost in result.lost.items() if lost.programs}
    wrong = [python for python, lost in ran.items() if lost.nonzero]
    right = [python for python in ran if python not in wrong]
    if wrong and right:
        yield phrase("notes.finding.zero_both", wrong=wrong, right=right), UNLOCKED
    elif ran:
        key = "notes.finding.zero_wrong" if wrong else "notes.finding.zero_right"
        yield phrase(key, pythons=list(ran)), UNLOCKED


def times_span(ratios: Iterable[float]) -> Phrase:
    """From the least to the most of ratios, or the one that all are."""
    return _span(list(ratios), times, "notes.span.times", "notes.span.one_times")


def percent_span(shares: Iterable[float]) -> Phrase:
    """The same of shares."""
    return _span(list(shares), percent, "notes.span.percent", "notes.span.one_percent")


def _span(figures: list[float], written: Callable[[float], str], several: str, one: str) -> Phrase:
    low, high = min(figures), max(figures)
    if written(low) == written(high):
        return phrase(one, figure=low)
    return phrase(several, low=low, high=high)


def defaults(interpreters: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """How each Python of a campaign starts processes, where the campaign tells."""
    return {
        str(each["label"]): method
        for each in interpreters
        if isinstance(method := each.get("start_method"), str)
    }
