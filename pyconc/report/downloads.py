"""The files behind the site: tables as CSV, every number as JSON, and the pyperf files."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from pyconc.report.page import Campaign
from pyconc.show.rows import as_csv, rows
from pyconc.statistics.costs import Costs
from pyconc.units import column

REPORT, CASES, ROUNDS = "report.json", "cases.csv", "rounds.csv"
TABLES = (CASES, ROUNDS, REPORT)
#: Below the site's folder.
FOLDER = "data"


def addresses(campaign: Campaign, site: Path, *, slim: bool = False) -> dict[str, str]:
    """Where the files are, seen from the site's folder: by their names, the tables first.

    Args:
        slim: the campaign's own files stay where they are, and tables are compressed.
    """
    packed = ".gz" if slim else ""
    tables = {name: f"{FOLDER}/{name}{packed}" for name in TABLES}
    measured = {
        name: os.path.relpath(path.resolve(), site.resolve()) if slim else f"{FOLDER}/{name}"
        for name, path in campaign.files.items()
    }
    return {name: quote(Path(each).as_posix()) for name, each in {**tables, **measured}.items()}


def write(
    campaign: Campaign, document: Mapping[str, Any], folder: Path, *, slim: bool = False
) -> Iterator[Path]:
    """Write the files into a folder, and name them.

    Args:
        document: for `report.json`, to which the costs of all cases are added.
        slim: as for `addresses`.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(exist_ok=True)
    costs = campaign.costs
    cases = list(rows(costs))
    text = json.dumps(
        {**document, "cases": cases}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    written = {
        CASES: as_csv(cases),
        ROUNDS: _all_rounds(costs).to_csv(index=False, lineterminator="\n"),
        REPORT: f"{text}\n",
    }
    for name, said in written.items():
        path, data = folder / f"{name}{'.gz' if slim else ''}", said.encode()
        path.write_bytes(gzip.compress(data, mtime=0) if slim else data)
        yield path
    for name, source in () if slim else campaign.files.items():
        yield Path(shutil.copyfile(source, folder / name))


def _all_rounds(costs: Costs) -> pd.DataFrame:
    """What each round cost, in a column that is named after the unit."""
    return pd.DataFrame(
        {"case": case, "python": python, "round": number, column(costs.unit(case)): cost}
        for python in costs.pythons
        for case in costs.cases(python)
        if (rounds := costs.rounds(python, case)) is not None
        for number, cost in rounds.items()
    )
