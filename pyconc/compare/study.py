"""Whether verdicts hold: ``python -m pyconc.compare.study [CAMPAIGN ...]``.

Noise of many kinds is drawn again and again. Suites of identical code are written as result files,
read and compared, as `pyconc compare` does, and the false alarms counted. So are slowdowns that are
found, and intervals that hold the truth. The tables of docs/statistics.md are this module's output;
all draws have fixed seeds. A/A campaigns that are named add noise as they have it.
"""

from __future__ import annotations

import argparse
import itertools
import math
import multiprocessing
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pyperf._utils import is_significant  # what `pyperf compare_to` goes by
from scipy import stats

from pyconc.compare.comparison import Comparison, compare
from pyconc.compare.history import History, Stored
from pyconc.compare.simulated import (
    CLEAN_MODES,
    KINDS,
    MACHINE,
    NORMAL,
    PROMISED,
    TICKS,
    Noise,
    as_measured,
    mixed,
    name_of,
    write_side,
)
from pyconc.compare.store import keep, read_history
from pyconc.errors import UsageError
from pyconc.measure.plan import PROFILES
from pyconc.measure.stopping import half_width
from pyconc.statistics.contrast import contrasts
from pyconc.statistics.exchange import CONFIDENCE, ENOUGH_ROUNDS, ends, statistics
from pyconc.statistics.verdicts import FALSE_ALARMS, FASTER, SLOWER, THRESHOLD, holm
from pyconc.store.sides import read_side
from pyconc.store.suites import read_about

Array = np.ndarray
CASES = 200
#: Noise from round to round where nothing else is said.
NOISE = 0.03
#: Suites of each row: of one campaign, and of two files.
SUITES, SUITES_OF_FILES = 1000, 300
#: `pyperf compare_to` is asked of so many of them: it takes long, and calls every one different.
_ASKED = 20
#: Fewer rounds of a case do not show what its noise is like.
LEAST_SHOWN = 12


class Scenario(NamedTuple):
    """Two sides of identical code, and what is known beside them."""

    name: str
    #: Log costs of both, by case and round.
    draw: Callable[[np.random.Generator], tuple[Array, Array]]
    #: Whether they are arms of one campaign.
    paired: bool = True
    #: Campaigns that are stored before: log costs by arm, case and round.
    before: Callable[[np.random.Generator], list[Array]] | None = None


class Said(NamedTuple):
    """What is said of one suite of identical code."""

    alarm: bool
    #: Whether there is any `slower` or `faster`, and any suspect.
    verdict: bool
    suspect: bool
    #: Whether Student's paired test (or Welch's) with Holm's steps calls anything slower or faster,
    #: and whether pyperf does, where it was asked.
    student: bool
    pyperf: bool | None
    #: The share of cases' and of families' intervals that hold the truth, and whether that of all
    #: families does.
    cases_held: float
    families_held: float
    all_held: bool


def suite(scenario: Scenario, seed: int, folder: Path) -> Said:
    """Write both sides of one suite, read them, and compare them."""
    rng = np.random.default_rng([seed, len(scenario.name)])
    history = _stored(scenario.before(rng), folder / f"history-{seed}") if scenario.before else None
    logs = scenario.draw(rng)
    campaign = f"simulated {seed}" if scenario.paired else None
    paths = [
        write_side(folder / f"{name}-{seed}.json", side, campaign)
        for name, side in zip(("base", "head"), logs)
    ]
    found = compare(*(read_side(str(path)) for path in paths), history=history)
    for path in paths:
        path.unlink()
    return _said(found, logs, paired=scenario.paired, ask_pyperf=seed < _ASKED)


def _said(found: Comparison, logs: tuple[Array, Array], *, paired: bool, ask_pyperf: bool) -> Said:
    verdicts = {each.verdict for each in found.judged}
    families = [each.difference for each in found.families]
    assert found.overall is not None
    return Said(
        bool(found.alarms),
        bool(verdicts & {SLOWER, FASTER}),
        "suspect" in verdicts,
        _by_student(*logs, paired=paired),
        _by_pyperf(*logs) if ask_pyperf else None,
        float(np.mean([each.difference.low <= 0 <= each.difference.high for each in found.judged])),
        float(np.mean([each.low <= 0 <= each.high for each in families])),
        found.overall.difference.low <= 0 <= found.overall.difference.high,
    )


def _by_student(base: Array, head: Array, *, paired: bool) -> bool:
    if paired:
        p_values = stats.ttest_rel(base, head, axis=-1, nan_policy="omit").pvalue
    else:
        p_values = stats.ttest_ind(base, head, axis=-1, nan_policy="omit", equal_var=False).pvalue
    return bool((holm(np.nan_to_num(np.asarray(p_values), nan=1.0)) <= FALSE_ALARMS).any())


