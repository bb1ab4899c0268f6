"""What a campaign says before it measures: its plan, and what stands in the way of quiet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyconc.figures import counted
from pyconc.measure.interpreters import Arm
from pyconc.measure.plan import Profile
from pyconc.measure.progress import Progress
from pyconc.screen import say
from pyconc.store.builds import unlike
from pyconc.store.packages import in_short

if TYPE_CHECKING:
    from pyconc.measure.campaign import Prepared


def show_plan(prepared: Prepared) -> None:
    """What would be measured, on the standard output."""
    for line in plan_lines(prepared):
        say(line)


def plan_lines(prepared: Prepared) -> list[str]:
    plan, profile = prepared.plan, prepared.plan.profile
    lines = [
        *_clock_lines(prepared),
        f"profile {profile.name}, seed {plan.seed}: {_rounds(profile)} of "
        f"{counted(len(prepared.ids), 'case')}, about {_time(*plan.estimate())}",
    ]
    affordable = plan.affordable()
    if affordable < profile.rounds:
        lines.append(
            f"the budget is for about {counted(affordable, 'round')}: choose fewer cases or "
            f"Pythons, or give more time by --budget"
        )
    for arm in prepared.taking_part:
        lines += _arm_lines(arm, len(plan.cases[arm.label]))
    abouts = [{**arm.about, "label": arm.label} for arm in prepared.taking_part]
    lines += [f"left out: {name}: {cause}" for name, cause in prepared.left]
    lines += [f"different builds: {sentence}" for sentence in unlike(abouts)]
    return lines + [
        f"skipped on {arm.label}: {case_id}: {arm.skipped[case_id]}"
        for arm in prepared.taking_part
        for case_id in prepared.ids
        if case_id in arm.skipped
    ]


def _clock_lines(prepared: Prepared) -> Iterator[str]:
    """Nothing of time, which is what everybody takes for granted."""
    about = prepared.gauge.about()
    if counter := about.get("counter"):
        yield f"clock {about['clock']}, counted by {counter}"


def _arm_lines(arm: Arm, cases: int) -> Iterator[str]:
    where = arm.about.get("environment", arm.about["base"])
    yield f"Python {arm.label}: {counted(cases, 'case')}, {where}"
    if arm.packages:
        yield f"  with {in_short(arm.packages)}"
    for name, why in arm.about.get("missing", {}).items():
        yield f"  without {name}: {why}"
    if hidden := arm.about.get("hidden"):
        yield f"  with its own {', '.join(hidden)}, and not what lies beside the cases"
    if not_used := arm.about.get("not_used"):
        yield f"  without its own {not_used}"


def _rounds(profile: Profile) -> str:
    if profile.rounds == profile.most_rounds:
        return counted(profile.rounds, "round")
    return (
        f"{profile.rounds} to {counted(profile.most_rounds, 'round')}, until intervals are within "
        f"{profile.target * 100:g}%,"
    )


def _time(least: float, most: float) -> str:
    """``40 s``, ``40 to 60 s``, ``12 to 17 min``, or ``50 s to 3 min``."""
    first, last = _in_units(least), _in_units(most)
    if first == last:
        return " ".join(last)
    return f"{first[0] if first[1] == last[1] else ' '.join(first)} to {' '.join(last)}"


def _in_units(seconds: float) -> tuple[str, str]:
    return (f"{seconds / 60:.0f}", "min") if seconds >= 90 else (f"{max(1, seconds):.0f}", "s")


def announce(prepared: Prepared, about: dict[str, Any], folder: Path, progress: Progress) -> None:
    for line in plan_lines(prepared):
        progress.say(line)
    for finding in about.get("doctor", ()) if prepared.gauge.needs_quiet else ():
        if finding["level"] == "warning":
            progress.say(f"{finding['check']}: {finding['says']}; {finding['remedy']}")
    progress.say(f"into {folder}")
    sys.stdout.flush()
