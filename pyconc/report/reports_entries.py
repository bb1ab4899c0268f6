"""Public reports as the pages show them: with what the campaigns of a site say of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from pyconc.findings.reported import Effect, Report, known_reports
from pyconc.findings.reports_seen import Ground, Outcome, newest, outcomes, overall
from pyconc.findings.reports_words import needs
from pyconc.report.page import Campaign, Shown
from pyconc.words.phrase import Phrase


class Entry(NamedTuple):
    """A report on the page."""

    report: Report
    #: One of `pyconc.findings.reports_seen.VERDICTS`.
    verdict: str
    #: Each with the campaign that says it, where that is not the newest.
    outcomes: Sequence[tuple[Campaign | None, Outcome]]
    needs: Sequence[Phrase]

    @property
    def comparisons(self) -> list[tuple[Effect, list[tuple[Campaign | None, Outcome]]]]:
        """What it compares, each with its outcomes."""
        grouped = groupby(self.outcomes, key=lambda each: each[1].comparison)
        return [(shown, list(found)) for shown, found in grouped]

    @property
    def why(self) -> Phrase | None:
        """Why it tells no more, as far as that is said of one of its outcomes."""
        told = (each.why for _, each in self.outcomes if each.verdict == self.verdict)
        return next(filter(None, told), None)

    @property
    def pythons(self) -> list[str]:
        """On which its verdict was found."""
        found = [each for _, each in self.outcomes if each.verdict == self.verdict]
        return list(dict.fromkeys(label for each in found for label in each.pythons))


def entries_of(shown: Shown) -> Iterator[Entry]:
    """Every report with what the newest campaign says of it that can."""
    if not shown.campaign.is_ours:  # the benchmarks of others show none of them
        return
    earlier = [each for each in reversed(shown.earlier) if each.is_ours]
    measured = [shown.campaign, *earlier]
    grounds = [Ground.of(each.about, each.costs) for each in measured]
    for report in known_reports():
        found = newest([outcomes(report, ground) for ground in grounds])
        yield Entry(
            report,
            overall([each for _, each in found]),
            [(measured[place] if place else None, each) for place, each in found],
            needs(report, shown.cases),
        )
