"""One page of the report by itself, from given costs and with no other page around it."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyconc.findings.steps import versions
from pyconc.report.charts import pictures
from pyconc.report.html import Pictures, Renderer
from pyconc.report.page import Campaign, Page, Shown, Site
from pyconc.statistics.costs import Costs
from pyconc.store.documents import Run
from pyconc.store.measured import Measured, Side
from pyconc.store.rounds import Arm, Rounds
from pyconc.units import SECOND
from pyconc.words.languages import LANGUAGES
from pyconc.words.phrase import phrase

#: What every page links to.
_EVERYWHERE = ("versions", "index", "machine", "families", "reports")

Given = Mapping[str, Mapping[str, float]]
#: By Python and case: metrics by name, the same in every round or one for each.
Beside = Mapping[tuple[str, str], Mapping[str, Any]]


def costs_of(given: Given, rounds: int = 5, beside: Beside | None = None) -> Costs:
    """Costs in seconds by case by Python, a little noisy from round to round."""
    measured: dict[Arm, Rounds] = {}
    noise = random.Random(1)
    for number in range(1, rounds + 1):
        for python, by_case in given.items():
            for case, cost in by_case.items():
                said = (beside or {}).get((python, case), {})
                metadata = {
                    f"pyconc_{name}": _in_round(each, number) for name, each in said.items()
                }
                run = Run([cost * math.exp(noise.gauss(0, 0.01))], metadata)
                arm = measured.setdefault((python, case), Rounds(SECOND, {}, {}))
                arm.runs[number] = run
    return Costs(measured)


def _in_round(figure: object, number: int) -> object:
    return figure[number - 1] if isinstance(figure, Sequence) and not isinstance(figure, str) \
        else figure  # fmt: skip


def interpreter(label: str, **about: Any) -> dict[str, Any]:
    """What a campaign says of a Python, as far as pages ask."""
    return {
        "label": label,
        "version": label,
        "implementation": "CPython",
        "gil": "on",
        "free_threaded": False,
        "skipped": {},
        **about,
    }


def shown_of(costs: Costs, interpreters: Sequence[Mapping[str, Any]] = (), **machine: Any) -> Shown:
    """Costs as what a page is made of."""
    pythons = list(interpreters) or [interpreter(each) for each in costs.pythons]
    about = {
        "started": "2026-01-01T00:00:00+00:00",
        "finished": True,
        "failures": [],
        "profile": {"name": "quick", "rounds": 5},
        "seed": 1,
        "machine": {"host": "here", "processor": "x86", "platform": "Linux", "cpus": 2, **machine},
        "interpreters": pythons,
    }
    sides = {each["label"]: _side(costs, each) for each in pythons}
    campaign = Campaign("measured", Path("measured"), about, costs, sides)
    return Shown(campaign, (), {}, versions=versions(sides))


def _side(costs: Costs, about: Mapping[str, Any]) -> Side:
    """A Python as comparisons have it."""
    label = about["label"]
    measured = {
        case: Measured(case, dict(zip(by_round.index.tolist(), by_round)), "second", {})
        for case in costs.cases(label)
        if (by_round := costs.rounds(label, case)) is not None
    }
    return Side(label, label, "one", "quick", {}, about, measured, Path("measured"))


def html_of(shown: Shown, page: Page, language: str = "en", beside: Iterable[Page] = ()) -> str:
    """The page as its readers get it.

    Args:
        beside: other pages of the site.
    """
    others = {each.name: each for each in beside if each.name != page.name}
    for name in _EVERYWHERE:
        if name != page.name:
            others.setdefault(name, Page(name, "home.html", phrase("home.title"), {}))
    site = Site("", "here", shown, (page, *others.values()))
    return Renderer(language, site, undrawn(page), [], "2026-01-01").html(page)


def undrawn(page: Page) -> Pictures:
    """Pictures of a page's charts in which there is nothing."""
    return {drawing.name: dict.fromkeys(LANGUAGES, "<svg></svg>") for drawing in page.drawings}


def draw(page: Page) -> dict[str, str]:
    """Every chart of the page in every language: by its name, in Chinese ``NAME.zh``."""
    return {
        drawing.name if language == "en" else f"{drawing.name}.{language}": picture
        for drawing in page.drawings
        for language, picture in pictures.draw(drawing).items()
    }
