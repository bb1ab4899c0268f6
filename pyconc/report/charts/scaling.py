"""More and more workers: what is gained, and what Amdahl's and Gustafson's laws make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pyconc.figures import percent
from pyconc.findings.scaling import Line, amdahl, scaled
from pyconc.report.charts import by_python, style
from pyconc.statistics.estimate import Estimate


class Law(NamedTuple):
    """A kind of speedup, and what it should be by a serial fraction."""

    #: As a point of `pyconc.findings.scaling` has it.
    speedup: str
    #: Fitted to the numbers of workers that have a CPU each; None where there is none.
    serial_fraction: Callable[[Line, int | None], float | None]
    expected: Callable[[float, float], float]
    #: Of its words: ``scaling.chart.NAME_axis``, and whose law it is.
    name: str
    whose: str


STRONG = Law("speedup", Line.serial_fraction, amdahl, "strong", "amdahl")
WEAK = Law("scaled_speedup", Line.scaled_serial_fraction, scaled, "weak", "gustafson")


def points(line: Line, law: Law) -> list[tuple[int, Estimate]]:
    """What was gained, by the number of workers."""
    found = ((point.workers, getattr(point, law.speedup)) for point in line.points)
    return [(workers, estimate) for workers, estimate in found if estimate]


def draw(measured: Sequence[Line], cpus: int | None, law: Law) -> Figure:
    """A panel for each Python, and in it each backend beside the law."""
    paints = style.categories(list(dict.fromkeys(line.backend for line in measured)))
    most = _most(measured, law)
    panels: dict[str, list[by_python.Curve]] = {}
    for line in measured:
        model = _expected(law, law.serial_fraction(line, cpus), most)
        curve = by_python.Curve(_backend(line), *paints[line.backend], points(line, law), model)
        panels.setdefault(f"Python {line.python}", []).append(curve)

    def finish(axes: Axes) -> None:
        _oversubscribed(axes, cpus, most)
        axes.plot([1, most], [1, most], ":", color=style.ink(), linewidth=1)
        axes.set_ylim(bottom=0)

    ink = style.ink()
    more = [
        Line2D([], [], linestyle="--", color=ink, linewidth=1,
               label=style.say(f"scaling.chart.{law.whose}")),
        Line2D([], [], linestyle=":", color=ink, linewidth=1,
               label=style.say("scaling.chart.ideal")),
        *_oversubscribed_key(cpus, most),
    ]  # fmt: skip
    return by_python.draw(
        panels,
        horizontal=style.say("scaling.chart.workers"),
        vertical=style.say(f"scaling.chart.{law.name}_axis"),
        finish=finish,
        more=more,
    )


def draw_efficiency(measured: Sequence[Line], pythons: Sequence[str], cpus: int | None) -> Figure:
    """Speedup as a share of the workers: a panel for each backend, a line for each Python."""
    palette = style.palette(pythons)
    most = _most(measured, STRONG)
    panels: dict[str, list[by_python.Curve]] = {}
    for line in measured:
        shares = [(workers, each.scaled(1 / workers)) for workers, each in points(line, STRONG)]
        curve = by_python.Curve(line.python, palette[line.python], "o", shares)
        panels.setdefault(_backend(line), []).append(curve)

    def finish(axes: Axes) -> None:
        _oversubscribed(axes, cpus, most)
        axes.axhline(1, linestyle=":", color=style.ink(), linewidth=1)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))

    return by_python.draw(
        panels,
        horizontal=style.say("scaling.chart.workers"),
        vertical=style.say("scaling.chart.efficiency_axis"),
        finish=finish,
        more=_oversubscribed_key(cpus, most),
    )


def _backend(line: Line) -> str:
    return style.say(f"scaling.backend.{line.backend}")


def _most(measured: Sequence[Line], law: Law) -> int:
    """The most workers of all lines."""
    return max(workers for line in measured for workers, _ in points(line, law))


def _expected(law: Law, serial: float | None, most: int) -> list[tuple[float, float]]:
    if serial is None:
        return []
    share = max(serial, 0.0)  # below 0 it is noise, and would soon promise a speedup without end
    return [(float(n), law.expected(share, float(n))) for n in np.linspace(1, most, 40)]


def _oversubscribed(axes: Axes, cpus: int | None, most: int) -> None:
    """Shade where there are more workers than CPUs."""
    if cpus and cpus < most:
        axes.axvspan(cpus, most, color=style.ink(), alpha=0.07, linewidth=0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))


def _oversubscribed_key(cpus: int | None, most: int) -> list[Line2D | Patch]:
    if not cpus or cpus >= most:
        return []
    return [Patch(color=style.ink(), alpha=0.15, label=style.say("scaling.chart.over", cpus=cpus))]
