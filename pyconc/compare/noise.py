"""`pyconc noise`: a Python against itself shows what can be seen on this machine."""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize, stats

from pyconc.compare.contrast import contrasts
from pyconc.compare.difference import Difference, freedom, trimmed
from pyconc.compare.history import Stored
from pyconc.compare.sides import Side, read_side
from pyconc.compare.store import keep
from pyconc.compare.verdicts import FALSE_ALARMS, FASTER, SLOWER, holm, judge
from pyconc.errors import UsageError
from pyconc.measure import campaign
from pyconc.measure.campaign import Outcome
from pyconc.measure.journal import write_json
from pyconc.measure.plan import Profile
from pyconc.store.suites import campaign_id, read_about
from pyconc.suite.case import Case

#: What it finds, in the campaign's folder.
NOISE = "noise.json"
#: The label of the second arm.
AGAIN = "again"
#: How likely an effect must be found to count as visible.
POWER = 0.8
#: Noise from round to round up to which a case is called steady.
STEADY = 0.03
#: Comparisons that are made of one campaign by swapping its arms at random.
_SWAPS = 1000


class CaseNoise(NamedTuple):
    """How steady one case is."""

    case: str
    rounds: int
    #: Standard deviation of the log cost from round to round, as far as the arms do not share it.
    noise: float
    #: The smallest slowdown, as a share, that the gate finds with the power asked for, among all
    #: cases of the campaign and where the case is compared alone.
    smallest_effect: float
    smallest_effect_alone: float
    difference: Difference


class Noise(NamedTuple):
    """What an A/A campaign shows."""

    cases: list[CaseNoise]
    #: Cases whose 95 % interval excludes 1, and those with a verdict that there is a difference.
    intervals_missed: int
    false_verdicts: int
    #: Whole-suite comparisons with the arms swapped at random, and those that raise an alarm.
    comparisons: int
    alarms: int

    @property
    def steady(self) -> float:
        """The share of the cases that are steady."""
        return sum(each.noise <= STEADY for each in self.cases) / len(self.cases)


def measure_noise(
    chosen: tuple[Profile, Sequence[Case]],
    python: str | None,
    folder: Path | None,
    budget: float | None,
) -> Outcome:
    """Measure one Python twice, as two arms of a campaign.

    Raises:
        UsageError: no case can run, or the Python or the folder cannot be used.
    """
    profile, cases = chosen
    name = python or sys.executable
    pythons = [name, f"{name}={AGAIN}"]
    prepared = campaign.prepare(cases, profile, pythons=pythons, budget=budget)
    return campaign.run(prepared, folder or campaign.default_folder())


def read_noise(folder: Path) -> tuple[Noise, Stored]:
    """What a campaign that measured one Python twice shows, and what is to be kept of it.

    Raises:
        UsageError: it is no such campaign, or has fewer than two rounds.
    """
    about = read_about(folder)
    builds = {each.get("build") for each in about["interpreters"]}
    labels = [each["label"] for each in about["interpreters"]]
    if len(labels) != 2 or len(builds) != 1:
        raise UsageError(
            f"{folder} measured {', '.join(labels)}, and not one Python twice; "
            f"`pyconc noise` does, as does `pyconc run -p PYTHON -p PYTHON={AGAIN}`"
        )
    sides = [read_side(f"{folder}@{label}") for label in labels]
    return noise_of(*sides), _stored(sides)


def noise_of(one: Side, again: Side) -> Noise:
    """What two arms of one Python show.

    Raises:
        UsageError: no case has two rounds.
    """
    found, _ = contrasts(one, again)
    found = [each for each in found if each.difference.has_interval]
    if not found:
        raise UsageError(f"{one.name} has a single round; measure it again with another profile")
    cases = [_case_noise(each.case, each.difference, len(found)) for each in found]
    verdicts = [each.verdict for each in judge(found, [0.0] * len(found))]
    missed = [e.difference for e in found if abs(e.difference.log_ratio) > e.difference.margin()]
    alarms = _alarms_by_swapping([_pairs(one, again, each.case) for each in found])
    return Noise(
        cases, len(missed), verdicts.count(SLOWER) + verdicts.count(FASTER), _SWAPS, alarms
    )


def _case_noise(case: str, difference: Difference, tests: int) -> CaseNoise:
    rounds, error = difference.rounds, difference.error
    return CaseNoise(
        case,
        rounds,
        error * math.sqrt(rounds / 2),  # a difference is of two rounds
        math.expm1(visible(rounds, FALSE_ALARMS / tests) * error),
        math.expm1(visible(rounds, FALSE_ALARMS) * error),
        difference,
    )


