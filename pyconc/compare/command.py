"""`pyconc compare`: reads, compares, confirms, prints, and says whether to fail."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pyconc.compare.comparison import Comparison, compare
from pyconc.compare.formats import as_json, as_markdown, as_table
from pyconc.compare.screen import shown
from pyconc.compare.store import read_history
from pyconc.compare.thresholds import Thresholds, names_of, read_thresholds
from pyconc.errors import UsageError
from pyconc.store.sides import read_side
from pyconc.suite.catalog import is_chosen

FORMATS: dict[str, Callable[[Comparison], None]] = {
    "table": as_table,
    "markdown": as_markdown,
    "json": as_json,
}
#: What `--fail-on` knows, and what raises the alarm then.
FAIL_ON = ("slower", "faster", "different")


class Options(NamedTuple):
    """What the command line asks for."""

    format: str = "table"
    fail_on: str | None = None
    confirm: bool = False
    threshold: str | None = None
    history: Path | None = None
    across_machines: bool = False
    keywords: str | None = None


def run_comparison(base: str, head: str, options: Options) -> bool:
    """Print how HEAD compares with BASE.

    Returns:
        Whether what was asked to fail on is there.

    Raises:
        UsageError: a side cannot be read, or they do not compare.
    """
    thresholds = read_thresholds(options.threshold, Path())
    comparison = compare(
        read_side(base),
        read_side(head),
        thresholds=thresholds,
        history=read_history(options.history),
        across_machines=options.across_machines,
        is_chosen=_chosen_by(options.keywords),
    )
    _name_unknown(thresholds, comparison)
    suspects = _suspects(comparison, options.fail_on or "slower")
    if options.confirm and suspects:
        comparison = _confirmed(comparison, suspects, thresholds, options)
    FORMATS[options.format](comparison)
    return _failed(comparison, options.fail_on)


def _confirmed(
    comparison: Comparison, suspects: list[str], thresholds: Thresholds, options: Options
) -> Comparison:
    """The comparison with its suspects measured again.

    Raises:
        UsageError: they cannot be; what was compared is printed before.
    """
    from pyconc.compare.confirm import confirm, new_folder

    try:
        return confirm(comparison, suspects, thresholds, new_folder())
    except UsageError:
        FORMATS[options.format](comparison)
        sys.stdout.flush()
        raise


def _name_unknown(thresholds: Thresholds, comparison: Comparison) -> None:
    """Says on the standard error which thresholds are for nothing that is compared."""
    cases = [each.case for each in comparison.judged]
    cases += [each.case for each in comparison.left_out]
    known = {name for case in cases for name in names_of(case)} | {"default"}
    for name in thresholds.named.keys() - known:
        print(
            f"pyconc: the threshold of {shown(name)} is for no case here; see its spelling "
            f"in [tool.pyconc.thresholds]",
            file=sys.stderr,
        )


def _suspects(comparison: Comparison, fail_on: str) -> list[str]:
    """What would make it fail, and so is to be confirmed."""
    slower = comparison.suspects if fail_on != "faster" else []
    faster = comparison.improvements if fail_on != "slower" else []
    return [each.case for each in (*slower, *faster)]


def _chosen_by(keywords: str | None) -> Callable[[str], bool] | None:
    return None if keywords is None else lambda case: is_chosen(case, (), keywords)


def _failed(comparison: Comparison, fail_on: str | None) -> bool:
    """Says why on the standard error, as the standard output may be a file."""
    found = {"slower": comparison.alarms, "faster": comparison.improvements}
    reasons = [
        f"{len(cases)} {verdict} ({shown(cases[0].case)}{', ...' if len(cases) > 1 else ''})"
        for verdict, cases in found.items()
        if cases and fail_on in (verdict, "different")
    ]
    if reasons:
        print(f"pyconc: fails on {fail_on}: {'; '.join(reasons)}", file=sys.stderr)
    return bool(reasons)
