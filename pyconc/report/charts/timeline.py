"""Costs of families over campaigns: a panel for each family, in which each Python has a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pyconc.report.charts import small_multiples, style
from pyconc.report.charts.small_multiples import Frame, Line, Panel, Point
from pyconc.statistics.estimate import Estimate

#: How far apart the Pythons of one campaign are, so that their intervals do not cover each other.
_SPREAD = 0.5


def draw(
    families: Mapping[str, Mapping[str, Mapping[int, Estimate]]],
    pythons: Sequence[str],
    campaigns: Sequence[str],
) -> Figure:
    """The geometric means of families as multiples of each Python's first campaign.

    Args:
        families: by family, by Python, by the place of a campaign.
        pythons: the oldest first.
        campaigns: what they are called, the oldest first.
    """
    palette = style.palette(pythons)
    panels = [
        Panel(name, [
            Line(_points(by_python[python], index, len(pythons)), palette[python])
            for index, python in enumerate(pythons) if python in by_python
        ])
        for name, by_python in families.items()
    ]  # fmt: skip
    keys = [Line2D([], [], marker="o", markersize=4, linewidth=1, color=paint, label=python)
            for python, paint in palette.items()]  # fmt: skip
    names = {float(place): name for place, name in enumerate(campaigns)}
    return small_multiples.draw(panels, Frame(names, style.say("history.chart.relative")), keys)


def _points(estimates: Mapping[int, Estimate], index: int, count: int) -> list[Point]:
    aside = ((index + 0.5) / count - 0.5) * _SPREAD
    return [Point(place + aside, estimate) for place, estimate in sorted(estimates.items())]
