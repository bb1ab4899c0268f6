"""What a campaign knows so far: read from its journal, and learned from every record."""

from __future__ import annotations

import math
import statistics
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from pyconc.measure.plan import Plan, Profile
from pyconc.store.journal import Record, latest
from pyconc.suite.case import Case

#: So many of the latest workers of an arm tell the usual pace.
_LATEST = 100
#: Seconds of a value that needs no warmups.
_LONG = 0.1
#: Calibrations of the same thing may differ by so many times in their loops.
_LUCK = 4
#: So many turns a case has at least, where its time allows: fewer do not show how far they spread.
_LEAST_TURNS = 12
#: An arm and the id of a case.
Pair = tuple[str, str]


class Calibration(NamedTuple):
    """The loops of a case on one arm, and what one value of so many takes in seconds."""

    loops: int
    seconds: float

    def warmups(self, profile: Profile) -> int:
        """None for a long value, of which the first moments are a small part."""
        return profile.warmups if self.seconds < _LONG else 0

    def like(self, all_arms: Iterable[Calibration], *, on_average: bool = False) -> Calibration:
        """With the most loops of those arms, itself included, that have up to `_LUCK` times as many
        or as few: so much may be luck, and what a value costs once would weigh more on one side.

        Args:
            on_average: not with the most of them, but with their geometric mean.
        """
        near = [o.loops for o in all_arms if 1 / _LUCK <= o.loops / self.loops <= _LUCK]
        loops = round(statistics.geometric_mean(near)) if on_average else max(near)
        return Calibration(loops, self.seconds * loops / self.loops)


class State:
    """What is done, what it cost, and what failed."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        """From the journal of an earlier run, whose failures are tried again. Of several records of
        one round the last counts.
        """
        self.done: set[tuple[int, str, str]] = set()
        self.calibrated: dict[Pair, Calibration] = {}
        #: Costs of one operation in seconds, by round.
        self.costs: dict[Pair, dict[int, float]] = {}
        #: Log ratios of the rounds in which a case took turns, by the case, the arm and the one
        #: before it.
        self.ratios: dict[tuple[str, str, str], list[float]] = {}
        #: Seconds that the last round of each took, calibrations apart.
        self.took: dict[Pair, float] = {}
        self.failed: dict[Pair, Record] = {}
        #: What a value took in each of the rounds.
        self._value_seconds: dict[Pair, list[float]] = {}
        #: How far the turns of each of the rounds spread, where there were turns.
        self._spreads: dict[Pair, list[float]] = {}
        #: The fastest pace that each of the latest workers read, in seconds a loop, by arm.
        self._paces: dict[str, deque[float]] = {}
        #: Seconds inside timed regions and warmups, and of all workers together.
        self.timed = self.worked = 0.0
        for record in latest(record._replace(suite=None) for record in records):
            self.learn(record)

    def learn(self, record: Record) -> None:
        pair = (record.arm, record.case)
        self.worked += record.seconds
        if record.error is not None:
            self.failed[pair] = record
            return
        learned = record.learned or {}
        self.timed += learned.get("timed", 0.0)
        if not record.needed <= learned.keys():  # it is done again
            return
        self.done.add((record.round, record.arm, record.case))
        if record.round == 0:
            self.calibrated[pair] = Calibration(int(learned["loops"]), learned["value_seconds"])
        else:
            self.costs.setdefault(pair, {})[record.round] = learned["cost"]
            if "value_seconds" in learned:
                self._value_seconds.setdefault(pair, []).append(learned["value_seconds"])
            if "spread" in learned:
                self._spreads.setdefault(pair, []).append(learned["spread"])
            for before, log in learned.get("ratios", {}).items():  # older journals have none
                self.ratios.setdefault((record.case, record.arm, before), []).append(log)
        if "fastest_pace" in learned:
            latest = self._paces.setdefault(record.arm, deque(maxlen=_LATEST))
            latest.append(learned["fastest_pace"])
        if record.round or pair not in self.took:
            self.took[pair] = record.seconds

    def able(self, plan: Plan) -> dict[str, list[Pair]]:
        """By its id, each case and the arms where it has not failed, if there are any."""
        found: dict[str, list[Pair]] = {}
        for arm, cases in plan.cases.items():
            for case in cases:
                if (arm, case.id) not in self.failed:
                    found.setdefault(case.id, []).append((arm, case.id))
        return found

    def usual_pace(self, arm: str) -> float | None:
        """Of a quiet machine, in seconds a loop; None before anything was measured.

        Many of the latest workers had a quiet moment, so it is the lower quartile of their fastest
        paces: a machine whose clock changes for good is followed, a lucky reading is not.
        """
        latest = self._paces.get(arm)
        return None if not latest else sorted(latest)[len(latest) // 4]

    def calibrations(self, case: Case) -> dict[str, Calibration]:
        """Those of a case, by arm, made alike.

        A window that comes out too short is measured again, so that contended cases need no more
        loops than they have on average.
        """
        found = {arm: each for (arm, name), each in self.calibrated.items() if name == case.id}
        return {
            arm: each.like(found.values(), on_average=case.contended) for arm, each in found.items()
        }

    def values(self, case: Case, profile: Profile, seconds: float) -> int:
        """Of a round of a case, on all arms alike: as many as its time allows, and one at least.

        Where the profile wants steady rounds, it is as many as that takes, as the turns of earlier
        rounds showed; those of the round itself have no say. They spread by the noise of two arms.
        """
        each_takes, spreads = [], []
        for arm, calibration in self.calibrations(case).items():
            took = self._value_seconds.get((arm, case.id))
            each_takes.append(statistics.median(took) if took else calibration.seconds)
            spreads += self._spreads.get((arm, case.id), [])
        usual, most = (
            max(1, min(profile.values, math.floor(time / statistics.fmean(each_takes))))
            for time in (seconds, max(seconds, profile.longest))
        )
        if not (spreads and profile.steady):
            return usual
        wanted = math.ceil((statistics.median(spreads) / profile.steady) ** 2 / 2)
        return max(min(usual, _LEAST_TURNS), min(wanted, most))

    def seconds(self, *pairs: Pair) -> float:
        """What a round of these will take in sum: what each took, or what a typical one did."""
        known = [self.took[pair] for pair in pairs if pair in self.took]
        typical = sum(self.took.values()) / len(self.took) if self.took else 0.3
        return sum(known) + typical * (len(pairs) - len(known))
