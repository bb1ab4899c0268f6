"""Which estimator to trust: ``python -m pyconc.compare.study [CAMPAIGN ...]``.

Noise as our own cases show it is drawn again and again, and what an interval or a test makes of it
is counted: how often a 95 % interval holds the truth, how often identical code is called different,
how often a slowdown is found. The tables of docs/statistics.md are this module's output. A/A
campaigns that are named add noise as they have it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pyperf._utils import is_significant  # what `pyperf compare_to` goes by
from scipy import special, stats

from pyconc.compare.history import LEAST_CAMPAIGNS, Between, Stored
from pyconc.compare.ranks import hodges_lehmann, p_above, shift
from pyconc.errors import UsageError
from pyconc.statistics.contrast import contrasts
from pyconc.statistics.difference import (
    CONFIDENCE,
    RANKED_BELOW,
    TRIM_FROM,
    at_one_pace,
    both_tests,
    trimmed,
    unpaired,
)
from pyconc.statistics.verdicts import FALSE_ALARMS, THRESHOLD
from pyconc.store.sides import read_side
from pyconc.store.suites import read_about

Array = np.ndarray
#: Fewer rounds of a case do not show what its noise is like.
LEAST_SHOWN = 12
#: Of a round: its values share what the round has met, and have a noise of their own.
VALUES, VALUE_NOISE = 2, 0.3


class Noise(NamedTuple):
    """One kind of noise from round to round, on the log scale."""

    name: str
    #: Of base and head, in an array of two by the shape that is asked for, scaled by the noise.
    draw: Callable[[np.random.Generator, tuple[int, ...]], Array]
    #: The same of one side of two campaigns, where it is not what `draw` draws of either.
    draw_side: Callable[[np.random.Generator, tuple[int, ...]], Array] | None = None

    def draw_apart(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """As `draw`, of two campaigns, which share nothing."""
        return np.array([self._side(rng, shape), self._side(rng, shape)])

    def _side(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return self.draw_side(rng, shape) if self.draw_side else self.draw(rng, shape)[1]


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.standard_normal((2, *shape))


def _heavy(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.standard_t(3, (2, *shape)) / math.sqrt(3)


def _bursts(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """One round in eight is disturbed, and then dearer by ten times the noise of the others."""
    noise = rng.standard_normal((2, *shape)) + 10 * (rng.random((2, *shape)) < 1 / 8)
    return noise / math.sqrt(1 + 100 * 1 / 8 * 7 / 8)


def _two_modes(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """A contended lock's rounds settle in one of two modes."""
    noise = 0.15 * rng.standard_normal((2, *shape)) + (rng.random((2, *shape)) < 0.4)
    return noise / math.sqrt(0.15**2 + 0.4 * 0.6)


