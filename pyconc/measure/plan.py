"""What a campaign will measure: profiles, and the random order of every round."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pyconc.errors import UsageError
from pyconc.suite.case import Case
from pyconc.suite.catalog import control, floor


class Profile(NamedTuple):
    """How much time a campaign takes for how much certainty."""

    name: str
    #: Rounds of every case: fresh processes, the unit of the statistics.
    rounds: int
    #: Values of a round, at most, and the warmups before them.
    values: int
    warmups: int
    #: Seconds of one value at least.
    min_time: float
    #: The same for a contended case: seconds of the window in which all workers run.
    min_window: float
    #: Seconds that the values of one round should take at most; a slow case has fewer values.
    round_time: float
    #: Only the subset that the declarations mark as quick.
    quick: bool


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("smoke", 2, 1, 0, min_time=0.01, min_window=0.02, round_time=0.05, quick=True),
        Profile("quick", 5, 2, 1, min_time=0.04, min_window=0.1, round_time=0.22, quick=True),
        Profile("full", 20, 2, 1, min_time=0.06, min_window=0.1, round_time=0.3, quick=False),
    )
}


class Task(NamedTuple):
    """One round of one case on one interpreter. Round 0 calibrates the loops."""

    round: int
    arm: str
    case: Case


class Plan(NamedTuple):
    """The tasks of a campaign. The same seed gives the same order."""

    profile: Profile
    seed: int
    #: The cases that each arm can run, by the arm's label.
    cases: dict[str, list[Case]]

    def tasks(self) -> Iterator[Task]:
        """Every task: calibrations first, then the rounds, each in a fresh random order.

        All interpreters take part in every round, so that drift of the machine hits them alike
        and round i of one pairs with round i of another.
        """
        for number in range(self.profile.rounds + 1):
            tasks = [Task(number, arm, case) for arm in self.cases for case in self.cases[arm]]
            random.Random(f"{self.seed}/{number}").shuffle(tasks)
            yield from tasks

    def min_time(self, case: Case) -> float:
        """Seconds that one value of a case takes at least."""
        return self.profile.min_window if case.contended else self.profile.min_time


def profile_named(name: str) -> Profile:
    """Raises UsageError for a name that no profile has."""
    try:
        return PROFILES[name]
    except KeyError:
        raise UsageError(f"unknown profile {name!r}; choose from {', '.join(PROFILES)}") from None


def with_controls(profile: Profile, cases: Sequence[Case], chosen: Sequence[Case]) -> list[Case]:
    """The chosen cases and, so that net costs and distances to the floor can be told, those of
    their controls and floors that the profile has.
    """
    by_id = {case.id: case for case in cases}
    wanted = {case.id for case in chosen}
    unseen = list(chosen)
    while unseen:
        case = unseen.pop()
        for twin in (control(case, by_id), floor(case, by_id)):
            if twin and twin.id not in wanted and (twin.quick or not profile.quick):
                wanted.add(twin.id)
                unseen.append(twin)
    return [case for case in cases if case.id in wanted]
