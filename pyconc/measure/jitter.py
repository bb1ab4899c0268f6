"""How steady the machine is: the same short loop again and again, and what its times say."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import repeat
from typing import NamedTuple

from pyconc.measure.checks import Finding, Level, Scalar

#: Seconds that one turn of the test is made to last.
_TURN = 0.001
#: Seconds of one value in a campaign, which averages over its turns.
_VALUE = 0.1
#: Seconds that the wake-up test asks to sleep.
_NAP = 0.001


class Jitter(NamedTuple):
    """Times in seconds, the others as ratios."""

    turns: int
    median: float
    #: The 99th percentile over the median.
    p99: float
    #: The longest turn less the median: what the machine took away at once.
    largest_gap: float
    #: THE figure: the coefficient of variation of the turns.
    variation: float
    #: The same of stretches as long as a value of a campaign; None where there are under three.
    value_variation: float | None
    #: The median of how much too long a sleep of 1 ms takes; None where it was not tried.
    overshoot: float | None


def listen(seconds: float) -> tuple[list[float], list[float]]:
    """The times of loops of about 1 ms each on one thread, and of sleeps of 1 ms, in seconds.

    Nine tenths of the time, or a little more, go to the loops. The calibration takes a few
    milliseconds on top.
    """
    loops = _loops_of_a_turn()
    turns = _repeat(partial(_spin, loops), 0.9 * seconds)
    naps = _repeat(partial(time.sleep, _NAP), 0.1 * seconds)
    return turns, naps


def summary(turns: Sequence[float], naps: Sequence[float] = ()) -> Jitter:
    """The arithmetic of the test.

    Raises:
        ValueError: there are no turns.
    """
    if not turns:
        raise ValueError("no turns")
    ranked = sorted(turns)
    median = statistics.median(ranked)
    block = max(1, round(_VALUE / median))
    values = [
        statistics.fmean(turns[start : start + block])
        for start in range(0, len(turns) - block + 1, block)
    ]
    return Jitter(
        len(ranked),
        median,
        ranked[math.ceil(0.99 * len(ranked)) - 1] / median,
        ranked[-1] - median,
        _variation(turns),
        _variation(values) if len(values) > 2 else None,
        statistics.median(naps) - _NAP if naps else None,
    )


def doubtful_below(jitter: Jitter) -> float:
    """The relative difference under which to be in doubt, even in steady cases: 1 % at least.

    Twenty paired rounds show a difference of 0.7 times the noise of a round. We say twice the
    noise that was heard, for rounds differ by more than one process can hear.
    """
    heard = jitter.variation if jitter.value_variation is None else jitter.value_variation
    return max(0.01, 2 * heard)


def finding(jitter: Jitter) -> Finding:
    variation = jitter.variation
    level: Level = "ok" if variation < 0.02 else "note" if variation < 0.1 else "warning"
    says = (
        f"a loop of {jitter.median * 1e3:.1f} ms varies by {variation:.1%}; its 99th percentile is "
        f"{jitter.p99:.2f}x its median, the longest took {jitter.largest_gap * 1e3:.1f} ms more"
    )
    data: dict[str, Scalar] = {
        "turns": jitter.turns,
        "median_s": jitter.median,
        "p99_ratio": jitter.p99,
        "largest_gap_s": jitter.largest_gap,
        "variation": variation,
        "doubtful_below": doubtful_below(jitter),
    }
    if jitter.value_variation is not None:
        says += f"; means over 0.1 s vary by {jitter.value_variation:.1%}"
        data["value_variation"] = jitter.value_variation
    if jitter.overshoot is not None:
        says += f"; a sleep of 1 ms is {jitter.overshoot * 1e6:.0f} µs too long"
        data["sleep_overshoot_s"] = jitter.overshoot
    remedy = "stop other programs and see to the other findings, then ask again"
    return Finding("jitter", level, says, "" if level == "ok" else remedy, data)


def noise_line(found: Finding) -> str:
    """The figure for the noise and what it means, in one line."""
    if "variation" not in found.data:
        return "noise: unknown here"
    return (
        f"noise: {float(found.data['variation']):.1%} from one loop to the next; doubt differences "
        f"under {float(found.data['doubtful_below']):.0%} in steady cases, and under several times "
        f"that in cases of teams and processes"
    )


def _repeat(action: Callable[[], object], seconds: float) -> list[float]:
    """The times of one action after another, for so long, and once at least."""
    times: list[float] = []
    now = time.perf_counter()
    end = now + seconds
    while now < end or not times:
        before = time.perf_counter()
        action()
        now = time.perf_counter()
        times.append(now - before)
    return times


def _spin(loops: int) -> None:
    for _ in repeat(None, loops):
        pass


def _loops_of_a_turn() -> int:
    loops = 1000
    while True:
        took = min(_repeat(partial(_spin, loops), 0.0)[0] for _ in range(3))
        if took >= _TURN / 2 or loops >= 2**30:
            return max(1, round(loops * _TURN / took))
        loops *= 2


def _variation(times: Sequence[float]) -> float:
    return statistics.stdev(times) / statistics.fmean(times) if len(times) > 1 else 0.0
