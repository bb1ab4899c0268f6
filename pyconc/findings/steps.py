"""Steps of costs from one Python to the next, or from one campaign to the next.

What is a step is for `pyconc.compare` to say, of all cases and all neighbours together: of the
steps that are shown few are by chance, however many pairs of Pythons there are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from packaging.version import Version

from pyconc.statistics.estimate import Estimate
from pyconc.statistics.exchange import ENOUGH_ROUNDS
from pyconc.statistics.matched import Between, LeftOut, MatchedCase, matched_cases
from pyconc.statistics.summary import Family, by_family, overall
from pyconc.statistics.verdicts import (
    FASTER,
    INCONCLUSIVE,
    SLOWER,
    SUSPECT,
    THRESHOLD,
    Judged,
    judge,
    least_rounds,
)
from pyconc.store.builds import unlike
from pyconc.store.measured import Side
from pyconc.words.phrase import Phrase, phrase

#: The family that is C code, which no Python changes.
FLOOR = "floor"
_VERSION = re.compile(r"\d{1,4}\.\d{1,4}(\.\d{1,4})?((a|b|rc)\d{1,4})?", re.ASCII)
#: A cost as a multiple of itself.
ONCE = Estimate(1.0, math.nan, math.nan, 0)
T = TypeVar("T")


class Order(NamedTuple):
    """Pythons by how they are shown, by their labels."""

    #: Versions of CPython from the oldest to the newest, whose neighbours are compared.
    track: tuple[str, ...]
    #: The others, which are no step from any of them.
    beside: tuple[str, ...]


class Step(NamedTuple):
    """One case on two neighbours, and what may be said of it."""

    case: str
    family: str
    before: str
    after: str
    #: What it costs after as a multiple of before.
    change: Estimate
    verdict: str
    #: From so many rounds on something may be claimed.
    least_rounds: int = ENOUGH_ROUNDS

    @property
    def is_step(self) -> bool:
        """Whether its cost is another one, as far as chance is concerned."""
        return self.verdict in (FASTER, SLOWER)

    @property
    def size(self) -> float:
        """How far from no change at all, in either direction."""
        return abs(math.log(self.change.value)) if 0 < self.change.value < math.inf else math.inf


class Mean(NamedTuple):
    """The geometric mean of the changes of a family's cases."""

    family: str
    cases: int
    change: Estimate


class Passage(NamedTuple):
    """Every case from one neighbour to the next."""

    before: str
    after: str
    #: The greatest change first, be it a step or not.
    steps: list[Step]
    left_out: list[LeftOut]
    means: list[Mean]
    #: Of all families, each counted once, but for what is C code.
    overall: Mean | None
    #: In what way the two are unlike beside their versions: sentences in English.
    unlike: list[str]

    @property
    def is_settled(self) -> bool:
        """Whether something may be said of any case."""
        return any(each.verdict not in (SUSPECT, INCONCLUSIVE) for each in self.steps)

    @property
    def largest_of_floors(self) -> float:
        """The size of the largest step of C code, which no Python changes: what is no larger may be
        the machine or the compiler, and is no finding.
        """
        return max((e.size for e in self.steps if e.is_step and e.family == FLOOR), default=0.0)

    @property
    def telling(self) -> list[Step]:
        """The steps that are findings, the greatest one first."""
        least = self.largest_of_floors
        return [e for e in self.steps if e.is_step and e.family != FLOOR and e.size > least]

    def of(self, verdict: str) -> list[Step]:
        """What is called so, the greatest change first."""
        return [each for each in self.steps if each.verdict == verdict]


class Pair(NamedTuple):
    """Two sides, what they are called, and how the costs of their cases differ."""

    before: str
    after: str
    base: Side
    head: Side
    cases: list[MatchedCase]
    left_out: list[LeftOut]

    @classmethod
    def of(
        cls, before: str, after: str, base: Side, head: Side, between: Between | None = None
    ) -> Pair:
        return cls(before, after, base, head, *matched_cases(base, head, between))


class Versions(NamedTuple):
    """What a campaign says of every version of CPython that it measured."""

    order: Order
    #: From each version to the next.
    passages: list[Passage]
    #: From the oldest version to the newest.
    whole: Passage
    #: From the first version that has a case to the newest, by case.
    totals: dict[str, Step]
    #: By case, by Python: the cost as a multiple of that on the first version that has the case.
    relative: dict[str, dict[str, Estimate]]
    #: By family, by Python: the geometric mean of the multiples of the oldest version.
    families: dict[str, dict[str, Estimate]]

    def steps_by_case(self) -> dict[str, list[Step]]:
        """Where the cost of each case that has a step changed, in order."""
        found: dict[str, list[Step]] = {}
        for each in (each for passage in self.passages for each in passage.steps):
            if each.is_step:
                found.setdefault(each.case, []).append(each)
        return found


