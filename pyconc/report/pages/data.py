"""Every number, to work with."""

from __future__ import annotations

from collections.abc import Iterator

from pyconc.report import downloads
from pyconc.report.page import Page, Shown
from pyconc.words.phrase import phrase


def pages(shown: Shown) -> Iterator[Page]:
    yield Page(
        name="data",
        template="data.html",
        title=phrase("data.title"),
        context={"tables": downloads.TABLES, "files": list(shown.campaign.files)},
    )
