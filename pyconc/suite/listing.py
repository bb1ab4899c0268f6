"""`pyconc list`: the catalogue as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pyconc.screen import say
from pyconc.suite import catalog
from pyconc.suite.case import Case


def show_cases(names: Sequence[str], keywords: str | None, *, as_json: bool) -> int:
    """Print the chosen cases, with the reason of a skip on this Python.

    Raises:
        UsageError: nothing matches.
    """
    cases = catalog.load()
    chosen = catalog.select(cases, names, keywords)
    by_id = {case.id: case for case in cases}
    if as_json:
        described = [describe(case, by_id) for case in chosen]
        print(json.dumps(described, indent=1, ensure_ascii=False, allow_nan=False))
        return 0
    width = max((len(case.id) for case in chosen), default=0)
    for case in chosen:
        reason = case.skip_reason()
        say(f"{case.id:{width}}  {f'skipped: {reason}' if reason else case.summary}")
    say(f"{len(chosen)} cases")
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
