"""Rounds of every case by Python, and what can be read off them: costs, net costs, distances."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

import pandas as pd

from pyconc.statistics.estimate import Estimate, cost, net, of_logs, ratio
from pyconc.statistics.matched import log_ratios
from pyconc.store.measured import Measured, crowded_share
from pyconc.store.rounds import Arm, Rounds
from pyconc.suite.case import PROCESSES
from pyconc.suite.histogram import Histogram
from pyconc.units import SECOND

#: Metrics of a round that are averaged, and what is observed as a histogram.
METRICS = (
    "cpu_seconds", "voluntary_switches", "involuntary_switches", "jain", "min_share", "max_share",
    "lost_updates", "lost_items", "lost_per_million", "residual", "nonzero", "peak_rss",
    "busy_share", "sets_per_wake", "early",
)  # fmt: skip
OBSERVED = ("handoff", "skew", "latency", "lateness")
#: No metric is greater, and sums of them are finite.
_GREATEST = 1e100
#: What is said of them, in seconds.
DURATIONS = tuple(f"{what}_{which}" for what in OBSERVED for which in ("p50", "p99", "max"))
#: Everything that is said of a case beside its costs.
COLUMNS = (*METRICS, *DURATIONS)

_Method = TypeVar("_Method", bound=Callable[..., Any])


def cached_method(method: _Method) -> _Method:
    """A method of `Costs` that finds out once: pages ask for the same again and again."""

    @wraps(method)
    def known_or_found(self: Costs, *arguments: object) -> Any:
        key = (method.__name__, *arguments)
        if key not in self.known:
            self.known[key] = method(self, *arguments)
        return self.known[key]

    return cast(_Method, known_or_found)


class Costs:
    """Rounds of every case by Python, ready to be estimated."""

    def __init__(
        self, measured: Mapping[Arm, Rounds], pythons: Sequence[str] | None = None
    ) -> None:
        """
        Args:
            pythons: in their order; those of what was measured by default.
        """
        self._measured = measured
        had = dict.fromkeys(python for python, _ in measured)
        self.pythons: list[str] = list(had if pythons is None else pythons)
        #: What `cached_method` keeps.
        self.known: dict[object, Any] = {}

    @cached_method
    def rounds(self, python: str, case: str) -> pd.Series[float] | None:
        """Costs by round in the case's unit, or None where the case was not measured.

        In the order of their numbers, as comparisons have them: journals are in that of time.
        """
        found = self._measured.get((python, case))
        return None if found is None else _by_round(dict(sorted(found.costs().items())))

    @cached_method
    def units(self) -> dict[str, str]:
        """What the costs of each case are in, as pyperf calls it."""
        return {case: rounds.unit for (_, case), rounds in self._measured.items()}

    def unit(self, case: str) -> str:
        return self.units()[case]

    @cached_method
    def times(self) -> Costs:
        """The same without the cases whose costs are in another unit than seconds."""
        if set(self.units().values()) == {SECOND}:
            return self
        timed = {arm: each for arm, each in self._measured.items() if each.unit == SECOND}
        return Costs(timed, self.pythons)

    @cached_method
    def estimate(self, python: str, case: str) -> Estimate | None:
        found = self.rounds(python, case)
        return None if found is None else cost(found)

    def estimates(self, case: str, operations: int = 1) -> dict[str, Estimate]:
        """The cost of so many operations in seconds, by Python, where it was measured."""
        found = {python: self.estimate(python, case) for python in self.pythons}
        return {python: each.scaled(operations) for python, each in found.items() if each}

    @cached_method
    def twin(self, case: str, role: str) -> str | None:
        """The id of a case's ``control`` or ``floor``, or of the same case by one worker, which is
        ``alone``, as its result file names it.
        """
        found = (self._measured.get((python, case)) for python in self.pythons)
        named = (name for each in found if each for name in each.metric(role).values())
        return next(map(str, named), None)

    @cached_method
    def net(self, python: str, case: str) -> Estimate | None:
        """The cost beyond the control's, in seconds, or None where either was not measured."""
        twin = self.twin(case, "control")
        return net(self.rounds(python, case), self.rounds(python, twin)) if twin else None

    @cached_method
    def distance(self, python: str, case: str) -> Estimate | None:
        """How many times its floor's a case's cost is, both net of their controls.

        None where either was not measured, or where in some round a control was the dearer one.
        """
        if lowest := self.twin(case, "floor"):
            return ratio(self.net_rounds(python, case), self.net_rounds(python, lowest))
        return None

    def net_rounds(self, python: str, case: str) -> pd.Series[float] | None:
        """The net cost of each round; the gross one where the case has no control."""
        twin = self.twin(case, "control")
        gross = self.rounds(python, case)
        base = self.rounds(python, twin) if twin else None
        return gross if gross is None or base is None else (gross - base).dropna()

    @cached_method
    def durations(self, python: str, case: str, what: str) -> Histogram | None:
        """What was observed in all rounds together; None where nothing was."""
        by_round = self.histograms(python, case, what).values()
        return sum(by_round, Histogram()) if by_round else None

    @cached_method
    def histograms(self, python: str, case: str, what: str) -> dict[int, Histogram]:
        """The same by round; of none where one of them says anything else."""
        texts = self.said(python, case, f"{what}_histogram")
        try:
            return {number: Histogram.from_text(str(text)) for number, text in texts.items()}
        except ValueError:  # the metadata of others may say anything under a name of ours
            return {}

    @cached_method
    def measured(self, python: str) -> dict[str, Measured]:
        """What was measured on a Python, as comparisons have it."""
        return {
            case: rounds.as_measured(case)
            for (arm, case), rounds in self._measured.items() if arm == python
        }  # fmt: skip

    def cases(self, python: str) -> list[str]:
        """What was measured on a Python, in the order of the campaign."""
        return [case for arm, case in self._measured if arm == python]

    def started(self, case: str) -> str | None:
        """The id of a case in which ``{process}`` stands for a start method, by the first one that
        it was measured with; None where it was not.
        """
        measured = {case for _, case in self._measured}
        ids = (case.replace("{process}", process) for process in PROCESSES)
        return next((each for each in ids if each in measured), None)

    def ratio(self, python: str, slow: str, fast: str) -> Estimate | None:
        """How many times as much one case costs as another; None where either is missing."""
        measured = self.measured(python)
        base, head = measured.get(fast), measured.get(slow)
        if not base or not head or not set(base.costs) & set(head.costs):
            return None
        return of_logs(log_ratios(base, head)[1])

    @cached_method
    def scaling(self, python: str, case: str) -> Estimate | None:
        """How many times the throughput of one worker that of several is; None where either was not
        measured, or the case is none of several workers.
        """
        alone = self.twin(case, "alone")
        return self.ratio(python, alone, case) if alone else None

    @cached_method
    def crowded(self, python: str, case: str) -> float:
        """The share of a case's values in which other programs had taken cores from its workers; 0
        where that is too small to matter.
        """
        found = self._measured.get((python, case))
        return crowded_share(found.all("crowded")) if found else 0.0

    def sweep(self, python: str, name: str) -> list[tuple[int, Estimate]]:
        """The costs of a workload by the last of its parameters, which is a number, in order.

        Args:
            name: how the ids begin, such as ``pool.no_pool_tasks[thread-1-``.
        """
        ids = [case for case in self.cases(python) if case.startswith(name)]
        found = [(int(case.rstrip("]").rpartition("-")[2]), self.estimate(python, case))
                 for case in ids]  # fmt: skip
        return sorted(
            ((number, each) for number, each in found if each), key=lambda point: point[0]
        )

    def metric(self, python: str, case: str, name: str) -> pd.Series[float]:
        """A metric by round; empty where the case has none that is a number."""
        said = self.said(python, case, name)
        told = {number: each for number, each in said.items() if not math.isnan(_figure(each))}
        return _by_round(told) if told else pd.Series(dtype=float)

    def said(self, python: str, case: str, name: str) -> dict[int, Any]:
        """What each round says under a name of ours, number or text."""
        found = self._measured.get((python, case))
        return found.metric(name) if found else {}

    def metrics(self, python: str, case: str) -> dict[str, float]:
        """Every metric of `COLUMNS` that a case has."""
        beside = self.all_metrics().get((python, case), {})
        return {name: beside[name] for name in COLUMNS if name in beside}

    @cached_method
    def all_metrics(self) -> dict[Arm, dict[str, float]]:
        """Every metric of every case, ``overlap`` and ``short_window`` too: a mean over its rounds,
        and the worst where that is what counts; percentiles are of all durations together.
        """
        ways = dict.fromkeys((*METRICS, "short_window"), "mean")
        ways.update({"overlap": "min"}, **{f"{what}_max": "max" for what in OBSERVED})
        by_arm = self._figures(list(ways)).groupby(level=0, sort=False).agg(ways)
        found = {
            arm: {name: figure for name, figure in zip(ways, row) if not math.isnan(figure)}
            for arm, row in zip(self._measured, by_arm.itertuples(index=False, name=None))
        }
        for arm, beside in found.items():
            for what in OBSERVED:
                if f"{what}_max" in beside and (histogram := self.durations(*arm, what)):
                    beside[f"{what}_p50"] = histogram.percentile(50)
                    beside[f"{what}_p99"] = histogram.percentile(99)
        return found

    def _figures(self, names: Sequence[str]) -> pd.DataFrame:
        """Metrics of every round, a row each, by the place of their case on a Python."""
        figures = {
            name: [_figure(said) for rounds in self._measured.values() for said in rounds.all(name)]
            for name in names
        }
        places = [place for place, each in enumerate(self._measured.values()) for _ in each.runs]
        return pd.DataFrame(figures, index=places, dtype=float)


def _by_round(told: Mapping[int, Any]) -> pd.Series[float]:
    return pd.Series(list(told.values()), index=pd.Index(list(told), name="round"))


def _figure(said: object) -> float:
    """What is no number is none; the metadata of others may say anything under a name of ours."""
    if isinstance(said, (int, float)) and abs(said) < _GREATEST:
        return float(said)
    return math.nan