def versions(sides: Mapping[str, Side]) -> Versions | None:
    """Compare every version of CPython in a campaign with the one before.

    Args:
        sides: by label, of one campaign.

    Returns:
        None where no two neighbours have a case in common.
    """
    order = arranged(sides)
    if len(order.track) < 2:
        return None
    oldest, newest = order.track[0], order.track[-1]
    since_oldest = [
        Pair.of(oldest, label, sides[oldest], sides[label])
        for label in (*order.track[1:], *order.beside)
    ]
    neighbours = [
        since_oldest[0],
        *(Pair.of(a, b, sides[a], sides[b]) for a, b in pairwise(order.track[1:])),
    ]
    if not any(pair.cases for pair in neighbours):
        return None
    later = list(_since_later(order, sides))
    in_all = [pair for pair in (*since_oldest, *later) if pair.after == newest]
    wholes = passages(in_all)
    return Versions(
        order,
        passages(neighbours),
        wholes[0],
        {each.case: each for passage in wholes for each in passage.steps},
        _relative([*since_oldest, *later]),
        by_family_since(oldest, {pair.after: pair for pair in since_oldest}),
    )


def arranged(sides: Mapping[str, Side]) -> Order:
    """Which Pythons are versions of one kind of CPython, and which are shown beside.

    A free-threaded build is no neighbour of one with the GIL: the track is of the kind that there
    are more of. A version that was measured twice is in it once.
    """
    kinds: dict[bool, dict[Version, str]] = {False: {}, True: {}}
    for label, side in sides.items():
        version = _VERSION.match(side.python)
        if version and side.about.get("implementation", "CPython") == "CPython":
            kinds[bool(side.about.get("free_threaded"))].setdefault(Version(version[0]), label)
    chosen = max(kinds.values(), key=len)
    track = tuple(chosen[version] for version in sorted(chosen))
    return Order(track, tuple(label for label in sides if label not in track))


def _since_later(order: Order, sides: Mapping[str, Side]) -> Iterable[Pair]:
    """Cases that the oldest version lacks: the first that has them against all that follow."""
    known = set(sides[order.track[0]].measured)
    for place, label in enumerate(order.track[1:], 1):
        new = set(sides[label].measured) - known
        known |= new
        if new:
            base = sides[label].only(new.__contains__)
            for other in (*order.track[place + 1 :], *order.beside):
                yield Pair.of(label, other, base, sides[other].only(new.__contains__))


def _relative(pairs: Iterable[Pair]) -> dict[str, dict[str, Estimate]]:
    found: dict[str, dict[str, Estimate]] = {}
    for pair in pairs:
        for each in pair.cases:
            by_python = found.setdefault(each.case, {pair.before: ONCE})
            by_python[pair.after] = each.difference.estimate
    return found


def by_family_since(first: T, pairs: Mapping[T, Pair]) -> dict[str, dict[T, Estimate]]:
    """By family: what its cases cost in multiples of the first cost.

    Args:
        pairs: of what came first with all that came later.
    """
    found: dict[str, dict[T, Estimate]] = {}
    for later, pair in pairs.items():
        for each in by_family(pair.cases):
            found.setdefault(each.name, {first: ONCE})[later] = each.difference.estimate
    return found


def passages(pairs: Sequence[Pair]) -> list[Passage]:
    """What may be said of every case of every pair, judged together."""
    every = [each for pair in pairs for each in pair.cases]
    seed = str(pairs[0].base.campaign) if pairs else ""
    judged = iter(judge(every, [THRESHOLD] * len(every), seed))
    return [_passage(pair, [next(judged) for _ in pair.cases]) for pair in pairs]


def _passage(pair: Pair, judged: Sequence[Judged]) -> Passage:
    steps = [
        Step(each.case, each.matched.family, pair.before, pair.after, each.difference.estimate,
             each.verdict, least_rounds(each.matched))
        for each in judged
    ]  # fmt: skip
    families = by_family(pair.cases)
    in_all = overall([each for each in families if each.name != FLOOR])
    return Passage(
        pair.before,
        pair.after,
        sorted(steps, key=lambda each: -each.size),
        [_named(each, pair) for each in pair.left_out if not each.reason.startswith("only in ")],
        [_mean(each) for each in families],
        in_all and _mean(in_all),
        _unlike(pair),
    )


def _named(left: LeftOut, pair: Pair) -> LeftOut:
    """Here is neither BASE nor HEAD."""
    reason = left.reason.replace("in BASE", f"on {pair.before}")
    return LeftOut(left.case, reason.replace("in HEAD", f"on {pair.after}"))


def _mean(family: Family) -> Mean:
    return Mean(family.name, family.cases, family.difference.estimate)


def _unlike(pair: Pair) -> list[str]:
    """What may be the build's or the settings' doing. The default start method is Python's."""
    called = ((pair.before, pair.base), (pair.after, pair.head))
    return unlike([{**side.about, "label": n, "start_method": None} for n, side in called])


def listed(phrases: Iterable[Phrase]) -> Phrase:
    """Parts of one sentence; in a list of figures they would be sentences."""
    *before, last = phrases
    for each in reversed(before):
        last = phrase("versions.listed", first=each, rest=last)
    return last