def _drift(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """The machine wanders, and both sides of a round with it."""
    shared = np.cumsum(rng.standard_normal(shape), axis=-1) / 2
    return rng.standard_normal((2, *shape)) + shared


KINDS = (
    Noise("normal", _normal),
    Noise("heavy tails", _heavy),
    Noise("bursts", _bursts),
    Noise("two modes", _two_modes),
    Noise("drift of the machine", _drift),
)


def as_measured(name: str, cases: Sequence[Sequence[float]]) -> Noise:
    """Noise as an A/A campaign has it: its log ratios by round, each of them as well inverted.

    Args:
        cases: log ratios of each case.
    """
    spread = [np.array(each) / np.std(each) for each in cases if len(each) > 1 and np.ptp(each)]

    def draw_side(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """Every comparison has one case, whose rounds are drawn with replacement."""
        flat, count = math.prod(shape[:-1]), shape[-1]
        drawn = np.zeros((flat, count))
        for place, case in enumerate(rng.integers(len(spread), size=flat)):
            drawn[place] = rng.choice(spread[case], count)
        return np.asarray(drawn * rng.choice([-1, 1], drawn.shape)).reshape(shape)

    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """HEAD alone has noise: as much as two independent sides would differ by."""
        return np.array([np.zeros(shape), draw_side(rng, shape) * math.sqrt(2)])

    return Noise(name, draw, draw_side)


class Interval(NamedTuple):
    """A way to make a 95 % interval of a log ratio: its lower and upper ends by comparison."""

    name: str
    of: Callable[[Array, Array], tuple[Array, Array]]
    #: Whether its sides are of one campaign, and meet the machine in one state.
    paired: bool = True


def _ranked(base: Array, head: Array) -> tuple[Array, Array]:
    return hodges_lehmann(head - base, CONFIDENCE)[1:]


def _trimmed(base: Array, head: Array) -> tuple[Array, Array]:
    rounds = base.shape[-1]
    return _around(*trimmed(head - base), rounds - 2 * (rounds >= TRIM_FROM) - 1)


def _mean(base: Array, head: Array) -> tuple[Array, Array]:
    ratios = head - base
    return _around(ratios.mean(axis=-1), stats.sem(ratios, axis=-1), base.shape[-1] - 1)


def _around(centre: Array, error: Array, degrees: float | Array) -> tuple[Array, Array]:
    margin = stats.t.ppf((1 + CONFIDENCE) / 2, degrees) * error
    return centre - margin, centre + margin


def _bootstrap(base: Array, head: Array) -> tuple[Array, Array]:
    found = stats.bootstrap(
        (head - base,), np.mean, axis=-1, n_resamples=1000, method="BCa",
        confidence_level=CONFIDENCE, rng=np.random.default_rng(0), batch=50,
    ).confidence_interval  # fmt: skip
    return np.asarray(found.low), np.asarray(found.high)


def _unpaired(base: Array, head: Array) -> tuple[Array, Array]:
    (means, errors), (others, other_errors) = trimmed(base), trimmed(head)
    rounds = base.shape[-1]
    if rounds < RANKED_BELOW:
        return shift(base, head, CONFIDENCE)[1:]
    variance = errors**2 + other_errors**2
    degrees = (rounds - 2 * (rounds >= TRIM_FROM) - 1) * variance**2 / (errors**4 + other_errors**4)
    return _around(others - means, np.sqrt(variance), degrees)


INTERVALS = (
    Interval("signed ranks (ours)", _ranked),
    Interval("mean", _mean),
    Interval("trimmed mean", _trimmed),
    Interval("BCa bootstrap", _bootstrap),
    Interval("not paired (ours)", _unpaired, paired=False),
)


def coverage(kind: Noise, interval: Interval, rounds: int, comparisons: int) -> float:
    """How often the interval holds the true ratio, which is 1: a share of the comparisons."""
    rng = np.random.default_rng(rounds)
    draw = kind.draw if interval.paired else kind.draw_apart
    low, high = interval.of(*(draw(rng, (comparisons, rounds)) * 0.02))
    return float(((low <= 0) & (high >= 0)).mean())


def at_one_pace_or_not(kind: Noise, rounds: int, comparisons: int) -> list[float]:
    """What the pace of the machine is worth, where the machine is the most of the noise.

    The machine slows every side by its own noise of 10 %, which the pace tells to within 1 %; the
    rounds have 2 % of their own.

    Returns:
        Coverage and median half-width of the 95 % interval without the pace, and with it.
    """
    rng = np.random.default_rng(rounds)
    machine = kind.draw(rng, (comparisons, rounds)) * 0.1
    told = machine + 0.01 * rng.standard_normal(machine.shape)
    costs = 1.3 * machine + 0.02 * rng.standard_normal(machine.shape)
    ratios, paces = costs[1] - costs[0], told[1] - told[0]
    shares: list[float] = []
    for given in ([None] * comparisons, paces):
        found = [at_one_pace(each, pace)[0] for each, pace in zip(ratios, given)]
        ends = np.array([each.log_interval() for each in found])
        held = (ends[:, 0] <= 0) & (ends[:, 1] >= 0)
        shares += [float(held.mean()), float(np.median(ends[:, 1] - ends[:, 0])) / 2]
    return shares


def called_different(kind: Noise, rounds: int, comparisons: int) -> dict[str, float]:
    """How often others call identical code different, by their names, going by single values."""
    rng = np.random.default_rng(rounds)
    sides = kind.draw(rng, (comparisons, rounds)) * 0.02
    own = rng.standard_normal((2, comparisons, rounds, VALUES)) * 0.02 * VALUE_NOISE
    values = np.exp(sides[..., None] + own).reshape(2, comparisons, rounds * VALUES)
    pyperf = [is_significant(*map(list, values[:, each]))[0] for each in range(comparisons)]
    ranks = stats.mannwhitneyu(values[0], values[1], axis=-1).pvalue <= 1 - CONFIDENCE
    return {"pyperf compare_to": float(np.mean(pyperf)), "Mann-Whitney": float(ranks.mean())}


#: How likely log ratios are where HEAD is no slower, along the last axis.
Test = Callable[[Array], Array]


def _student(ratios: Array) -> Array:
    rounds = ratios.shape[-1]
    error = ratios.std(axis=-1, ddof=1) / math.sqrt(rounds)
    return np.asarray(special.stdtr(rounds - 1, -ratios.mean(axis=-1) / error))


def _smaller(ratios: Array) -> Array:
    return np.asarray(np.minimum(1.0, 2 * np.minimum(_student(ratios), p_above(ratios))))


#: What could raise the alarm.
TESTS: dict[str, Test] = {
    "Student's t alone": _student,
    "signed ranks alone": p_above,
    "both, each with half": _smaller,
    "both, the harmonic mean (ours)": both_tests,
}


def alarms(
    kind: Noise, noise: float, *, rounds: int, cases: int, suites: int, test: Test = both_tests
) -> float:
    """The share of whole-suite comparisons of identical code that raise an alarm, paired."""
    rng = np.random.default_rng(1)
    raised = 0
    for _ in range(suites):
        base, head = kind.draw(rng, (cases, rounds)) * noise
        raised += bool(_gate(head - base, cases, test).any())
    return raised / suites


def found(
    kind: Noise,
    noise: float,
    slowdown: float,
    *,
    rounds: int,
    cases: int,
    comparisons: int,
    test: Test = both_tests,
) -> float:
    """How often a slowdown of one case of so many raises the alarm, paired."""
    base, head = kind.draw(np.random.default_rng(2), (comparisons, rounds)) * noise
    return float(_gate(head + math.log1p(slowdown) - base, cases, test).mean())


def coverage_between(
    kind: Noise, share: float, *, campaigns: int, rounds: int, cases: int, repeats: int
) -> float:
    """How often the interval of two campaigns holds the truth, all of them being of one Python.

    Args:
        kind: noise of the rounds; what both arms of a campaign share makes campaigns differ, too.
        share: variance from campaign to campaign, as a share of that of a round; each case has its
            own, half as much or up to half as much again.
        campaigns: A/A campaigns that are stored; with fewer than two, nothing is added.
    """
    rng = np.random.default_rng(3)
    held = []
    for _ in range(repeats):
        own = share * rng.uniform(0.5, 1.5, cases)
        costs = [_campaign(rng, kind, own, rounds) for _ in range(campaigns + 2)]
        machine = {"hostname": "simulated"}
        stored = [Stored(machine, "one", {(str(i), 1): c[i] for i in range(cases)}) for c in costs]
        between = Between([stored[2:]]) if campaigns >= LEAST_CAMPAIGNS else None
        for i in range(cases):
            base, head = (np.log(costs[side][i][0]) for side in (0, 1))
            difference = unpaired(base, head, between(str(i), 1) if between else None)
            low, high = difference.log_interval()
            held.append(low <= 0 <= high)
    return float(np.mean(held))


def _campaign(
    rng: np.random.Generator, kind: Noise, own: Array, rounds: int
) -> list[list[list[float]]]:
    """Costs of both arms of every case."""
    met = rng.standard_normal(len(own)) * np.sqrt(own)
    noise = np.swapaxes(kind.draw(rng, (len(own), rounds)), 0, 1) + met[:, None, None]
    arms: list[list[list[float]]] = np.exp(0.02 * noise).tolist()
    return arms


def _gate(ratios: Array, cases: int, test: Test = both_tests) -> Array:
    """What the gate calls slower where all other cases are as they were: Holm's first step."""
    is_sure = test(ratios) * cases <= FALSE_ALARMS
    is_sure[is_sure] = hodges_lehmann(ratios[is_sure], CONFIDENCE)[0] > math.log1p(THRESHOLD)
    return is_sure


def main(folders: Sequence[str]) -> int:
    """Print every table.

    Raises:
        UsageError: a folder is no A/A campaign, or one with few rounds.
    """
    kinds = list(KINDS)
    for folder in folders:
        kinds.append(as_measured(f"as in {Path(folder).name}", _ratios_of(Path(folder))))
    for line in _tables(kinds):
        print(line, flush=True)
    return 0


def _ratios_of(folder: Path) -> list[Sequence[float]]:
    """The log ratios of an A/A campaign, case by case."""
    labels = [each["label"] for each in read_about(folder)["interpreters"]]
    one, again = (read_side(f"{folder}@{label}") for label in labels[:2])
    every: list[Sequence[float]] = [each.ratios for each in contrasts(one, again)[0]]
    ratios = [each for each in every if len(each) >= LEAST_SHOWN]
    if not ratios:
        raise UsageError(f"{folder} has no case with {LEAST_SHOWN} rounds of both arms")
    return ratios


def _tables(kinds: Sequence[Noise]) -> Iterator[str]:
    for rounds in (6, 12, 40):
        yield f"\nCoverage of 95 % intervals, {rounds} rounds\n"
        yield from _header("noise", [each.name for each in INTERVALS])
        for kind in kinds:
            yield _row(kind.name, [coverage(kind, each, rounds, 4000) for each in INTERVALS])
    for rounds in (6, 12, 40):
        yield f"\nThe pace of the machine taken out, {rounds} rounds\n"
        columns = ("coverage without", "half-width without", "coverage with", "half-width with")
        yield from _header("noise of the machine", columns)
        for kind in KINDS[:3]:
            yield _row(kind.name, at_one_pace_or_not(kind, rounds, 4000))
    for rounds in (12, 40):
        yield f"\nIdentical code called different at 95 %, {rounds} rounds of {VALUES} values\n"
        yield from _header("noise", ["pyperf compare_to", "Mann-Whitney"])
        for kind in kinds:
            yield _row(kind.name, list(called_different(kind, rounds, 1000).values()))
    yield "\nCoverage of 95 % intervals of two campaigns, 12 rounds each\n"
    stored = (0, 2, 3, 5, 10)
    yield from _header("variance between, of a round's", [f"{count} stored" for count in stored])
    drift = next(kind for kind in KINDS if kind.draw is _drift)
    for name, kind, share in (
        *((f"{share:.0%}", KINDS[0], share) for share in (0.0, 0.1, 0.5, 1.0)),
        (f"{drift.name}, 0%", drift, 0.0),
    ):
        yield _row(
            name,
            [
                coverage_between(kind, share, campaigns=count, rounds=12, cases=100, repeats=30)
                for count in stored
            ],
        )
    yield "\nWhole suites of 200 cases, 40 rounds\n"
    promises = ["alarm though identical", "5 % found at 3 %", "2 % found at 1.5 %"]
    yield from _header("noise", promises)
    for kind in kinds:
        yield _row(kind.name, _promised(kind, both_tests), digits=2)
    yield "\nThe same with other tests, the worst of all noises\n"
    yield from _header("test", promises)
    for name, test in TESTS.items():
        identical, five, two = zip(*(_promised(kind, test) for kind in KINDS))
        yield _row(name, [max(identical), min(five), min(two)], digits=2)


def _promised(kind: Noise, test: Test) -> list[float]:
    return [
        alarms(kind, 0.03, rounds=40, cases=200, suites=5000, test=test),
        found(kind, 0.03, 0.05, rounds=40, cases=200, comparisons=5000, test=test),
        found(kind, 0.015, 0.02, rounds=40, cases=200, comparisons=5000, test=test),
    ]


def _header(first: str, others: Sequence[str]) -> Iterator[str]:
    yield f"| {' | '.join([first, *others])} |"
    yield f"| --- |{' ---: |' * len(others)}"


def _row(name: str, shares: Sequence[float], digits: int = 1) -> str:
    return f"| {name} | {' | '.join(f'{share:.{digits}%}' for share in shares)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
