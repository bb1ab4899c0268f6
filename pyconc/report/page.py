"""What a page of the site is made of, before it is HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from pyconc.findings.steps import Versions
from pyconc.statistics.costs import Costs
from pyconc.store.measured import Side
from pyconc.suite.case import Case
from pyconc.words.phrase import Phrase


class Drawing(NamedTuple):
    """A chart: its name, how it is drawn, and what is said of it."""

    #: Its place on a page is ``chart-NAME``: lower case, digits, ``.`` and ``-``.
    name: str
    draw: Callable[[], Figure]
    #: The alternative text: what the chart shows, with its finding.
    alt: Phrase
    #: Below the chart: what its marks are, and what must not be read into it.
    caption: Phrase | None = None


class Finding(NamedTuple):
    """What the data say, in a sentence, and where a page shows it."""

    says: Phrase
    #: An id on the page.
    anchor: str


class Page(NamedTuple):
    """One page in every language."""

    #: Of its file, ``NAME.html``; pages link to each other by ``url("NAME")``.
    name: str
    #: File in `templates/`; it extends ``base.html``.
    template: str
    title: Phrase
    #: What the template shows: findings, in no language yet.
    context: Mapping[str, Any]
    drawings: tuple[Drawing, ...] = ()
    #: The numbers that it shows, for `report.json`: plain JSON, seconds and ratios.
    document: Mapping[str, Any] | None = None
    #: What of it the home page tells, the most important first.
    findings: tuple[Finding, ...] = ()
    #: Whose permanent place it is.
    cases: Sequence[str] = ()


class Campaign(NamedTuple):
    """A campaign that was read."""

    #: Of its folder.
    name: str
    folder: Path
    #: What `campaign.json` says, or a file is said to: what it does not tell is None.
    about: dict[str, Any]
    costs: Costs
    #: By the label of a Python, ready to be compared.
    sides: dict[str, Side]
    #: Files of pyperf that hold all of it, by the names under which they are passed on.
    files: Mapping[str, Path] = {}

    @property
    def times(self) -> Costs:
        """Costs in seconds, as those of all of our own cases are."""
        return self.costs.times()

    @property
    def is_ours(self) -> bool:
        """Whether it is a campaign of ours, and not a file from elsewhere."""
        return self.about["seed"] is not None

    @property
    def pythons(self) -> list[str]:
        """Labels, from the oldest to the newest; other implementations come last."""
        return self.costs.pythons


class Shown(NamedTuple):
    """What one machine's site shows: its newest campaign, and those before it."""

    campaign: Campaign
    #: Of the same machine, the oldest first.
    earlier: tuple[Campaign, ...]
    #: The catalogue as it is now, by the id of a case.
    cases: Mapping[str, Case]
    #: Where the campaign is of time: the newest one of the same machine that counted instructions.
    counted: Campaign | None = None
    #: How its versions of CPython differ, where it has several.
    versions: Versions | None = None


class Site(NamedTuple):
    """The site of one machine."""

    #: Its folder below the output; the newest machine's is the output itself.
    place: str
    name: str
    shown: Shown
    pages: tuple[Page, ...]
    #: Of the files behind it, seen from its folder.
    addresses: Mapping[str, str] = {}


def anchor(case: str) -> str:
    """The id of a case on its family's page."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", case).strip("-")
