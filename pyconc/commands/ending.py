"""How a campaign ends: its files are written, and what was done and what failed is said."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pyconc.commands.arguments import CASE_FAILED, DONE, INTERRUPTED
from pyconc.figures import counted
from pyconc.screen import say, shown

if TYPE_CHECKING:
    from pyconc.measure.campaign import Outcome


def finish(outcome: Outcome, *, report: bool = False, show: bool = False) -> int:
    """Write the results of a campaign and say how it ended."""
    from pyconc.store.suites import write_suites

    files = write_suites(outcome.folder)
    say(f"{outcome.timed_share:.0%} of the time was spent in timed regions and warmups")
    for path in files:
        say(f"results: {path}")
    if outcome.interrupted:
        _name_finished(outcome.folder)
        return INTERRUPTED
    if show and files:
        from pyconc.show.command import show_campaign

        show_campaign(outcome.folder, [], None, "table")
    if report and files:
        render([outcome.folder], outcome.folder / "report")
    if outcome.failures:
        _name_failures(outcome)
        return CASE_FAILED
    return DONE


def render(campaigns: Sequence[Path], output: Path, *, slim: bool = False) -> None:
    """Render a site, and say where it is."""
    from pyconc.report.site import render as site

    say(f"report:  {site(campaigns, output, slim=slim)}")


def _name_finished(folder: Path) -> None:
    from pyconc.store.journal import latest, read_journal

    records = [record for record in latest(read_journal(folder)) if record.round]
    cases = dict.fromkeys(record.case for record in records)
    kept = f"{counted(len(records), 'round')} of {counted(len(cases), 'case')}"
    say(f"interrupted: {kept} {'is' if len(records) == 1 else 'are'} kept in {folder};")
    say(f"`pyconc run --resume {folder}` goes on. Finished:")
    for case in cases:
        print(f"  {shown(case)}")


def _name_failures(outcome: Outcome) -> None:
    from pyconc.measure.logs import last_line

    print(f"{counted(len(outcome.failures), 'case')} failed:", file=sys.stderr)
    for record in outcome.failures:
        why = last_line(record.error or "")
        stacks = f" ({outcome.folder / record.log})" if record.log else ""
        said = f"{record.case} on {record.arm}: {why}{stacks}"
        print(f"  {shown(said)}", file=sys.stderr)
