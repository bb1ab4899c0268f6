"""The files behind the site: tables as CSV, every number as JSON, and the pyperf files."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pyconc.analysis.costs import Costs
from pyconc.report.page import Campaign
from pyconc.statistics.estimate import Estimate

REPORT, CASES, ROUNDS = "report.json", "cases.csv", "rounds.csv"


def names(campaign: Campaign) -> list[str]:
    """The files, those of the interpreters last."""
    return [CASES, ROUNDS, REPORT, *campaign.files]


def write(campaign: Campaign, document: Mapping[str, Any], folder: Path) -> Iterator[Path]:
    """Write the files into a folder, and name them.

    Args:
        document: for `report.json`, to which the costs of all cases are added.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(exist_ok=True)
    costs = campaign.costs
    cases = list(rows(costs))
    text = json.dumps(
        {**document, "cases": cases}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    (folder / REPORT).write_text(f"{text}\n", "utf-8")
    plain = [{k: v for k, v in row.items() if k != "metrics"} | row["metrics"] for row in cases]
    pd.DataFrame(plain).to_csv(folder / CASES, index=False, lineterminator="\n")
    _all_rounds(costs).to_csv(folder / ROUNDS, index=False, lineterminator="\n")
    yield from (folder / name for name in (CASES, ROUNDS, REPORT))
    for name, path in campaign.files.items():
        yield Path(shutil.copyfile(path, folder / name))


def _all_rounds(costs: Costs) -> pd.DataFrame:
    """What each round cost, in a column that is named after the unit."""
    return pd.DataFrame(
        {"case": case, "python": python, "round": number, column(costs.unit(case)): cost}
        for python in costs.pythons
        for case in costs.cases(python)
        if (rounds := costs.rounds(python, case)) is not None
        for number, cost in rounds.items()
    )


def column(unit: str) -> str:
    """The name of a column of costs in a unit."""
    return {"integer": "number"}.get(unit, f"{unit}s")


def rows(costs: Costs) -> Iterator[dict[str, Any]]:
    """Every case on every Python: what it costs, and the means of its metrics. Columns of costs
    are named after the unit.
    """
    measured = {(case, python) for python in costs.pythons for case in costs.cases(python)}
    for case, python in sorted(measured):
        gross, net = costs.estimate(python, case), costs.net(python, case)
        assert gross is not None
        beside = costs.all_metrics().get((python, case), {})
        yield {
            "id": case,
            "python": python,
            "rounds": gross.rounds,
            **_figures(column(costs.unit(case)), gross),
            **_figures(f"net_{column(costs.unit(case))}", net),
            "control": costs.twin(case, "control"),
            "floor": costs.twin(case, "floor"),
            **_figures("floor_ratio", costs.distance(python, case)),
            "overlap": beside.get("overlap"),
            "short_window": "short_window" in beside,
            "metrics": costs.metrics(python, case),
        }


def _figures(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {
        name: estimate.value,
        f"{name}_low": _finite(estimate.low),
        f"{name}_high": _finite(estimate.high),
    }


def _finite(figure: float) -> float | None:
    """JSON has no NaN."""
    return figure if math.isfinite(figure) else None
