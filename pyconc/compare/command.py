"""`pyconc compare`: reads, compares, confirms, prints, and says whether to fail."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from pyconc.compare.comparison import Comparison, compare
from pyconc.compare.formats import as_json, as_markdown, as_table
from pyconc.compare.rivals import rival_sides, two_cases
from pyconc.compare.store import read_history
from pyconc.compare.thresholds import Thresholds, names_of, read_thresholds
from pyconc.errors import UsageError
from pyconc.figures import counted
from pyconc.screen import warn
from pyconc.statistics.verdicts import Judged
from pyconc.store.measured import Side
from pyconc.store.read_side import read_side
from pyconc.suite.catalog import is_chosen

FORMATS: dict[str, Callable[[Comparison], None]] = {
    "table": as_table,
    "markdown": as_markdown,
    "json": as_json,
}
#: Of `--fail-on`: where what is faster fails too.
FASTER_TOO = ("faster", "different")


class Options(NamedTuple):
    """What the command line asks for."""

    format: str = "table"
    fail_on: str | None = None
    confirm: bool = False
    threshold: str | None = None
    history: Path | None = None
    across_machines: bool = False
    keywords: str | None = None
    rivals: bool = False


def run_comparison(named: Sequence[str], options: Options) -> bool:
    """Print how HEAD compares with BASE.

    Args:
        named: two sides; a side and two of its cases; or a side whose rivals are compared.

    Returns:
        Whether what was asked to fail on is there.

    Raises:
        UsageError: a side cannot be read, or they do not compare.
    """
    base, head = _sides(named, rivals=options.rivals)
    thresholds = read_thresholds(options.threshold, Path())
    comparison = compare(
        base,
        head,
        thresholds=thresholds,
        history=read_history(options.history),
        across_machines=options.across_machines,
        is_chosen=_chosen_by(options.keywords),
    )
    _name_unknown(thresholds, comparison)
    doubtful = _to_confirm(comparison, options.fail_on or "slower")
    if options.confirm and doubtful:
        comparison = _confirmed(comparison, doubtful, thresholds, options)
    FORMATS[options.format](comparison)
    return _failed(comparison, options.fail_on)


def _sides(named: Sequence[str], *, rivals: bool) -> tuple[Side, Side]:
    if rivals and len(named) == 1:
        return rival_sides(read_side(named[0]))
    if not rivals and len(named) == 3:
        return two_cases(read_side(named[0]), *named[1:])
    if rivals or len(named) != 2:
        raise UsageError(
            "name BASE and HEAD, or a campaign and two of its cases, or a campaign with --rivals"
        )
    base, head = map(read_side, named)
    return base, head


def _confirmed(
    comparison: Comparison, doubtful: list[str], thresholds: Thresholds, options: Options
) -> Comparison:
    """The comparison with what is doubtful measured again.

    Raises:
        UsageError: they cannot be; what was compared is printed before.
    """
    from pyconc.compare.confirm import confirm, new_folder

    try:
        return confirm(comparison, doubtful, thresholds, new_folder())
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
        warn(
            f"the threshold of {name} is for no case here; see its spelling in "
            f"[tool.pyconc.thresholds]"
        )


def _to_confirm(comparison: Comparison, fail_on: str) -> list[str]:
    """What would make it fail, and what might had it been measured longer."""
    slower = [each.case for each in comparison.judged if each.slower_for_sure or each.seems_slower]
    faster = [each.case for each in comparison.judged if each.faster_for_sure or each.seems_faster]
    return [*(slower if fail_on != "faster" else ()), *(faster if fail_on in FASTER_TOO else ())]


def _chosen_by(keywords: str | None) -> Callable[[str], bool] | None:
    return None if keywords is None else lambda case: is_chosen(case, (), keywords)


def _failed(comparison: Comparison, fail_on: str | None) -> bool:
    """Says why on the standard error, as the standard output may be a file."""
    found = {
        "slower": comparison.alarms if fail_on != "faster" else [],
        "faster": comparison.improvements if fail_on in FASTER_TOO else [],
        "suspect": comparison.suspects if fail_on == "suspect" else [],
    }
    reasons = [f"{len(cases)} {what} ({_first(cases)})" for what, cases in found.items() if cases]
    if fail_on and reasons:
        warn(f"fails on {fail_on}: {'; '.join(reasons)}")
    elif fail_on:
        _say_what_it_cannot_tell(comparison)
    return bool(fail_on and reasons)


def _say_what_it_cannot_tell(comparison: Comparison) -> None:
    """That nothing failed must not pass for more than it is."""
    suspects = comparison.suspects
    named = f"; suspects: {_first(suspects, 5)}; --confirm measures them again" if suspects else ""
    if comparison.few and not comparison.confirmation:
        few, count = len(comparison.few), len(comparison.judged)
        of_what = " of what does not repeat itself" if few < count and comparison.counts else ""
        warn(
            f"too few rounds to tell in {few} of {counted(count, 'case')}: fewer than "
            f"{comparison.least_rounds}{of_what}{named}"
        )
    elif suspects:
        why = comparison.provisional or (
            "rounds of one side differ too much"
            if comparison.counts
            else "they have too few rounds"
        )
        warn(f"no alarm can be raised for what is suspect, as {why}{named}")


def _first(cases: Sequence[Judged], most: int = 1) -> str:
    named = ", ".join(each.case for each in cases[:most])
    return f"{named}, ..." if len(cases) > most else named
