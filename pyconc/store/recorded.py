"""What a line of the journal may say."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from pyconc.checked import (
    FIGURE,
    NAME,
    OBJECT,
    SECONDS,
    TEXT,
    Kind,
    by_name,
    check,
    is_number,
    is_whole,
    maybe,
    number,
    whole,
)
from pyconc.store.documents import Benchmark, Run, benchmarks

#: A round beyond has no number that can be meant.
MOST_ROUNDS = 10_000
_MOST_LOOPS = 1 << 62
_POSITIVE = number(1e-30, 1e30)

_RECORD: Mapping[str, Kind] = {
    "case": NAME, "arm": NAME, "round": whole(0, MOST_ROUNDS), "seconds": SECONDS,
    "suite": maybe(OBJECT), "error": maybe(TEXT), "learned": maybe(OBJECT), "log": maybe(TEXT),
}  # fmt: skip
_NEEDED = ("case", "arm", "round", "seconds")
_LEARNED: Mapping[str, Kind] = {
    "timed": SECONDS, "fastest_pace": _POSITIVE, "value_seconds": _POSITIVE,
    "loops": whole(1, _MOST_LOOPS), "cost": _POSITIVE, "spread": number(0, 1e30),
    "ratios": by_name(FIGURE),
}  # fmt: skip


def check_record(body: Any) -> None:
    """That a line is a round with its result, or with the reason why there is none.

    Raises:
        ValueError, TypeError, LookupError, AttributeError: it is not.
    """
    check(body, _RECORD, needed=_NEEDED)
    if body.get("learned") is not None:
        check(body["learned"], _LEARNED, "what was learned")
    if body.get("error") is None:
        check_result(body.get("suite"), body["case"], body["round"])


def check_result(suite: Any, case: str, number: int) -> None:
    """That a suite holds one run of a case, as pyperf would take it: without values where it
    calibrates, and with costs otherwise.

    Raises:
        ValueError, TypeError, LookupError, AttributeError: it does not.
    """
    if not isinstance(suite, dict):
        raise ValueError("it has no result")
    if suite.get("version") != "1.0":
        raise ValueError("its result is not of pyperf's format 1.0")
    found = list(benchmarks(suite))
    if len(found) != 1 or len(found[0].runs) != 1:
        raise ValueError("its result is not of one run")
    [(benchmark, run)] = [(each, each.runs[0]) for each in found]
    _check_run(benchmark, run, suite["benchmarks"][0]["runs"][0].get("warmups"))
    name = benchmark.said(run)["name"]
    if name != case:
        raise ValueError(f"its result is of {name}, and not of {case}")
    if bool(run.values) != bool(number):
        raise ValueError(f"round {number} has {len(run.values)} values")


def _check_run(benchmark: Benchmark, run: Run, warmups: Any) -> None:
    """What pyperf asks of a run; it would make an object of each, which takes longer."""
    warmups = () if warmups is None else warmups
    if not isinstance(warmups, list) and warmups != ():
        raise ValueError("its warmups are no list")
    for each in warmups:
        loops, value = each
        if not is_whole(loops, 1, _MOST_LOOPS) or not is_number(value, 0, 1e30):
            raise ValueError("its warmups are not loops and seconds each")
    if not run.values and not warmups:
        raise ValueError("its result has neither values nor warmups")
    _parse()(benchmark.said(run))


@functools.cache
def _parse() -> Any:
    """How pyperf reads metadata; it is imported where there is a result, for that takes a while."""
    from pyperf._metadata import parse_metadata

    return parse_metadata
