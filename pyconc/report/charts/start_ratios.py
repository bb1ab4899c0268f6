"""What the notes' programs cost by the way their processes are started, from Python to Python."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pyconc.findings.notes import START_METHODS
from pyconc.findings.notes_checked import Result
from pyconc.report.charts import style


def draw(results: Sequence[Result], pythons: Sequence[str]) -> Figure:
    """A panel for each comparison of processes with threads, one line for each start method.

    Args:
        results: comparisons that have start methods.
    """
    figure, grid = style.figure(1.1 + 1.9 * len(results), [1.0] * len(results), sharex=True)
    paints = style.categories(START_METHODS)
    for axes, result in zip(grid, results):
        for place, method in enumerate(START_METHODS):
            _line(axes, result, method, pythons, paints[method], place - 1)
        _panel(axes, result, pythons)
    grid[-1].set_xlabel(style.say("notes.chart.pythons"))
    figure.legend(
        handles=[
            *(style.handle(paint, mark, method, mfc="none")
              for method, (paint, mark) in paints.items()),
            Line2D([], [], color=style.ink(), marker="o", linestyle="", markersize=7,
                   label=style.say("notes.chart.default")),
            Line2D([], [], color=style.notes_colour(), linestyle="--",
                   label=style.say("common.chart.notes_figure")),
        ],
        loc="outside upper left", ncols=3, fontsize=8.5,
    )  # fmt: skip
    return figure


def _line(
    axes: Axes, result: Result, method: str, pythons: Sequence[str],
    paint: tuple[str, str], shift: int,
) -> None:  # fmt: skip
    """Filled marks are the defaults; the line joins versions of CPython alone."""
    colour, mark = paint
    found = [
        (place + shift * 0.08, measured.ratio, result.defaults.get(python) == method)
        for place, python in enumerate(pythons)
        if (measured := result.measured(python, method))
    ]
    versions = [point for point in found if pythons[round(point[0])][:1].isdigit()]
    axes.plot([x for x, _, _ in versions], [e.value for _, e, _ in versions], color=colour, lw=1)
    for x, estimate, default in found:
        if estimate.has_interval:
            axes.plot([x, x], [estimate.low, estimate.high], color=colour, alpha=0.5, lw=3)
        axes.plot(
            x, estimate.value, mark, color=colour, mfc=colour if default else "none",
            ms=7.5 if default else 4.5,
        )  # fmt: skip


def _panel(axes: Axes, result: Result, pythons: Sequence[str]) -> None:
    if result.comparison.ratio:
        axes.axhline(result.comparison.ratio, color=style.notes_colour(), ls="--", lw=1)
    axes.set_title(style.say(result.comparison.title.key))
    axes.set_ylabel(style.say("notes.chart.of_threads"), fontsize=9)
    axes.set_yscale("log")
    axes.margins(y=0.12)
    style.log_ticks(axes.yaxis, ratio=True)
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
    axes.set_xticks(range(len(pythons)), pythons, fontsize=8.5, rotation=30, ha="right")
    axes.set_xlim(-0.5, len(pythons) - 0.5)
