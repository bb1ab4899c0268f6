"""Rounds of every case by Python, and what can be read off them: costs, net costs, distances."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd

from pyconc.statistics.estimate import Estimate, cost, net, ratio
from pyconc.store.frame import rounds
from pyconc.suite.histogram import Histogram

#: Metrics of a round that are averaged, and what is observed as a histogram.
METRICS = (
    "cpu_seconds", "voluntary_switches", "involuntary_switches", "jain", "min_share", "max_share",
    "lost_updates", "lost_items", "lost_per_million", "residual", "nonzero", "peak_rss",
)  # fmt: skip
OBSERVED = ("handoff", "skew")
#: What is said of them, in seconds.
DURATIONS = tuple(f"{what}_{which}" for what in OBSERVED for which in ("p50", "p99", "max"))
#: Everything that is said of a case beside its costs.
COLUMNS = (*METRICS, *DURATIONS)

#: A Python and a case.
Arm = tuple[str, str]


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

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.pythons: list[str] = list(dict.fromkeys(frame["python"]))
        #: The first value of every round, which has all that is said of the round.
        first = frame.drop_duplicates(["python", "case", "round"])
        self._columns = {str(name): first[name].to_numpy() for name in first.columns}
        self._places = _places(first)
        # In the order of their numbers, as comparisons have them: journals are in that of time.
        found = rounds(frame).sort_values("round", key=_number, kind="stable")
        costs, numbers = found["seconds"].to_numpy(), found["round"].to_numpy()
        self._rounds = {
            arm: pd.Series(costs[places], index=pd.Index(numbers[places], name="round"))
            for arm, places in _places(found).items()
        }
        #: What `cached_method` keeps.
        self.known: dict[object, Any] = {}

    def rounds(self, python: str, case: str) -> pd.Series[float] | None:
        """Costs in seconds by round, or None where the case was not measured."""
        return self._rounds.get((python, case))

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
        """The id of a case's ``control`` or ``floor``, as its result file names it."""
        named = (self.metric(python, case, role) for python in self.pythons)
        return next((str(names.iloc[0]) for names in named if len(names)), None)

    @cached_method
    def net(self, python: str, case: str) -> Estimate | None:
        """The cost beyond the control's, in seconds, or None where either was not measured."""
        twin = self.twin(case, "control")
        gross = self.rounds(python, case)
        base = self.rounds(python, twin) if twin else None
        if gross is None or base is None or not set(gross.index) & set(base.index):
            return None
        return net(gross, base)

    @cached_method
    def distance(self, python: str, case: str) -> Estimate | None:
        """How many times its floor's a case's cost is, both net of their controls.

        None where either was not measured, or where in some round a control was the dearer one.
        """
        lowest = self.twin(case, "floor")
        ours, theirs = self._net_rounds(python, case), None
        if lowest:
            theirs = self._net_rounds(python, lowest)
        if ours is None or theirs is None or not set(ours.index) & set(theirs.index):
            return None
        return ratio(ours, theirs) if (ours > 0).all() and (theirs > 0).all() else None

    def _net_rounds(self, python: str, case: str) -> pd.Series[float] | None:
        """The net cost of each round; the gross one where the case has no control."""
        twin = self.twin(case, "control")
        gross = self.rounds(python, case)
        base = self.rounds(python, twin) if twin else None
        return gross if gross is None or base is None else (gross - base).dropna()

    def durations(self, python: str, case: str, what: str) -> Histogram | None:
        """What was observed in all rounds together; None where nothing was."""
        texts = self.metric(python, case, f"{what}_histogram")
        by_round = [Histogram.from_text(str(text)) for text in texts]
        return sum(by_round, Histogram()) if by_round else None

    def cases(self, python: str) -> list[str]:
        """What was measured on a Python, in the order of the campaign."""
        return [case for arm, case in self._places if arm == python]

    def ratio(self, python: str, slow: str, fast: str) -> Estimate | None:
        """How many times as much one case costs as another; None where either is missing."""
        ours, theirs = self.rounds(python, slow), self.rounds(python, fast)
        if ours is None or theirs is None or not set(ours.index) & set(theirs.index):
            return None
        return ratio(ours, theirs)

    def sweep(self, python: str, name: str) -> list[tuple[int, Estimate]]:
        """The costs of a workload by the last of its parameters, which is a number, in order.

        Args:
            name: how the ids begin, such as ``pool.no_pool_tasks[thread-1-``.
        """
        ids = [case for case in self.cases(python) if case.startswith(name)]
        found = [(int(case.rstrip("]").rpartition("-")[2]), cost(self._rounds[python, case]))
                 for case in ids]  # fmt: skip
        return sorted(found, key=lambda point: point[0])

    def metric(self, python: str, case: str, name: str) -> pd.Series[float]:
        """A metric by round; empty where the case has none."""
        places = self._places.get((python, case))
        if places is None or name not in self._columns:
            return pd.Series(dtype=float)
        figures = self._columns[name][places]
        there = ~pd.isna(figures)
        if not there.any():
            return pd.Series(dtype=float)
        rounds = pd.Index(self._columns["round"][places][there], name="round")
        return pd.Series(figures[there], index=rounds).infer_objects()

    def metrics(self, python: str, case: str) -> dict[str, float]:
        """Every metric of `COLUMNS` that a case has."""
        beside = self.all_metrics().get((python, case), {})
        return {name: beside[name] for name in COLUMNS if name in beside}

    @cached_method
    def all_metrics(self) -> dict[Arm, dict[str, float]]:
        """Every metric of every case, ``overlap`` and ``short_window`` too: a mean over its rounds,
        and the worst where that is what counts; percentiles are of all durations together.
        """
        first = self.frame.drop_duplicates(["python", "case", "round"])
        ways = dict.fromkeys((*METRICS, "short_window"), "mean")
        ways.update({"overlap": "min"}, **{f"{what}_max": "max" for what in OBSERVED})
        ways = {name: way for name, way in ways.items() if name in first.columns}
        if not ways:
            return {}
        figures = first[list(ways)].apply(pd.to_numeric, errors="coerce")
        figures = figures.replace([np.inf, -np.inf], np.nan)
        by_arm = figures.groupby([first["python"], first["case"]], sort=False).agg(ways)
        found = {
            (str(python), str(case)): {
                name: float(figure) for name, figure in zip(ways, row) if not math.isnan(figure)
            }
            for (python, case), *row in by_arm.itertuples(name=None)
        }
        for arm, beside in found.items():
            for what in OBSERVED:
                if f"{what}_max" in beside and (histogram := self.durations(*arm, what)):
                    beside[f"{what}_p50"] = histogram.percentile(50)
                    beside[f"{what}_p99"] = histogram.percentile(99)
        return found


def _number(told: pd.Series[Any]) -> pd.Series[float]:
    """Files from elsewhere may tell anything."""
    return pd.to_numeric(told, errors="coerce")


def _places(frame: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """Where the rows of each case on each Python are, in the order of their appearance."""
    indices = frame.groupby(["python", "case"], sort=False).indices
    arms = frame[["python", "case"]].drop_duplicates().itertuples(index=False)
    return {(str(python), str(case)): np.asarray(indices[python, case]) for python, case in arms}
