"""A case in one line of plain text, as it can be pasted anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pyconc.compare import formats
from pyconc.figures import amount, counted, interval, seconds, times
from pyconc.findings.rivals import Rival
from pyconc.show.tables import crowded, overlap
from pyconc.statistics.costs import OBSERVED, Costs
from pyconc.statistics.estimate import Estimate

_METRICS: dict[str, Callable[[float], str]] = {
    "cpu_seconds": lambda figure: f"CPU {seconds(figure)}",
    "voluntary_switches": "voluntary switches {:.3g}".format,
    "involuntary_switches": "involuntary switches {:.3g}".format,
    "jain": "Jain's index {:.3f}".format,
    "min_share": "least share {:.2f}".format,
    "max_share": "greatest share {:.2f}".format,
    "lost_per_million": "{:,.0f} of a million updates lost".format,
    "busy_share": "busy threads got {:.2f} of what they get alone".format,
    "sets_per_wake": "{:,.1f} sets for each wake-up".format,
    "early": "{:.3g} came back early".format,
}


def line(costs: Costs, python: str, case: str, rivals: Sequence[Rival]) -> str:
    """What a case costs on a Python, and whatever else is known of it.

    Args:
        rivals: those that it is held against there.
    """
    gross = costs.estimate(python, case)
    assert gross is not None
    told = [", ".join(_costs(costs, python, case, gross)), *_beside(costs, python, case)]
    told += [f"{_ratio(each)} {each.against}, {each.verdict}" for each in rivals]
    return f"{case} on Python {python}: {'; '.join(told)}"


def _costs(costs: Costs, python: str, case: str, gross: Estimate) -> Iterator[str]:
    unit = costs.unit(case)
    between = interval(gross, lambda figure: amount(figure, unit))
    what = "95 % interval " if gross.has_interval else ""
    yield f"{amount(gross.value, unit)} ({what}{between})"
    if net := costs.net(python, case):
        yield f"net {amount(net.value, unit)}"
    if distance := costs.distance(python, case):
        yield f"{times(distance.value)} its floor"
    yield f"{gross.rounds} round{'' if gross.rounds == 1 else 's'}"


def _beside(costs: Costs, python: str, case: str) -> Iterator[str]:
    """Metrics, as far as there are any."""
    beside = costs.all_metrics()[python, case]
    if scaling := costs.scaling(python, case):
        between = f" ({interval(scaling, '{:.2f}'.format)})" if scaling.has_interval else ""
        yield f"{scaling.value:.2f} times the throughput of one worker{between}"
    if said := overlap(costs, python, case):
        yield f"overlap {said}"
    if share := crowded(costs, python, case):
        yield f"crowded by other programs in {share} of its values"
    for what in OBSERVED:
        told = [f"{which} {seconds(beside[name])}" for which in ("p50", "p99", "max")
                if (name := f"{what}_{which}") in beside]  # fmt: skip
        if told:
            yield f"{what} {', '.join(told)}"
    for name, form in _METRICS.items():
        if name in beside:
            yield form(beside[name])
    if "nonzero" in beside:
        nonzero = costs.metric(python, case, "nonzero")
        yield f"not at 0 in {(nonzero > 0).sum()} of {counted(len(nonzero), 'round')}"


def _ratio(found: Rival) -> str:
    ratio = found.ratio
    between = f" ({formats.interval(ratio)})" if ratio.has_interval else ""
    return f"{formats.ratio(ratio.value)} times{between}"
