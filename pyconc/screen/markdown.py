"""Tables as Markdown, in which names stay what they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pyconc.screen import shown
from pyconc.screen.tables import Row


def plain(text: str) -> str:
    """Without what Markdown or HTML would make something else of."""
    text = shown(text)
    for special, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(special, instead)
    return "".join(f"\\{each}" if each in "\\`*_[]|~#" else each for each in text)


def lines(columns: Row, rows: Sequence[Row], texts: Collection[str]) -> Iterator[str]:
    """A table.

    Args:
        texts: columns that begin at the left; numbers end at the right.
    """
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---' if each in texts else '---:' for each in columns)} |"
    for row in rows:
        cells = [plain(cell) for cell in row]
        if columns[0] == "case":  # as code, so that no part of it is taken for a mention
            cells[0] = f"<code>{cells[0]}</code>"
        yield f"| {' | '.join(cells)} |"
