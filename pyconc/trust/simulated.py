"""Noise as our own cases have it, and result files that are made of it, for `study`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray
Rng = np.random.Generator
#: By what the machine of simulated files is known.
MACHINE: dict[str, Any] = {"hostname": "simulated", "cpu_model_name": "none", "cpu_count": 2}
#: Families that the cases of a simulated suite belong to in turn.
_FAMILIES = 10


class Noise(NamedTuple):
    """One kind of noise from round to round, on the log scale."""

    name: str
    #: Of base and head, in an array of two by the shape that is asked for: cases and rounds, or
    #: whatever else. In units of the noise.
    draw: Callable[[Rng, tuple[int, ...]], Array]


def _normal(rng: Rng, shape: tuple[int, ...]) -> Array:
    return rng.standard_normal((2, *shape))


def _heavy(rng: Rng, shape: tuple[int, ...]) -> Array:
    return rng.standard_t(3, (2, *shape)) / math.sqrt(3)


def _very_heavy(rng: Rng, shape: tuple[int, ...]) -> Array:
    """Such noise has no variance; half of it is within that of normal noise. No cost is billions of
    times another one, though.
    """
    return np.clip(rng.standard_t(1.5, (2, *shape)) * 0.8, -300, 300)


def _bursts(rng: Rng, shape: tuple[int, ...]) -> Array:
    """One round in eight is disturbed, and then dearer by ten times the noise of the others."""
    noise = rng.standard_normal((2, *shape)) + 10 * (rng.random((2, *shape)) < 1 / 8)
    return noise / math.sqrt(1 + 100 * 1 / 8 * 7 / 8)


def _modes(spread: float) -> Callable[[Rng, tuple[int, ...]], Array]:
    """A contended lock's rounds settle in one of two modes."""

    def draw(rng: Rng, shape: tuple[int, ...]) -> Array:
        noise = spread * rng.standard_normal((2, *shape)) + (rng.random((2, *shape)) < 0.4)
        return noise / math.sqrt(spread**2 + 0.4 * 0.6)

    return draw


def _ticks(rng: Rng, shape: tuple[int, ...]) -> Array:
    """A coarse clock tells nothing smaller than the noise."""
    return np.round(rng.standard_normal((2, *shape)))


def _drift(rng: Rng, shape: tuple[int, ...]) -> Array:
    """The machine wanders, and both sides of a round with it."""
    shared = np.cumsum(rng.standard_normal(shape), axis=-1) / 2
    return rng.standard_normal((2, *shape)) + shared


def shared_by_cases(share: float) -> Noise:
    """All cases of a round have so much of the variance in common, each arm by itself."""

    def draw(rng: Rng, shape: tuple[int, ...]) -> Array:
        own = rng.standard_normal((2, *shape))
        common = rng.standard_normal((2, *(1 for _ in shape[:-1]), shape[-1]))
        return np.asarray(math.sqrt(1 - share) * own + math.sqrt(share) * common)

    return Noise(f"{share:.0%} shared by the cases of a round", draw)


NORMAL = Noise("normal", _normal)
HEAVY = Noise("heavy tails", _heavy)
BURSTS = Noise("bursts", _bursts)
MODES = Noise("two modes", _modes(0.15))
CLEAN_MODES = Noise("two clean modes", _modes(0.02))
TICKS = Noise("ticks of a coarse clock", _ticks)
DRIFT = Noise("drift of the machine", _drift)
VERY_HEAVY = Noise("very heavy tails", _very_heavy)
KINDS = (
    NORMAL, HEAVY, VERY_HEAVY, BURSTS, MODES, CLEAN_MODES, TICKS, DRIFT, shared_by_cases(0.5),
)  # fmt: skip
#: Noise of which the promise says what is found: it has a variance, and a clock that is fine.
PROMISED = (NORMAL, HEAVY, BURSTS, MODES, DRIFT, shared_by_cases(0.5))


def mixed(usual: Noise, rare: Noise, every: int) -> Noise:
    """One case in so many has the other kind of noise."""

    def draw(rng: Rng, shape: tuple[int, ...]) -> Array:
        found = usual.draw(rng, shape)
        found[:, ::every] = rare.draw(rng, shape)[:, ::every]
        return found

    return Noise(f"{rare.name} in one case of {every}", draw)


def as_measured(name: str, cases: Sequence[Sequence[float]]) -> Noise:
    """Noise as an A/A campaign has it: its log ratios by round, each of them as well inverted.

    Args:
        cases: log ratios of each case.
    """
    spread = [np.array(each) / np.std(each) for each in cases if len(each) > 1 and np.ptp(each)]

    def draw(rng: Rng, shape: tuple[int, ...]) -> Array:
        """Each row is one case, whose rounds are drawn with replacement. HEAD alone has noise: as
        much as two independent sides would differ by.
        """
        flat, count = math.prod(shape[:-1]), shape[-1]
        drawn = np.zeros((flat, count))
        for place, case in enumerate(rng.integers(len(spread), size=flat)):
            drawn[place] = rng.choice(spread[case], count)
        head = (drawn * rng.choice([-1, 1], drawn.shape)).reshape(shape) * math.sqrt(2)
        return np.array([np.zeros(shape), head])

    return Noise(name, draw)


def write_side(path: Path, logs: Array, campaign: str | None = None) -> Path:
    """A pyperf file of simulated costs.

    Args:
        logs: log costs by case and round; a round that is NaN was not measured.
        campaign: what tells the campaign that the file is an arm of, as pyconc's own files say it;
            without one it is a file from anywhere.
    """
    ours = {"pyconc_campaign": campaign, "pyconc_version": 1} if campaign else {}
    body = {
        "version": "1.0",
        "metadata": {**MACHINE, "python_version": "3.14.0", "loops": 1, "inner_loops": 1, **ours},
        "benchmarks": [
            {"metadata": {"name": name_of(case), "unit": "second"}, "runs": _runs(rounds)}
            for case, rounds in enumerate(1e-6 * np.exp(logs))
        ],
    }
    path.write_text(json.dumps(body, allow_nan=False), "utf-8")
    return path


def name_of(case: int) -> str:
    return f"family{case % _FAMILIES}.case{case}"


def _runs(costs: Array) -> list[dict[str, Any]]:
    return [
        {"metadata": {"pyconc_round": number}, "values": [cost]}
        for number, cost in enumerate(costs.tolist(), 1)
        if not math.isnan(cost)
    ]
