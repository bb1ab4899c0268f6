"""What the analysis has to say, before it is said in a language."""

from __future__ import annotations

from typing import NamedTuple


class Phrase(NamedTuple):
    """A sentence of the report's table of strings, and the figures that it is filled with.

    Figures are plain numbers and texts, estimates, other phrases, or lists of these; how each is
    written is said in the table (`pyconc.report.words`).
    """

    key: str
    figures: dict[str, object]


def phrase(key: str, **figures: object) -> Phrase:
    """A phrase by its key in the table, such as ``notes.verdict.reproduced``."""
    return Phrase(key, figures)
