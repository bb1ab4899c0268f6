"""What an unlocked counter loses, by program and Python; each round is a mark of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pyconc.report.charts import style

#: Inches: of a row, and of what a panel and the figure have around them.
_ROW, _TITLE, _AROUND = 0.23, 0.5, 0.55
#: Rounds that lost the same would hide each other, so they are put on so many levels in turn.
_LEVELS = (0.0, -0.18, 0.18)


class Strip(NamedTuple):
    """One program on one Python: what each round lost."""

    python: str
    lost: Sequence[float]


def draw(
    panels: Sequence[tuple[str, Sequence[Strip]]], pythons: Sequence[str], axis: str
) -> Figure:
    """Panels one above the other.

    Args:
        panels: a row for each Python, by the name of the program's words.
        pythons: all of them, in order, so that each has the same colour everywhere.
        axis: the key of what the axis says.
    """
    rows = [len(strips) for _, strips in panels]
    figure = Figure(figsize=(style.WIDTH, _AROUND + sum(_TITLE + _ROW * count for count in rows)))
    grid = figure.subplots(
        len(panels), 1, squeeze=False, sharex=True,
        gridspec_kw={"height_ratios": [count + 0.6 for count in rows]},
    )  # fmt: skip
    for axes, (name, strips) in zip(grid[:, 0], panels):
        axes.set_title(style.say(f"correctness.program.{name}"))
        _panel(axes, strips, pythons)
    lowest = grid[-1][0]
    most = max(max(strip.lost) for _, strips in panels for strip in strips)
    lowest.set_xlim(-0.02 * max(most, 1), 1.04 * max(most, 1))
    lowest.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    lowest.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    lowest.set_xlabel(style.say(axis))
    return figure


def _panel(axes: Axes, strips: Sequence[Strip], pythons: Sequence[str]) -> None:
    palette = style.palette(pythons)
    for place, (python, lost) in enumerate(strips):
        heights = [place + _LEVELS[number % len(_LEVELS)] for number in range(len(lost))]
        axes.plot(
            lost, heights, "o", color=palette[python], markersize=4.5, alpha=0.6, clip_on=False,
        )  # fmt: skip
        losing = sum(each != 0 for each in lost)
        axes.annotate(
            f"{sum(lost) / len(lost):,.0f}  ({losing}/{len(lost)})", (1.02, place), fontsize=9,
            xycoords=axes.get_yaxis_transform(), va="center", color=style.ink(),
            annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(range(len(strips)), [strip.python for strip in strips])
    axes.tick_params(labelsize=9)
    axes.set_ylim(len(strips) - 0.4, -0.6)
