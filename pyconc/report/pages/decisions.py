"""Which one?: decisions that programs make, with what each way costs, on every Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pyconc.findings.decisions import (
    SLOWER,
    Answer,
    Decision,
    answers,
    in_words,
    known_decisions,
)
from pyconc.findings.ladder import standard_builds
from pyconc.report.page import Finding, Page, Shown
from pyconc.show import plain
from pyconc.words.phrase import Phrase, phrase


class Row(NamedTuple):
    """A decision on the page."""

    decision: Decision
    #: By Python.
    answers: Mapping[str, Answer]


def pages(shown: Shown) -> Iterator[Page]:
    costs = shown.campaign.times
    rows = [Row(each, dict(answers(each, costs))) for each in known_decisions()]
    rows = [each for each in rows if each.answers]
    if not rows:
        return
    pythons = list(reversed(costs.pythons))
    newest = (standard_builds(shown.campaign.about, costs.pythons) or costs.pythons)[-1]
    yield Page(
        name="decisions",
        template="decisions.html",
        title=phrase("decisions.title"),
        context={"rows": rows, "pythons": pythons, "newest": newest, "says": says},
        document={"decisions": [_document(each) for each in rows]},
        findings=tuple(_findings(rows, newest)),
    )


def says(row: Row, python: str) -> Phrase:
    """The decision in a sentence, as one Python that has both cases tells it."""
    return in_words(row.decision, row.answers[python])


def _findings(rows: Sequence[Row], python: str) -> Iterator[Finding]:
    """The greatest differences first."""
    told = [each for each in rows if python in each.answers]
    told = [each for each in told if each.answers[python].verdict == SLOWER]
    for row in sorted(told, key=lambda each: -each.answers[python].ratio.low):
        said = phrase("decisions.finding", need=row.decision.need, says=says(row, python))
        yield Finding(said, row.decision.id)


def _document(row: Row) -> dict[str, Any]:
    decision = row.decision
    return {
        "id": decision.id,
        "case": decision.case,
        "against": decision.against,
        "answers": {
            python: {
                "seconds": plain.figures(each.cost),
                "ratio": plain.figures(each.ratio),
                "verdict": each.verdict,
            }
            for python, each in row.answers.items()
        },
    }
