"""The charts of how a family's throughput scales with the workers, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from pyconc.findings.throughput import Throughput
from pyconc.report.charts import style
from pyconc.report.charts.fitting import wrapped
from pyconc.report.charts.of_family import newest
from pyconc.report.page import Drawing
from pyconc.statistics.estimate import Estimate
from pyconc.words.phrase import Phrase, phrase

#: Rows of one drawing; there are more drawings where there are more rows.
_MOST_ROWS = 24
#: An interval makes the axis reach so many times further than the values, and is cut there.
_MOST_REACH = 4.0


def drawings(found: Sequence[Throughput], pythons: Sequence[str], name: str) -> Iterator[Drawing]:
    """A row for each case, in which each Python has a dot.

    Args:
        found: of one number of workers.
        name: how the names of the charts begin.
    """
    by_label: dict[str, dict[str, Estimate]] = {}
    for each in found:
        by_label.setdefault(each.label, {})[each.python] = each.scaling
    labels = list(by_label)
    for number, start in enumerate(range(0, len(labels), _MOST_ROWS), 1):
        shown = labels[start : start + _MOST_ROWS]
        rows = [style.Row(wrapped(label), by_label[label]) for label in shown]
        workers = found[0].workers
        yield Drawing(
            name=f"{name}-throughput{f'-{number}' if number > 1 else ''}",
            draw=partial(_draw, rows, pythons, workers),
            alt=phrase("family_page.throughput.alt", count=len(shown), workers=workers,
                       finding=ends([each for each in found if each.label in shown])),
            caption=phrase("family_page.throughput.caption", workers=workers),
        )  # fmt: skip


def ends(found: Sequence[Throughput]) -> Phrase:
    """The least and the most of the newest Python."""
    python = newest(list(dict.fromkeys(each.python for each in found)))
    there = [each for each in found if each.python == python]
    least, most = (choose(there, key=lambda each: each.scaling.value) for choose in (min, max))
    return phrase(
        "family_page.throughput.ends",
        python=python, workers=least.workers,
        least=least.case, least_scaling=least.scaling,
        most=most.case, most_scaling=most.scaling,
    )  # fmt: skip


def _draw(rows: Sequence[style.Row], pythons: Sequence[str], workers: int) -> Figure:
    """Dots for all Pythons, with lines at one worker's throughput and at that of each having it."""
    figure, [axes] = style.figure(1.05 + len(rows) * (0.24 + 0.04 * len(pythons)))
    style.dots(axes, rows, pythons, ratio=True)
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
