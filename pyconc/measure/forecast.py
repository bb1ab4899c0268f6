"""How long a campaign still takes: a range, which becomes narrow as its cases become known."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pyperf._utils import tdist95conf_level  # Student's t, of which only scipy has a public one

from pyconc.measure.plan import Plan, Task
from pyconc.measure.state import Pair, State
from pyconc.measure.stopping import noisiness

#: Rounds that tell how noisy a case is; before them any number of rounds is as likely.
_KNOWN = 3
#: Standard errors from the likely number of rounds to the ends of the range.
_REACH = 1.64
#: The share by which a round takes longer or shorter than the last one did.
_UNEVEN = 0.1


class Left(NamedTuple):
    """Seconds that a campaign still takes: what is likely, and a range around it."""

    least: float
    likely: float
    most: float


class Forecast:
    """Follows a campaign from round to round.

    Args:
        now: the clock, in seconds.
    """

    def __init__(self, plan: Plan, state: State, now: Callable[[], float] = time.monotonic) -> None:
        self._plan, self._state, self._now = plan, state, now
        self._started, self._worked_before = now(), state.worked
        self._undone: set[Pair] = set()
        self._later = Left(0, 0, 0)

    def begin(self, number: int, todo: Iterable[Task]) -> None:
        """A round begins, of which these tasks are to be done."""
        self._undone = {task.pair for task in todo}
        self._later = self._rounds_after(number)

    def done(self, tasks: Iterable[Task]) -> None:
        self._undone.difference_update(task.pair for task in tasks)

    def left(self) -> Left:
        """Seconds on the clock, from now on."""
        here = self._state.seconds(*self._undone - self._state.failed.keys())
        budget = max(here, self._plan.budget - self._state.worked)
        slower = self._clock_by_work()
        least, likely, most = (slower * min(here + later, budget) for later in self._later)
        return Left(least * (1 - _UNEVEN), likely, most * (1 + _UNEVEN))

    def _clock_by_work(self) -> float:
        """Seconds on the clock for a second of the workers."""
        worked = self._state.worked - self._worked_before
        return (self._now() - self._started) / worked if worked > 0 else 1.0

    def _rounds_after(self, number: int) -> Left:
        """Seconds of workers for all rounds after this one.

        The cases err in their own ways, so that their errors add up as the root of their squares;
        but for those of which nothing is known, which may all be steady, or all noisy.
        """
        known = number > _KNOWN
        noise = noisiness(self._plan, self._state)
        likely = below = above = 0.0
        for case, seconds in self._seconds(number).items():
            rounds = self._rounds_of(noise[case], number, known=known)
            least, middle, most = (seconds * max(0, each - number) for each in rounds)
            likely += middle
            below += (middle - least) ** (2 if known else 1)
            above += (most - middle) ** (2 if known else 1)
        root = 0.5 if known else 1.0
        return Left(likely - below**root, likely, likely + above**root)

    def _seconds(self, number: int) -> dict[str, float]:
        """Of a round of each case that may have another one after this, on all arms."""
        over = number > self._plan.profile.rounds
        pairs = {
            case: [pair for pair in each if not over or pair in self._undone]
            for case, each in self._state.able(self._plan).items()
        }
        return {case: self._state.seconds(*each) for case, each in pairs.items() if each}

    def _rounds_of(self, width: float, number: int, *, known: bool) -> tuple[float, float, float]:
        """The rounds that a case has in the end: at least, likely, and at most.

        Args:
            width: half of its interval after the rounds before this one.
        """
        profile = self._plan.profile
        if profile.rounds == profile.most_rounds:
            return (profile.rounds,) * 3
        if not known or math.isinf(width):
            middle = (profile.rounds + profile.most_rounds) / 2
            return profile.rounds, middle, profile.most_rounds
        before = number - 1
        noise = width * math.sqrt(before) / tdist95conf_level(before - 1)
        error = math.exp(_REACH / math.sqrt(2 * (before - 1)))
        return (
            self._enough(noise / error), self._enough(noise), self._enough(noise * error)
        )  # fmt: skip

    def _enough(self, noise: float) -> int:
        """The rounds after which an interval is narrow enough, of a noise from round to round."""
        profile = self._plan.profile
        for rounds in range(max(2, profile.rounds), profile.most_rounds):
            if tdist95conf_level(rounds - 1) * noise / math.sqrt(rounds) <= profile.target:
                return rounds
        return profile.most_rounds
