"""Correctness: what counters without a lock lose, by version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from pyconc.findings.ladder import standard_builds
from pyconc.findings.lost import NOTES, PROGRAMS, Tally, of, share, tallies, turn, without_gil
from pyconc.report.charts import lost_updates as chart
from pyconc.report.page import Drawing, Finding, Page, Shown
from pyconc.words.phrase import Phrase, phrase

PROGRAM, LOST = "correctness-program", "correctness-lost"
#: What to do instead, where it was measured.
REMEDIES = ("counter.fine_lock[thread-2]", "counter.own_counts[thread-2]")


def pages(shown: Shown) -> Iterator[Page]:
    costs, about = shown.campaign.times, shown.campaign.about
    found = tallies(costs)
    if not found:
        return
    versions = standard_builds(about, costs.pythons)
    says = {
        program.name: list(_says(of(found, program.name), versions))
        for program in PROGRAMS
        if of(found, program.name)
    }
    yield Page(
        name="correctness",
        template="correctness.html",
        title=phrase("correctness.title"),
        context={
            "says": says,
            "notes": of(found, NOTES),
            "counted": [each for each in found if each.program.name != NOTES],
            "free": without_gil(about),
            "remedies": [case for case in REMEDIES if costs.estimates(case)],
        },
        drawings=tuple(_drawings(found, costs.pythons, says)),
        document={"tallies": [_document(each) for each in found]},
        findings=tuple(
            Finding(sentences[0], f"chart-{_drawing_of(name)}")
            for name, sentences in says.items()
            if sentences
        ),
    )


def _says(found: Sequence[Tally], versions: Sequence[str]) -> Iterator[Phrase]:
    """What one program lost: on the standard builds together, on each other Python by itself."""
    ours = [each for each in found if each.python in versions]
    if ours:
        yield _together(ours, versions)
    for each in found:
        if each not in ours:
            yield _alone(each)


def _together(found: Sequence[Tally], versions: Sequence[str]) -> Phrase:
    losing = [each for each in found if each.losing]
    keeping = [each for each in found if not each.losing]
    common: dict[str, Any] = {
        "program": _name(found[0]),
        "losing": [each.python for each in losing],
        "keeping": [each.python for each in keeping],
        **_kept(keeping),
    }
    if losing:
        common["how"] = _how(losing)
    turned = turn(found, versions)
    if turned:
        return phrase("correctness.says.turned", last=turned.last_losing,
                      first=turned.first_keeping, **common)  # fmt: skip
    key = "all" if not keeping else "some" if losing else "none"
    return phrase(f"correctness.says.{key}", **common)


def _alone(tally: Tally) -> Phrase:
    key = "alone" if tally.losing else "alone_none"
    return phrase(
        f"correctness.says.{key}", program=_name(tally), python=tally.python,
        losing=tally.losing, how=_how([tally]), **_kept([tally]),
    )  # fmt: skip


def _kept(tallies: Sequence[Tally]) -> dict[str, Any]:
    """How many rounds there were, and what share of them loses at most if none of them did."""
    rounds = sum(each.rounds for each in tallies)
    return {"rounds": rounds, "room": share(0, rounds)[1]}


def _how(losing: Sequence[Tally]) -> Phrase:
    """How much was lost, on the Python that lost least to the one that lost most."""
    means = sorted(each.mean for each in losing)
    unit = "ended" if losing[0].program.name == NOTES else "lost"
    key = f"{unit}_by_one" if len(losing) == 1 else unit
    return phrase(f"correctness.how.{key}", least=means[0], most=means[-1])


def _name(tally: Tally) -> Phrase:
    return phrase(f"correctness.program.{tally.program.name}")


def _drawing_of(program: str) -> str:
    return PROGRAM if program == NOTES else LOST


def _drawings(
    found: Sequence[Tally], pythons: Sequence[str], says: dict[str, list[Phrase]]
) -> Iterator[Drawing]:
    for drawing in (PROGRAM, LOST):
        names = [name for name in says if _drawing_of(name) == drawing]
        panels = {name: of(found, name) for name in names}
        if panels:
            unit = "ended" if drawing == PROGRAM else "lost"
            yield Drawing(
                drawing, partial(chart.draw, panels, pythons, f"correctness.chart.{unit}"),
                phrase(f"correctness.alt.{unit}", says=says[names[0]][0]),
                phrase("correctness.caption"),
            )  # fmt: skip


def _document(tally: Tally) -> dict[str, Any]:
    low, high = tally.share
    return {
        "program": tally.program.name,
        "case": tally.case,
        "python": tally.python,
        "metric": tally.program.metric,
        "rounds": tally.lost,
        "rounds_losing": tally.losing,
        "share_low": low,
        "share_high": high,
        "short_rounds": tally.short,
    }
