"""Numbers to know: the ladder of costs, on the newest Python and on all of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from pyconc.figures import times
from pyconc.findings.ladder import (
    Change,
    Multiple,
    Placed,
    changes,
    ladder,
    multiples,
    standard_builds,
)
from pyconc.report.charts import ladder as chart
from pyconc.report.page import Drawing, Finding, Page, Shown
from pyconc.show import plain
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.matched import matched_cases
from pyconc.words.phrase import Phrase, between, phrase

LADDER, CHANGED = "numbers-ladder", "numbers-changed"
#: The home page has room for so many rungs: what most programs do.
LADDER_OF_HOME = "home-ladder"
_FEW = (
    "call", "lock", "simple_queue", "queue", "await", "task", "handoff", "thread", "to_thread",
    "thread_pool_task", "process_pool_task", "interpreter_pool_task", "fork", "spawn",
    "process_pool",
)  # fmt: skip
#: Of the changes so many are drawn.
_MOST_CHANGES = 12


def _ratios(shown: Shown, old: str, new: str) -> dict[str, Estimate]:
    sides = shown.campaign.sides
    found, _ = matched_cases(sides[old], sides[new])
    return {each.case: each.difference.estimate for each in found}


def pages(shown: Shown) -> Iterator[Page]:
    costs, about = shown.campaign.times, shown.campaign.about
    placed = ladder(costs)
    versions = standard_builds(about, costs.pythons)
    newest = (versions or costs.pythons)[-1]
    marked = _by_cost(placed, newest)
    if not marked:
        return
    ends = (versions[0], newest) if len(versions) > 1 else None
    changed = changes(costs, placed, _ratios(shown, *ends), *ends) if ends else []
    terms = multiples(costs, placed, newest)
    rest = [each for each in placed if each not in marked]
    yield Page(
        name="numbers",
        template="numbers.html",
        title=phrase("numbers.title"),
        context={
            "newest": newest,
            "pythons": costs.pythons,
            "placed": [*marked, *rest],
            "terms": [_as_much(newest, multiple) for multiple in terms],
            "ends": ends,
            "both": sum(set(ends) <= set(each.costs) for each in placed) if ends else 0,
            "changes": changed,
        },
        drawings=tuple(_drawings(newest, marked, ends, changed)),
        document={
            "newest": newest,
            "rungs": [_document(each) for each in placed],
            "multiples": [_multiple(each) for each in terms],
            "changes": [_changed(each, ends) for each in changed] if ends else [],
        },
        findings=tuple(_findings(newest, terms, ends, changed)),
    )


def _by_cost(placed: Sequence[Placed], python: str) -> list[Placed]:
    """What a log axis can show, the cheapest first; a net cost may be at zero or below."""
    there = [each for each in placed if python in each.costs and each.costs[python].value > 0]
    return sorted(there, key=lambda each: each.costs[python].value)


def _drawings(
    newest: str, marked: Sequence[Placed], ends: tuple[str, str] | None, changed: Sequence[Change]
) -> Iterator[Drawing]:
    yield _ladder(LADDER, newest, marked)
    if few := [each for each in marked if each.rung.name in _FEW]:
        yield _ladder(LADDER_OF_HOME, newest, few)
    if ends and changed:
        rows = [(each.placed.name, each.ratio) for each in changed[:_MOST_CHANGES]]
        old, new = ends
        yield Drawing(
            CHANGED,
            partial(chart.draw_changes, sorted(rows, key=lambda row: row[1].value)),
            phrase("numbers.changed_alt", old=old, new=new, first=rows[0][0], ratio=rows[0][1]),
            phrase("numbers.changed_caption", new=new),
        )


def _ladder(name: str, newest: str, marked: Sequence[Placed]) -> Drawing:
    first, last = marked[0], marked[-1]
    return Drawing(
        name,
        partial(chart.draw, [_mark(each, newest) for each in marked]),
        phrase("numbers.alt", cheapest=first.name, low=first.costs[newest], dearest=last.name,
               high=last.costs[newest], count=len(marked), python=newest),
        phrase("numbers.caption"),
    )  # fmt: skip


def _mark(placed: Placed, python: str) -> chart.Mark:
    floor = placed.floors.get(python)
    drawn = floor if floor and floor.value > 0 else None
    return chart.Mark(placed.name, placed.rung.kind, placed.costs[python], drawn)


def _findings(
    newest: str, terms: Sequence[Multiple], ends: tuple[str, str] | None, changed: Sequence[Change]
) -> Iterator[Finding]:
    for multiple in terms[:2]:
        yield Finding(_as_much(newest, multiple), f"chart-{LADDER}")
    if ends:
        for each in changed[:2]:
            says = phrase("numbers.says.changed", old=ends[0], new=ends[1],
                          name=each.placed.name, ratio=each.ratio)  # fmt: skip
            yield Finding(says, f"chart-{CHANGED}")


def _as_much(python: str, multiple: Multiple) -> Phrase:
    slow, fast, ratio = multiple
    return phrase("numbers.says.as_much", python=python, slow=slow.name, fast=fast.name,
                  count=_about(ratio.value), between=between(ratio, _about))  # fmt: skip


def _about(figure: float) -> str:
    """Three digits of a number of times, such as 14,500 or 6.8."""
    if figure < 1000:
        return times(figure).rstrip("x")
    digits = 2 - math.floor(math.log10(figure))
    return f"{round(figure, digits):,.0f}"


def _document(placed: Placed) -> dict[str, Any]:
    return {
        "name": placed.rung.name,
        "case": placed.case,
        "net": placed.net,
        "seconds": plain.by_name(placed.costs),
        "floor_seconds": plain.by_name(placed.floors),
        "floor_ratio": plain.by_name(placed.distances),
    }


def _multiple(multiple: Multiple) -> dict[str, Any]:
    slow, fast, ratio = multiple
    return {"slow": slow.rung.name, "fast": fast.rung.name, "ratio": plain.figures(ratio)}


def _changed(change: Change, ends: tuple[str, str]) -> dict[str, Any]:
    old, new = ends
    ratio = plain.figures(change.ratio)
    return {"name": change.placed.rung.name, "old": old, "new": new, "ratio": ratio}
