"""The charts of the page of the versions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from matplotlib.figure import Figure

from pyconc.findings.contended import ContendedLock
from pyconc.findings.start_methods import StartMethods
from pyconc.findings.steps import FLOOR, Step, Versions, listed
from pyconc.report.charts import lettering, small_multiples, start_method, style
from pyconc.report.charts.small_multiples import Frame, Line, Panel, Point
from pyconc.report.page import Drawing
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.words.phrase import Phrase, phrase

OVERVIEW, LOCK, START = "versions-overview", "versions-contended-lock", "versions-start-methods"
#: Panels of a family, and of them those of one workload as long as there are others.
MOST_PANELS = 12
_MOST_OF_WORKLOAD = 2
#: Panels in a row of the overview, which has one for each family.
_OVERVIEW_COLUMNS = 3
#: Rounds are so far right of their estimate, which would hide them.
_ASIDE = 0.25
#: Steps that an alternative text names.
_MOST_SAID = 3
#: Inches: a panel of locks spans several decades, and modes that are twice apart are to be told.
_LOCK_HEIGHT = 1.3


class Stage(NamedTuple):
    """What is drawn, and where Pythons are on the horizontal axes."""

    found: Versions
    #: By case, in order.
    steps: dict[str, list[Step]]
    #: By the label of a Python.
    places: dict[str, float]
    #: Short names.
    names: dict[float, str]
    #: Between versions whose builds are unlike.
    breaks: list[float]

    @classmethod
    def of(cls, found: Versions) -> Stage:
        track, beside = found.order
        names = lettering.short_names(track, beside)
        places = dict(zip((*track, *beside), names))
        breaks = [places[passage.after] - 0.5 for passage in found.passages if passage.unlike]
        return cls(found, found.steps_by_case(), places, names, breaks)

    def points(
        self, estimates: Mapping[str, Estimate], pythons: Sequence[str], case: str = ""
    ) -> list[Point]:
        """Estimates by Python at their places; those of a case with its steps."""
        verdicts = {each.after: each.verdict for each in self.steps.get(case, ())}
        return [
            Point(self.places[python], estimates[python], verdicts.get(python, ""))
            for python in pythons if python in estimates
        ]  # fmt: skip


def overview(stage: Stage) -> Iterator[Drawing]:
    """The geometric means of all families, where the oldest version has some."""
    found = stage.found
    if not found.families or not found.whole.means:
        return
    panels = [_relative(stage, name, each) for name, each in found.families.items()]
    means = [each for each in found.whole.means if each.family != FLOOR] or found.whole.means
    means = sorted(means, key=lambda each: each.change.value)
    ends = dict.fromkeys((*means[:_MOST_SAID], *means[-_MOST_SAID:]))
    oldest, newest = found.order.track[0], found.order.track[-1]
    yield Drawing(
        OVERVIEW,
        partial(_draw_relative, panels, stage, columns=_OVERVIEW_COLUMNS, steps=False),
        phrase(
            "versions.overview.alt", count=len(panels), oldest=oldest, newest=newest,
            changes=listed([
                phrase("versions.family_change", family=each.family, ratio=each.change)
                for each in ends
            ]),
        ),
        phrase("versions.overview.caption", oldest=oldest),
    )  # fmt: skip


def _draw_relative(
    panels: Sequence[Panel], stage: Stage, *, columns: int = 2, steps: bool = True
) -> Figure:
    beside = stage.found.order.beside
    keys = small_multiples.keys(steps=steps, breaks=bool(stage.breaks), beside=beside)
    frame = Frame(stage.names, style.say("versions.chart.relative"), stage.breaks, columns=columns)
    return small_multiples.draw(panels, frame, keys)


def _relative(stage: Stage, title: str, estimates: Mapping[str, Estimate], case: str = "") -> Panel:
    track, beside = stage.found.order
    joined = Line(stage.points(estimates, track, case))
    return Panel(title, [joined], stage.points(estimates, beside))


def family(stage: Stage, name: str, cases: Sequence[str]) -> Drawing:
    """The cases of a family that tell most."""
    chosen = _most_informative(stage, cases)
    relative = stage.found.relative
    panels = [
        _relative(stage, case.removeprefix(f"{name}."), relative[case], case) for case in chosen
    ]
    steps = sorted(
        (each for case in cases for each in stage.steps.get(case, ())), key=lambda e: -e.size
    )
    says = phrase("versions.family.none")
    if steps:
        changes = [
            phrase("versions.change", case=each.case, ratio=each.change, python=each.after)
            for each in steps[:_MOST_SAID]
        ]
        says = phrase("versions.family.greatest", changes=listed(changes))
    return Drawing(
        f"versions-family-{_slug(name)}",
        partial(_draw_relative, panels, stage),
        phrase("versions.family.alt", family=name, shown=len(chosen), count=len(cases), says=says),
        phrase("versions.family.caption"),
    )


def _most_informative(stage: Stage, cases: Sequence[str]) -> list[str]:
    """Those with the greatest steps, of one workload no more than others leave; in order."""

    def rank(case: str) -> tuple[float, int]:
        greatest = max((each.size for each in stage.steps.get(case, ())), default=0.0)
        return -greatest, -len(stage.found.relative[case])

    first: list[str] = []
    rest: list[str] = []
    seen: dict[str, int] = {}
    for case in sorted(cases, key=rank):
        workload = case.partition("[")[0]
        seen[workload] = seen.get(workload, 0) + 1
        (first if seen[workload] <= _MOST_OF_WORKLOAD else rest).append(case)
    chosen = {*(*first, *rest)[:MOST_PANELS]}
    return [case for case in cases if case in chosen]


def _slug(name: str) -> str:
    """For the name of a file; what it lacks makes no two families one."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if slug == name.replace("_", "-"):
        return slug
    return f"{slug}-{name.encode().hex()[:32]}".strip("-")


