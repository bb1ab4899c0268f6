"""What a kept pool costs against the caller alone, by the length of a task, and where it pays."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyconc.figures import seconds
from pyconc.findings.break_even import Paying
from pyconc.report.charts import by_python, style

#: Offsets of the words at the crossings, in points: neighbours must not cover each other.
_OFFSETS = ((0, 12), (0, -18), (0, 26), (0, -32))


def draw(pools: Sequence[Paying]) -> Figure:
    """A curve for each pool, all of one Python."""
    figure, [axes] = style.figure(3.8 + 0.25 * len(pools))
    paints = style.categories([pool.pool for pool in pools])
    for pool in pools:
        by_python.line(axes, by_python.Curve(pool.pool, *paints[pool.pool], pool.ratios))
    axes.axhline(1, color=style.ink(), linewidth=1)
    axes.set_xscale("log")
    axes.set_yscale("log")
    _cross(axes, pools)
    style.log_ticks(axes.xaxis)
    style.log_ticks(axes.yaxis, ratio=True)
    axes.grid(visible=True, axis="y")
    axes.set_xlabel(style.say("scaling.chart.task_axis"))
    axes.set_ylabel(style.say("scaling.chart.pool_axis"))
    handles = [style.handle(*paints[pool.pool], _label(pool)) for pool in pools]
    figure.legend(handles=handles, loc="outside upper left", ncols=1, fontsize=9)
    return figure


def _cross(axes: Axes, pools: Sequence[Paying]) -> None:
    """Mark where the curves come down to the caller's cost, with the length of the task."""
    crossings = sorted(e.crossing for e in pools if e.crossing and not e.pays_at_once)
    for offset, crossing in zip(_OFFSETS, crossings):
        length = crossing.value
        if crossing.has_interval:
            axes.plot([crossing.low, crossing.high], [1, 1], color=style.ink(), linewidth=4,
                      alpha=0.35)  # fmt: skip
        axes.plot(length, 1, "D", color=style.ink(), mfc="white", markersize=6)
        axes.annotate(
            seconds(length), (length, 1), xytext=offset, textcoords="offset points", ha="center",
            fontsize=9, color=style.ink(),
            arrowprops={"arrowstyle": "-", "color": style.ink(), "linewidth": 0.5},
        )  # fmt: skip


def _label(pool: Paying) -> str:
    if pool.crossing is None:
        return style.say("scaling.chart.never", pool=pool.pool)
    if pool.pays_at_once:
        return style.say("scaling.chart.pays_at_once", pool=pool.pool, length=pool.crossing)
    return style.say("scaling.chart.pays", pool=pool.pool, length=pool.crossing)
