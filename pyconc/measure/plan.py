"""What a campaign will measure: profiles, and the random order of every round."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pyconc.errors import UsageError
from pyconc.suite.case import Case, Clock
from pyconc.suite.catalog import TWINS, find_twin


class Profile(NamedTuple):
    """How much time a campaign takes for how much certainty."""

    name: str
    #: Rounds of every case at least, and at most: fresh processes, the unit of the statistics.
    rounds: int
    most_rounds: int
    #: A case has enough rounds when the half-width of its 95 % interval is this share: of the ratio
    #: of Pythons that take turns, and of the cost on a single one.
    target: float
    #: Minutes for each interpreter, where no other budget is given; noisy cases get what is left.
    minutes: float
    #: Values of a round, at most, and the warmups before them. The Pythons of a campaign take turns
    #: from value to value, so that many short ones compare better than few long ones.
    values: int
    warmups: int
    #: Seconds of one value at least, for each worker; instructions, where they are the clock.
    min_time: float
    #: The same for a contended case: of the window in which all workers run.
    min_window: float
    #: Seconds that the values of one round should take at most; a slow case has fewer values.
    round_time: float
    #: The same for programs and for several workers: they are noisier, and their values longer.
    team_time: float
    #: How steady the turns of a round are to leave its ratio: the standard error of its log over
    #: the root of 2, as noise is everywhere. Once the spread of its turns is known, a case has as
    #: many values as that takes, in up to `longest` seconds. With 0 the time alone decides.
    steady: float
    longest: float
    #: Only the subset that the declarations mark as quick.
    quick: bool


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "smoke", 2, 2, target=0, minutes=60, values=2, warmups=0,
            min_time=0.005, min_window=0.01, round_time=0.05, team_time=0.05,
            steady=0, longest=0, quick=True,
        ),
        Profile(
            "quick", 8, 12, target=0.02, minutes=8.5, values=12, warmups=1,
            min_time=0.005, min_window=0.01, round_time=0.08, team_time=0.1,
            steady=0, longest=0, quick=True,
        ),
        Profile(
            "full", 12, 40, target=0.005, minutes=120, values=100, warmups=2,
            min_time=0.005, min_window=0.01, round_time=0.2, team_time=0.6,
            steady=0.014, longest=2.0, quick=False,
        ),
    )
}  # fmt: skip


class Task(NamedTuple):
    """One round of one case on one interpreter. Round 0 calibrates the loops."""

    round: int
    arm: str
    case: Case

    @property
    def pair(self) -> tuple[str, str]:
        """The arm and the id of the case."""
        return self.arm, self.case.id


class Plan(NamedTuple):
    """What is measured, and in which order. The same seed gives the same order."""

    profile: Profile
    seed: int
    #: The cases that each arm can run, by the arm's label.
    cases: dict[str, list[Case]]
    #: Seconds that the campaign may take.
    budget: float
    #: Of cases that have a rival here, the id of that: they take turns with it.
    rivals: Mapping[str, str] = {}

    def together(self, case: Case) -> str:
        """The same for cases that take turns with each other."""
        return self.rivals.get(case.id, case.id)

    def round(self, number: int, going_on: Iterable[str] | None = None) -> list[Task]:
        """The tasks of one round, in an order drawn for it.

        All interpreters take part, so that drift of the machine hits them alike and round i of one
        pairs with round i of another. The tasks of one case and its rivals come one right after the
        other, so that they can be carried out by turns.

        Args:
            number: the round, 0 for the calibrations.
            going_on: ids of the cases that need another round; all where it is None.
        """
        wanted = None if going_on is None else set(going_on)
        found: dict[str, list[Task]] = {}
        for arm, cases in self.cases.items():
            for case in cases:
                if wanted is None or case.id in wanted:
                    found.setdefault(self.together(case), []).append(Task(number, arm, case))
        order = random.Random(f"{self.seed}/{number}")
        blocks = list(found.values())
        order.shuffle(blocks)
        for block in blocks:
            order.shuffle(block)
        return [task for block in blocks for task in block]

    def min_time(self, case: Case) -> float:
        """Seconds that one value of a case takes at least.

        Under the GIL each worker runs for 5 ms at a time: more workers need longer until all have
        had their turns.
        """
        each = self.profile.min_window if case.contended else self.profile.min_time
        return max(each * int(case.parameters["workers"]), case.make().least_seconds)

    def round_time(self, case: Case) -> float:
        """Seconds that the values of one round of a case take at most."""
        alone = case.parameters["workers"] == 1 and case.workload_class.clock is not Clock.PROGRAM
        return self.profile.round_time if alone else self.profile.team_time

    def estimate(self) -> tuple[float, float]:
        """Seconds that it will take, as far as nothing is known yet: with the least number of
        rounds for all, and with the most.
        """
        rounds = self.profile.rounds, self.profile.most_rounds
        least, most = (self._per_round() * (1 + each) for each in rounds)
        return min(self.budget, least), min(self.budget, most)

    def affordable(self) -> int:
        """How many rounds of all cases the budget is for, by the same estimate."""
        seconds = self._per_round()
        return max(0, round(self.budget / seconds) - 1) if seconds else self.profile.most_rounds

    def _per_round(self) -> float:
        return sum(
            OVERHEAD
            + min(LONGER * self.min_time(case) * self.profile.values, self.round_time(case))
            for cases in self.cases.values()
            for case in cases
        )


#: Seconds that a worker takes beside the time for its values, on average: to start and to end, a
#: warmup, and the one value that a slow case has at least. And by how much a value is longer than
#: it must be, for its loops are doubled until it is long enough.
OVERHEAD, LONGER = 0.07, 1.5


def profile_named(name: str) -> Profile:
    """Raises UsageError for a name that no profile has."""
    try:
        return PROFILES[name]
    except KeyError:
        raise UsageError(f"unknown profile {name!r}; choose from {', '.join(PROFILES)}") from None


def seconds_of(text: str) -> float:
    """``90``, ``90s``, ``30m`` or ``1.5h`` in seconds.

    Raises:
        UsageError: it is none of these.
    """
    read = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if not read or not float(read[1]):
        raise UsageError(f"--budget {text!r} is no time; write 90s, 30m or 1.5h")
    return float(read[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[read[2]]


def with_controls(
    cases: Sequence[Case], chosen: Sequence[Case], among: Sequence[Case] | None = None
) -> list[Case]:
    """The chosen cases and what their costs are told against: their controls, floors and rivals,
    and those of these.

    Args:
        cases: the catalogue.
        among: which of them may come along; all, where nothing is said.
    """
    by_id = {case.id: case for case in cases}
    allowed = {case.id for case in (cases if among is None else among)}
    wanted = {case.id for case in chosen}
    unseen = list(chosen)
    while unseen:
        case = unseen.pop()
        for twin in (find_twin(case, role, by_id) for role in TWINS):
            if twin and twin.id in allowed - wanted:
                wanted.add(twin.id)
                unseen.append(twin)
    return [case for case in cases if case.id in wanted]


def rivals_among(cases: Sequence[Case]) -> dict[str, str]:
    """The rival of each case that has one among these, by their ids."""
    by_id = {case.id: case for case in cases}
    named = {case.id: find_twin(case, "rival", by_id) for case in cases}
    return {case: rival.id for case, rival in named.items() if rival}


def without_controls(cases: Sequence[Case]) -> list[Case]:
    """Those that are nothing that others are told against; all, if there is no other."""
    twins = {case.named(role) for case in cases for role in TWINS}
    return [case for case in cases if not {case.name, case.id} & twins] or list(cases)
