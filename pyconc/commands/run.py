"""`pyconc run`: measure cases into a campaign folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from pyconc.commands.arguments import (
    DONE,
    Commands,
    add_arms,
    add_clock,
    add_profile,
    add_selection,
    budget,
    new_folder,
    own_cases,
    refuse,
)
from pyconc.commands.ending import finish
from pyconc.commands.extras import need_report_extra


def add(commands: Commands) -> None:
    command = commands.add_parser("run", help="measure cases into a campaign folder")
    add_selection(command)
    add_arms(command)
    add_profile(command)
    command.add_argument("--seed", type=int, help="for the random order of the rounds")
    add_clock(command)
    command.add_argument("--resume", type=Path, metavar="DIR", help="go on with a stopped campaign")
    command.add_argument("--show", action="store_true", help="print what `pyconc show` does too")
    command.add_argument("--report", action="store_true", help="render the report too")
    command.set_defaults(command=_run)


def _run(args: argparse.Namespace) -> int:
    from pyconc.measure import campaign
    from pyconc.measure.announce import show_plan
    from pyconc.measure.collecting import collected
    from pyconc.measure.gauges.instructions import gauge_named
    from pyconc.measure.plan import profile_named
    from pyconc.suite import catalog

    if args.report or args.show:
        need_report_extra()  # better now than after minutes
    if args.resume:
        _refuse_beside_resume(args)
        return finish(campaign.resume(args.resume), report=args.report, show=args.show)
    own, gauge = own_cases(args), gauge_named(args.clock)
    profile = gauge.profile(profile_named(args.profile))
    found = collected(own, args.python)
    cases = campaign.choose(profile, args.select, args.keywords, found)
    folder = new_folder(args)
    prepared = campaign.prepare(
        cases, profile, pythons=args.python, seed=args.seed, budget=budget(args), own=own,
        unnamed=catalog.unnamed(found.cases, args.select, args.keywords), gauge=gauge,
    )  # fmt: skip
    if args.dry_run:
        show_plan(prepared)
        return DONE
    return finish(campaign.run(prepared, folder), report=args.report, show=args.show)


def _refuse_beside_resume(args: argparse.Namespace) -> None:
    """A resumed campaign has its plan already."""
    given = {
        "SELECT": args.select, "-k": args.keywords, "-p": args.python, "-o": args.output,
        "--with": args.packages, "--seed": args.seed, "--budget": args.budget,
        "--dry-run": args.dry_run, "--clock": None if args.clock == "time" else args.clock,
    }  # fmt: skip
    refuse(given, "--resume, which has the plan of its folder")
