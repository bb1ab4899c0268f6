"""Rounds of every case by Python, and what can be read off them: costs, net costs, distances."""

from __future__ import annotations

import pandas as pd

from pyconc.analysis.effect import Estimate, cost, net, ratio
from pyconc.store.frame import rounds
from pyconc.suite.histogram import Histogram

#: Metrics of a round that are averaged, and what is observed as a histogram.
METRICS = (
    "cpu_seconds", "voluntary_switches", "involuntary_switches", "jain", "min_share", "max_share",
    "lost_updates", "lost_items", "lost_per_million", "residual", "nonzero", "peak_rss",
)  # fmt: skip
OBSERVED = ("handoff", "skew")


class Costs:
    """Rounds of every case by Python, ready to be estimated."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.pythons: list[str] = list(dict.fromkeys(frame["python"]))
        #: The first value of every round, which has all that is said of the round.
        self._rows = {
            (str(python), str(case)): group.groupby("round").first()
            for (python, case), group in frame.groupby(["python", "case"], sort=False)
        }
        self._rounds: dict[tuple[str, str], pd.Series[float]] = {
            (str(python), str(case)): group.set_index("round")["seconds"]
            for (python, case), group in rounds(frame).groupby(["python", "case"], sort=False)
        }

    def rounds(self, python: str, case: str) -> pd.Series[float] | None:
        """Costs in seconds by round, or None where the case was not measured."""
        return self._rounds.get((python, case))

    def estimate(self, python: str, case: str) -> Estimate | None:
        found = self.rounds(python, case)
        return None if found is None else cost(found)

    def estimates(self, case: str, operations: int = 1) -> dict[str, Estimate]:
        """The cost of so many operations in seconds, by Python, where it was measured."""
        found = {python: self.estimate(python, case) for python in self.pythons}
        return {python: each.scaled(operations) for python, each in found.items() if each}

    def twin(self, case: str, role: str) -> str | None:
        """The id of a case's ``control`` or ``floor``, as its result file names it."""
        for python in self.pythons:
            named = self.metric(python, case, role)
            if len(named):
                return str(named.iloc[0])
        return None

    def net(self, python: str, case: str) -> Estimate | None:
        """The cost beyond the control's, in seconds, or None where either was not measured."""
        twin = self.twin(case, "control")
        gross = self.rounds(python, case)
        base = self.rounds(python, twin) if twin else None
        if gross is None or base is None or not set(gross.index) & set(base.index):
            return None
        return net(gross, base)

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
        return [case for arm, case in self._rows if arm == python]

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
        rows = self._rows.get((python, case))
        if rows is None or name not in rows:
            return pd.Series(dtype=float)
        return rows[name].dropna()

    def metrics(self, python: str, case: str) -> dict[str, float]:
        """Every metric that a case has, a mean over its rounds; durations from all of them."""
        found = {
            name: float(figures.mean())
            for name in METRICS
            if len(figures := self.metric(python, case, name))
        }
        for what in OBSERVED:
            if histogram := self.durations(python, case, what):
                found[f"{what}_p50"] = histogram.percentile(50)
                found[f"{what}_p99"] = histogram.percentile(99)
                found[f"{what}_max"] = float(self.metric(python, case, f"{what}_max").max())
        return found
