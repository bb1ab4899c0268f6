"""What a lock costs by how often it is taken: from every update to once for all."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.analysis.notes import UPDATES, by_id
from pyconc.analysis.numbers import seconds
from pyconc.report.charts import style

#: Updates per lock, and the case that measures it with the workers parked before the clock.
CONTENDED = {
    "1": "counter.fine_lock[thread-2]",
    "10": "counter.lock_every[thread-2-10]",
    "100": "counter.lock_every[thread-2-100]",
    "1000": "counter.lock_every[thread-2-1000]",
    "all": "counter.coarse_lock[thread-2]",
}
#: The same with the notes' clock around the whole program.
WRITTEN = {
    "1": "counter.fine_lock_program[thread-2]",
    "all": "counter.coarse_lock_program[thread-2]",
}


def draw(costs: Costs, results: list[Result]) -> Figure:
    comparison = by_id("lock-granularity")
    figure, [axes] = style.figure(4.2)
    places = list(CONTENDED)
    for index, (python, paint) in enumerate(style.palette(costs.pythons).items()):
        shift = (index - (len(costs.pythons) - 1) / 2) * 0.06
        points = [
            (places.index(place) + shift, estimate.scaled(UPDATES))
            for place, case in CONTENDED.items()
            if (estimate := costs.estimate(python, case))
        ]
        axes.plot([x for x, _ in points], [e.value for _, e in points], "o-", color=paint, ms=5)
        for x, estimate in points:
            if estimate.has_interval:
                axes.plot([x, x], [estimate.low, estimate.high], color=paint, alpha=0.5, lw=3)
            if len(costs.pythons) == 1:
                style.label(axes, seconds(estimate.value), (x, estimate.value), paint)
        for place, case in WRITTEN.items():
            if estimate := costs.estimate(python, case):
                x, y = places.index(place) + shift, estimate.value * UPDATES
                axes.plot(x, y, "s", color=paint, mfc="none", ms=8)
                if estimate.has_interval:
                    ends = [estimate.low * UPDATES, estimate.high * UPDATES]
                    axes.plot([x, x], ends, color=paint, lw=1)
    for place, theirs in zip(WRITTEN, (comparison.slow_s, comparison.fast_s)):
        assert theirs is not None
        axes.plot(places.index(place), theirs, "D", color=style.notes_colour(), mfc="none")
    axes.set_yscale("log")
    style.log_ticks(axes.yaxis)
    axes.grid(visible=True, axis="y")
    axes.set_xticks(range(len(places)), places)
    axes.set_xlabel("updates for each time that the lock is taken")
    axes.set_ylabel("2,000,000 updates by two threads\n(log, lower is better)")
    style.key(figure, costs.pythons, style.mark("s", style.ink(), "program as the notes time it"))
    return figure
