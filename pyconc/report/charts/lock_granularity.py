"""What a lock costs by how often it is taken: from every update to once for all."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pyconc.figures import seconds
from pyconc.findings.notes import UPDATES, by_id
from pyconc.report.charts import style
from pyconc.statistics.costs import Costs

#: Updates per lock, and the case that measures it with the workers parked before the clock.
CONTENDED = {
    "1": "counter.fine_lock[thread-2]",
    "10": "counter.lock_every[thread-2-10]",
    "100": "counter.lock_every[thread-2-100]",
    "1,000": "counter.lock_every[thread-2-1000]",
    "all": "counter.coarse_lock[thread-2]",
}
#: The same with the notes' clock around the whole program.
WRITTEN = {
    "1": "counter.fine_lock_program[thread-2]",
    "all": "counter.coarse_lock_program[thread-2]",
}
_PLACES = list(CONTENDED)


def draw(costs: Costs) -> Figure:
    figure, [axes] = style.figure(4.6)
    for index, (python, paint) in enumerate(style.palette(costs.pythons).items()):
        shift = (index - (len(costs.pythons) - 1) / 2) * 0.07
        _sweep(axes, costs, python, paint, shift)
        _programs(axes, costs, python, paint, shift)
    comparison = by_id("lock-granularity")
    for place, theirs in zip(WRITTEN, (comparison.slow_s, comparison.fast_s)):
        assert theirs is not None
        axes.plot(_PLACES.index(place), theirs, "D", color=style.notes_colour(), mfc="none", ms=8)
    axes.set_yscale("log")
    style.log_ticks(axes.yaxis)
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
    axes.set_xticks(range(len(_PLACES)), [*_PLACES[:-1], style.say("notes.chart.all")])
    axes.set_xlabel(style.say("notes.chart.updates_a_lock"))
    axes.set_ylabel(style.say("notes.chart.updates_axis"))
    program = style.mark("s", style.ink(), style.say("notes.chart.program"))
    style.key(figure, costs.pythons, program)
    return figure


def _sweep(axes: Axes, costs: Costs, python: str, paint: str, shift: float) -> None:
    points = [
        (_PLACES.index(place) + shift, estimate.scaled(UPDATES))
        for place, case in CONTENDED.items()
        if (estimate := costs.estimate(python, case))
    ]
    axes.plot([x for x, _ in points], [e.value for _, e in points], "o-", color=paint, ms=4.5, lw=1)
    for x, estimate in points:
        if estimate.has_interval:
            axes.plot([x, x], [estimate.low, estimate.high], color=paint, alpha=0.5, lw=3)
        if len(costs.pythons) == 1:
            style.label(axes, seconds(estimate.value), (x, estimate.value), paint)


def _programs(axes: Axes, costs: Costs, python: str, paint: str, shift: float) -> None:
    for place, case in WRITTEN.items():
        if estimate := costs.estimate(python, case):
            x, found = _PLACES.index(place) + shift, estimate.scaled(UPDATES)
            axes.plot(x, found.value, "s", color=paint, mfc="none", ms=8)
            if found.has_interval:
                axes.plot([x, x], [found.low, found.high], color=paint, lw=1)
