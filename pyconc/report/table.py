"""`pyconc show`: a campaign's costs and metrics as tables on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pyconc.analysis.costs import OBSERVED as OBSERVED_DURATIONS
from pyconc.analysis.costs import Costs
from pyconc.analysis.linearity import linearity
from pyconc.analysis.numbers import interval, seconds, times
from pyconc.analysis.scaling import scalings
from pyconc.errors import UsageError
from pyconc.measure.packages import in_short
from pyconc.measure.probe import unlike
from pyconc.store.frame import tidy, tidy_documents
from pyconc.store.one_file import read_one_file
from pyconc.store.pytest_benchmark import holds_saved_runs
from pyconc.store.suites import read_campaign
from pyconc.suite.catalog import is_chosen

Row = Sequence[str]
Rows = Callable[[Costs, str, str], Iterator[Row]]


def show_campaign(folder: Path, names: Sequence[str], keywords: str | None) -> None:
    """Print the cost of every chosen case, its net cost and distance to its floor, and its metrics.

    Raises:
        UsageError: the campaign cannot be read, or has no such case.
    """
    if folder.is_file() or holds_saved_runs(folder):
        about, document = read_one_file(folder)
        costs = Costs(tidy_documents([document]))
    else:
        about, suites = read_campaign(folder)
        costs = Costs(tidy(suites))
    chosen = [
        (python, case)
        for python in costs.pythons
        for case in costs.cases(python)
        if is_chosen(case, names, keywords)
    ]
    if not chosen:
        raise UsageError(f"{folder} has no such case; `pyconc show {folder}` shows what it has")
    console = Console(width=None if sys.stdout.isatty() else 150)
    title = f"{folder.name}, profile {about['profile']['name']}"
    for sentence in unlike(about["interpreters"]):
        console.print(f"unlike builds: {sentence}", highlight=False)
    for each in about["interpreters"]:
        if packages := each.get("packages"):
            said = f"Python {each['label']} with {in_short(packages)}"
            console.print(said, highlight=False, markup=False)
    _print(console, title, COSTS, _rows(costs, chosen, _cost))
    _print(
        console,
        "CPU time and context switches of one operation",
        USAGE,
        _rows(costs, chosen, _used),
    )
    _print(console, "Observed one by one", OBSERVED, _rows(costs, chosen, _observed))
    _print(console, "Shares of a fixed time, 1 being even", FAIRNESS, _rows(costs, chosen, _shares))
    _print(console, "Updates without a lock", LOST, _rows(costs, chosen, _lost))
    if any(case.startswith("scaling.") for _, case in chosen):
        _print(console, "Scaling", SCALING, _scaling(costs))
    for python in costs.pythons:
        line = linearity(costs, python)
        if line and any(case.startswith("reference.") for _, case in chosen):
            console.print(
                f"Net costs on {python}: one lock pair {seconds(line.one)}, by the line through "
                f"1, 2, 4 and 8 of them {seconds(line.slope)} ({line.deviation:+.1%}), "
                f"R² {line.r2:.4f}",
                highlight=False,
            )


COSTS = ("case", "python", "cost", "95 % interval", "net", "of floor", "overlap")
USAGE = ("case", "python", "wall", "CPU", "voluntary", "involuntary")
OBSERVED = ("case", "python", "what", "p50", "p99", "max", "times")
FAIRNESS = ("case", "python", "Jain's index", "least", "most")
LOST = ("case", "python", "lost of a million", "rounds not at 0")
SCALING = ("backend", "python", "workers", "speedup", "95 % interval", "efficiency",
           "serial (Karp-Flatt)", "scaled speedup", "serial (Gustafson)")  # fmt: skip


def _print(console: Console, title: str, headings: Row, rows: Iterator[Row]) -> None:
    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < 2 else "right", no_wrap=place == 0)
    for row in rows:
        table.add_row(row[0].replace("[", "\\["), *row[1:])
    if table.row_count:
        console.print(table)


def _rows(costs: Costs, chosen: Sequence[tuple[str, str]], rows: Rows) -> Iterator[Row]:
    for python, case in chosen:
        yield from rows(costs, python, case)


def _cost(costs: Costs, python: str, case: str) -> Iterator[Row]:
    gross, net = costs.estimate(python, case), costs.net(python, case)
    distance = costs.distance(python, case)
    overlap = costs.metric(python, case, "overlap")
    short = len(costs.metric(python, case, "short_window"))
    if gross:
        yield (
            case,
            python,
            seconds(gross.value),
            interval(gross),
            seconds(net.value) if net else "",
            times(distance.value) if distance else "",
            f"{overlap.min():.2f}{' (short)' if short else ''}" if len(overlap) else "",
        )


def _used(costs: Costs, python: str, case: str) -> Iterator[Row]:
    cpu = costs.metric(python, case, "cpu_seconds")
    gross = costs.estimate(python, case)
    if gross and len(cpu):
        waited, taken = (
            costs.metric(python, case, f"{kind}_switches") for kind in ("voluntary", "involuntary")
        )
        yield (
            case,
            python,
            seconds(gross.value),
            seconds(cpu.mean()),
            f"{waited.mean():.3g}" if len(waited) else "",
            f"{taken.mean():.3g}" if len(taken) else "",
        )


def _observed(costs: Costs, python: str, case: str) -> Iterator[Row]:
    for what in OBSERVED_DURATIONS:
        if histogram := costs.durations(python, case, what):
            p50, p99 = (seconds(histogram.percentile(percent)) for percent in (50, 99))
            longest = seconds(costs.metric(python, case, f"{what}_max").max())
            yield case, python, what, p50, p99, longest, f"{len(histogram):,}"


def _shares(costs: Costs, python: str, case: str) -> Iterator[Row]:
    jain = costs.metric(python, case, "jain")
    if len(jain):
        least, most = (costs.metric(python, case, name) for name in ("min_share", "max_share"))
        yield case, python, f"{jain.mean():.3f}", f"{least.mean():.2f}", f"{most.mean():.2f}"


def _lost(costs: Costs, python: str, case: str) -> Iterator[Row]:
    lost = costs.metric(python, case, "lost_per_million")
    nonzero = costs.metric(python, case, "nonzero")
    if len(lost) or len(nonzero):
        yield (
            case,
            python,
            f"{lost.mean():,.0f}" if len(lost) else "",
            f"{(nonzero > 0).sum()} of {len(nonzero)}" if len(nonzero) else "",
        )


def _scaling(costs: Costs) -> Iterator[Row]:
    for each in scalings(costs):
        speedup, scaled = each.speedup, each.scaled_speedup
        yield (
            each.backend,
            each.python,
            str(each.workers),
            f"{speedup.value:.2f}" if speedup else "",
            interval(speedup, "{:.2f}".format) if speedup else "",
            _share(each.efficiency),
            _share(each.serial_fraction),
            f"{scaled.value:.2f}" if scaled else "",
            _share(each.scaled_serial_fraction),
        )


def _share(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.0%}"