def _by_pyperf(base: Array, head: Array) -> bool:
    """Whether it calls any case different."""
    for one, other in zip(np.exp(base), np.exp(head)):
        sides = [[cost for cost in side.tolist() if cost == cost] for side in (one, other)]
        size = min(map(len, sides))  # its test wants as many of both
        try:
            if is_significant(*(side[:size] for side in sides))[0]:
                return True
        except ZeroDivisionError:  # it cannot tell where nothing varies
            continue
    return False


def _stored(campaigns: Sequence[Array], folder: Path) -> History:
    """As `pyconc noise` keeps campaigns, and as comparisons read them."""
    for number, arms in enumerate(campaigns):
        costs = {
            (name_of(case), None): np.exp(arms[:, case]).tolist() for case in range(arms.shape[1])
        }
        keep(Stored(MACHINE, "one", costs), str(number), folder)
    history = read_history(folder)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    return history


def said(scenario: Scenario, suites: int) -> list[Said]:
    """What is said of so many suites, on all cores."""
    with tempfile.TemporaryDirectory() as name:
        # Forked workers have the scenario without being sent it, which functions cannot be.
        pool = ProcessPoolExecutor(
            mp_context=multiprocessing.get_context("fork"),
            initializer=_take_part, initargs=(scenario, Path(name)),
        )  # fmt: skip
        with pool:
            return list(pool.map(_one, range(suites), chunksize=10))


def _take_part(scenario: Scenario, folder: Path) -> None:
    global _one_of
    _one_of = partial(suite, scenario, folder=folder)


def _one(seed: int) -> Said:
    return _one_of(seed)


_one_of: Callable[[int], Said]


def campaign(kind: Noise, rounds: int, noise: float = NOISE) -> Scenario:
    """Two arms of one campaign."""

    def draw(rng: np.random.Generator) -> tuple[Array, Array]:
        base, head = kind.draw(rng, (CASES, rounds)) * noise
        return base, head

    return Scenario(f"{rounds} rounds, {kind.name}", draw)


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
    return half_width(np.exp(ratios[:rounds]).tolist()) > target


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
    for rounds in (ENOUGH_ROUNDS, 12, 40):
        for kind in kinds:
            yield campaign(kind, rounds), SUITES
    for kind in (CLEAN_MODES, mixed(NORMAL, CLEAN_MODES, 20), NORMAL):
        yield as_quick_stops(kind), SUITES
    yield two_files(NORMAL, 40, 3), SUITES_OF_FILES
    for factor in (1.0, 2.0, 10.0):
        yield two_files(NORMAL, 20, 6, factor), SUITES_OF_FILES
    for runs in (2, 3, 4):
        yield two_files(CLEAN_MODES, runs, runs), SUITES_OF_FILES
    for stored in (2, 3, 5, 10):
        yield two_campaigns(stored, 0.02), SUITES


def coverage(kind: Noise, rounds: int, comparisons: int) -> dict[str, float]:
    """How often 95 % intervals of paired rounds hold the truth, by how they are made."""
    base, head = kind.draw(np.random.default_rng(rounds), (comparisons, rounds)) * NOISE
    ratios = head - base
    ours = np.array([ends(each) for each in ratios])
    margin = stats.t.ppf((1 + CONFIDENCE) / 2, rounds - 1) * stats.sem(ratios, axis=-1)
    drawn = stats.bootstrap(
        (ratios,), np.mean, axis=-1, n_resamples=1000, method="BCa",
        confidence_level=CONFIDENCE, rng=np.random.default_rng(0), batch=50,
    ).confidence_interval  # fmt: skip
    return {
        "ours": float(((ours[:, 0] <= 0) & (ours[:, 1] >= 0)).mean()),
        "Student's": float((np.abs(ratios.mean(axis=-1)) <= margin).mean()),
        "BCa bootstrap": float(((drawn.low <= 0) & (drawn.high >= 0)).mean()),
    }


