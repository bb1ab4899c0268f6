"""`pyconc report`: turn campaigns into a site with charts."""

from __future__ import annotations

import argparse
from pathlib import Path

from pyconc.commands.arguments import DONE, Commands
from pyconc.commands.ending import render
from pyconc.commands.extras import need_report_extra
from pyconc.errors import UsageError


def add(commands: Commands) -> None:
    command = commands.add_parser("report", help="turn campaigns into a site with charts")
    command.add_argument("campaigns", nargs="+", type=Path, metavar="CAMPAIGN")
    command.add_argument(
        "-o", "--output", type=Path, metavar="DIR",
        help="default: CAMPAIGN/report, where it is one",
    )  # fmt: skip
    command.add_argument(
        "--slim", action="store_true",
        help="link to the campaigns' files instead of copying them, and compress tables",
    )  # fmt: skip
    command.set_defaults(command=_report)


def _report(args: argparse.Namespace) -> int:
    need_report_extra()
    if args.output is None and len(args.campaigns) > 1:
        raise UsageError("several campaigns make one site; say where with -o")
    if args.output is None and not args.campaigns[0].is_dir():
        raise UsageError("a site of a file needs a folder; say where with -o")
    from pyconc.measure.targets import need_folder

    output = args.output or args.campaigns[0] / "report"
    need_folder(output)
    render(args.campaigns, output, slim=args.slim)
    return DONE
