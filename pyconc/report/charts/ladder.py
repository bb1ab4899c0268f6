"""The ladder: every rung by what it costs, from a function call to a pool of processes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from pyconc.figures import times
from pyconc.findings.ladder import KINDS
from pyconc.report.charts import style
from pyconc.statistics.estimate import Estimate
from pyconc.words.phrase import Phrase

#: The axis has at least this: from 10 ns to 1 s.
_LEAST, _MOST = 1e-8, 1.0
#: Inches of a row, and of what is above and below all rows.
_ROW, _AROUND = 0.25, 1.3
_FONT = 9.5


class Mark(NamedTuple):
    """A rung of the ladder on one Python."""

    name: Phrase
    #: One of `KINDS`.
    kind: str
    cost: Estimate
    floor: Estimate | None

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest figure that is drawn."""
        figures = [self.cost.value]
        if self.cost.has_interval:
            figures += [max(self.cost.low, self.cost.value / 10), self.cost.high]
        if self.floor:
            figures.append(self.floor.value)
        return min(figures), max(figures)


def draw(marks: Sequence[Mark]) -> Figure:
    """Rungs in the order given, the cheapest first; every figure is above zero."""
    figure, [axes] = style.figure(_AROUND + _ROW * len(marks))
    paints = style.categories(KINDS)
    low, high = _limits(marks)
    middle = math.sqrt(low * high)
    for place, mark in enumerate(marks):
        _rung(axes, mark, place, paints[mark.kind][0], middle)
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(marks) - 0.4, -0.6)
    axes.set_yticks([])
    style.log_ticks(axes.xaxis)
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0,), numticks=20))
    axes.tick_params(axis="x", labelsize=9)
    axes.set_xlabel(style.say("common.chart.cost_axis"))
    _key(figure, marks)
    return figure


def _limits(marks: Sequence[Mark]) -> tuple[float, float]:
    ends = [mark.ends for mark in marks]
    return min(_LEAST, *(low for low, _ in ends)) * 0.7, max(_MOST, *(high for _, high in ends)) * 2


def _rung(axes: Axes, mark: Mark, place: int, paint: str, middle: float) -> None:
    """A dot with its interval, the floor, and the words where there is more room for them."""
    low, high = mark.ends
    if mark.floor:
        axes.plot([mark.floor.value, mark.cost.value], [place, place], color=paint, linewidth=0.8)
        axes.plot(mark.floor.value, place, "o", color=paint, mfc="white", markersize=5.5)
    if mark.cost.has_interval:
        ends = [max(mark.cost.low, mark.cost.value / 10), mark.cost.high]
        axes.plot(ends, [place, place], color=paint, linewidth=3, alpha=0.5)
    axes.plot(mark.cost.value, place, "o", color=paint, markersize=6)
    words = style.say("numbers.chart.rung", name=mark.name, cost=mark.cost)
    right = mark.cost.value < middle
    axes.annotate(
        words, (high if right else low, place), xytext=(6 if right else -6, 0), color=style.ink(),
        textcoords="offset points", ha="left" if right else "right", va="center", fontsize=_FONT,
    )  # fmt: skip


def _key(figure: Figure, marks: Sequence[Mark]) -> None:
    paints = style.categories(KINDS)
    there = {mark.kind for mark in marks}
    handles = [
        Line2D([], [], linestyle="", marker="o", color=paints[kind][0], markersize=6,
               label=style.say(f"numbers.chart.kind.{kind}"))
        for kind in KINDS if kind in there
    ]  # fmt: skip
    if any(mark.floor for mark in marks):
        handles.append(style.mark("o", style.ink(), style.say("numbers.chart.floor")))
    figure.legend(handles=handles, loc="outside upper left", ncols=3, fontsize=9, handlelength=1)


def draw_changes(rows: Sequence[tuple[Phrase, Estimate]]) -> Figure:
    """Costs on the newer Python as multiples of those on the older one, with intervals."""
    figure, [axes] = style.figure(1.1 + 0.36 * len(rows))
    paints = style.categories(["faster", "slower"])
    for place, (_, ratio) in enumerate(rows):
        paint = paints["faster" if ratio.value < 1 else "slower"][0]
        axes.plot([ratio.low, ratio.high], [place, place], color=paint, linewidth=3, alpha=0.5)
        axes.plot(ratio.value, place, "o", color=paint, markersize=6)
        right = ratio.value >= 1
        axes.annotate(
            times(ratio.value), (ratio.high if right else ratio.low, place), color=style.ink(),
            xytext=(6 if right else -6, 0), textcoords="offset points",
            ha="left" if right else "right", va="center", fontsize=_FONT,
        )  # fmt: skip
    axes.axvline(1, color=style.ink(), linewidth=1)
    axes.set_xscale("log")
    lowest = min(ratio.low for _, ratio in rows)
    highest = max(ratio.high for _, ratio in rows)
    axes.set_xlim(min(lowest, 1) / 1.8, max(highest, 1) * 1.8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [style.say(name.key, **name.figures) for name, _ in rows])
    axes.tick_params(axis="both", labelsize=9)
    style.log_ticks(axes.xaxis, ratio=True)
    axes.set_xlabel(style.say("numbers.chart.change_axis"))
    return figure
