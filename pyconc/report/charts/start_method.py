"""What it costs to start a process, by start method, version by version; defaults are filled."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pyconc.report.charts import lettering, small_multiples, style
from pyconc.statistics.estimate import Estimate

#: Where the words right of a line begin, in points from its end.
_APART = 9


def draw(
    methods: Mapping[str, Mapping[float, Estimate]],
    defaults: Mapping[float, str],
    floor: Mapping[float, Estimate],
    names: Mapping[float, str],
    joined: Collection[float],
) -> Figure:
    """Costs of a process in seconds.

    Args:
        methods: by start method, by place.
        defaults: the method that is the default, by place.
        floor: the same thing in C, by place.
        names: what places are called.
        joined: places whose points a line joins: versions of one implementation.
    """
    figure, [axes] = style.figure(3.9)
    paints = style.categories(list(methods))
    for method, estimates in methods.items():
        paint, shape = paints[method]
        _line(axes, estimates, joined, paint)
        for place, estimate in estimates.items():
            is_default = defaults.get(place) == method
            axes.plot(place, estimate.value, shape, color=paint, ms=8.5 if is_default else 5.5,
                      mfc=paint if is_default else axes.get_facecolor())  # fmt: skip
        _name(axes, method, estimates, paint)
    if floor:
        grey = small_multiples.paints()["floor"]
        _line(axes, floor, joined, grey, dash="dashed")
        _name(axes, style.say("versions.chart.fork_floor"), floor, grey)
    _finish(axes, names)
    if defaults:
        dark = style.ink()
        figure.legend(
            handles=[
                Line2D([], [], linestyle="", marker="o", color=dark, ms=8.5,
                       label=style.say("versions.chart.default")),
                style.mark("o", dark, style.say("versions.chart.no_default")),
            ],
            loc="outside upper left", ncols=2, fontsize=lettering.POINTS,
        )  # fmt: skip
    return figure


def _line(
    axes: Axes, estimates: Mapping[float, Estimate], joined: Collection[float], paint: str,
    dash: str = "solid",
) -> None:  # fmt: skip
    track = [(place, each.value) for place, each in estimates.items() if place in joined]
    axes.plot([x for x, _ in track], [y for _, y in track], color=paint, lw=1.2, ls=dash)
    for place, estimate in estimates.items():
        if estimate.has_interval:
            axes.plot([place, place], [estimate.low, estimate.high], color=paint, lw=2.5, alpha=0.5)


def _name(axes: Axes, words: str, estimates: Mapping[float, Estimate], paint: str) -> None:
    """Right of the last point."""
    last = max(estimates)
    axes.annotate(
        words, (last, estimates[last].value), xytext=(_APART, 0), textcoords="offset points",
        va="center", color=paint, fontsize=lettering.POINTS,
    )  # fmt: skip


def _finish(axes: Axes, names: Mapping[float, str]) -> None:
    axes.set_yscale("log")
    axes.set_xlim(min(names) - 0.4, max(names) + 0.4 + 0.28 * (max(names) - min(names) + 1))
    places = lettering.place_names(names, 4.0)
    axes.set_xticks(list(places.names), list(places.names.values()),
                    rotation=90 if places.is_upright else 0)  # fmt: skip
    axes.set_ylabel(style.say("versions.chart.process_seconds"))
    style.log_ticks(axes.yaxis)
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
