"""Whether rounds depend on the ones before them, which no test here can make up for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

#: A lag-1 correlation above is high: intervals that take rounds for independent are too short by
#: a fifth then.
HIGH = 0.2
#: How rare a correlation as large must be where the order of the rounds means nothing.
_RARE = 0.01
_ORDERS = 999
#: Log ratios that are no further apart differ in their last digits alone.
_ROUNDED = 1e-12


class Serial(NamedTuple):
    """How the log ratios of rounds go with those of the rounds before."""

    #: The lag-1 correlation, of all cases together.
    correlation: float
    #: How likely so large a one is by chance.
    p_value: float

    @property
    def is_high(self) -> bool:
        return self.correlation > HIGH and self.p_value <= _RARE


def serial(suite: Sequence[Mapping[int, float]]) -> Serial | None:
    """The correlation of each round's log ratio with that of the round before, over all cases.

    Its chance is told by putting the rounds into other orders, the same for all cases, whatever
    they share. None where no case has three rounds.

    Args:
        suite: log ratios by round, of each case.
    """
    suite = [case for case in suite if len(case) > 2]
    rounds = sorted(set().union(*suite))
    places = {number: place for place, number in enumerate(rounds)}
    left = np.zeros((len(suite), len(rounds)))
    for row, case in zip(left, suite):
        own = np.array(list(case.values()))
        size = np.sqrt(((own - own.mean()) ** 2).sum())
        if size > _ROUNDED:
            row[[places[number] for number in case]] = (own - own.mean()) / size
    cases = int((left != 0).any(axis=1).sum())
    if not cases:
        return None
    together = left.T @ left  # of each round with each other one, over all cases
    rng = np.random.default_rng(0)
    orders = np.array([rng.permutation(len(rounds)) for _ in range(_ORDERS)])
    in_order = np.vstack([np.arange(len(rounds)), orders])
    found = together[in_order[:, 1:], in_order[:, :-1]].sum(axis=1) / cases
    # Centred figures are a little less alike than they were.
    shown = float(found[0] + 1 / len(rounds))
    return Serial(shown, float((found >= found[0] - 1e-12).mean()))
