"""A benchmark of the comparison itself: ``python -m pyconc.trust slowdowns``, `make bench-compare`.

A Python is measured against itself, and against itself with a busy-wait of a known length around
the primitive; then again, in a campaign of its own. What pyconc says of it stands beside what
``pyperf compare_to`` and Mann and Whitney's test say of the same files. It takes about a quarter of
an hour.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pyperf._utils import is_significant  # what `pyperf compare_to` goes by
from scipy import stats

from pyconc.measure import campaign
from pyconc.measure.interpreters import this
from pyconc.measure.plan import PROFILES
from pyconc.measure.slowdown import VARIABLE
from pyconc.statistics.difference import Difference
from pyconc.statistics.exchange import ENOUGH_ROUNDS, largest_by_chance
from pyconc.statistics.matched import MatchedCase, matched_cases
from pyconc.statistics.verdicts import FALSE_ALARMS, THRESHOLD, judge
from pyconc.store.measured import Side
from pyconc.store.read_side import read_side
from pyconc.store.rounds import rounds_of
from pyconc.store.suites import document_of

#: Steady cases of one thread, on which the promise is made.
SAMPLE = (
    "lock.pair[thread-1]", "lock.with[thread-1]", "lock.try_held[thread-1]", "rlock.pair[thread-1]",
    "semaphore.pair[thread-1-Semaphore]", "event.is_set[thread-1]", "queue.put_get[thread-1-Queue]",
    "queue.put_get[thread-1-SimpleQueue]", "queue.put_get[thread-1-deque]",
    "context_manager.try_finally[thread-1-lock]", "thread.current_thread[thread-1]",
    "reference.call[thread-1]",
)  # fmt: skip
#: Arms of the campaign, and the share by which each is slower.
ARMS = {"base": 0.0, "again": 0.0, "slower2": 0.02, "slower5": 0.05}
#: The gate is judged as in a suite of so many cases, the others being as they were.
SUITE = 200
#: Comparisons drawn from the rounds of one, with replacement.
_DRAWS = 2000


class Found(NamedTuple):
    """What is said of one case on two arms."""

    case: str
    difference: Difference
    #: A verdict that there is a difference, by the name of who gives it.
    says_different: Mapping[str, bool]
    #: How often the gate would raise an alarm, were the pairs of rounds drawn again.
    alarms: float | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-p", "--python", default=this())
    parser.add_argument("-o", "--output", type=Path, help="keep the campaigns in this folder")
    parser.add_argument("--rounds", type=int, default=PROFILES["full"].most_rounds)
    parser.add_argument("--again", action="store_true", help="judge what is in --output already")


def run(args: argparse.Namespace) -> int:
    """Measure both campaigns, and print what each kind of verdict finds."""
    if args.output and args.again:
        return _report(args.output)
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.output or Path(temporary)
        measure(folder, args.python, args.rounds)
        return _report(folder)


def measure(folder: Path, python: str, rounds: int, sample: Sequence[str] = SAMPLE) -> None:
    """Two campaigns: ``one`` with all arms, ``two`` with `base` alone and fewer rounds."""
    for name, arms, count in (("one", ARMS, rounds), ("two", {"base": 0.0}, max(2, rounds // 2))):
        profile = PROFILES["full"]._replace(rounds=count, most_rounds=count)
        cases = campaign.choose(profile, sample, None)
        cases = [case for case in cases if case.id in sample]
        prepared = campaign.prepare(
            cases, profile, pythons=[f"{python}={arm}" for arm in arms], budget=3600
        )
        for arm, share in arms.items():  # of the same length for all, as environments are to be
            place = prepared.places[arm]
            env = {**place.env, VARIABLE: f"{share:.3f}"}
            prepared.places[arm] = place._replace(env=env)
        if campaign.run(prepared, folder / name).interrupted:
            raise KeyboardInterrupt


def compared(base: Side, head: Side) -> list[Found]:
    """What everybody says of HEAD, case by case."""
    found, _ = matched_cases(base, head)
    values = [_values(side) for side in (base, head)]
    verdicts = {each.case: each.verdict for each in judge(found, [THRESHOLD] * len(found))}
    return [
        Found(
            each.case,
            each.difference,
            {
                "pyconc": verdicts[each.case] in ("slower", "faster"),
                **_others(*(by_case[each.case] for by_case in values)),
            },
            _alarms(each),
        )
        for each in found
    ]


def _values(side: Side) -> dict[str, list[float]]:
    return {
        case: [value for run in rounds.runs.values() for value in run.values]
        for (_, case), rounds in rounds_of(document_of(side.path, side.label).content).items()
    }


def _others(base: Sequence[float], head: Sequence[float]) -> dict[str, bool]:
    size = min(len(base), len(head))  # pyperf's test wants as many of both
    return {
        "pyperf": bool(is_significant(base[:size], head[:size])[0]),
        "Mann-Whitney": bool(stats.mannwhitneyu(base, head).pvalue <= 0.05),
    }


def _alarms(matched: MatchedCase) -> float | None:
    """Of rounds drawn with replacement, as a suite of many cases would judge them: the others being
    as noisy as this one, and the same.
    """
    ratios = np.array(list(matched.ratios.values()))
    if len(ratios) < ENOUGH_ROUNDS:
        return None
    rng = np.random.default_rng(0)
    noise_of_one = np.abs(ratios - ratios.mean())
    signs = rng.choice([-1.0, 1.0], (SUITE, len(ratios)))
    suite = [dict(enumerate(noise_of_one * each)) for each in signs]
    needed = largest_by_chance(suite, "", FALSE_ALARMS)
    drawn = rng.choice(ratios, (_DRAWS, len(ratios)))
    means = drawn.mean(axis=-1)
    statistic = means * len(ratios) / np.sqrt((drawn**2).sum(axis=-1))
    return float(((statistic >= needed) & (means > math.log1p(THRESHOLD))).mean())


def _report(folder: Path) -> int:
    sides = {arm: read_side(f"{folder / 'one'}@{arm}") for arm in ARMS}
    for arm, share in ARMS.items():
        if arm != "base":
            what = f"a slowdown of {share:.0%}" if share else "identical code"
            print(f"\n{what}, in one campaign\n")
            _print(compared(sides["base"], sides[arm]), share)
    print("\nidentical code, in two campaigns\n")
    _print(compared(sides["base"], read_side(f"{folder / 'two'}@base")), 0.0)
    return 0


def _print(found: Sequence[Found], share: float) -> None:
    for line in _lines(found, share):
        print(line, flush=True)


def _lines(found: Sequence[Found], share: float) -> Iterator[str]:
    names = list(found[0].says_different)
    yield f"| case | rounds | noise | ratio | 95 % interval | alarms | {' | '.join(names)} |"
    yield f"| --- | ---: | ---: | ---: | ---: | ---: | {' | '.join('---' for _ in names)} |"
    for each in found:
        difference = each.difference
        ratio = difference.estimate
        own = difference.error * math.sqrt(difference.rounds / 2)
        said = " | ".join("different" if yes else "" for yes in each.says_different.values())
        alarms = "" if each.alarms is None else f"{each.alarms:.1%}"
        yield (
            f"| {each.case} | {difference.rounds} | {own:.1%} | {ratio.value:.4f} "
            f"| {ratio.low:.4f} to {ratio.high:.4f} | {alarms} | {said} |"
        )
    counts = ", ".join(f"{name} {sum(e.says_different[name] for e in found)}" for name in names)
    ends = [each.difference.estimate for each in found]
    held = sum(each.low <= 1 + share <= each.high for each in ends)
    yield f"\ndifferent of {len(found)}: {counts}; {held} intervals hold {1 + share}"
