"""Every case on every Python with its figures, as files of the report and `pyconc show` have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from pyconc.show.plain import finite
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.store.rounds import Arm
from pyconc.units import column


def rows(costs: Costs, chosen: Iterable[Arm] | None = None) -> Iterator[dict[str, Any]]:
    """Every case on every Python: what it costs, and the means of its metrics. Columns of costs
    are named after the unit.

    Args:
        chosen: those that are wanted; all where it is None.
    """
    if chosen is None:
        chosen = [(python, case) for python in costs.pythons for case in costs.cases(python)]
    for case, python in sorted({(case, python) for python, case in chosen}):
        gross, net = costs.estimate(python, case), costs.net(python, case)
        assert gross is not None
        beside = costs.all_metrics().get((python, case), {})
        yield {
            "id": case,
            "python": python,
            "rounds": gross.rounds,
            **figures(column(costs.unit(case)), gross),
            **figures(f"net_{column(costs.unit(case))}", net),
            "control": costs.twin(case, "control"),
            "floor": costs.twin(case, "floor"),
            **figures("floor_ratio", costs.distance(python, case)),
            **figures("scaling", costs.scaling(python, case)),
            "overlap": beside.get("overlap"),
            "short_window": "short_window" in beside,
            "crowded": costs.crowded(python, case) or None,
            "metrics": costs.metrics(python, case),
        }


def as_csv(found: Iterable[Mapping[str, Any]]) -> str:
    """Some rows as a table, metrics in columns of their own."""
    plain = [{k: v for k, v in row.items() if k != "metrics"} | row["metrics"] for row in found]
    return str(pd.DataFrame(plain).to_csv(index=False, lineterminator="\n"))


def figures(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {
        name: estimate.value,
        f"{name}_low": finite(estimate.low),
        f"{name}_high": finite(estimate.high),
    }
