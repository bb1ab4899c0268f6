"""`pyconc compare` and `pyconc bisect-step`: is one side slower than another?"""

from __future__ import annotations

import argparse
from pathlib import Path

from pyconc.commands.arguments import (
    CASE_FAILED,
    DONE,
    Commands,
    add_clock,
    add_selection,
    add_threshold,
)
from pyconc.commands.extras import need_report_extra
from pyconc.compare.for_git import COMMAND as BISECT_STEP


def add(commands: Commands) -> None:
    _add_compare(commands.add_parser("compare", help="is HEAD slower than BASE?"))
    _add_bisect(commands.add_parser(BISECT_STEP, help="is this commit slower? for git bisect run"))


def _add_compare(compare: argparse.ArgumentParser) -> None:
    compare.add_argument(
        "named", nargs="+", metavar="SIDE",
        help="BASE and HEAD: each a campaign, CAMPAIGN@PYTHON, or a file of pyperf or "
        "pytest-benchmark; or a campaign and two of its cases",
    )  # fmt: skip
    compare.add_argument(
        "--rivals", action="store_true", help="compare the rivals of one campaign, and gate on them"
    )
    compare.add_argument("-k", dest="keywords", metavar="EXPR", help="e.g. 'lock and not process'")
    compare.add_argument(
        "--format", choices=("table", "markdown", "json"), default="table", help="default: table"
    )
    compare.add_argument(
        "--fail-on",
        choices=("slower", "faster", "different", "suspect"),
        help="exit with status 1 if there is an alarm; suspect: also if something seems slower",
    )
    compare.add_argument(
        "--confirm", action="store_true", help="measure alarms and suspects again before failing"
    )
    add_threshold(compare)
    compare.add_argument("--history", type=Path, metavar="DIR", help="of `pyconc noise`")
    compare.add_argument(
        "--across-machines", action="store_true", help="compare different machines nevertheless"
    )
    compare.set_defaults(command=_compare)


def _add_bisect(step: argparse.ArgumentParser) -> None:
    add_selection(step)
    step.add_argument(
        "-p", "--python", required=True, metavar="PYTHON", help="of the commit that is judged"
    )
    step.add_argument(
        "--base", required=True, metavar="PYTHON", help="of a good commit, which is kept"
    )
    add_clock(step)
    add_threshold(step)
    step.set_defaults(command=_bisect_step)


def _compare(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.compare.command import Options, run_comparison

    options = Options(**{name: getattr(args, name) for name in Options._fields})
    return CASE_FAILED if run_comparison(args.named, options) else DONE


def _bisect_step(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.compare.bisect import Step, bisect_step

    return bisect_step(Step(**{name: getattr(args, name) for name in Step._fields}))
