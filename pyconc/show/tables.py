"""What `pyconc show` prints of a campaign as tables: costs, metrics, rivals, scaling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pyconc.compare import formats
from pyconc.figures import amount, counted, interval, percent, seconds, times
from pyconc.findings.linearity import linearity
from pyconc.findings.rivals import Rival
from pyconc.findings.scaling import scalings
from pyconc.statistics.costs import OBSERVED as OBSERVED_DURATIONS
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.store.rounds import Arm

Row = Sequence[str]
Rows = Callable[[Costs, str, str], Iterator[Row]]


class Table(NamedTuple):
    """A title, and rows of cells under headings."""

    title: str
    headings: Row
    rows: Sequence[Row]

    def without(self, *headings: str) -> Table:
        """The same without some columns, and without those that hold nothing."""
        kept = [
            place
            for place, heading in enumerate(self.headings)
            if heading not in headings and any(row[place] for row in self.rows)
        ]
        columns = [self.headings[place] for place in kept]
        return self._replace(
            headings=columns, rows=[[row[place] for place in kept] for row in self.rows]
        )


COSTS = ("case", "python", "cost", "95 % interval", "net", "of floor")
USAGE = ("case", "python", "CPU", "voluntary", "involuntary", "overlap", "crowded")
OBSERVED = ("case", "python", "what", "p50", "p99", "max", "times")
FAIRNESS = ("case", "python", "Jain's index", "least", "most")
LOST = ("case", "python", "lost of a million", "rounds not at 0")
RIVALS = ("case", "python", "against", "ratio", "95 % interval", "verdict")
THROUGHPUT = ("case", "python", "throughput", "95 % interval")
SCALING = ("backend", "python", "workers", "speedup", "95 % interval", "efficiency", "serial")
SCALED = ("backend", "python", "workers", "speedup", "95 % interval", "serial")
#: Columns of words; the others are figures.
TEXTS = ("case", "against", "backend", "python", "what", "verdict")


def tables(costs: Costs, chosen: Sequence[Arm], rivals: Sequence[Rival]) -> Iterator[Table]:
    """The tables that hold something of what is chosen; without columns that hold nothing.

    Args:
        rivals: of what is chosen.
    """
    for table in _tables(costs, chosen, rivals):
        if table.rows:
            one = len(dict(chosen)) == 1  # which the heading tells
            yield table.without(*(["python"] if one else []))


def _tables(costs: Costs, chosen: Sequence[Arm], rivals: Sequence[Rival]) -> Iterator[Table]:
    def found(rows: Rows) -> list[Row]:
        return [row for python, case in chosen for row in rows(costs, python, case)]

    yield Table("Cost of one operation", COSTS, found(_cost))
    yield Table("Beside their rivals; above 1 is slower", RIVALS, [_rival(e) for e in rivals])
    yield Table(
        "Scaling: throughput, as a multiple of one worker's", THROUGHPUT, found(_throughput)
    )
    yield Table(
        "CPU time and switches of one operation, overlap of the workers", USAGE, found(_used)
    )
    yield Table("Observed one by one", OBSERVED, found(_observed))
    yield Table("Shares of a fixed time, 1 being even", FAIRNESS, found(_shares))
    yield Table("Updates without a lock", LOST, found(_lost))
    if has_scaling(chosen):
        yield Table(
            "Scaling of the same work; serial (Karp-Flatt): the share that does not scale",
            SCALING,
            list(_scaling(costs)),
        )
        yield Table(
            "Scaling with the work; serial (Gustafson): the share that does not scale",
            SCALED,
            list(_scaled(costs)),
        )


def has_scaling(chosen: Sequence[Arm]) -> bool:
    return any(case.startswith("scaling.") for _, case in chosen)


def sentences(costs: Costs, chosen: Sequence[Arm]) -> Iterator[str]:
    """Which cases were crowded, and whether net costs add up, by Python, where reference cases are
    among what is chosen.
    """
    for python in costs.pythons:
        found = [case for arm, case in chosen if arm == python and costs.crowded(arm, case)]
        if found:
            worst = max(found, key=lambda case: costs.crowded(python, case))
            yield (
                f"Crowded on {python}: in {counted(len(found), 'case')} other programs had taken "
                f"cores from workers that should run at once, the most in {worst}, "
                f"{crowded(costs, python, worst)} of its values; do not judge scaling by them"
            )
    if not any(case.startswith("reference.") for _, case in chosen):
        return
    for python in costs.pythons:
        if line := linearity(costs, python):
            yield (
                f"Net costs on {python}: the line through 1, 2, 4 and 8 lock pairs says "
                f"{amount(line.slope, line.unit)} for one of them, {line.deviation:+.1%} off the "
                f"pair that is done once, with medians of the rounds; R² {line.r2:.4f}"
            )


def overlap(costs: Costs, python: str, case: str) -> str:
    beside = costs.all_metrics()[python, case]
    short = " (short)" if "short_window" in beside else ""
    return f"{beside['overlap']:.2f}{short}" if "overlap" in beside else ""


def crowded(costs: Costs, python: str, case: str) -> str:
    """Of its values, in how many other programs had taken cores from the workers."""
    share = costs.crowded(python, case)
    return percent(share) if share else ""


def _cost(costs: Costs, python: str, case: str) -> Iterator[Row]:
    gross, net = costs.estimate(python, case), costs.net(python, case)
    distance, unit = costs.distance(python, case), costs.unit(case)
    if gross:
        yield (
            case,
            python,
            amount(gross.value, unit),
            interval(gross, lambda figure: amount(figure, unit)),
            amount(net.value, unit) if net else "",
            times(distance.value) if distance else "",
        )


def _rival(found: Rival) -> Row:
    ratio = found.ratio
    return (
        found.case,
        found.python,
        found.against,
        formats.ratio(ratio.value),
        formats.interval(ratio),
        found.verdict,
    )


def _throughput(costs: Costs, python: str, case: str) -> Iterator[Row]:
    if scaling := costs.scaling(python, case):
        yield case, python, *_speedup(scaling)


def _used(costs: Costs, python: str, case: str) -> Iterator[Row]:
    beside = costs.all_metrics()[python, case]
    if "cpu_seconds" in beside or "overlap" in beside:
        switches = [f"{kind}_switches" for kind in ("voluntary", "involuntary")]
        yield (
            case,
            python,
            seconds(beside["cpu_seconds"]) if "cpu_seconds" in beside else "",
            *(f"{beside[name]:.3g}" if name in beside else "" for name in switches),
            overlap(costs, python, case),
            crowded(costs, python, case),
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


def _scaling(costs: Costs) -> Iterator[Row]:
    for each in scalings(costs):
        if each.speedup:
            arm = (each.backend, each.python, str(each.workers))
            shares = (_share(each.efficiency), _share(each.serial_fraction))
            yield *arm, *_speedup(each.speedup), *shares


def _scaled(costs: Costs) -> Iterator[Row]:
    for each in scalings(costs):
        if each.scaled_speedup:
            arm = (each.backend, each.python, str(each.workers))
            yield *arm, *_speedup(each.scaled_speedup), _share(each.scaled_serial_fraction)


def _speedup(found: Estimate) -> Row:
    return f"{found.value:.2f}", interval(found, "{:.2f}".format)


def _share(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.0%}"
