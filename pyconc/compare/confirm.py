"""Suspects are measured again, both Pythons interleaved, before anything fails for them."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

from pyconc.compare.comparison import Comparison, compare
from pyconc.compare.sides import Side, read_side
from pyconc.compare.thresholds import Thresholds
from pyconc.errors import UsageError
from pyconc.measure import campaign
from pyconc.measure.places import identify
from pyconc.measure.plan import PROFILES
from pyconc.suite import catalog
from pyconc.suite.case import Case

#: As `full`, with as many rounds as it has at most.
_PROFILE = PROFILES["full"]._replace(rounds=PROFILES["full"].most_rounds)


def confirm(
    comparison: Comparison, suspects: Sequence[str], thresholds: Thresholds, folder: Path
) -> Comparison:
    """The comparison with that of its suspects measured again, into a new folder.

    Raises:
        UsageError: a suspect, or a Python that it was measured on, is not here to be measured.
    """
    cases = _cases(suspects)
    pythons = [f"{_spec(side, name)}={name}" for name, side in _sides(comparison)]
    with redirect_stdout(sys.stderr):  # the standard output is for the comparison
        prepared = campaign.prepare(cases, _PROFILE, pythons=pythons)
        missing = [name for name, _ in _sides(comparison) if name not in prepared.places]
        if missing:
            causes = "; ".join(f"{left.name}: {left.cause}" for left in prepared.left)
            raise UsageError(f"nothing can be confirmed without {' and '.join(missing)}: {causes}")
        outcome = campaign.run(prepared, folder)
    if outcome.interrupted:
        raise KeyboardInterrupt
    base, head = (read_side(f"{folder}@{name}") for name, _ in _sides(comparison))
    return comparison._replace(confirmation=compare(base, head, thresholds=thresholds))


def _sides(comparison: Comparison) -> list[tuple[str, Side]]:
    return [("base", comparison.base), ("head", comparison.head)]


def _cases(suspects: Sequence[str]) -> list[Case]:
    by_id = {case.id: case for case in catalog.load()}
    unknown = [name for name in suspects if name not in by_id]
    if unknown:
        raise UsageError(
            f"{unknown[0]} cannot be measured again, as the catalogue has no such case; "
            f"leave --confirm out"
        )
    return [by_id[name] for name in suspects]


def _spec(side: Side, name: str) -> str:
    """The Python of a side, as ``-p`` wants it, if it is here and still the same."""
    host = side.machine.get("hostname")
    if host not in (None, platform.node()):
        raise UsageError(f"{name.upper()} was measured on {host}; confirm it there")
    spec = str(side.about.get("spec") or side.setting("python_executable") or "")
    spec = spec if Path(spec).exists() else spec.rpartition("=")[0]
    executable = spec.removesuffix("+gil")
    python = identify(executable) if executable else None
    if python is None:
        raise UsageError(
            f"the Python of {name.upper()}, {executable or 'which is not named'}, is not here; "
            f"leave --confirm out"
        )
    if side.about.get("build") not in (None, python.build):
        raise UsageError(f"{executable} is not what it was when {name.upper()} was measured")
    return spec
