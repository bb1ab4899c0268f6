"""The home page: what was found, and where to read on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pyconc.report.page import Page, Shown
from pyconc.words.phrase import Phrase, phrase

#: Charts that the home page shows again, of those that there are.
_CHARTS = ("notes-overview", "numbers-ladder")
#: Of one page, at most.
_MOST_FINDINGS = 4


class Told(NamedTuple):
    """One finding, and where it is shown."""

    says: Phrase
    page: str
    anchor: str


class Group(NamedTuple):
    """The findings of one page."""

    page: Page
    told: list[Told]


def page(shown: Shown, pages: Sequence[Page]) -> Page:
    """The home page of a site.

    Args:
        pages: all others.
    """
    charts = {drawing.name for each in pages for drawing in each.drawings}
    groups = list(_groups(pages))
    return Page(
        name="index",
        template="home.html",
        title=_title(shown),
        context={
            "groups": groups,
            "charts": [name for name in _CHARTS if name in charts],
            "families": [each for each in pages if each.name.startswith("family-")],
            "pythons": shown.campaign.pythons,
            "rounds": _rounds(shown),
        },
    )


def _title(shown: Shown) -> Phrase:
    if shown.campaign.described.is_campaign:
        return phrase("home.title")
    return phrase("home.file.title", name=shown.campaign.name)


def _groups(pages: Sequence[Page]) -> Iterator[Group]:
    for each in pages:
        told = [Told(f.says, each.name, f.anchor) for f in each.findings[:_MOST_FINDINGS]]
        if told:
            yield Group(each, told)


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
