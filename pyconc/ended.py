"""What is said of a campaign that was interrupted, or in which cases failed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pyconc.counting import counted
from pyconc.screen import say, shown

if TYPE_CHECKING:
    from pyconc.measure.campaign import Outcome


def name_finished(folder: Path) -> None:
    from pyconc.store.journal import latest, read_journal

    records = [record for record in latest(read_journal(folder)) if record.round]
    cases = dict.fromkeys(record.case for record in records)
    kept = f"{counted(len(records), 'round')} of {counted(len(cases), 'case')}"
    say(f"interrupted: {kept} {'is' if len(records) == 1 else 'are'} kept in {folder};")
    say(f"`pyconc run --resume {folder}` goes on. Finished:")
    for case in cases:
        print(f"  {shown(case)}")


def name_failures(outcome: Outcome) -> None:
    from pyconc.measure.logs import last_line

    print(f"{counted(len(outcome.failures), 'case')} failed:", file=sys.stderr)
    for record in outcome.failures:
        why = last_line(record.error or "")
        stacks = f" ({outcome.folder / record.log})" if record.log else ""
        said = f"{record.case} on {record.arm}: {why}{stacks}"
        print(f"  {shown(said)}", file=sys.stderr)
