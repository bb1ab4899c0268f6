"""Public reports as plain JSON, with what campaigns say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyconc.findings.reported import Effect, Report
from pyconc.findings.reports_seen import Outcome, overall
from pyconc.show.plain import figures
from pyconc.words.languages import Words


def document(report: Report) -> dict[str, Any]:
    """An entry, with its texts in all languages."""
    return {
        "id": report.id,
        "addresses": list(report.addresses.values()),
        "title": dict(report.title),
        "seen": dict(report.seen),
        "cases": report.cases,
        "needs": report.needs._asdict(),
        "shows": [_comparison(each) for each in report.shows],
    }


def judged(report: Report, found: Sequence[Outcome]) -> dict[str, Any]:
    """The same with the verdict, and what it rests on."""
    return {
        **document(report),
        "verdict": overall(found),
        "outcomes": [outcome(each) for each in found],
    }


def outcome(found: Outcome) -> dict[str, Any]:
    """Remarks are English; figures are ratios or seconds."""
    return {
        **_comparison(found.comparison),
        "pythons": list(found.pythons),
        "verdict": found.verdict,
        "found": figures(found.estimate),
        "remark": Words("en").say(found.why) if found.why else None,
    }


def _comparison(shown: Effect) -> Mapping[str, Any]:
    said = shown._asdict()
    return {**said, "between": None if shown.between is None else list(shown.between)}
