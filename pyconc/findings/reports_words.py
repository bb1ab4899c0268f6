"""What is said of a public report: what it compares, where its effect begins, what it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from pyconc.figures import seconds, times
from pyconc.findings.reported import COST, GIL_OFF, Effect, Report
from pyconc.findings.reports_seen import VERDICTS, figure_name
from pyconc.statistics.costs import DURATIONS
from pyconc.suite.case import Case
from pyconc.words.phrase import Phrase, phrase

_SECONDS = (COST, "cpu_seconds", *DURATIONS)


def compared(shown: Effect) -> Phrase:
    """What a comparison is of."""
    said = {"figure": figure_name(shown.figure), "case": f"`{shown.case}`"}
    if shown.between is not None:
        base, head = shown.between
        return phrase("reports.compares.between", **said, base=base, head=head)
    if shown.against is not None:
        return phrase("reports.compares.against", **said, against=f"`{shown.against}`")
    return phrase("reports.compares.alone", **said)


def form(shown: Effect) -> Callable[[float], str]:
    """How its figures are written."""
    if shown.is_ratio:
        return times
    return seconds if shown.figure in _SECONDS else "{:.3g}".format


def limit(shown: Effect) -> Phrase:
    """From where on its effect counts."""
    which = "at_most" if shown.at_least is None else "at_least"
    return phrase(f"reports.limit.{which}", limit=form(shown)(shown.limit))


def effect_in_words(shown: Effect) -> Phrase:
    """What a comparison is of, from where on its effect counts, and what was reported."""
    said = {"compared": compared(shown), "limit": limit(shown)}
    if shown.reported is None:
        return phrase("reports.effect", **said)
    return phrase("reports.effect_reported", **said, size=form(shown)(shown.reported))


def needs(report: Report, cases: Mapping[str, Case]) -> list[Phrase]:
    """What it takes for a report to show, with what its cases take."""
    return list({str(each): each for each in _needs(report, cases)}.values())


def _needs(report: Report, cases: Mapping[str, Case]) -> Iterator[Phrase]:
    if report.needs.gil:
        yield phrase(f"reports.need.gil_{report.needs.gil}")
    for each in report.shows:
        if each.between is not None:
            base, head = each.between
            yield (
                phrase("reports.need.twins")
                if head == GIL_OFF
                else phrase("reports.need.pair", base=base, head=head)
            )
    if report.needs.cores > 1:
        yield phrase("reports.need.cores", cores=report.needs.cores)
    for case in report.cases:
        for requirement in cases[case].requirements if case in cases else ():
            yield phrase("reports.need.case", what=str(requirement))
    if report.needs.versions is not None:
        yield phrase("reports.need.versions", versions=report.needs.versions)
    if report.needs.system is not None:
        yield phrase("reports.need.system", system=report.needs.system)
    if report.needs.optimized:
        yield phrase("reports.need.optimized")


def summary(verdicts: Iterable[str]) -> Phrase:
    """How many reports have which verdict."""
    counts = Counter(verdicts)
    return phrase("reports.count", all=counts.total(), **{each: counts[each] for each in VERDICTS})
