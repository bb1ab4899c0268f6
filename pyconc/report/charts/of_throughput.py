"""The charts of how a family's throughput scales with the workers, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from pyconc.findings.throughput import Throughput
from pyconc.report.charts import style
from pyconc.report.charts import throughput as chart
from pyconc.report.charts.of_family import newest
from pyconc.report.page import Drawing
from pyconc.words.phrase import Phrase, phrase

#: Rows of one drawing; there are more drawings where there are more rows.
_MOST_ROWS = 24


def drawings(found: Sequence[Throughput], pythons: Sequence[str], name: str) -> Iterator[Drawing]:
    """A row for each case, in which each Python has a dot.

    Args:
        found: of one number of workers.
        name: how the names of the charts begin.
    """
    by_label: dict[str, dict[str, Throughput]] = {}
    for each in found:
        by_label.setdefault(each.label, {})[each.python] = each
    rows = list(by_label.items())
    for number, start in enumerate(range(0, len(rows), _MOST_ROWS), 1):
        shown = rows[start : start + _MOST_ROWS]
        drawn = [
            style.Row(label, {python: each.scaling for python, each in by_python.items()})
            for label, by_python in shown
        ]
        workers = found[0].workers
        yield Drawing(
            name=f"{name}-throughput{f'-{number}' if number > 1 else ''}",
            draw=partial(chart.draw, drawn, pythons, workers),
            alt=phrase("family_page.throughput.alt", count=len(shown), workers=workers,
                       finding=ends([each for _, row in shown for each in row.values()])),
            caption=phrase("family_page.throughput.caption", workers=workers),
        )  # fmt: skip


def ends(found: Sequence[Throughput]) -> Phrase:
    """The least and the most of the newest Python."""
    python = newest(list(dict.fromkeys(each.python for each in found)))
    there = [each for each in found if each.python == python]
    least, most = (choose(there, key=lambda each: each.scaling.value) for choose in (min, max))
    return phrase(
        "family_page.throughput.ends",
        python=python, workers=least.workers,
        least=least.case, least_scaling=least.scaling,
        most=most.case, most_scaling=most.scaling,
    )  # fmt: skip
