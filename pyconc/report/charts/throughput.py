"""The throughput of several workers as a multiple of one worker's, a row for each case."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from pyconc.report.charts import style
from pyconc.report.charts.fitting import wrapped

#: An interval makes the axis reach so many times further than the values, and is cut there.
_MOST_REACH = 4.0


def draw(rows: Sequence[style.Row], pythons: Sequence[str], workers: int) -> Figure:
    """Dots for all Pythons, with lines at one worker's throughput and at that of each having it."""
    figure, [axes] = style.figure(1.05 + len(rows) * (0.24 + 0.04 * len(pythons)))
    named = [row._replace(name=wrapped(row.name)) for row in rows]
    style.dots(axes, named, pythons, ratio=True)
    axes.axvline(1, color=style.ink(), linewidth=1)
    axes.axvline(workers, linestyle=":", color=style.ink(), linewidth=1)
    for place in range(1, len(rows)):
        axes.axhline(place - 0.5, color=mpl.rcParams["grid.color"], linewidth=0.6)
    values = [each.value for row in rows for each in row.estimates.values()]
    low, high = axes.get_xlim()
    axes.set_xlim(
        max(low, min([1.0, *values]) / _MOST_REACH),
        min(high, max([float(workers), *values]) * _MOST_REACH),
    )
    style.log_ticks(axes.xaxis, ratio=True)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="y", labelsize=9)
    axes.set_xlabel(style.say("family_page.throughput.axis"), fontsize=9.5)
    ink = style.ink()
    lines = [
        Line2D([], [], color=ink, linewidth=1, label=style.say("family_page.throughput.no_more")),
        Line2D([], [], linestyle=":", color=ink, linewidth=1,
               label=style.say("scaling.chart.ideal")),
    ]  # fmt: skip
    style.key(figure, pythons, *lines, notes=False)
    return figure
