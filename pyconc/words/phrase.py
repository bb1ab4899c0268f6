"""What the findings have to say, before it is said in a language."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyconc.figures import amount

if TYPE_CHECKING:
    from pyconc.statistics.estimate import Estimate


class Phrase(NamedTuple):
    """A sentence of the report's table of strings, and the figures that it is filled with.

    Figures are plain numbers and texts, estimates, other phrases, or lists of these; how each is
    written is said in the table (`pyconc.words.languages`).
    """

    key: str
    figures: dict[str, object]


def phrase(key: str, **figures: object) -> Phrase:
    """A phrase by its key in the table, such as ``notes.verdict.reproduced``."""
    return Phrase(key, figures)


def between(estimate: Estimate, unit: str) -> Phrase:
    """Its interval in the words of the report's table."""
    if not estimate.has_interval:
        return phrase("common.no_interval")
    low, high = (amount(end, unit) for end in (estimate.low, estimate.high))
    return phrase("common.interval", low=low, high=high)
