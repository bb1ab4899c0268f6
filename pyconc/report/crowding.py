"""What pages say of cases whose workers had no core each, because of other programs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pyconc.statistics.costs import Costs
from pyconc.words.phrase import Phrase, phrase


def crowded(costs: Costs, cases: Collection[str]) -> Iterator[Phrase]:
    """A sentence for each Python on which some of the cases were crowded."""
    for python in costs.pythons:
        shares = {case: share for case in cases if (share := costs.crowded(python, case))}
        if shares:
            worst = max(shares, key=shares.__getitem__)
            yield phrase("common.crowded", python=python, count=len(shares), case=worst,
                         share=shares[worst])  # fmt: skip
