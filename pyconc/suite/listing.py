"""`pyconc list`: the catalogue as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyconc.counting import counted
from pyconc.measure.collecting import collected
from pyconc.screen import say, say_json, warn
from pyconc.suite import catalog
from pyconc.suite.case import Case
from pyconc.suite.own import Own


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
    control, floor = catalog.control(case, by_id), catalog.floor(case, by_id)
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
