"""Tables on the standard output: fitted to a terminal, and elsewhere a line for every row."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console

from pyconc.screen import shown

Row = Sequence[str]


class Screen:
    """Prints lines and tables; styles are for a terminal alone."""

    def __init__(self) -> None:
        self._console: Console | None = None
        if sys.stdout.isatty():
            self._console = Console(highlight=False, markup=False, emoji=False)

    def say(self, line: str, style: str | None = None) -> None:
        if self._console:
            self._console.print(shown(line), style=style, soft_wrap=True)
        else:
            print(shown(line))

    def table(
        self,
        columns: Row,
        rows: Sequence[Row],
        *,
        texts: Collection[str],
        styles: Sequence[str] | None = None,
    ) -> None:
        """Print a table.

        Args:
            texts: columns that begin at the left; numbers end at the right.
            styles: of each row.
        """
        width = self._console.width if self._console else None
        styles = ["bold", *(styles or [""] * len(rows))]
        lines = aligned([columns, *rows], [column in texts for column in columns], width)
        for style, parts in zip(styles, lines):
            for line in parts:
                self.say(line, style or None)


def aligned(
    rows: Sequence[Row], is_text: Sequence[bool], width: int | None = None
) -> Iterator[list[str]]:
    """The lines of each row: one, or where there is no room, a second one after the first cell.

    Args:
        is_text: whether a column begins at the left.
        width: of the terminal; as much as it takes where it is None.
    """
    table = [list(map(shown, row)) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*table)]
    stacked = width is not None and sum(widths) + 2 * (len(widths) - 1) > width
    for row in table:
        cells = []
        for cell, room, left in zip(row, widths, is_text):
            space = " " * (room - cell_len(cell))
            cells.append(cell + space if left else space + cell)
        if stacked:
            yield [row[0], "  " + "  ".join(cells[1:]).rstrip()]
        else:
            yield ["  ".join(cells).rstrip()]
