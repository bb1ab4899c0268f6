"""What people report: each public report, and whether the campaigns that are shown show it."""

from __future__ import annotations

from collections.abc import Iterator

from pyconc.findings.reports_words import effect_in_words, form, summary
from pyconc.report.page import Finding, Page, Shown
from pyconc.report.reports_entries import entries_of
from pyconc.show.reports_document import judged
from pyconc.statistics.exchange import ENOUGH_ROUNDS
from pyconc.words.phrase import phrase


def pages(shown: Shown) -> Iterator[Page]:
    entries = list(entries_of(shown))
    if not entries:
        return
    said = summary(each.verdict for each in entries)
    yield Page(
        name="reports",
        template="reports.html",
        title=phrase("reports.title"),
        context={
            "entries": entries,
            "summary": said,
            "enough": ENOUGH_ROUNDS,
            "effect": effect_in_words,
            "form": form,
        },
        document={
            "reports": [
                judged(each.report, [found for _, found in each.outcomes]) for each in entries
            ]
        },
        findings=(Finding(said, "all"),),
    )
