"""The notes, checked: their comparisons beside ours, and their statements on every Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce

from matplotlib.figure import Figure

from pyconc.findings.notes_checked import UNLOCKED, Result, check_notes, contradiction, eval_share
from pyconc.findings.notes_findings import defaults, findings, started, times_span
from pyconc.findings.statements import rows, summary
from pyconc.findings.steps import listed
from pyconc.report.charts import (
    by_backend,
    lock_granularity,
    overview,
    rlock_eval,
    start_ratios,
    unlocked_counter,
)
from pyconc.report.notes_document import document
from pyconc.report.page import Campaign, Drawing, Finding, Page, Shown
from pyconc.statements.answers import Answer
from pyconc.statements.store import FILE, read_answers
from pyconc.statistics.costs import Costs
from pyconc.words.phrase import Phrase, phrase

#: By the id of the comparison.
CHARTS: dict[str, Callable[[Costs], Figure]] = {
    "lock-granularity": lock_granularity.draw,
    "rlock-eval": rlock_eval.draw,
    **{comparison: partial(by_backend.draw, comparison) for comparison in by_backend.PANELS},
    UNLOCKED: unlocked_counter.draw,
}
OVERVIEW, STARTS = "notes-overview", "notes-start-methods"


def pages(shown: Shown) -> Iterator[Page]:
    campaign = shown.campaign
    results = check_notes(campaign.times, defaults(campaign.about["interpreters"]))
    answers = _answers(campaign)
    statements = rows(answers)
    if not results and not statements:
        return
    starts = started(results, campaign.times)
    told = [Finding(*each) for each in findings(results, campaign.times)]
    if statements:
        told.insert(3, Finding(summary(statements), "statements"))
    yield Page(
        name="notes",
        template="notes.html",
        title=phrase("notes.title"),
        context={
            "results": results,
            "contradiction": contradiction,
            "starts": starts,
            "eval_share": eval_share,
            "statements": statements,
            "asked": list(answers),
            "summary": summary(statements) if statements else None,
            "answer": _answer,
        },
        drawings=tuple(_drawings(results, campaign.times)),
        document=document(results, starts, answers),
        findings=tuple(told),
    )


def _answers(campaign: Campaign) -> Mapping[str, Mapping[str, Answer]]:
    path = campaign.folder / FILE
    return read_answers(path) if path.exists() else {}


def _answer(answer: Answer | None) -> str:
    """The name of its word, ``notes.answer.NAME``."""
    if answer is None or answer.holds is None:
        return "unknown"
    if not answer.holds:
        return "no"
    return "deprecated" if answer.deprecated else "yes"


def _drawings(results: Sequence[Result], costs: Costs) -> Iterator[Drawing]:
    compared = [result for result in results if result.written]
    if compared:
        yield Drawing(
            name=OVERVIEW,
            draw=partial(overview.draw, compared, costs.pythons),
            alt=phrase("notes.alt.overview", found=_joined(map(_range, compared))),
            caption=phrase("notes.caption.overview"),
        )
    by_method = [result for result in results if result.by_default]
    if by_method:
        yield Drawing(
            name=STARTS,
            draw=partial(start_ratios.draw, by_method, costs.pythons),
            alt=phrase("notes.alt.starts", found=_joined(map(_by_default, by_method))),
            caption=phrase("notes.caption.starts"),
        )
    for result in results:
        name = result.comparison.id
        if _has_chart(result):
            yield Drawing(
                name=f"notes-{name}",
                draw=partial(CHARTS[name], costs),
                alt=_alt(result),
                caption=phrase(f"notes.comparison.{name}.caption"),
            )


def _has_chart(result: Result) -> bool:
    if result.comparison.id != UNLOCKED:
        return bool(result.written)
    return any(lost.plain is not None or lost.call is not None for lost in result.lost.values())


def _alt(result: Result) -> Phrase:
    if result.comparison.id == UNLOCKED:
        found = [
            phrase("notes.alt.lost_one", python=python, lost=lost.call or lost.plain or 0.0)
            for python, lost in result.lost.items()
            if lost.plain is not None or lost.call is not None
        ]
        return phrase("notes.alt.lost", found=listed(found))
    return phrase("notes.alt.comparison", title=result.comparison.title, found=_ratios(result))


def _joined(phrases: Iterable[Phrase]) -> Phrase:
    return reduce(lambda first, rest: phrase("notes.alt.then", first=first, rest=rest), phrases)


def _range(result: Result) -> Phrase:
    """The notes' ratio, and from the least of ours to the most."""
    return _beside(result, times_span(m.ratio.value for m in result.written))


def _ratios(result: Result) -> Phrase:
    """The notes' ratio and ours, by Python."""
    ours = [phrase("notes.alt.ratio", python=m.python, ratio=m.ratio) for m in result.written]
    return _beside(result, listed(ours))


def _beside(result: Result, ours: Phrase) -> Phrase:
    names = {"slow": result.comparison.slow_name, "fast": result.comparison.fast_name}
    if result.comparison.ratio is None:
        return phrase("notes.alt.ours", **names, ours=ours)
    return phrase("notes.alt.both", **names, theirs=result.comparison.ratio, ours=ours)


def _by_default(result: Result) -> Phrase:
    ours = [
        phrase("notes.alt.method", python=python, method=m.pair.name, ratio=m.ratio)
        for python, m in result.by_default.items()
    ]
    return phrase("notes.alt.starts_one", title=result.comparison.title, ours=listed(ours))
