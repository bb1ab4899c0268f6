"""`pyconc compare`: reads, compares, confirms, prints, and says whether to fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pyconc.compare.comparison import Comparison, compare
from pyconc.compare.formats import as_json, as_markdown, as_table
from pyconc.compare.sides import read_side
from pyconc.compare.store import read_history
from pyconc.compare.thresholds import read_thresholds
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
    suspects = [each.case for each in comparison.suspects]
    if options.confirm and suspects:
        from pyconc.compare.confirm import confirm
        from pyconc.measure.campaign import default_folder

        comparison = confirm(comparison, suspects, thresholds, default_folder())
    FORMATS[options.format](comparison)
    return _failed(comparison, options.fail_on)


def _chosen_by(keywords: str | None) -> Callable[[str], bool] | None:
    return None if keywords is None else lambda case: is_chosen(case, (), keywords)


def _failed(comparison: Comparison, fail_on: str | None) -> bool:
    slower = fail_on in ("slower", "different") and bool(comparison.alarms)
    faster = fail_on in ("faster", "different") and bool(comparison.improvements)
    return slower or faster
