"""`pyconc show`: a campaign's costs as a table on the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pyconc.analysis.comparisons import Costs
from pyconc.analysis.numbers import interval, seconds
from pyconc.store.frame import tidy
from pyconc.store.suites import read_campaign


def show_campaign(folder: Path) -> None:
    """Print every case's cost, with its interval and its net cost.

    Raises:
        UsageError: the campaign cannot be read.
    """
    about, suites = read_campaign(folder)
    costs = Costs(tidy(suites))
    console = Console(width=None if sys.stdout.isatty() else 132)
    table = Table(title=f"{folder.name}, profile {about['profile']['name']}", title_justify="left")
    table.add_column("case", no_wrap=True)
    table.add_column("python")
    for heading in ("cost", "95 % interval", "net", "overlap"):
        table.add_column(heading, justify="right")
    for python in costs.pythons:
        for case in dict.fromkeys(costs.frame.loc[costs.frame["python"] == python, "case"]):
            gross, net = costs.estimate(python, case), costs.net(python, case)
            assert gross is not None
            overlap = costs.metric(python, case, "overlap")
            table.add_row(
                case.replace("[", "\\["),
                python,
                seconds(gross.value),
                interval(gross),
                seconds(net.value) if net else "",
                f"{overlap.min():.2f}" if len(overlap) else "",
            )
    console.print(table)