def contended_lock(stage: Stage, lock: ContendedLock, costs: Costs) -> Drawing:
    """Every round of a contended lock."""
    panels = [_lock_panel(stage, case, costs) for case in lock.cases]
    return Drawing(
        LOCK,
        partial(_draw_lock, panels, stage),
        phrase("versions.lock.alt", count=len(panels),
               says=[*lock.findings, lock.sentences[-1][0]][0]),
        phrase("versions.lock.caption"),
    )  # fmt: skip


def _draw_lock(panels: Sequence[Panel], stage: Stage) -> Figure:
    """A panel for each case, in seconds and on one scale.

    Contended locks have more than one mode: rounds of one Python may lie far apart, and an interval
    alone would hide that.
    """
    keys = small_multiples.keys(
        breaks=bool(stage.breaks),
        rounds=True,
        beside=stage.found.order.beside,
        beside_shape="o",
        floor=any(panel.floor for panel in panels),
    )
    vertical = style.say("versions.chart.seconds")
    frame = Frame(stage.names, vertical, stage.breaks, is_ratio=False, is_shared=True,
                  height=_LOCK_HEIGHT)  # fmt: skip
    return small_multiples.draw(panels, frame, keys)


def _lock_panel(stage: Stage, case: str, costs: Costs) -> Panel:
    track, beside = stage.found.order
    estimates, floor = costs.estimates(case), costs.twin(case, "floor")
    paint = small_multiples.paints()["beside"]
    others = [Line([point], paint) for point in stage.points(estimates, beside)]
    floors = costs.estimates(floor) if floor else {}
    found = [(stage.places[python], costs.rounds(python, case)) for python in estimates]
    return Panel(
        case,
        [Line(stage.points(estimates, track, case)), *others],
        floor=stage.points(floors, list(floors)),
        rounds=[
            (place + _ASIDE, cost)
            for place, rounds in found
            if rounds is not None
            for cost in rounds.tolist()
        ],
    )


def start_methods(stage: Stage, start: StartMethods) -> Drawing:
    """Processes by start method."""
    methods = {method: _placed(stage, each) for method, each in start.costs.items()}
    defaults = {stage.places[python]: method for python, method in start.defaults.items()}
    joined = [stage.places[python] for python in stage.found.order.track]
    says: list[Phrase] = [*(change[0] for change in start.changes if change), *start.sentences]
    return Drawing(
        START,
        partial(start_method.draw, methods, defaults, _placed(stage, start.floor), stage.names,
                joined),
        phrase("versions.start.alt", methods=list(methods),
               says=[*says, phrase("versions.family.none")][0]),
        phrase("versions.start.caption"),
    )  # fmt: skip


def _placed(stage: Stage, estimates: Mapping[str, Estimate]) -> dict[float, Estimate]:
    return {stage.places[python]: each for python, each in estimates.items()}
