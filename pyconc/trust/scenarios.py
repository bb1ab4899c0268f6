"""What the study compares: two sides of identical code, and what is known beside them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pyconc.figures import counted
from pyconc.measure.plan import PROFILES
from pyconc.measure.stopping import half_width
from pyconc.statistics.exchange import ENOUGH_ROUNDS
from pyconc.trust.simulated import CLEAN_MODES, KINDS, NORMAL, TICKS, Noise, mixed

Array = np.ndarray
CASES = 200
#: Noise from round to round where nothing else is said.
NOISE = 0.03
#: Suites of each row, and fewer of them where a suite takes long and there are many such rows.
SUITES, FEWER, FEW = 1000, 300, 100


class Scenario(NamedTuple):
    """Two sides of identical code, and what is known beside them."""

    name: str
    #: Log costs of both, by case and round.
    draw: Callable[[np.random.Generator], tuple[Array, Array]]
    #: Whether they are arms of one campaign.
    paired: bool = True
    #: Campaigns that are stored before: log costs by arm, case and round.
    before: Callable[[np.random.Generator], list[Array]] | None = None


def campaign(kind: Noise, rounds: int, noise: float = NOISE) -> Scenario:
    """Two arms of one campaign."""

    def draw(rng: np.random.Generator) -> tuple[Array, Array]:
        base, head = kind.draw(rng, (CASES, rounds)) * noise
        return base, head

    return Scenario(f"{counted(rounds, 'round')}, {kind.name}", draw)


def as_quick_stops(kind: Noise) -> Scenario:
    """Two arms, each case with as many rounds as the rule of `quick` gives it."""
    profile = PROFILES["quick"]

    def draw(rng: np.random.Generator) -> tuple[Array, Array]:
        base, head = kind.draw(rng, (CASES, profile.most_rounds)) * NOISE
        for ours, theirs in zip(base, head):
            number = profile.rounds
            while number < profile.most_rounds and _is_wide(theirs - ours, number, profile.target):
                number += 1
            ours[number:] = theirs[number:] = math.nan
        return base, head

    return Scenario(f"as quick stops, {kind.name}", draw)


def _is_wide(ratios: Array, rounds: int, target: float) -> bool:
    return half_width(ratios[:rounds].tolist()) > target


def two_files(kind: Noise, base: int, head: int, factor: float = 1.0) -> Scenario:
    """Two files from anywhere, HEAD with so many times the noise."""

    def draw(rng: np.random.Generator) -> tuple[Array, Array]:
        most = max(base, head)
        one, other = kind.draw(rng, (CASES, most)) * NOISE
        return one[:, :base], factor * other[:, :head]

    more = f", HEAD's {factor:g} times" if factor != 1 else ""
    return Scenario(f"{base} and {head} runs, {kind.name}{more}", draw, paired=False)


def two_campaigns(stored: int, machine: float, *, rounds: int = 12) -> Scenario:
    """Two campaigns, others being stored; each meets the machine, and each case, in another state.

    Args:
        machine: by how much the machine's speed moves as a whole. Each case moves by 1 % more.
    """

    def meet(rng: np.random.Generator, arms: int) -> Array:
        state = machine * rng.standard_normal() + 0.01 * rng.standard_normal((1, CASES, 1))
        return np.asarray(NOISE * rng.standard_normal((arms, CASES, rounds)) + state)

    return Scenario(
        f"{stored} stored, the machine moves by {machine:.0%}",
        lambda rng: (meet(rng, 1)[0], meet(rng, 1)[0]),
        paired=False,
        before=(lambda rng: [meet(rng, 2) for _ in range(stored)]) if stored else None,
    )


def scenarios(kinds: Sequence[Noise] = KINDS) -> Iterator[tuple[Scenario, int]]:
    """Every row of the table of false alarms, and its suites."""
    for rounds in (3, 4, 6):
        for kind in (CLEAN_MODES, TICKS):
            yield campaign(kind, rounds), SUITES
    for rounds, suites in ((ENOUGH_ROUNDS, FEWER), (12, FEWER), (40, FEW)):
        for kind in kinds:
            yield campaign(kind, rounds), suites
    for kind in (CLEAN_MODES, mixed(NORMAL, CLEAN_MODES, 20), NORMAL):
        yield as_quick_stops(kind), SUITES
    yield two_files(NORMAL, 40, 3), FEWER
    for factor in (1.0, 2.0, 10.0):
        yield two_files(NORMAL, 20, 6, factor), FEWER
    for runs in (2, 3, 4):
        yield two_files(CLEAN_MODES, runs, runs), FEWER
    for stored, suites in ((2, SUITES), (3, SUITES), (5, FEWER)):
        yield two_campaigns(stored, 0.02), suites
