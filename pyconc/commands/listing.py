"""`pyconc list`: the catalogue as a table or as JSON."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from pyconc.commands.arguments import DONE, Commands, add_arms, add_selection, own_cases
from pyconc.figures import counted
from pyconc.screen import say, say_json, warn

if TYPE_CHECKING:
    from pyconc.suite.case import Case


def add(commands: Commands) -> None:
    command = commands.add_parser("list", help="show the cases")
    add_selection(command)
    command.add_argument("--json", action="store_true", help="everything about each, as JSON")
    add_arms(command)
    command.set_defaults(command=_list)


def _list(args: argparse.Namespace) -> int:
    """Print the chosen cases, with the reason of a skip on this Python, or on the one whose workers
    were asked for them, and what families import that this Python has not.
    """
    from pyconc.measure.collecting import collected

    found = collected(own_cases(args), args.python)
    if not args.select:
        for why in found.unknown.values():
            warn(why)
        found = found._replace(unknown={})
    chosen = found.select(args.select, args.keywords)
    if args.json:
        by_id = {case.id: case for case in found.cases}
        say_json([describe(case, by_id) for case in chosen])
        return DONE
    width = max((len(case.id) for case in chosen), default=0)
    for case in chosen:
        reason = case.skip_reason()
        say(f"{case.id:{width}}  {f'skipped: {reason}' if reason else case.summary}")
    for family in dict.fromkeys(case.family for case in chosen):
        if family in found.lacking:
            say(f"{family} {found.lacking[family]}, which workers have and this Python has not")
    say(counted(len(chosen), "case"))
    return DONE


def describe(case: Case, by_id: dict[str, Case]) -> dict[str, Any]:
    """Everything about a case that a program may want to know."""
    from pyconc.suite import catalog

    control, floor = (catalog.twin(case, role, by_id) for role in ("control", "floor"))
    return {
        "id": case.id,
        "family": case.family,
        "workload": case.workload,
        "parameters": case.parameters,
        "summary": case.summary,
        "notes": case.declaration.notes,
        "clock": case.workload_class.clock.value,
        "version": case.workload_class.version,
        "quick": case.quick,
        "control": control.id if control else None,
        "floor": floor.id if floor else None,
        "requirements": [str(requirement) for requirement in case.requirements],
        "skipped": case.skip_reason(),
    }
