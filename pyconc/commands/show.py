"""`pyconc show` and `pyconc reports`: results as text."""

from __future__ import annotations

import argparse
from pathlib import Path

from pyconc.commands.arguments import DONE, Commands, add_selection
from pyconc.commands.extras import need_report_extra


def add(commands: Commands) -> None:
    show = commands.add_parser("show", help="a campaign's costs and metrics as tables")
    show.add_argument("campaign", type=Path, metavar="CAMPAIGN")
    add_selection(show)
    show.add_argument(
        "--format", default="table",
        choices=("table", "markdown", "json", "csv", "github-action-benchmark", "bencher"),
        help="the last two are what services of these names read (default: table)",
    )  # fmt: skip
    show.set_defaults(command=_show)

    reports = commands.add_parser("reports", help="what people report, and whether it is seen")
    reports.add_argument(
        "campaign", nargs="?", type=Path, metavar="CAMPAIGN", help="say which of them it shows"
    )
    reports.add_argument(
        "--format", choices=("table", "markdown", "json"), default="table", help="default: table"
    )
    reports.set_defaults(command=_reports)


def _show(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.show.command import show_campaign

    show_campaign(args.campaign, args.select, args.keywords, args.format)
    return DONE


def _reports(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.show.reports import show_reports

    show_reports(args.campaign, args.format)
    return DONE