def found(
    kind: Noise, noise: float, slowdown: float, *, comparisons: int, in_half: bool = False
) -> float:
    """How often a slowdown of one case of so many raises the alarm, in 40 rounds.

    Args:
        in_half: it is there in half of the rounds.
    """
    rng = np.random.default_rng(2)
    rounds, at_once = 40, 50
    draws = -(-comparisons // at_once)
    raised = 0
    for number in range(draws):
        base, head = kind.draw(rng, (CASES - 1 + at_once, rounds)) * noise
        ratios = head - base
        is_there = rng.permuted(np.arange(rounds) % 2) if in_half else np.ones(rounds)
        ratios[:at_once] += math.log1p(slowdown) * is_there
        raised += int(_alarms(ratios, at_once, str(number)).sum())
    return raised / (at_once * draws)


def _alarms(ratios: Array, candidates: int, seed: str) -> Array:
    """Whether the gate calls each of the first cases slower, where it is alone with the others that
    are no candidates. (By its first step: further ones could only find more.)
    """
    observed, as_large, total = np.zeros(0), np.zeros(candidates), 0
    for found in statistics([dict(enumerate(each)) for each in ratios.tolist()], seed):
        observed = observed if total else found[:candidates, 0] - 1e-9
        largest = np.maximum(found[:candidates], found[candidates:].max(axis=0))
        as_large += (largest >= observed[:, None]).sum(axis=1)
        total += found.shape[1]
    beyond = ratios[:candidates].mean(axis=-1) > math.log1p(THRESHOLD)
    return np.asarray(beyond & (as_large / total <= FALSE_ALARMS))


def main(arguments: Sequence[str]) -> int:
    """Print every table.

    Raises:
        UsageError: a folder is no A/A campaign, or one with few rounds.
    """
    options = argparse.ArgumentParser(prog="python -m pyconc.compare.study")
    options.add_argument("campaigns", nargs="*", type=Path, help="A/A campaigns, for their noise")
    options.add_argument("--share", type=float, default=1.0, help="of the suites (for a trial)")
    args = options.parse_args(arguments)
    warnings.simplefilter("ignore")  # of scipy, of samples that hardly vary
    measured = [as_measured(f"as in {each.name}", _ratios_of(each)) for each in args.campaigns]
    tables = (
        _of_intervals([*KINDS[:-1], *measured]),  # each comparison by itself shares nothing
        _of_slowdowns([*PROMISED, *measured], args.share),
        _of_alarms([*KINDS, *measured], args.share),
    )
    for line in itertools.chain.from_iterable(tables):
        print(line, flush=True)
    return 0


def _ratios_of(folder: Path) -> list[list[float]]:
    """The log ratios of an A/A campaign, case by case."""
    labels = [each["label"] for each in read_about(folder)["interpreters"]]
    one, again = (read_side(f"{folder}@{label}") for label in labels[:2])
    every = [list(each.ratios.values()) for each in contrasts(one, again)[0]]
    ratios = [each for each in every if len(each) >= LEAST_SHOWN]
    if not ratios:
        raise UsageError(f"{folder} has no case with {LEAST_SHOWN} rounds of both arms")
    return ratios


def _of_intervals(kinds: Sequence[Noise]) -> Iterator[str]:
    for rounds in (4, 6, 8, 12, 40):
        yield f"\nCoverage of 95 % intervals, {rounds} rounds\n"
        shares = {kind.name: coverage(kind, rounds, 4000) for kind in kinds}
        yield from _header("noise", list(next(iter(shares.values()))))
        for name, held in shares.items():
            yield _row(name, list(held.values()))


def _of_slowdowns(kinds: Sequence[Noise], share: float) -> Iterator[str]:
    yield f"\nSlowdowns of one case of {CASES} that raise the alarm, 40 rounds\n"
    wanted = ((0.03, 0.05, False), (0.015, 0.02, False), (0.03, 0.10, True))
    columns = [
        f"{slowdown:.0%}{' in half of the rounds' if half else ''} at {noise:.1%}"
        for noise, slowdown, half in wanted
    ]
    yield from _header("noise", columns)
    for kind in kinds:
        shares = [
            found(kind, noise, slowdown, comparisons=int(2000 * share), in_half=half)
            for noise, slowdown, half in wanted
        ]
        yield _row(kind.name, shares)


def _of_alarms(kinds: Sequence[Noise], share: float) -> Iterator[str]:
    yield f"\nSuites of {CASES} cases of identical code, through files: what is said of them\n"
    columns = ("suites", "alarm", "any verdict", "any suspect", "Student's, Holm",
               "pyperf compare_to", "intervals hold", "of families", "of all families")  # fmt: skip
    yield from _header("sides", columns)
    for scenario, suites in scenarios(kinds):
        every = said(scenario, max(1, int(suites * share)))
        asked = [each.pyperf for each in every if each.pyperf is not None]
        columns_of = zip(*(each._replace(pyperf=False) for each in every))
        shares = [float(np.mean(each)) for each in columns_of]
        shares[4] = float(np.mean(asked))
        yield _row(f"{scenario.name} | {len(every)}", shares)


def _header(first: str, others: Sequence[str]) -> Iterator[str]:
    yield f"| {' | '.join([first, *others])} |"
    yield f"| --- |{' ---: |' * len(others)}"


def _row(name: str, shares: Sequence[float]) -> str:
    return f"| {name} | {' | '.join(f'{share:.1%}' for share in shares)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
