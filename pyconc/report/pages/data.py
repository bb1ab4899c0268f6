"""Every number, to work with."""

from __future__ import annotations

from collections.abc import Iterator

from pyconc.analysis.phrase import phrase
from pyconc.report import downloads
from pyconc.report.page import Page, Shown


def pages(shown: Shown) -> Iterator[Page]:
    campaign = shown.campaign
    tables = (downloads.CASES, downloads.ROUNDS, downloads.REPORT)
    files = [name for name in downloads.names(campaign) if name not in tables]
    yield Page(
        name="data",
        template="data.html",
        title=phrase("data.title"),
        context={"files": files, "tables": tables},
    )
