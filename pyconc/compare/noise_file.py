"""What an A/A campaign shows, in words and as the file ``noise.json`` of its folder."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.checked import loads
from pyconc.errors import UsageError
from pyconc.figures import counted
from pyconc.statistics import counted as counted_instructions
from pyconc.statistics.exchange import CONFIDENCE, ENOUGH_ROUNDS
from pyconc.statistics.matched import LeftOut
from pyconc.statistics.serial import HIGH, Serial
from pyconc.statistics.verdicts import FALSE_ALARMS
from pyconc.statistics.visible import MOST, POWER
from pyconc.store.builds import unlike
from pyconc.store.files import DAMAGE, read_bytes, why

#: The file in a campaign's folder.
NOISE = "noise.json"
#: Noise from round to round up to which a case is called steady.
STEADY = 0.03


class NoRoundsError(UsageError):
    """A campaign that measured one Python twice has too few rounds to show anything."""


class CaseNoise(NamedTuple):
    """How steady one case is."""

    case: str
    #: Rounds that both arms have.
    rounds: int
    #: `pyconc.statistics.difference.noise`.
    noise: float
    #: The smallest slowdown, as a share, that the gate finds with the power asked for, among all
    #: cases of the campaign and where the case is compared alone; infinite where it finds none.
    smallest_effect: float
    smallest_effect_alone: float
    #: Of the two arms, with its 95 % interval.
    ratio: float
    low: float
    high: float


class Noise(NamedTuple):
    """What an A/A campaign shows."""

    #: In the order of the campaign; at least one.
    cases: list[CaseNoise]
    #: Cases that lack rounds of one arm.
    left_out: list[LeftOut]
    #: Cases whose 95 % interval excludes 1, and those that would be called slower or faster.
    intervals_missed: int
    false_verdicts: int
    #: What the gate calls slower or faster, though it is the same.
    alarms: list[str]
    #: How rounds go with the ones before them; None where there are too few to tell.
    serial: Serial | None
    #: Whether costs are instructions.
    is_counted: bool = False

    @property
    def steadiness(self) -> float:
        """Noise from round to round up to which a case is called steady."""
        return counted_instructions.STEADY if self.is_counted else STEADY

    @property
    def least_rounds(self) -> int:
        """With fewer the gate raises no alarm."""
        return counted_instructions.ENOUGH_COUNTED if self.is_counted else ENOUGH_ROUNDS

    @property
    def steady(self) -> int:
        """How many cases are steady."""
        return sum(each.noise <= self.steadiness for each in self.cases)

    def seen(self, effect: float) -> int:
        """In how many cases a slowdown, as a share, is visible among all of them."""
        return sum(each.smallest_effect <= effect for each in self.cases)


def measured_twice(about: Mapping[str, Any]) -> bool:
    """Whether a campaign, by what it says of itself, measured one Python twice and no other."""
    builds = [each.get("build") for each in about["interpreters"]]
    return (
        len(builds) == 2
        and builds[0] is not None
        and builds[0] == builds[1]
        and not unlike(about["interpreters"])  # one may have the GIL turned on
        and len({str(each.get("packages")) for each in about["interpreters"]}) == 1
    )


def slowdown_in_words(effect: float) -> str:
    """A slowdown, which is given as a share: ``1.4%``, ``2.5x``."""
    if math.isinf(effect):
        return f"none up to {MOST:g}x"
    return f"{effect:.1%}" if effect < 1 else f"{1 + effect:.1f}x"


def sentences(noise: Noise) -> list[str]:
    """What it comes to, with what was counted."""
    count = len(noise.cases)
    by_chance = (1 - CONFIDENCE) * count
    instructions = " in the instructions that they take" if noise.is_counted else ""
    return [
        f"{noise.steady} of {counted(count, 'case')} ({noise.steady / count:.0%}) vary by at most "
        f"{noise.steadiness * 100:g}% from round to round{instructions}",
        _half(noise),
        f"{noise.intervals_missed} of {count} intervals of {CONFIDENCE:.0%} miss the truth (chance "
        f"explains about {by_chance:.0f}), and {counted(noise.false_verdicts, 'case')} would be "
        "called slower or faster",
        _alarms(noise),
        *_serial(noise),
    ]


def _alarms(noise: Noise) -> str:
    least = noise.least_rounds
    if max(each.rounds for each in noise.cases) < least:
        return (
            f"with fewer than {counted(least, 'round')} the gate raises no alarm, whatever it sees"
        )
    if noise.alarms:
        return f"the gate would raise an alarm, falsely: {', '.join(noise.alarms)}"
    return "the gate raises no alarm"


def _serial(noise: Noise) -> Iterator[str]:
    if noise.serial:
        high = "high: intervals are too short" if noise.serial.is_high else f"below {HIGH} is low"
        yield (
            f"ratios of rounds go with those of the rounds before them by "
            f"{noise.serial.correlation:.2f} (lag-1 correlation; {high})"
        )


def _half(noise: Noise) -> str:
    count = len(noise.cases)
    middle = sorted(each.smallest_effect for each in noise.cases)[(count - 1) // 2]
    if math.isinf(middle):
        return (
            f"in most of the cases no slowdown up to {MOST:g}x would be found with {POWER:.0%} "
            f"power, as they have too few rounds or too much noise"
        )
    return (
        f"in half of the cases a slowdown of {slowdown_in_words(middle)} or more is found by "
        f"{POWER:.0%} of comparisons inside one campaign of as many rounds, at {FALSE_ALARMS:.0%} "
        f"false alarms of all {counted(count, 'case')} together"
    )


def document(noise: Noise) -> dict[str, Any]:
    """Everything, as JSON; noises and effects are shares, and null where none would be found."""
    return {
        "cases": [
            {
                "id": each.case,
                "rounds": each.rounds,
                "noise": each.noise,
                "smallest_effect": _finite(each.smallest_effect),
                "smallest_effect_alone": _finite(each.smallest_effect_alone),
                "ratio": each.ratio,
                "ci_low": each.low,
                "ci_high": each.high,
            }
            for each in noise.cases
        ],
        "left_out": [{"id": case, "reason": reason} for case, reason in noise.left_out],
        "false_alarms": FALSE_ALARMS,
        "power": POWER,
        "steady": noise.steady / len(noise.cases),
        "intervals_missed": noise.intervals_missed,
        "false_verdicts": noise.false_verdicts,
        "alarms": noise.alarms,
        "serial": noise.serial._asdict() if noise.serial else None,
        **({"instructions": True} if noise.is_counted else {}),
    }


def _finite(effect: float) -> float | None:
    return effect if math.isfinite(effect) else None


def read_noise_file(path: Path) -> Noise:
    """What `document` wrote.

    Raises:
        UsageError: the file cannot be read, or is damaged.
    """
    try:
        return _noise(loads(read_bytes(path)))
    except DAMAGE as error:
        raise UsageError(
            f"{path} is damaged ({why(error)}); remove it, or `pyconc noise --of {path.parent}` "
            f"writes it again"
        ) from None


def _noise(body: Mapping[str, Any]) -> Noise:
    cases = [_case(each) for each in body["cases"]]
    if not cases:
        raise ValueError("it has no cases")
    left = [LeftOut(str(each["id"]), str(each["reason"])) for each in body["left_out"]]
    missed, false = (_count(body[name]) for name in ("intervals_missed", "false_verdicts"))
    alarms = [str(case) for case in body["alarms"]]
    serial = body["serial"]
    told = Serial(*(float(serial[name]) for name in Serial._fields)) if serial else None
    return Noise(cases, left, missed, false, alarms, told, body.get("instructions") is True)


def _case(body: Mapping[str, Any]) -> CaseNoise:
    effects = (body["smallest_effect"], body["smallest_effect_alone"])
    return CaseNoise(
        str(body["id"]),
        _count(body["rounds"]),
        _noise_of(body["noise"]),
        *(math.inf if effect is None else _figure(effect) for effect in effects),
        *(_figure(body[name]) for name in ("ratio", "ci_low", "ci_high")),
    )


def _noise_of(value: object) -> float:
    """Counts may be the same in every round."""
    return 0.0 if value == 0 and not isinstance(value, bool) else _figure(value)


def _figure(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf:
        return float(value)
    raise ValueError(f"{value!r} is no positive number")


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError(f"{value!r} is no count")
