"""`pyconc bisect-step`: is the Python of this commit slower? `git bisect run` reads the status."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pyconc.compare.comparison import compare
from pyconc.compare.for_git import BAD, GOOD, SKIP
from pyconc.compare.formats import as_table
from pyconc.compare.thresholds import Thresholds, read_thresholds
from pyconc.errors import UsageError
from pyconc.figures import counted
from pyconc.measure import campaign
from pyconc.measure.campaign import Outcome, Prepared
from pyconc.measure.collecting import collected
from pyconc.measure.gauges.gauge import TIME
from pyconc.measure.gauges.instructions import gauge_named
from pyconc.measure.logs import last_line
from pyconc.measure.places import identify, on_path
from pyconc.measure.plan import PROFILES, Profile
from pyconc.measure.targets import need_new_folder
from pyconc.screen import say
from pyconc.statistics.exchange import ENOUGH_ROUNDS
from pyconc.statistics.verdicts import Judged
from pyconc.store.read_side import read_side
from pyconc.store.suites import write_suites
from pyconc.suite.case import Case
from pyconc.suite.own import declared

_WORDS = {GOOD: "good", BAD: "bad", SKIP: "skip"}
BASE, HEAD = "base", "head"
#: As `full`, with fewer rounds where they are enough to claim something.
_PROFILE = PROFILES["full"]._replace(rounds=ENOUGH_ROUNDS)
#: Half an interval is at most this share of the threshold when a case has enough rounds: what lies
#: in the middle between the two, as it should, is then beyond doubt.
_SHARE = 0.25
_GIL = "+gil"


class Step(NamedTuple):
    """What the command line asks for."""

    base: str
    python: str
    select: Sequence[str] = ()
    keywords: str | None = None
    threshold: str | None = None
    clock: str = TIME


class _UntoldError(Exception):
    """Why nothing can be said of this commit."""


def bisect_step(asked: Step) -> int:
    """Measure some cases on the Python of a commit beside the one that is kept.

    Returns:
        `GOOD` if none is slower, `BAD` if one is beyond doubt, and `SKIP` if that cannot be told.

    Raises:
        UsageError: what is asked for, or the Python that is kept, is no good.
    """
    try:
        status, why = _judged(asked)
    except _UntoldError as error:
        status, why = SKIP, str(error)
    say(f"git bisect: {_WORDS[status]}, as {why}")
    return status


def _judged(asked: Step) -> tuple[int, str]:
    """The status and the reason for it."""
    _need_running(asked.python)
    thresholds = read_thresholds(asked.threshold, Path())
    default = campaign.default_folder()
    folder = default.with_name(f"{default.name}-bisect")
    need_new_folder(folder)
    cases, prepared = _prepared(asked, thresholds)
    untold = _untold(prepared, cases)
    if len(untold) < len(cases):
        outcome = campaign.run(prepared, folder)
        for path in write_suites(folder):
            say(f"results: {path}")
        if outcome.interrupted:
            raise KeyboardInterrupt
        untold |= _failed(outcome)
    told = {case.id for case in cases} - untold.keys()
    if not told:
        raise _UntoldError("; ".join(untold.values()))
    base, head = (read_side(f"{folder}@{name}") for name in (BASE, HEAD))
    found = compare(base, head, thresholds=thresholds, is_chosen=told.__contains__)
    as_table(found)
    return _verdict(found.judged, list(untold.values()))


def _need_running(name: str) -> None:
    """Raises _UntoldError for a Python that was built, and does not run."""
    there = on_path(name.removesuffix(_GIL))
    if there and not any(map(identify, there)):
        raise _UntoldError(f"{there[0]} does not run as a Python")


def _prepared(asked: Step, thresholds: Thresholds) -> tuple[list[Case], Prepared]:
    """The cases alone, without what their costs are told against, and both Pythons."""
    if not asked.select and not asked.keywords:
        raise UsageError("name the cases that became dearer, such as lock.pair; few are enough")
    own, pythons = declared(), [f"{asked.base}={BASE}", f"{asked.python}={HEAD}"]
    cases = collected(own, pythons).select(asked.select, asked.keywords)
    gauge = gauge_named(asked.clock)
    profile = gauge.profile(_profile([thresholds.of(case.id) for case in cases]))
    prepared = campaign.prepare(cases, profile, pythons=pythons, own=own, gauge=gauge)
    causes = {each.name: each.cause for each in prepared.left}
    for label, name in zip((BASE, HEAD), pythons):
        if label not in prepared.places:
            said = f"{name.rpartition('=')[0]} cannot measure: {causes.get(name, 'it is left out')}"
            raise UsageError(f"--base {said}") if label == BASE else _UntoldError(said)
    return cases, prepared


def _profile(thresholds: Sequence[float]) -> Profile:
    return _PROFILE._replace(target=_SHARE * min(thresholds))


def _untold(prepared: Prepared, cases: Sequence[Case]) -> dict[str, str]:
    """Why the Python of this commit cannot run some cases.

    Raises:
        UsageError: the other one cannot either, so that no commit could be judged.
    """
    skipped = {arm.label: arm.skipped for arm in prepared.taking_part}
    for case in cases:
        if case.id in skipped[BASE]:
            raise UsageError(
                f"{case.id} cannot run on --base: {skipped[BASE][case.id]}; choose another case"
            )
    reasons: Mapping[str, str] = skipped[HEAD]
    return {c.id: f"{c.id} cannot run: {reasons[c.id]}" for c in cases if c.id in reasons}


def _failed(outcome: Outcome) -> dict[str, str]:
    return {
        each.case: f"{each.case} failed on {each.arm}: {last_line(each.error or '')}"
        for each in outcome.failures
    }


def _verdict(judged: Sequence[Judged], untold: Sequence[str]) -> tuple[int, str]:
    """A single case that is slower beyond doubt is enough; good takes all of them."""
    slower = [each for each in judged if each.slower_for_sure]
    if slower:
        return BAD, "; ".join(f"{each.case} is slower: {_interval(each)}" for each in slower)
    unclear = [
        f"{each.case} is {each.verdict} after {counted(each.difference.rounds, 'round')}: "
        f"{_interval(each)}"
        for each in judged if not _is_no_slower(each)
    ]  # fmt: skip
    if unclear or untold:
        return SKIP, "; ".join([*untold, *unclear])
    return GOOD, f"no case is slower by more than the threshold, of {len(judged)}"


def _is_no_slower(judged: Judged) -> bool:
    """By more than its threshold; whether it is faster or the same does not matter."""
    within = judged.difference.high <= math.log1p(judged.threshold)
    return within and not judged.has_few_rounds


def _interval(judged: Judged) -> str:
    found = judged.difference.estimate
    return f"{found.value:.3f} times, from {found.low:.3f} to {found.high:.3f}"
