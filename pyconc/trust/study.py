"""Whether verdicts hold: ``python -m pyconc.trust study [CAMPAIGN ...]``.

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
from pyconc.compare.store import keep, read_history
from pyconc.errors import UsageError
from pyconc.figures import counted
from pyconc.statistics.exchange import CONFIDENCE, ends, statistics
from pyconc.statistics.history import History, Stored
from pyconc.statistics.matched import matched_cases
from pyconc.statistics.verdicts import FALSE_ALARMS, FASTER, SLOWER, THRESHOLD, holm
from pyconc.store.about import read_about
from pyconc.store.read_side import read_side
from pyconc.trust.scenarios import CASES, NOISE, Scenario, scenarios
from pyconc.trust.simulated import KINDS, MACHINE, PROMISED, Noise, as_measured, name_of, write_side

Array = np.ndarray
#: `pyperf compare_to` is asked of so many of them: it takes long, and calls every one different.
_ASKED = 20
#: Fewer rounds of a case do not show what its noise is like.
LEAST_SHOWN = 12


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


def coverage(kind: Noise, rounds: int, comparisons: int) -> dict[str, float]:
    """How often 95 % intervals of paired rounds hold the truth, by how they are made."""
    ratios = _ratios(kind, rounds, comparisons)
    margin = stats.t.ppf((1 + CONFIDENCE) / 2, rounds - 1) * stats.sem(ratios, axis=-1)
    drawn = stats.bootstrap(
        (ratios,), np.mean, axis=-1, n_resamples=1000, method="BCa",
        confidence_level=CONFIDENCE, rng=np.random.default_rng(0), batch=50,
    ).confidence_interval  # fmt: skip
    return {
        "ours": held_by_ours(kind, rounds, comparisons),
        "Student's": float((np.abs(ratios.mean(axis=-1)) <= margin).mean()),
        "BCa bootstrap": float(((drawn.low <= 0) & (drawn.high >= 0)).mean()),
    }


def held_by_ours(kind: Noise, rounds: int, comparisons: int) -> float:
    """The share of our intervals that hold the truth, which is 0."""
    found = (ends(each) for each in _ratios(kind, rounds, comparisons))
    return float(np.mean([low <= 0 <= high for low, high in found]))


def _ratios(kind: Noise, rounds: int, comparisons: int) -> Array:
    base, head = kind.draw(np.random.default_rng(rounds), (comparisons, rounds)) * NOISE
    return np.asarray(head - base)


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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("campaigns", nargs="*", type=Path, help="A/A campaigns, for their noise")
    parser.add_argument("--share", type=float, default=1.0, help="of the suites (for a trial)")


def run(args: argparse.Namespace) -> int:
    """Print every table.

    Raises:
        UsageError: a folder is no A/A campaign, or one with few rounds.
    """
    warnings.simplefilter("ignore")  # of scipy, of samples that hardly vary
    measured = [as_measured(f"as in {each.name}", _ratios_of(each)) for each in args.campaigns]
    tables = (
        _of_intervals(
            [*KINDS[:-1], *measured], args.share
        ),  # each comparison by itself shares nothing
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
    every = [list(each.ratios.values()) for each in matched_cases(one, again)[0]]
    ratios = [each for each in every if len(each) >= LEAST_SHOWN]
    if not ratios:
        raise UsageError(f"{folder} has no case with {LEAST_SHOWN} rounds of both arms")
    return ratios


def _of_intervals(kinds: Sequence[Noise], share: float) -> Iterator[str]:
    for rounds in (4, 6, 8, 12, 40):
        yield f"\nCoverage of 95 % intervals, {counted(rounds, 'round')}\n"
        shares = {kind.name: coverage(kind, rounds, math.ceil(4000 * share)) for kind in kinds}
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
            found(kind, noise, slowdown, comparisons=math.ceil(2000 * share), in_half=half)
            for noise, slowdown, half in wanted
        ]
        yield _row(kind.name, shares)


def _of_alarms(kinds: Sequence[Noise], share: float) -> Iterator[str]:
    yield f"\nSuites of {CASES} cases of identical code, through files: what is said of them\n"
    columns = ("suites", "alarm", "any verdict", "any suspect", "Student's, Holm",
               "pyperf compare_to", "intervals hold", "of families", "of all families")  # fmt: skip
    yield from _header("sides", columns)
    for scenario, suites in scenarios(kinds):
        every = said(scenario, math.ceil(suites * share))
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
