"""Where the notes' 13 seconds go: the RLock, the call, the eval; and what recursion costs."""

from __future__ import annotations

from matplotlib.figure import Figure

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.analysis.notes import UPDATES, by_id
from pyconc.report.charts import style

ROWS = {
    "RLock twice, through eval": "rlock.eval_program[thread-2]",
    "eval alone, no lock": "rlock.eval_alone_program[thread-2]",
    "RLock twice, direct call": "rlock.direct_program[thread-2]",
    "Lock once": "counter.fine_lock_program[thread-2]",
}
DEPTHS = (1, 2, 4, 8, 16)


def draw(costs: Costs, results: list[Result]) -> Figure:
    comparison = by_id("rlock-eval")
    notes = {"RLock twice, through eval": comparison.slow_s, "Lock once": comparison.fast_s}
    rows = [
        style.Row(name, costs.estimates(case, UPDATES), notes.get(name))
        for name, case in ROWS.items()
    ]
    figure, [program, recursion] = style.figure(3.4 + 0.25 * len(costs.pythons), columns=2)
    style.dots(program, rows, costs.pythons)
    style.key(figure, costs.pythons)
    program.set_xlabel("2,000,000 updates by two threads\n(log, lower is better)")
    for python, paint in style.palette(costs.pythons).items():
        points = [
            (depth, estimate)
            for depth in DEPTHS
            if (estimate := costs.net(python, f"rlock.recursion[thread-1-{depth}]"))
        ]
        recursion.errorbar(
            [depth for depth, _ in points],
            [estimate.value * 1e9 for _, estimate in points],
            yerr=[
                [(estimate.value - estimate.low) * 1e9 for _, estimate in points],
                [(estimate.high - estimate.value) * 1e9 for _, estimate in points],
            ],
            fmt="o-",
            color=paint,
            markersize=5,
        )
    recursion.set_ylim(bottom=0)
    recursion.set_xticks(DEPTHS)
    recursion.grid(visible=True, axis="y")
    recursion.set_xlabel("depth of recursion")
    recursion.set_ylabel("ns for one nest, net of its loops\n(lower is better)")
    return figure
