"""The files behind the site: tables as CSV, every number as JSON, and the pyperf files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pyconc.analysis.costs import Costs
from pyconc.report.case_rows import as_csv, rows
from pyconc.report.page import Campaign
from pyconc.store.units import column

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
    (folder / CASES).write_text(as_csv(cases), "utf-8", newline="")
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
