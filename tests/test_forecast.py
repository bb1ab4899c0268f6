"""The time left, held against what a campaign then takes: drawn ones, on a clock that is set."""

from __future__ import annotations

import math
import random
from typing import Any, NamedTuple

import pytest

from pyconc.measure.forecast import Forecast, Left
from pyconc.measure.plan import PROFILES, Plan, Profile, Task
from pyconc.measure.state import State
from pyconc.measure.stopping import going_on
from pyconc.store.journal import Record
from pyconc.suite.case import Case

#: So far may a time left be off in the second half of a campaign, and by a few tasks.
OFF, TASKS = 1 / 3, 3.0
QUICK, FULL, SMOKE = PROFILES["quick"], PROFILES["full"], PROFILES["smoke"]


class Told(NamedTuple):
    """What was said of the time left, and when."""

    at: float
    left: Left


class Drawn:
    """A campaign of cases whose noise and seconds are drawn."""

    def __init__(self, plan: Plan, seed: int, *, slower: float = 1.0) -> None:
        self.plan, self.slower = plan, slower
        self.clock = 0.0
        self.told: list[Told] = []
        self._rng = random.Random(seed)
        self._state = State()
        self._noise = {case: self._rng.lognormvariate(-3.5, 0.8) for case in _names(plan)}
        self._seconds = {case: self._rng.lognormvariate(-1, 0.6) for case in _names(plan)}

    def run(self) -> list[Told]:
        forecast = Forecast(self.plan, self._state, lambda: self.clock)
        self._round(forecast, 0, self.plan.round(0))
        for number in range(1, self.plan.profile.most_rounds + 1):
            cases = going_on(self.plan, self._state, number)
            if not cases:
                break
            self._round(forecast, number, self.plan.round(number, cases))
        return self.told

    def _round(self, forecast: Forecast, number: int, tasks: list[Task]) -> None:
        forecast.begin(number, tasks)
        before: dict[str, tuple[str, float]] = {}
        for task in tasks:
            self.told.append(Told(self.clock, forecast.left()))
            record = self._measure(task, before)
            self.clock += self.slower * record.seconds
            self._state.learn(record)
            forecast.done([task])

    def _measure(self, task: Task, before: dict[str, tuple[str, float]]) -> Record:
        case = task.case.id
        seconds = self._seconds[case] * self._rng.uniform(0.9, 1.1)
        log = self._rng.gauss(0, self._noise[case])
        learned: dict[str, Any] = {
            "timed": seconds,
            "loops": 4,
            "value_seconds": 0.1,
            "cost": math.exp(log),
        }
        first = next(iter(self.plan.cases))
        if task.round and task.arm != first:
            learned["ratios"] = {first: log}
        return Record(case, task.arm, task.round, seconds, suite={}, learned=learned)


def _names(plan: Plan) -> list[str]:
    return sorted({case.id for cases in plan.cases.values() for case in cases})


CAMPAIGNS: dict[str, tuple[Profile, int, tuple[str, ...], float, float]] = {
    # profile, cases, arms, minutes, seconds on the clock for one of the workers
    "few cases": (QUICK, 6, ("a",), 60, 1.0),
    "a suite": (QUICK, 80, ("a",), 60, 1.0),
    "two Pythons": (QUICK, 30, ("a", "b"), 60, 1.0),
    "a budget that is too small": (QUICK, 80, ("a", "b"), 6, 1.0),
    "a budget below the least rounds": (QUICK, 80, ("a",), 2.5, 1.0),
    "many rounds": (FULL, 25, ("a",), 240, 1.0),
    "many rounds of few cases": (FULL, 4, ("a", "b"), 240, 1.0),
    "rounds that are fixed": (SMOKE, 40, ("a", "b"), 60, 1.0),
    "a machine that lets the runner wait": (QUICK, 40, ("a",), 60, 1.4),
}


@pytest.fixture(scope="module", params=CAMPAIGNS)
def campaigns(request: pytest.FixtureRequest, cases: dict[str, Case]) -> list[Drawn]:
    profile, count, arms, minutes, slower = CAMPAIGNS[request.param]
    chosen = list(cases.values())[:count]
    plan = Plan(profile, 1, dict.fromkeys(arms, chosen), 60.0 * minutes)
    drawn = [Drawn(plan, seed, slower=slower) for seed in range(5)]
    for each in drawn:
        each.run()
    return drawn


def test_in_the_second_half_the_time_left_is_off_by_no_more_than_a_third(
    campaigns: list[Drawn],
) -> None:
    for drawn in campaigns:
        for at, (least, likely, most) in drawn.told:
            truth = drawn.clock - at
            if at > drawn.clock / 2:
                assert least * (1 - OFF) - TASKS <= truth <= most * (1 + OFF) + TASKS
            assert 0 <= least <= likely <= most


def test_the_range_becomes_narrow(campaigns: list[Drawn]) -> None:
    for drawn in campaigns:
        widths = [left.most - left.least for _, left in drawn.told]
        quarter = len(widths) // 4
        assert sum(widths[-quarter:]) < sum(widths[:quarter])
