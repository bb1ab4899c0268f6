"""What an unlocked counter loses, by program and Python; each round is a mark of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pyconc.findings.lost import Tally
from pyconc.report.charts import style

#: Inches: of a row, and of what a panel and the figure have around them.
_ROW, _TITLE, _AROUND = 0.23, 0.5, 0.55
#: Rounds that lost the same would hide each other, so they are put on so many levels in turn.
_LEVELS = (0.0, -0.18, 0.18)


def draw(panels: Mapping[str, Sequence[Tally]], pythons: Sequence[str], axis: str) -> Figure:
    """Panels one above the other.

    Args:
        panels: a row for each Python, by the name of the program's words.
        pythons: all of them, in order, so that each has the same colour everywhere.
        axis: the key of what the axis says.
    """
    rows = [len(tallies) for tallies in panels.values()]
    height = _AROUND + sum(_TITLE + _ROW * count for count in rows)
    figure, grid = style.figure(height, [count + 0.6 for count in rows], sharex=True)
    for axes, (name, tallies) in zip(grid, panels.items()):
        axes.set_title(style.say(f"correctness.program.{name}"))
        _panel(axes, tallies, pythons)
    lowest = grid[-1]
    most = max(max(each.lost) for tallies in panels.values() for each in tallies)
    lowest.set_xlim(-0.02 * max(most, 1), 1.04 * max(most, 1))
    lowest.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    lowest.xaxis.set_major_formatter("{x:,.0f}")
    lowest.set_xlabel(style.say(axis))
    return figure


def _panel(axes: Axes, tallies: Sequence[Tally], pythons: Sequence[str]) -> None:
    palette = style.palette(pythons)
    for place, each in enumerate(tallies):
        heights = [place + _LEVELS[number % len(_LEVELS)] for number in range(each.rounds)]
        axes.plot(
            each.lost, heights, "o", color=palette[each.python], markersize=4.5, alpha=0.6,
            clip_on=False,
        )  # fmt: skip
        axes.annotate(
            f"{each.mean.value:,.0f}  ({each.losing}/{each.rounds})", (1.02, place), fontsize=9,
            xycoords=axes.get_yaxis_transform(), va="center", color=style.ink(),
            annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(range(len(tallies)), [each.python for each in tallies])
    axes.tick_params(labelsize=9)
    axes.set_ylim(len(tallies) - 0.4, -0.6)
