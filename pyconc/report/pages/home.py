"""The home page: the numbers to know, what was found in five sentences, and where to read on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyconc.report.page import Finding, Page, Shown
from pyconc.words.phrase import Phrase, phrase

#: The chart that comes first, and the one of what it all began with.
_LADDER, _NOTES = "home-ladder", "notes-overview"
#: Pages whose first finding is told, in this order, and how many are.
_TELLING = (
    "numbers", "decisions", "versions", "scaling", "correctness", "reports", "history", "notes",
)  # fmt: skip
_SENTENCES = 5
#: Where those go on who come for one thing.
_DOORS = {
    "teach": ("numbers", "notes", "correctness"),
    "choose": ("decisions", "families", "scaling"),
    "python": ("two", "versions", "reports"),
}


def page(shown: Shown, pages: Sequence[Page]) -> Page:
    """The home page of a site.

    Args:
        pages: all others.
    """
    there = {each.name for each in pages}
    drawn = {drawing.name for each in pages for drawing in each.drawings}
    doors = {door: [name for name in names if name in there] for door, names in _DOORS.items()}
    return Page(
        name="index",
        template="home.html",
        title=_title(shown),
        context={
            "ladder": _LADDER if _LADDER in drawn else None,
            "overview": _NOTES if _NOTES in drawn else None,
            "sentences": list(_sentences(pages)),
            "doors": {door: names for door, names in doors.items() if names},
            "families": [each for each in pages if each.name.startswith("family-")],
            "pythons": shown.campaign.pythons,
            "rounds": _rounds(shown),
        },
    )


def _sentences(pages: Sequence[Page]) -> Iterator[tuple[Page, Finding]]:
    """The first finding of each page, and more of the first ones where that is not enough."""
    telling = sorted(
        (each for each in pages if each.findings and each.name in _TELLING),
        key=lambda each: _TELLING.index(each.name),
    )
    depth = max((len(each.findings) for each in telling), default=0)
    found = [(each, each.findings[n]) for n in range(depth) for each in telling
             if n < len(each.findings)]  # fmt: skip
    yield from found[:_SENTENCES]


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
