"""What was measured, on what, how well it can be seen there, and how to measure it again."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pyconc.compare import noise_file
from pyconc.compare.noise_file import NOISE, Noise, NoRoundsError
from pyconc.measure.plan import PROFILES
from pyconc.report.charts import noise as noise_chart
from pyconc.report.page import Campaign, Drawing, Page, Shown
from pyconc.statistics.exchange import CONFIDENCE
from pyconc.statistics.verdicts import FALSE_ALARMS
from pyconc.statistics.visible import MOST, POWER
from pyconc.words.phrase import Phrase, phrase


def pages(shown: Shown) -> Iterator[Page]:
    campaign, about = shown.campaign, shown.campaign.about
    noise = _noise(campaign)
    seen = _seen(noise) if noise else []
    yield Page(
        name="machine",
        template="machine.html",
        title=phrase("machine.title"),
        context={
            "noise": noise,
            "seen": seen,
            "effect": _effect,
            "again": _again(about) if about["profile"]["name"] in PROFILES else None,
            "packages": {
                each["label"]: each["packages"]
                for each in about["interpreters"]
                if each.get("packages")
            },
            "failures": about["failures"],
            "findings": [f for f in about.get("doctor", ()) if f.get("level") != "ok"],
        },
        drawings=(_drawing(noise, seen),) if noise else (),
        document={"noise": noise and noise_file.document(noise)},
    )


def _noise(campaign: Campaign) -> Noise | None:
    """What this machine can see, where the campaign tells: by its file, or measured anew."""
    path = campaign.folder / NOISE
    twice = len(campaign.sides) == 2 and noise_file.measured_twice(campaign.about)
    if path.exists():
        found = noise_file.read_noise_file(path)
        if not twice or _rounds_of(found) == _shared_rounds(campaign):
            return found
    if not twice:
        return None
    from pyconc.compare.noise import read_noise  # it can measure too, which is a lot to import

    try:
        return read_noise(campaign.folder)[0]
    except NoRoundsError:
        return None


def _rounds_of(noise: Noise) -> dict[str, int]:
    return {each.case: each.rounds for each in noise.cases}


def _shared_rounds(campaign: Campaign) -> dict[str, int]:
    """How many rounds both arms have of each case that can be judged: of these `noise.json` is, or
    the campaign has gone on since.
    """
    one, again = (side.measured for side in campaign.sides.values())
    shared = {
        case: one[case].costs.keys() & again[case].costs.keys() for case in one if case in again
    }
    return {case: len(rounds) for case, rounds in shared.items() if len(rounds) > 1}


def _seen(noise: Noise) -> list[Phrase]:
    """What it comes to, with what was counted."""
    count = len(noise.cases)
    middle = sorted(each.smallest_effect for each in noise.cases)[(count - 1) // 2]
    half = "machine.noise.blind" if math.isinf(middle) else "machine.noise.half"
    return [
        phrase("machine.noise.steady", steady=noise.steady, count=count,
               share=noise.steady / count, most=noise.steadiness),
        phrase(half, effect=_effect(middle), power=POWER, false_alarms=FALSE_ALARMS, count=count),
        phrase("machine.noise.missed", missed=noise.intervals_missed, count=count,
               confidence=CONFIDENCE, chance=(1 - CONFIDENCE) * count,
               false=noise.false_verdicts),
        *_gate(noise),
    ]  # fmt: skip


def _gate(noise: Noise) -> Iterator[Phrase]:
    """What the gate says, where there are enough rounds for it to say anything."""
    if max(each.rounds for each in noise.cases) >= noise.least_rounds:
        yield phrase("machine.noise.alarms", count=len(noise.alarms))
    if noise.serial:
        yield phrase("machine.noise.serial", correlation=noise.serial.correlation)


def _effect(effect: float) -> Phrase:
    """A slowdown, which is given as a share."""
    if math.isinf(effect):
        return phrase("machine.noise.none", most=MOST)
    if effect < 1:
        return phrase("machine.noise.share", effect=effect)
    return phrase("machine.noise.times", effect=1 + effect)


def _drawing(noise: Noise, seen: list[Phrase]) -> Drawing:
    return Drawing(
        name="machine-noise",
        draw=partial(noise_chart.draw, noise),
        alt=phrase("machine.noise.alt", seen=seen),
        caption=phrase("machine.noise.caption", count=len(noise.cases)),
    )


def _again(about: Mapping[str, Any]) -> str:
    """The command that measures such a campaign again."""
    words = ["pyconc", "run"]
    own = about.get("own", {}).get("packages", [])
    apart = own or any("environment" in each for each in about["interpreters"])
    for each in about["interpreters"]:
        name = str(each.get("version", each["label"]))
        if each["implementation"] not in (None, "CPython"):
            name = f"{each['implementation']}{name}"
        version = ".".join(name.lower().split(".")[:2])
        words += ["-p", str(each.get("spec", version)) if apart else version]
    for package in own:
        words += ["--with", package]
    return shlex.join([*words, "--profile", about["profile"]["name"]])
