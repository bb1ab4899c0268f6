"""Two Pythons: what one changes beside another, family by family, for any two of a campaign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from pyconc.findings.steps import FLOOR, Mean, Pair, Passage, passages
from pyconc.report.page import Page, Shown, anchor
from pyconc.show import plain
from pyconc.statistics.verdicts import FALSE_DISCOVERIES, FASTER, SAME, SLOWER, THRESHOLD
from pyconc.store.measured import Side
from pyconc.words.phrase import phrase

#: What `report.json` has of a family.
_COUNTS = ("family", "faster", "slower", "same", "unclear")
#: So many cases are named each way.
_GREATEST = 10


class Changed(NamedTuple):
    """How many cases of a family have each verdict, and their mean."""

    family: str
    faster: int
    slower: int
    same: int
    unclear: int
    mean: Mean | None


def pages(shown: Shown) -> Iterator[Page]:
    """The page on which two are picked, and that of each two."""
    names = {pair: _name(*pair) for pair in _pairs(shown)}
    if not names:
        return
    yield Page(
        name="two",
        template="two.html",
        title=phrase("two.title"),
        context={
            "names": names,
            "bases": list(dict.fromkeys(base for base, _ in names)),
            "heads": list(reversed(dict.fromkeys(head for _, head in names))),
        },
    )
    for (base, head), name in names.items():
        yield _page(name, base, head, shown.campaign.sides)


def _pairs(shown: Shown) -> list[tuple[str, str]]:
    """Two versions of CPython, the older one first; and one build with its GIL and without."""
    if shown.versions is None:
        track: tuple[str, ...] = ()
    else:
        track = shown.versions.order.track
    sides = shown.campaign.sides
    twins = [
        (one, other)
        for one, with_gil in sides.items()
        for other, without in sides.items()
        if (with_gil.about.get("gil"), without.about.get("gil")) == ("on", "off")
        and all(with_gil.about.get(n) == without.about.get(n) for n in ("free_threaded", "version"))
    ]
    return [*combinations(track, 2), *twins]


def _name(base: str, head: str) -> str:
    """Of the page's file, unlike for all pairs of one campaign."""
    return f"two-{anchor(base)}-to-{anchor(head)}"


def _page(name: str, base: str, head: str, sides: Mapping[str, Side]) -> Page:
    [passage] = passages([Pair.of(base, head, sides[base], sides[head])])
    floors = [each for each in passage.steps if each.is_step and each.family == FLOOR]
    greatest = {
        verdict: [each for each in passage.telling if each.verdict == verdict][:_GREATEST]
        for verdict in (FASTER, SLOWER)
    }
    families = [_counted(passage, each) for each in _families(passage)]
    return Page(
        name=name,
        template="two_pair.html",
        title=phrase("two.of", base=base, head=head),
        context={
            "passage": passage,
            "whole": _counted(passage, None),
            "families": families,
            "greatest": greatest,
            "floor": max(floors, key=lambda each: each.size, default=None),
            "threshold": THRESHOLD,
            "false_share": FALSE_DISCOVERIES,
        },
        document=_document(passage, families),
    )


def _families(passage: Passage) -> list[str]:
    return list(dict.fromkeys(sorted(each.family for each in passage.steps)))


def _counted(passage: Passage, family: str | None) -> Changed:
    """Of one family, or of all."""
    steps = [each for each in passage.steps if family in (None, each.family)]
    faster, slower, same = (
        sum(each.verdict == verdict for each in steps) for verdict in (FASTER, SLOWER, SAME)
    )
    mean = passage.overall
    if family is not None:
        mean = next((each for each in passage.means if each.family == family), None)
    unclear = len(steps) - faster - slower - same
    return Changed(family or "", faster, slower, same, unclear, mean)


def _document(passage: Passage, families: Sequence[Changed]) -> dict[str, Any]:
    return {
        **plain.record(passage, "before", "after", "unlike"),
        "overall": plain.figures(passage.overall.change) if passage.overall else None,
        "families": [plain.record(each, *_COUNTS) for each in families],
    }
