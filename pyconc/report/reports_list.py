"""The public reports as a document: ``python -m pyconc.report.reports_list docs/reports.md``.

What surrounds the list is in ``docs/reports.md.in``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template

from pyconc.findings.reported import FIGURES, Report, known_reports
from pyconc.findings.reports_words import compared, limit, needs
from pyconc.suite import catalog
from pyconc.suite.case import Case
from pyconc.words.languages import Words

_WORDS = Words("en")


def write(path: Path) -> None:
    """Write the document into a file, from the template beside it."""
    template = path.with_name(f"{path.name}.in").read_text("utf-8")
    path.write_text(document(template, known_reports()), "utf-8")


def document(template: str, reports: Sequence[Report]) -> str:
    """A template with the list, and the names of the figures."""
    cases = {case.id: case for case in catalog.load(catalog.benchmarks_folder())}
    return Template(template).substitute(
        reports="\n".join(_table(reports, cases)),
        figures=", ".join(f"`{figure}`" for figure in FIGURES),
    )


def _table(reports: Sequence[Report], cases: Mapping[str, Case]) -> Iterator[str]:
    yield "| report | what was seen | the effect | needs |"
    yield "| --- | --- | --- | --- |"
    for each in reports:
        effects = (f"{_WORDS.say(compared(e))}: {_WORDS.say(limit(e))}" for e in each.shows)
        needed = map(_WORDS.say, needs(each, cases))
        cells = (
            ", ".join(f"[{name}]({address})" for name, address in each.addresses.items()),
            each.seen[_WORDS.language],
            "<br>".join(effects),
            ", ".join(needed),
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
