"""`pyconc list`: the catalogue as a table or as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyconc.commands.arguments import Commands, add_arms, add_selection, own_cases
from pyconc.figures import counted
from pyconc.screen import say, say_json, warn

if TYPE_CHECKING:
    from pyconc.suite.case import Case
    from pyconc.suite.own import Own


def add(commands: Commands) -> None:
    command = commands.add_parser("list", help="show the cases")
    add_selection(command)
    command.add_argument("--json", action="store_true", help="everything about each, as JSON")
    add_arms(command)
    command.set_defaults(command=_list)


def _list(args: argparse.Namespace) -> int:
    own = own_cases(args)
    return show_cases(args.select, args.keywords, args.python, own, as_json=args.json)


def show_cases(
    names: Sequence[str],
    keywords: str | None,
    pythons: Sequence[str],
    own: Own,
    *,
    as_json: bool,
) -> int:
    """Print the chosen cases, with the reason of a skip on this Python, or on the one whose workers
    were asked for them, and what families import that this Python has not.

    Raises:
        UsageError: nothing matches.
    """
    from pyconc.measure.collecting import collected

    found = collected(own, pythons)
    if not names:
        for why in found.unknown.values():
            warn(why)
        found = found._replace(unknown={})
    chosen = found.select(names, keywords)
    by_id = {case.id: case for case in found.cases}
    if as_json:
        described = [describe(case, by_id) for case in chosen]
        say_json(described)
        return 0
    width = max((len(case.id) for case in chosen), default=0)
    for case in chosen:
        reason = case.skip_reason()
        say(f"{case.id:{width}}  {f'skipped: {reason}' if reason else case.summary}")
    for family in dict.fromkeys(case.family for case in chosen):
        if family in found.lacking:
            say(f"{family} {found.lacking[family]}, which workers have and this Python has not")
    say(counted(len(chosen), "case"))
    return 0


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