@functools.cache
def visible(rounds: int, false_alarms: float) -> float:
    """The effect that is found with the power asked for, in standard errors (noncentral t)."""
    degrees = freedom(rounds)
    critical = float(stats.t.isf(false_alarms, degrees))

    def missing(effect: float) -> float:
        return float(stats.nct.sf(critical, degrees, effect)) - POWER

    return float(optimize.brentq(missing, 0, 4 * critical + 10))


def _pairs(one: Side, again: Side, case: str) -> dict[int, float]:
    """The log ratio of each round that both arms have."""
    ours, theirs = one.measured[case].costs, again.measured[case].costs
    return {number: math.log(theirs[number] / ours[number]) for number in ours if number in theirs}


def _alarms_by_swapping(pairs: Sequence[dict[int, float]]) -> int:
    """Of comparisons in which each round's arms change places or do not, how many raise an alarm.

    With identical code every such comparison could as well have been the one measured.
    """
    draw = np.random.default_rng(0)
    last = max(max(each) for each in pairs)
    signs = draw.choice([-1.0, 1.0], size=(_SWAPS, last + 1))
    p_slower = np.empty((_SWAPS, len(pairs)))
    for place, each in enumerate(pairs):
        means, errors = trimmed(signs[:, list(each)] * np.array(list(each.values())))
        p_slower[:, place] = stats.t.sf(means / errors, freedom(len(each)))
    return sum(bool((holm(row) <= FALSE_ALARMS).any()) for row in p_slower)


def _stored(sides: Sequence[Side]) -> Stored:
    costs: dict[tuple[str, Any], list[list[float]]] = {}
    for side in sides:
        for case, measured in side.measured.items():
            version = measured.metadata.get("pyconc_version")
            costs.setdefault((case, version), []).append(list(measured.costs.values()))
    about = sides[0].about
    python = str(about.get("build") or about.get("version") or sides[0].label)
    return Stored(sides[0].machine, python, costs)


def show_noise(folder: Path, history: Path | None) -> None:
    """Print what an A/A campaign shows, and keep it in its folder and for later comparisons.

    Raises:
        UsageError: it is no such campaign, or cannot be written.
    """
    noise, stored = read_noise(folder)
    write_json(folder / NOISE, document(noise))
    kept = keep(stored, campaign_id(read_about(folder)), history)
    _print(noise)
    print(f"kept for comparisons in {kept}")


def document(noise: Noise) -> dict[str, Any]:
    """Everything, as JSON; noises and effects are shares."""
    return {
        "cases": [
            {
                "id": each.case,
                "rounds": each.rounds,
                "noise": each.noise,
                "smallest_effect": each.smallest_effect,
                "smallest_effect_alone": each.smallest_effect_alone,
                "ratio": each.difference.ratio,
                "ci_low": each.difference.interval()[0],
                "ci_high": each.difference.interval()[1],
            }
            for each in noise.cases
        ],
        "steady": noise.steady,
        "intervals_missed": noise.intervals_missed,
        "false_verdicts": noise.false_verdicts,
        "comparisons": noise.comparisons,
        "alarms": noise.alarms,
    }


def sentences(noise: Noise) -> list[str]:
    """What it comes to."""
    count = len(noise.cases)
    effects = sorted(each.smallest_effect for each in noise.cases)
    return [
        f"{noise.steady:.0%} of {count} cases vary by at most {STEADY:.0%} from round to round",
        f"half of the cases show a slowdown of {effects[count // 2]:.1%}, at {FALSE_ALARMS:.0%} "
        f"false alarms of the whole suite and {POWER:.0%} power",
        f"{noise.intervals_missed} of {count} intervals of 95 % miss the truth, "
        f"{noise.false_verdicts} verdicts are false",
        f"{noise.alarms} of {noise.comparisons} comparisons with the arms swapped at random raise "
        f"an alarm",
    ]


def _print(noise: Noise) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    table = Table()
    table.add_column("case", no_wrap=True)
    for heading in ("rounds", "noise", "visible in the suite", "visible alone", "ratio"):
        table.add_column(heading, justify="right")
    for each in sorted(noise.cases, key=lambda each: each.smallest_effect):
        figures = (each.noise, each.smallest_effect, each.smallest_effect_alone)
        shares = [f"{figure:.1%}" for figure in figures]
        table.add_row(escape(each.case), str(each.rounds), *shares, f"{each.difference.ratio:.3f}")
    console.print(table)
    for sentence in sentences(noise):
        console.print(sentence)
