"""The home page: what was found, and where to read on."""

from __future__ import annotations

from collections.abc import Sequence

from pyconc.report.page import Page, Shown
from pyconc.words.phrase import Phrase, phrase

#: Charts that the home page shows again, of those that there are.
_CHARTS = ("notes-overview", "numbers-ladder")
#: Of one page, at most.
_MOST_FINDINGS = 4


def page(shown: Shown, pages: Sequence[Page]) -> Page:
    """The home page of a site.

    Args:
        pages: all others.
    """
    return Page(
        name="index",
        template="home.html",
        title=_title(shown),
        context={
            "telling": [each for each in pages if each.findings],
            "most_findings": _MOST_FINDINGS,
            "charts": _CHARTS,
            "families": [each for each in pages if each.name.startswith("family-")],
            "pythons": shown.campaign.pythons,
            "rounds": _rounds(shown),
        },
    )


def _title(shown: Shown) -> Phrase:
    if shown.campaign.is_ours:
        return phrase("home.title")
    return phrase("home.file.title", name=shown.campaign.name)


def _rounds(shown: Shown) -> tuple[int, int]:
    """How many rounds the cases have, at least and at most."""
    costs = shown.campaign.costs
    found = [
        len(rounds)
        for python in costs.pythons
        for case in costs.cases(python)
        if (rounds := costs.rounds(python, case)) is not None
    ]
    return min(found), max(found)
