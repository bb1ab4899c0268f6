"""`pyconc noise`: a Python against itself shows what can be seen on this machine."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from pyconc.compare.noise_file import (
    NOISE,
    CaseNoise,
    Noise,
    NoRoundsError,
    document,
    measured_twice,
    sentences,
    slowdown_in_words,
)
from pyconc.compare.store import keep, stored_sides
from pyconc.errors import UsageError, brief
from pyconc.measure.gauges.gauge import TIME
from pyconc.measure.interpreters import ALL
from pyconc.screen import say
from pyconc.screen.tables import Screen
from pyconc.statistics.counted import smallest_effect as visible_count
from pyconc.statistics.difference import noise
from pyconc.statistics.exchange import largest_by_chance
from pyconc.statistics.history import Stored
from pyconc.statistics.matched import LeftOut, MatchedCase, matched_cases
from pyconc.statistics.serial import serial
from pyconc.statistics.verdicts import FALSE_ALARMS, FASTER, SLOWER, THRESHOLD, judge, least_rounds
from pyconc.statistics.visible import smallest_effect
from pyconc.store.about import campaign_id, read_about
from pyconc.store.journal import write_json
from pyconc.store.measured import Side
from pyconc.store.read_side import read_side

#: The label of the second arm, and what that of a Python with a label of its own ends in.
AGAIN = "again"


def twice(python: str) -> list[str]:
    """What ``-p`` wants for two arms of one Python.

    Raises:
        UsageError: it is not one Python.
    """
    if python == ALL:
        raise UsageError(f"-p {ALL} names many Pythons, and `pyconc noise` measures one; name it")
    name, label = python, ""
    if "=" in python and not Path(python).exists():
        name, label = python.rsplit("=", 1)
    return [python, f"{name}={label}-{AGAIN}" if label else f"{name}={AGAIN}"]


def read_noise(folder: Path) -> tuple[Noise, Stored]:
    """What a campaign that measured one Python twice shows, and what is to be kept of it.

    Raises:
        UsageError: it is no such campaign.
        NoRoundsError: no case has two rounds of both.
    """
    about = read_about(folder)
    labels = [each["label"] for each in about["interpreters"]]
    if not measured_twice(about):
        raise UsageError(
            f"{folder} measured {', '.join(labels)}, and not one Python twice; "
            f"`pyconc noise` does, as does `pyconc run -p PYTHON -p PYTHON={AGAIN}`"
        )
    one, again = (read_side(f"{folder}@{label}") for label in labels)
    return noise_of(one, again), stored_sides([one, again])


def noise_of(one: Side, again: Side) -> Noise:
    """What two arms of one Python in one campaign show.

    Raises:
        NoRoundsError: no case has two rounds of both.
    """
    found, left_out = matched_cases(one, again)
    few = [each for each in found if not _tells(each)]
    found = [each for each in found if _tells(each)]
    if not found:
        raise NoRoundsError(
            f"{one.name} and {again.name} have no case with two rounds of both; "
            f"measure again, and longer"
        )
    left = [LeftOut(case, _of_arms(reason, one, again)) for case, reason in left_out]
    left += [LeftOut(each.case, "fewer than two rounds of both arms") for each in few]
    is_counted = all(each.is_counted for each in found)
    seed = str(one.campaign)
    among = largest_by_chance([each.ratios for each in found], seed, FALSE_ALARMS / 2)
    judged = judge(found, [THRESHOLD] * len(found), seed)
    return Noise(
        [_case_noise(each, among, len(found)) for each in found],
        left,
        sum(not each.difference.low <= 0 <= each.difference.high for each in found),
        sum(each.verdict in (SLOWER, FASTER) for each in judged),
        [each.case for each in judged if each.slower_for_sure or each.faster_for_sure],
        None if is_counted else serial([each.ratios for each in found]),
        is_counted,
    )


def _of_arms(reason: str, one: Side, again: Side) -> str:
    """Here is neither BASE nor HEAD."""
    return reason.replace("BASE", one.label).replace("HEAD", again.label)


def _tells(matched: MatchedCase) -> bool:
    return bool(matched.ratios) and matched.difference.has_interval


def _case_noise(matched: MatchedCase, among: float, cases: int) -> CaseNoise:
    ratios = np.array(list(matched.ratios.values()))
    if matched.is_counted:
        few = matched.difference.rounds < least_rounds(matched)
        among_all, alone = (
            math.inf if few else visible_count(matched.difference, THRESHOLD, FALSE_ALARMS / tests)
            for tests in (cases, 1)
        )
    else:
        among_all = smallest_effect(ratios, FALSE_ALARMS, among)
        alone = smallest_effect(ratios, FALSE_ALARMS)
    return CaseNoise(
        matched.case,
        len(ratios),
        noise(ratios),
        among_all,
        alone,
        *matched.difference.estimate[:3],
    )


def show_noise(folder: Path, history: Path | None) -> None:
    """Print what an A/A campaign shows, and keep it in its folder and for later comparisons.

    Raises:
        UsageError: it is no such campaign, or cannot be written.
    """
    about = read_about(folder)
    found, stored = read_noise(folder)
    _print(found)
    if not about["finished"]:
        say(f"of what was measured so far; `pyconc run --resume {folder}` goes on")
    try:
        write_json(folder / NOISE, document(found))
    except OSError as error:
        raise UsageError(
            f"cannot write {folder / NOISE}: {error.strerror or error}; "
            f"judge a copy of the campaign that is yours"
        ) from None
    if about.get("clock", TIME) == TIME:
        say(f"kept for comparisons in {keep(stored, campaign_id(about), history)}")
    else:
        say(f"not kept: the history is of {TIME}, and this of {brief(about['clock'])}")


def _print(found: Noise) -> None:
    """A table, the steadiest case first, and what it comes to."""
    screen = Screen()
    rows = []
    for each in sorted(found.cases, key=lambda each: (each.smallest_effect, each.noise)):
        effects = map(slowdown_in_words, (each.smallest_effect, each.smallest_effect_alone))
        rows.append(
            (each.case, str(each.rounds), f"{each.noise:.1%}", *effects, f"{each.ratio:.3f}")
        )
    columns = ("case", "rounds", "noise", "visible", "alone", "ratio")
    screen.table(columns, rows, texts=("case",))
    for case, reason in found.left_out:
        screen.say(f"left out: {case}: {reason}")
    screen.say("visible: the smallest slowdown that is found among all cases, and alone")
    for sentence in sentences(found):
        screen.say(sentence)
