"""Versions: every case from the oldest Python to the newest, with its steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import median_low
from typing import Any, NamedTuple

from pyconc.findings.contended import ContendedLock, contended_lock, step_in_words
from pyconc.findings.start_methods import StartMethods, start_methods
from pyconc.findings.steps import FLOOR, Mean, Passage, Step, Versions
from pyconc.report.charts import of_versions as drawn
from pyconc.report.charts.of_versions import Stage
from pyconc.report.page import Campaign, Drawing, Finding, Page, Shown
from pyconc.show import plain
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.verdicts import FALSE_DISCOVERIES, FASTER, SAME, SLOWER, THRESHOLD
from pyconc.words.phrase import Phrase, phrase

#: What `report.json` has of a step.
_STEP = ("case", "before", "verdict", "change")
#: Steps that are named one by one for each version.
_MOST_NAMED = 4
#: The family that is the interpreter without any primitive.
_REFERENCE = "reference"


class Summary(NamedTuple):
    """What one version changed, as the table has it."""

    passage: Passage
    #: How many cases have each verdict: cheaper, dearer, the same, not settled.
    counts: tuple[int, int, int, int]
    #: The greatest ones.
    steps: list[Step]
    #: How much the interpreter alone changed.
    reference: Estimate | None


def pages(shown: Shown) -> Iterator[Page]:
    campaign = shown.campaign
    found = shown.versions
    if found is None:
        return
    stage = Stage.of(found)
    lock = contended_lock(found, {e["label"]: e["version"] for e in campaign.about["interpreters"]})
    start = start_methods(campaign.times, campaign.sides, found.order.track)
    means = {name: list(_means(found, name)) for name in _families(found)}
    yield Page(
        name="versions",
        template="versions.html",
        title=phrase("versions.title", oldest=found.order.track[0], newest=found.order.track[-1]),
        context={
            "found": found,
            "cautions": list(_cautions(found)),
            "summaries": [_summary(passage) for passage in found.passages],
            "floors": _floors(found),
            "lock": lock,
            "start": start,
            "means": means,
            "cases": len(campaign.costs.units()),
            "threshold": THRESHOLD,
            "false_share": FALSE_DISCOVERIES,
        },
        drawings=tuple(_drawings(campaign, stage, lock, start)),
        document=_document(found),
        findings=tuple(_once(_findings(found, lock, start))),
    )


def _drawings(
    campaign: Campaign, stage: Stage, lock: ContendedLock | None, start: StartMethods | None
) -> Iterator[Drawing]:
    yield from drawn.overview(stage)
    if lock:
        yield drawn.contended_lock(stage, lock, campaign.times)
    if start:
        yield drawn.start_methods(stage, start)


def _families(found: Versions) -> list[str]:
    """Those of which two versions share a case."""
    shared = {step.case: step.family for passage in found.passages for step in passage.steps}
    return list(dict.fromkeys(shared[case] for case in found.relative if case in shared))


def _cautions(found: Versions) -> Iterator[Phrase]:
    steps = [step for passage in found.passages for step in passage.steps]
    rounds = [step.change.rounds for step in steps]
    usual, least = median_low(rounds), median_low([step.least_rounds for step in steps])
    if not any(passage.is_settled for passage in found.passages):
        yield phrase("versions.unsettled", rounds=max(rounds))
    elif usual < least:
        yield phrase("versions.few", rounds=usual, least=least)
    if found.order.beside:
        yield phrase("versions.beside", beside=list(found.order.beside))


def _summary(passage: Passage) -> Summary:
    faster, slower, same = (len(passage.of(verdict)) for verdict in (FASTER, SLOWER, SAME))
    unsettled = len(passage.steps) - faster - slower - same
    reference = [each.change for each in passage.means if each.family == _REFERENCE]
    return Summary(
        passage,
        (faster, slower, same, unsettled),
        passage.telling[:_MOST_NAMED],
        reference[0] if reference else None,
    )


def _floors(found: Versions) -> Phrase | None:
    """C code does not change: its steps tell what else did."""
    floors = [e for passage in found.passages for e in passage.steps if e.family == FLOOR]
    if not floors:
        return None
    return phrase("versions.floors", count=len(floors), steps=sum(e.is_step for e in floors))


def _means(found: Versions, family: str) -> Iterator[Mean | None]:
    """Of each passage, and of the whole."""
    for passage in (*found.passages, found.whole):
        yield next((each for each in passage.means if each.family == family), None)


def _findings(
    found: Versions, lock: ContendedLock | None, start: StartMethods | None
) -> Iterator[Finding]:
    whole = found.whole
    if whole.overall and whole.is_settled:
        key = "versions.finding.overall"
        if any(passage.unlike for passage in found.passages):
            key = "versions.finding.overall_build"
        yield Finding(
            phrase(key, before=whole.before, after=whole.after,
                   ratio=whole.overall.change, cases=len(whole.steps),
                   faster=len(whole.of(FASTER)), slower=len(whole.of(SLOWER))),
            "families",
        )  # fmt: skip
    if lock and lock.findings:
        yield Finding(lock.findings[0], "contended-lock")
    for change in start.changes if start else ():
        if change:
            yield Finding(change[0], "start-methods")
    yield from _greatest(found)
    for says in lock.findings[1:] if lock else ():
        yield Finding(says, "contended-lock")


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same may be found on two ways."""
    said: list[Phrase] = []
    for each in findings:
        if each.says not in said:
            said.append(each.says)
            yield each


def _greatest(found: Versions) -> Iterator[Finding]:
    """The greatest step of each version, the greatest of all first."""
    steps = [
        (each, passage)
        for passage in found.passages
        for each in _summary(passage).steps[:1]
    ]  # fmt: skip
    for step, passage in sorted(steps, key=lambda each: -each[0].size):
        yield Finding(step_in_words(step, passage), "by-version")


def _document(found: Versions) -> dict[str, Any]:
    return {
        "versions": list(found.order.track),
        "beside": list(found.order.beside),
        "passages": [_passage(passage) for passage in found.passages],
        "whole": _passage(found.whole),
        "totals": [plain.record(each, *_STEP) for each in found.totals.values()],
        "relative": {case: plain.by_name(each) for case, each in found.relative.items()},
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        **plain.record(passage, "before", "after", "unlike"),
        "overall": plain.figures(passage.overall.change) if passage.overall else None,
        "families": {each.family: plain.figures(each.change) for each in passage.means},
        "cases": [plain.record(each, *_STEP) for each in passage.steps],
        "left_out": [each._asdict() for each in passage.left_out],
    }
