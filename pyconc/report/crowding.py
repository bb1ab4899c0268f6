"""What pages say of cases whose workers had no core each, because of other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyconc.statistics.costs import Costs
from pyconc.words.phrase import Phrase, phrase


def crowded(costs: Costs, cases: Iterable[str]) -> list[Phrase]:
    """A sentence for each Python on which some of the cases were crowded."""
    return list(_crowded(costs, list(cases)))


def _crowded(costs: Costs, cases: list[str]) -> Iterator[Phrase]:
    for python in costs.pythons:
        shares = {case: costs.crowded(python, case) for case in cases}
        found = [case for case in cases if shares[case]]
        if found:
            worst = max(found, key=lambda case: shares[case])
            yield phrase("common.crowded", python=python, count=len(found), case=worst,
                         share=shares[worst])  # fmt: skip
