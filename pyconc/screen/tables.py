"""Tables on the standard output: fitted to a terminal, and elsewhere a line for every row."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console

from pyconc.screen import shown
from pyconc.screen.shorten import GAP, shortened

Row = Sequence[str]

#: Columns of names, which are shortened where figures need the room.
_NAMES = ("case", "against", "backend")
#: Spaces between columns.
_BETWEEN = 2


class Screen:
    """Prints lines and tables; styles are for a terminal alone."""

    def __init__(self) -> None:
        self._console: Console | None = None
        if sys.stdout.isatty():
            self._console = Console(highlight=False, markup=False, emoji=False)

    def say(self, line: str, style: str | None = None, *, wrap: bool = False) -> None:
        """Print a line; on a terminal several, broken between words, where it is to `wrap`."""
        if self._console:
            self._console.print(shown(line), style=style, soft_wrap=not wrap)
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
        table: Sequence[Row] = [list(map(shown, row)) for row in (columns, *rows)]
        if width is not None:
            table = _fitted(table, [column in _NAMES for column in columns], width)
        lines = aligned(table, [column in texts for column in columns], width)
        for style, parts in zip(styles, lines):
            for line in parts:
                self.say(line, style or None)


def _fitted(table: Sequence[Row], is_name: Sequence[bool], width: int) -> Sequence[Row]:
    """The same with shorter names, where it is too wide and they can be; figures stay whole."""
    widths = _widths(table)
    excess = _total(widths) - width
    if excess <= 0 or shown(GAP) != GAP:
        return table
    columns = [list(column) for column in zip(*table)]
    places = [place for place, name in enumerate(is_name) if name]
    wanted = [widths[place] for place in places]
    most = _most(wanted, sum(wanted) - excess)
    for place in places:
        heading, *names = columns[place]
        short = shortened(set(names), max(most, cell_len(heading)))
        if short is None:
            return table
        columns[place] = [heading, *(short[name] for name in names)]
    fitted = [list(row) for row in zip(*columns)]
    return fitted if _total(_widths(fitted)) <= width else table


def _most(widths: Sequence[int], room: int) -> int:
    """To how many cells the widest columns must be cut so that all have room."""
    fitting = (most for most in range(room + 1) if sum(min(w, most) for w in widths) <= room)
    return max(fitting, default=0)


def _widths(table: Sequence[Row]) -> list[int]:
    return [max(map(cell_len, column)) for column in zip(*table)]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _BETWEEN * (len(widths) - 1)


def aligned(
    table: Sequence[Row], is_text: Sequence[bool], width: int | None = None
) -> Iterator[list[str]]:
    """The lines of each row: one, or where there is no room, a second one after the first cell.

    Args:
        is_text: whether a column begins at the left.
        width: of the terminal; as much as it takes where it is None.
    """
    widths = _widths(table)
    stacked = width is not None and _total(widths) > width
    for row in table:
        cells = []
        for cell, room, left in zip(row, widths, is_text):
            space = " " * (room - cell_len(cell))
            cells.append(cell + space if left else space + cell)
        if stacked:
            yield [row[0], "  " + (" " * _BETWEEN).join(cells[1:]).rstrip()]
        else:
            yield [(" " * _BETWEEN).join(cells).rstrip()]
