"""`pyconc show`: a campaign's costs and metrics as tables on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyconc.analysis.costs import OBSERVED as OBSERVED_DURATIONS
from pyconc.analysis.costs import Costs
from pyconc.analysis.linearity import linearity
from pyconc.analysis.numbers import amount, interval, seconds, times
from pyconc.analysis.scaling import scalings
from pyconc.compare.screen import Screen
from pyconc.errors import UsageError, brief
from pyconc.measure.journal import CAMPAIGN
from pyconc.measure.probe import unlike
from pyconc.store.about import read_about
from pyconc.store.files import told_clearly
from pyconc.store.one_file import read_one_file
from pyconc.store.pytest_benchmark import holds_saved_runs
from pyconc.store.rounds import Arm, read_rounds, rounds_of
from pyconc.suite.catalog import is_chosen

Row = Sequence[str]
Rows = Callable[[Costs, str, str], Iterator[Row]]


def show_campaign(folder: Path, names: Sequence[str], keywords: str | None) -> None:
    """Print the cost of every chosen case, its net cost and distance to its floor, and its metrics.

    Raises:
        UsageError: the campaign cannot be read, or has no such case.
    """
    about, costs = _read(folder)
    chosen = [
        (python, case)
        for python in costs.pythons
        for case in costs.cases(python)
        if is_chosen(case, names, keywords)
    ]
    if not chosen:
        raise UsageError(
            f"{brief(folder)} has no such case; `pyconc show {brief(folder)}` shows what it has"
        )
    screen = Screen()
    with told_clearly(folder / CAMPAIGN, "is damaged", "restore it, or measure again"):
        heading = f"{folder.name}, profile {about['profile']['name']}"
        for sentence in unlike(about["interpreters"]):
            screen.say(f"unlike builds: {sentence}")
    _print(screen, heading, COSTS, _rows(costs, chosen, _cost))
    _print(screen, USAGE_OF, USAGE, _rows(costs, chosen, _used))
    _print(screen, "Observed one by one", OBSERVED, _rows(costs, chosen, _observed))
    _print(screen, "Shares of a fixed time, 1 being even", FAIRNESS, _rows(costs, chosen, _shares))
    _print(screen, "Updates without a lock", LOST, _rows(costs, chosen, _lost))
    if any(case.startswith("scaling.") for _, case in chosen):
        _print(screen, "Scaling", SCALING, _scaling(costs))
    if any(case.startswith("reference.") for _, case in chosen):
        for sentence in _lines(costs):
            screen.say(sentence)


def _read(folder: Path) -> tuple[Mapping[str, Any], Costs]:
    """What a campaign or a file says of itself, and its costs."""
    if folder.is_file() or holds_saved_runs(folder):
        about, document = read_one_file(folder)
        with told_clearly(folder):
            return about, Costs(rounds_of([document]))
    about = read_about(folder)
    return about, Costs(read_rounds(folder, about))


COSTS = ("case", "python", "cost", "95 % interval", "net", "of floor", "overlap")
USAGE_OF = "CPU time and context switches of one operation"
USAGE = ("case", "python", "CPU", "voluntary", "involuntary")
OBSERVED = ("case", "python", "what", "p50", "p99", "max", "times")
FAIRNESS = ("case", "python", "Jain's index", "least", "most")
LOST = ("case", "python", "lost of a million", "rounds not at 0")
SCALING = ("backend", "python", "workers", "speedup", "95 % interval", "efficiency",
           "serial (Karp-Flatt)", "scaled speedup", "serial (Gustafson)")  # fmt: skip
#: Columns of words; the others are figures.
_TEXTS = ("case", "backend", "python", "what")


def _print(screen: Screen, title: str, headings: Row, rows: Iterator[Row]) -> None:
    """A table with its title above and an empty line below; without columns that hold nothing."""
    found = list(rows)
    kept = [place for place in range(len(headings)) if any(row[place] for row in found)]
    if found:
        screen.say(title)
        narrow = [[row[place] for place in kept] for row in (headings, *found)]
        screen.table(narrow[0], narrow[1:], texts=_TEXTS)
        screen.say("")


def _rows(costs: Costs, chosen: Sequence[Arm], rows: Rows) -> Iterator[Row]:
    for python, case in chosen:
        yield from rows(costs, python, case)


def _cost(costs: Costs, python: str, case: str) -> Iterator[Row]:
    gross, net = costs.estimate(python, case), costs.net(python, case)
    distance, unit = costs.distance(python, case), costs.unit(case)
    beside = costs.all_metrics()[python, case]
    short = " (short)" if "short_window" in beside else ""
    if gross:
        yield (
            case,
            python,
            amount(gross.value, unit),
            interval(gross, lambda figure: amount(figure, unit)),
            amount(net.value, unit) if net else "",
            times(distance.value) if distance else "",
            f"{beside['overlap']:.2f}{short}" if "overlap" in beside else "",
        )


def _used(costs: Costs, python: str, case: str) -> Iterator[Row]:
    beside = costs.all_metrics()[python, case]
    if "cpu_seconds" in beside:
        switches = [f"{kind}_switches" for kind in ("voluntary", "involuntary")]
        yield (
            case,
            python,
            seconds(beside["cpu_seconds"]),
            *(f"{beside[name]:.3g}" if name in beside else "" for name in switches),
        )


def _observed(costs: Costs, python: str, case: str) -> Iterator[Row]:
    beside = costs.all_metrics()[python, case]
    for what in OBSERVED_DURATIONS:
        told = [beside.get(f"{what}_{which}") for which in ("p50", "p99", "max")]
        if None not in told and (histogram := costs.durations(python, case, what)):
            figures = (seconds(each) for each in told if each is not None)
            yield case, python, what, *figures, f"{len(histogram):,}"


def _shares(costs: Costs, python: str, case: str) -> Iterator[Row]:
    beside = costs.all_metrics()[python, case]
    if "jain" in beside:
        shares = ("min_share", "max_share")
        told = (f"{beside[name]:.2f}" if name in beside else "" for name in shares)
        yield case, python, f"{beside['jain']:.3f}", *told


def _lost(costs: Costs, python: str, case: str) -> Iterator[Row]:
    beside = costs.all_metrics()[python, case]
    if "lost_per_million" in beside or "nonzero" in beside:
        nonzero = costs.metric(python, case, "nonzero")
        yield (
            case,
            python,
            f"{beside['lost_per_million']:,.0f}" if "lost_per_million" in beside else "",
            f"{(nonzero > 0).sum()} of {len(nonzero)}" if "nonzero" in beside else "",
        )


def _lines(costs: Costs) -> Iterator[str]:
    """Whether net costs add up, by Python."""
    for python in costs.pythons:
        if line := linearity(costs, python):
            yield (
                f"Net costs on {python}: the line through 1, 2, 4 and 8 lock pairs says "
                f"{seconds(line.slope)} for one of them, {line.deviation:+.1%} off the pair that "
                f"is done once, with medians of the rounds; R² {line.r2:.4f}"
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
