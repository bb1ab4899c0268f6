"""`pyconc noise`: measure a Python against itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from pyconc.commands.arguments import (
    DONE,
    INTERRUPTED,
    Commands,
    add_clock,
    add_profile,
    add_selection,
    budget,
    new_folder,
    refuse,
)
from pyconc.commands.ending import finish
from pyconc.commands.extras import need_report_extra


def add(commands: Commands) -> None:
    command = commands.add_parser("noise", help="measure a Python against itself")
    add_selection(command)
    command.add_argument("-p", "--python", metavar="PYTHON", help="default: this Python")
    add_profile(command)
    add_clock(command)
    command.add_argument("--history", type=Path, metavar="DIR", help="where to keep it")
    command.add_argument("--of", type=Path, metavar="CAMPAIGN", help="judge one that is there")
    command.set_defaults(command=_noise)


def _noise(args: argparse.Namespace) -> int:
    need_report_extra()
    from pyconc.compare.noise import show_noise, twice
    from pyconc.compare.store import need_history
    from pyconc.measure import campaign
    from pyconc.measure.announce import show_plan
    from pyconc.measure.collecting import collected
    from pyconc.measure.gauges.instructions import gauge_named
    from pyconc.measure.interpreters import this
    from pyconc.measure.plan import profile_named

    folder, status = args.of, DONE
    if folder is not None:
        given = {"SELECT": args.select, "-k": args.keywords, "-p": args.python, "-o": args.output,
                 "--budget": args.budget, "--dry-run": args.dry_run,
                 "--clock": None if args.clock == "time" else args.clock}  # fmt: skip
        refuse(given, "--of, which judges a campaign that is there")
    else:
        gauge = gauge_named(args.clock)
        profile, folder = gauge.profile(profile_named(args.profile)), new_folder(args)
        need_history(args.history)
        found = collected(pythons=[args.python] if args.python else [])
        cases = campaign.choose(profile, args.select, args.keywords, found)
        pythons = twice(args.python or this())
        prepared = campaign.prepare(
            cases, profile, pythons=pythons, budget=budget(args), gauge=gauge
        )
        if args.dry_run:
            show_plan(prepared)
            return DONE
        status = finish(campaign.run(prepared, folder))
    if status != INTERRUPTED:
        show_noise(folder, args.history)
    return status
