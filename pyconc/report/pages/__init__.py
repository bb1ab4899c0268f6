"""The pages of the site, a module each, in the order of its navigation.

Every module has ``pages(shown)``, which yields what the data allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyconc.report.page import Page, Shown
from pyconc.report.pages import (
    correctness,
    data,
    decisions,
    families,
    history,
    machine,
    notes,
    numbers,
    reports,
    scaling,
    two,
    versions,
)

PAGES: tuple[Callable[[Shown], Iterator[Page]], ...] = tuple(
    module.pages
    for module in (
        notes, numbers, decisions, families, two, versions, reports, scaling, correctness, history,
        machine, data,
    )
)  # fmt: skip
