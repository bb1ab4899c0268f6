"""What a kept pool costs against the caller alone, by the length of a task, and where it pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pyconc.figures import seconds
from pyconc.report.charts import by_python, style
from pyconc.statistics.estimate import Estimate

#: Offsets of the words at the crossings, in points: neighbours must not cover each other.
_OFFSETS = ((0, 12), (0, -18), (0, 26), (0, -32))


class Pool(NamedTuple):
    """One pool: its cost as a multiple of the caller's by the seconds of a task."""

    name: str
    ratios: by_python.Line
    #: Seconds of a task from which it pays; None where it does not.
    crossing: Estimate | None


def draw(pools: Sequence[Pool]) -> Figure:
    figure, [axes] = style.figure(3.8 + 0.25 * len(pools))
    paints = style.categories([pool.name for pool in pools])
    for pool in pools:
        by_python.line(axes, by_python.Curve(pool.name, *paints[pool.name], pool.ratios))
    axes.axhline(1, color=style.ink(), linewidth=1)
    axes.set_xscale("log")
    axes.set_yscale("log")
    _cross(axes, pools)
    style.log_ticks(axes.xaxis)
    style.log_ticks(axes.yaxis, ratio=True)
    axes.grid(visible=True, axis="y")
    axes.set_xlabel(style.say("scaling.chart.task_axis"))
    axes.set_ylabel(style.say("scaling.chart.pool_axis"))
    handles = [
        Line2D([], [], color=paints[pool.name][0], marker=paints[pool.name][1], markersize=5,
               label=_label(pool))
        for pool in pools
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside upper left", ncols=1, fontsize=9)
    return figure


def _cross(axes: Axes, pools: Sequence[Pool]) -> None:
    """Mark where the curves come down to the caller's cost, with the length of the task."""
    crossings = sorted(
        (pool.crossing.value, pool.crossing) for pool in pools if pool.crossing is not None
    )
    for offset, (length, crossing) in zip(_OFFSETS, crossings):
        if crossing.has_interval:
            axes.plot([crossing.low, crossing.high], [1, 1], color=style.ink(), linewidth=4,
                      alpha=0.35)  # fmt: skip
        axes.plot(length, 1, "D", color=style.ink(), mfc="white", markersize=6)
        axes.annotate(
            seconds(length), (length, 1), xytext=offset, textcoords="offset points", ha="center",
            fontsize=9, color=style.ink(),
            arrowprops={"arrowstyle": "-", "color": style.ink(), "linewidth": 0.5},
        )  # fmt: skip


def _label(pool: Pool) -> str:
    if pool.crossing is None:
        return style.say("scaling.chart.never", pool=pool.name)
    return style.say("scaling.chart.pays", pool=pool.name, length=pool.crossing)
