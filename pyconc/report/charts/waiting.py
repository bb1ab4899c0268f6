"""Many slow requests: one after the other, on threads, and as tasks, by how many there are."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from pyconc.report.charts import by_python, style


def draw(ways: Mapping[str, by_python.Line]) -> Figure:
    """
    Args:
        ways: seconds for all requests by how many there are, by the way of asking.
    """
    figure, [axes] = style.figure(3.8)
    paints = style.categories(list(ways))
    handles = []
    for way, points in ways.items():
        paint, marker = paints[way]
        said = style.say(f"scaling.way.{way}")
        by_python.line(axes, by_python.Curve(said, paint, marker, points))
        handles.append(style.handle(paint, marker, said))
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.log_ticks(axes.yaxis)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, axis="y")
    axes.set_xlabel(style.say("scaling.chart.requests"))
    axes.set_ylabel(style.say("scaling.chart.requests_axis"))
    figure.legend(handles=handles, loc="outside upper left", ncols=3, fontsize=9)
    return figure
