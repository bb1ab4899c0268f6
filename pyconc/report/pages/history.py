"""History: the same cases on the same Pythons and the same machine, over several campaigns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from pyconc.compare.store import read_history
from pyconc.findings.steps import Passage, Step, listed
from pyconc.findings.timeline import Change, Timeline, timeline
from pyconc.findings.timeline import Line as OfPython
from pyconc.report.charts import small_multiples, style
from pyconc.report.charts import timeline as chart
from pyconc.report.charts.small_multiples import Frame, Line, Panel, Point
from pyconc.report.page import Campaign, Drawing, Finding, Page, Shown
from pyconc.show import plain
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.verdicts import FASTER, SLOWER, SUSPECT, THRESHOLD
from pyconc.units import SECOND
from pyconc.words.phrase import Phrase, phrase

OVERVIEW, CASES = "history-overview", "history-cases"
_MOST_PANELS = 12
#: Steps and families that an alternative text names.
_MOST_SAID = 3
_MOST_FINDINGS = 2


class Row(NamedTuple):
    """One case on one Python, as the table has it."""

    case: str
    python: str
    #: By campaign; None where it was not measured.
    costs: list[Estimate | None]
    steps: list[Step]
    #: Of the costs.
    unit: str


def pages(shown: Shown) -> Iterator[Page]:
    if not shown.earlier:
        return
    campaigns = (*shown.earlier, shown.campaign)
    found = timeline([each.sides for each in campaigns], _names(campaigns), read_history())
    if found is None:
        return
    changes = found.changes()
    yield Page(
        name="history",
        template="history.html",
        title=phrase("history.title"),
        context={
            "found": found,
            "campaigns": list(zip(found.names, campaigns)),
            "has_several_profiles": len({each.about["profile"]["name"] for each in campaigns}) > 1,
            "summary": _summary(found, changes),
            "rows": list(_rows(found, campaigns, changes)),
            "threshold": THRESHOLD,
        },
        drawings=(*_overview(found), *_of_cases(found, campaigns, changes)),
        document=_document(found),
        findings=tuple(_findings(found, changes)),
    )


def _names(campaigns: Sequence[Campaign]) -> list[str]:
    """By their days, with more where several are of one day."""
    started = [str(each.about["started"]) for each in campaigns]
    for length in (10, 16, 19):
        names = [each[:length].replace("T", " ") for each in started]
        if len(set(names)) == len(names):
            return names
    times = Counter(names)
    return [
        f"{name} {each.name}" if times[name] > 1 else name for name, each in zip(names, campaigns)
    ]


def _summary(found: Timeline, changes: Sequence[Change]) -> Phrase:
    verdicts = Counter(each.step.verdict for each in changes)
    faster, slower, suspects = (verdicts[each] for each in (FASTER, SLOWER, SUSPECT))
    if faster + slower:
        return phrase("history.steps_count", count=faster + slower, faster=faster, slower=slower)
    if suspects:
        return phrase("history.suspects_count", count=suspects)
    if not any(passage.is_settled for line in found.lines for passage in line.passages):
        return phrase("history.none_settled")
    return phrase("history.none", count=_comparisons(found))


def _comparisons(found: Timeline) -> int:
    return sum(len(passage.steps) for line in found.lines for passage in line.passages)


def _rows(
    found: Timeline, campaigns: Sequence[Campaign], changes: Sequence[Change]
) -> Iterator[Row]:
    steps: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        steps.setdefault((change.python, change.step.case), []).append(change)
    for line in found.lines:
        cases = dict.fromkeys(step.case for each in line.passages for step in each.steps)
        for case in sorted(cases):
            own = sorted(steps.get((line.python, case), ()), key=lambda each: each.place)
            costs = [each.costs.estimate(line.python, case) for each in campaigns]
            steps_of_case = [each.step for each in own]
            yield Row(case, line.python, costs, steps_of_case, _unit(campaigns, case))


def _unit(campaigns: Sequence[Campaign], case: str) -> str:
    """What the costs of a case are in, which all campaigns that have it agree on."""
    having = [each.costs for each in campaigns if case in each.costs.units()]
    return having[-1].units()[case] if having else SECOND


def _overview(found: Timeline) -> Iterator[Drawing]:
    families: dict[str, dict[str, Mapping[int, Estimate]]] = {}
    for line in found.lines:
        for family, by_place in line.families.items():
            families.setdefault(family, {})[line.python] = by_place
    if not families:
        return
    last = [
        (estimate.value, phrase("history.family_change", family=family, python=python,
                                ratio=estimate))
        for family, by_python in families.items()
        for python, by_place in by_python.items()
        for place, estimate in by_place.items() if place == max(by_place)
    ]  # fmt: skip
    last.sort(key=lambda each: -max(each[0], 1 / each[0]))
    yield Drawing(
        OVERVIEW,
        partial(chart.draw, families, [line.python for line in found.lines], found.names),
        phrase("history.overview.alt", count=len(families),
               changes=listed([says for _, says in last[:_MOST_SAID]])),
        phrase("history.overview.caption"),
    )  # fmt: skip


def _of_cases(
    found: Timeline, campaigns: Sequence[Campaign], changes: Sequence[Change]
) -> Iterator[Drawing]:
    """Those with the greatest steps, first of all each on the Python that has its greatest; of
    times alone, for all have one axis.
    """
    changes = [each for each in changes if _unit(campaigns, each.step.case) == SECOND]
    first = {each.step.case: each.python for each in reversed(changes)}
    of_cases = ((first[each.step.case], each.step.case) for each in changes)
    others = ((each.python, each.step.case) for each in changes)
    arms = list(dict.fromkeys((*of_cases, *others)))[:_MOST_PANELS]
    if not arms:
        return
    lines = {line.python: line for line in found.lines}
    panels = [_panel(lines[python], case, campaigns, changes) for python, case in arms]
    said = [
        phrase("history.change", case=each.step.case, python=each.python,
               ratio=each.step.change, campaign=each.step.after)
        for each in changes[:_MOST_SAID]
    ]  # fmt: skip
    yield Drawing(
        CASES,
        partial(_draw, panels, found.names),
        phrase("history.cases.alt", shown=len(panels), changes=listed(said)),
        phrase("history.cases.caption"),
    )


def _panel(
    line: OfPython, case: str, campaigns: Sequence[Campaign], changes: Sequence[Change]
) -> Panel:
    verdicts = {
        each.place: each.step.verdict
        for each in changes
        if (each.python, each.step.case) == (line.python, case) and each.step.is_step
    }
    estimates = {
        place: estimate
        for place in line.places
        if (estimate := campaigns[place].costs.estimate(line.python, case))
    }
    runs = line.runs(case)
    alone = [[place] for place in estimates if not any(place in run for run in runs)]
    joined = [
        Line([Point(place, estimates[place], verdicts.get(place, "")) for place in run])
        for run in (*runs, *alone)
    ]
    return Panel(f"{case} {line.python}", joined)


def _draw(panels: Sequence[Panel], names: Sequence[str]) -> Figure:
    places = {float(place): name for place, name in enumerate(names)}
    frame = Frame(places, style.say("history.chart.seconds"), is_ratio=False)
    return small_multiples.draw(panels, frame, small_multiples.keys())


def _findings(found: Timeline, changes: Sequence[Change]) -> Iterator[Finding]:
    certain = [each for each in changes if each.step.is_step]
    for python, _, step in (certain or changes)[:_MOST_FINDINGS]:
        key = "history.finding.suspect"
        if step.is_step:
            key = "history.finding.step"
        if step.is_step and found.provisional:
            key = "history.finding.step_provisional"
        says = phrase(key, campaign=step.after, before=step.before, case=step.case,
                      python=python, ratio=step.change)  # fmt: skip
        yield Finding(says, "steps")
    settled = any(passage.is_settled for line in found.lines for passage in line.passages)
    if not changes and settled:
        yield Finding(phrase("history.finding.none", count=_comparisons(found)), "steps")


def _document(found: Timeline) -> dict[str, Any]:
    return {
        "campaigns": list(found.names),
        "provisional": found.provisional,
        "pythons": {
            line.python: [_passage(each) for each in line.passages] for line in found.lines
        },
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        **plain.record(passage, "before", "after", "unlike"),
        "left_out": [each._asdict() for each in passage.left_out],
        "cases": [plain.record(step, "case", "verdict", "change") for step in passage.steps],
    }
