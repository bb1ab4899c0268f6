"""What the findings have to say, before it is said in a language."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

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


def between(estimate: Estimate, written: Callable[[float], str]) -> Phrase:
    """Its interval in the words of the report's table.

    Args:
        written: how each end is.
    """
    if not estimate.has_interval:
        return phrase("common.no_interval")
    return phrase("common.interval", low=written(estimate.low), high=written(estimate.high))
