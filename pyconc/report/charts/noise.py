"""The share of the cases in which a slowdown is visible, by how large it is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, PercentFormatter

from pyconc.compare.noise_file import STEADY, Noise
from pyconc.report.charts import style
from pyconc.statistics.visible import MOST


def draw(noise: Noise) -> Figure:
    curves = {
        style.say("machine.noise.chart.among"): sorted(
            each.smallest_effect for each in noise.cases
        ),
        style.say("machine.noise.chart.alone"): sorted(
            each.smallest_effect_alone for each in noise.cases
        ),
    }
    figure, [axes] = style.figure(3.8)
    for place, (name, (paint, _)) in enumerate(style.categories(list(curves)).items()):
        _curve(axes, curves[name], name, paint, to_the_right=place == 0)
    _mark(axes, noise)
    axes.set_xscale("log")
    axes.set_xlim(*_limits([effect for effects in curves.values() for effect in effects]))
    axes.set_ylim(0, 1.08)
    axes.grid(visible=True, axis="y")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g} %"))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.set_xlabel(style.say("machine.noise.chart.horizontal"))
    axes.set_ylabel(style.say("machine.noise.chart.vertical"))
    return figure


def _curve(
    axes: Axes, effects: Sequence[float], name: str, paint: str, *, to_the_right: bool
) -> None:
    """A step up at the smallest visible effect of each case, and its name where there is room."""
    shares = np.arange(1, len(effects) + 1) / len(effects)
    finite = [effect for effect in effects if math.isfinite(effect)]
    if not finite:
        return
    ends = [*finite, MOST - 1]
    axes.step(
        [finite[0], *ends], [0, *shares[: len(finite)], shares[len(finite) - 1]],
        where="post", color=paint, linewidth=1.8,
    )  # fmt: skip
    # The one on the right is named below its curve, the one on the left above.
    place = int((len(finite) - 1) * (0.35 if to_the_right else 0.75))
    axes.annotate(
        name, (finite[place], shares[place]), xytext=(8 if to_the_right else -8, 0),
        textcoords="offset points", ha="left" if to_the_right else "right",
        va="top" if to_the_right else "bottom", color=paint, fontsize=8.5,
    )  # fmt: skip


def _mark(axes: Axes, noise: Noise) -> None:
    """The line of 3 %, and how many cases are to the left of it."""
    seen, count = noise.seen(STEADY), len(noise.cases)
    axes.axvline(STEADY, color=style.ink(), linewidth=1)
    axes.annotate(
        style.say("machine.noise.chart.mark", share=STEADY, seen=seen, count=count),
        (STEADY, 1.03), xytext=(5, 0),
        textcoords="offset points", color=style.ink(), fontsize=8.5,
    )  # fmt: skip


def _limits(effects: Sequence[float]) -> tuple[float, float]:
    finite = [effect for effect in effects if math.isfinite(effect)]
    low = min([*finite, STEADY]) / 1.5
    return low, min(max([*finite, STEADY]) * 2, MOST - 1)
