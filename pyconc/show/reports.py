"""`pyconc reports`: what people report, and whether a campaign shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.figures import interval
from pyconc.findings.reported import Report, known_reports
from pyconc.findings.reports_seen import Ground, Outcome, figure_name, outcomes, overall
from pyconc.findings.reports_words import form, limit, needs, summary
from pyconc.screen import markdown, say_json
from pyconc.screen.tables import Row, Screen
from pyconc.show.reports_document import document, judged
from pyconc.show.tables import Table
from pyconc.statistics.costs import Costs
from pyconc.store import campaigns
from pyconc.store.files import told_clearly
from pyconc.store.journal import CAMPAIGN
from pyconc.suite import catalog
from pyconc.words.languages import Words

#: In the order of what is asked first.
_LISTED = ("report", "what was seen", "cases", "needs")
_JUDGED = (
    "report", "verdict", "python", "figure", "case", "against", "found", "95 % interval", "effect",
    "remark",
)  # fmt: skip
_TEXTS = (*_LISTED, "verdict", "python", "figure", "case", "against", "effect", "remark")
_WORDS = Words("en")


class Told(NamedTuple):
    """What is printed."""

    table: Table
    #: Below it.
    said: Sequence[str]
    #: The same for programs.
    document: Mapping[str, Any]


def show_reports(campaign: Path | None, form_: str = "table") -> None:
    """Print all reports, or what a campaign says of each.

    Args:
        form_: one of `FORMATS`.

    Raises:
        UsageError: the campaign cannot be read, or an entry is not as it should be.
    """
    reports = known_reports()
    FORMATS[form_](_listed(reports) if campaign is None else _judged(reports, campaign))


def _listed(reports: Sequence[Report]) -> Told:
    cases = {case.id: case for case in catalog.known()}
    rows = [
        (
            each.id,
            _plain(each.title[_WORDS.language]),
            ", ".join(each.workloads),
            ", ".join(_plain(_WORDS.say(need)) for need in needs(each, cases)),
        )
        for each in reports
    ]
    table = Table("What people report", _LISTED, rows)
    said = ["`pyconc reports CAMPAIGN` says which of them it shows"]
    return Told(table, said, {"reports": [document(each) for each in reports]})


def _judged(reports: Sequence[Report], campaign: Path) -> Told:
    about, measured, *_ = campaigns.read(campaign)
    with told_clearly(campaign / CAMPAIGN, "is damaged", "restore it, or measure again"):
        ground = Ground.of(about, Costs(measured))
        found = [outcomes(report, ground) for report in reports]
    name = campaign.resolve().name
    rows = [row for each in found for row in _rows(each, len(ground.pythons))]
    return Told(
        Table(f"What people report, in {name}", _JUDGED, rows).without(),
        [_plain(_WORDS.say(summary(map(overall, found))))],
        {"campaign": name, "reports": [judged(*each) for each in zip(reports, found)]},
    )


def _rows(found: Sequence[Outcome], pythons: int) -> Iterator[Row]:
    """A row for each outcome; the report is named in all of them, so that lines can be sorted.

    Args:
        pythons: how many there are in all.
    """
    for each in found:
        shown, estimate = each.comparison, each.estimate
        write = form(shown)
        yield (
            each.report.id,
            _WORDS(f"reports.verdict.{each.verdict}"),
            _named(each, pythons),
            _plain(_WORDS.say(figure_name(shown.figure))),
            shown.case,
            shown.against or "",
            write(estimate.value) if estimate else "",
            interval(estimate, write) if estimate else "",
            _plain(_WORDS.say(limit(shown))),
            _plain(_WORDS.say(each.why)) if each.why else "",
        )


def _named(found: Outcome, pythons: int) -> str:
    if found.is_pair:
        return " → ".join(found.pythons)
    return "all" if 1 < len(found.pythons) == pythons else ", ".join(found.pythons)


def _plain(said: str) -> str:
    """Without the marks of code, which are for pages."""
    return said.replace("`", "")


def as_table(told: Told) -> None:
    """Print it for people."""
    screen = Screen()
    screen.table(told.table.headings, told.table.rows, texts=_TEXTS)
    for sentence in told.said:
        screen.say(sentence, wrap=True)


def as_markdown(told: Told) -> None:
    """Print it as Markdown."""
    print(f"### {markdown.plain(told.table.title)}\n")
    for line in markdown.lines(told.table.headings, told.table.rows, _TEXTS):
        print(line)
    for sentence in told.said:
        print(f"\n{markdown.plain(sentence)}")


FORMATS: dict[str, Callable[[Told], None]] = {
    "table": as_table,
    "markdown": as_markdown,
    "json": lambda told: say_json(told.document),
}
