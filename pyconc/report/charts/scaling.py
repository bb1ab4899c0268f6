"""One CPU-bound job split over workers: how many times as fast as one worker."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.analysis.effect import Estimate
from pyconc.analysis.scaling import scalings
from pyconc.report.charts import by_python, style


def draw(costs: Costs, results: list[Result]) -> Figure:
    panels: dict[str, dict[str, list[tuple[float, Estimate]]]] = {p: {} for p in costs.pythons}
    most = 1
    for each in scalings(costs):
        if each.speedup:
            line = panels[each.python].setdefault(each.backend.replace("process-", "process, "), [])
            line.append((each.workers, each.speedup))
            most = max(most, each.workers)

    def finish(axes: Axes) -> None:
        axes.plot([1, most], [1, most], "--", color=style.ink(), linewidth=0.8, alpha=0.6)
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))

    return by_python.draw(
        {python: lines for python, lines in panels.items() if lines},
        horizontal="workers (dashed: as many times as fast as there are workers)",
        vertical="speedup over one worker\n(higher is better)",
        finish=finish,
    )
