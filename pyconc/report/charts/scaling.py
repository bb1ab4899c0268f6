"""More and more workers: what is gained, and what Amdahl's and Gustafson's laws make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pyconc.figures import percent
from pyconc.findings.scaling import amdahl, scaled
from pyconc.report.charts import by_python, style


class Gained(NamedTuple):
    """One backend on one Python: what was gained, by the number of workers."""

    backend: str
    points: by_python.Line
    #: Fitted to the numbers of workers that have a CPU each; None where there is none.
    serial_fraction: float | None


#: By Python.
Panels = Mapping[str, Sequence[Gained]]


def draw_strong(panels: Panels, cpus: int | None) -> Figure:
    """Speedup with one job for all, and Amdahl's curves."""
    return _draw(panels, cpus, amdahl, "strong", "amdahl")


def draw_weak(panels: Panels, cpus: int | None) -> Figure:
    """Scaled speedup with a job for each, and Gustafson's lines."""
    return _draw(panels, cpus, scaled, "weak", "gustafson")


def _draw(
    panels: Panels, cpus: int | None, law: Callable[[float, float], float], kind: str, name: str
) -> Figure:
    backends = dict.fromkeys(each.backend for curves in panels.values() for each in curves)
    paints = style.categories(list(backends))
    most = _most(each.points for curves in panels.values() for each in curves)

    def curve(gained: Gained) -> by_python.Curve:
        serial, workers = gained.serial_fraction, np.linspace(1, most, 40)
        # A fraction below 0 is noise, and would soon promise a speedup without end.
        share = None if serial is None else max(serial, 0.0)
        model = [] if share is None else [(float(n), law(share, float(n))) for n in workers]
        said = style.say(f"scaling.backend.{gained.backend}")
        return by_python.Curve(said, *paints[gained.backend], gained.points, model)

    def finish(axes: Axes) -> None:
        _oversubscribed(axes, cpus, most)
        axes.plot([1, most], [1, most], ":", color=style.ink(), linewidth=1)
        axes.set_ylim(bottom=0)

    ink = style.ink()
    more = [
        Line2D([], [], linestyle="--", color=ink, linewidth=1,
               label=style.say(f"scaling.chart.{name}")),
        Line2D([], [], linestyle=":", color=ink, linewidth=1,
               label=style.say("scaling.chart.ideal")),
        *_oversubscribed_key(cpus, most),
    ]  # fmt: skip
    return by_python.draw(
        {f"Python {python}": [curve(each) for each in found] for python, found in panels.items()},
        horizontal=style.say("scaling.chart.workers"),
        vertical=style.say(f"scaling.chart.{kind}_axis"),
        finish=finish,
        more=more,
    )


def draw_efficiency(
    panels: Mapping[str, Mapping[str, by_python.Line]], pythons: Sequence[str], cpus: int | None
) -> Figure:
    """Speedup as a share of the workers: a panel for each backend, a line for each Python.

    Args:
        panels: lines by Python, by backend.
    """
    palette = style.palette(pythons)
    most = _most(points for by_label in panels.values() for points in by_label.values())

    def finish(axes: Axes) -> None:
        _oversubscribed(axes, cpus, most)
        axes.axhline(1, linestyle=":", color=style.ink(), linewidth=1)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))

    return by_python.draw(
        {
            style.say(f"scaling.backend.{backend}"): [
                by_python.Curve(python, palette[python], "o", points)
                for python, points in by_label.items()
            ]
            for backend, by_label in panels.items()
        },
        horizontal=style.say("scaling.chart.workers"),
        vertical=style.say("scaling.chart.efficiency_axis"),
        finish=finish,
        more=_oversubscribed_key(cpus, most),
    )


def _most(lines: Iterable[by_python.Line]) -> int:
    """The most workers of all lines."""
    return max(int(workers) for points in lines for workers, _ in points)


def _oversubscribed(axes: Axes, cpus: int | None, most: int) -> None:
    """Shade where there are more workers than CPUs."""
    if cpus and cpus < most:
        axes.axvspan(cpus, most, color=style.ink(), alpha=0.07, linewidth=0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))


def _oversubscribed_key(cpus: int | None, most: int) -> list[Line2D | Patch]:
    if not cpus or cpus >= most:
        return []
    return [Patch(color=style.ink(), alpha=0.15, label=style.say("scaling.chart.over", cpus=cpus))]
