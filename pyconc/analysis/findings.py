"""What is found beyond the notes, in sentences made from the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable, NamedTuple

from pyconc.analysis.break_even import POOLS, paying
from pyconc.analysis.costs import Costs
from pyconc.analysis.numbers import seconds
from pyconc.analysis.scaling import Scaling, scalings

SEQUENTIAL = "asyncio.sequential_requests[thread-1-"
THREADS = "asyncio.thread_requests[thread-1-"
TASKS = "asyncio.async_requests[task-1-"


class Topic(NamedTuple):
    """One question, the name of its chart, and what the data say to it."""

    id: str
    title: str
    #: What was measured, for readers of the chart.
    what: str
    sentences: list[str]


def topics(costs: Costs) -> list[Topic]:
    """The topics that a campaign has data for."""
    found = []
    for name, title, what, say in TOPICS:
        sentences = list(say(costs))
        if sentences:
            found.append(Topic(name, title, what, sentences))
    return found


def _waiting(costs: Costs) -> Iterator[str]:
    for python in costs.pythons:
        counts = [n for n, _ in costs.sweep(python, SEQUENTIAL)]
        paid = [n for n in counts if _cheaper(costs, python, f"{TASKS}{n}]", f"{SEQUENTIAL}{n}]")]
        if paid:
            first = f"Python {python}: asyncio is cheaper than one request after the other from "
            yield first + f"{paid[0]} on, of the numbers measured.{_against_threads(costs, python)}"
        elif counts:
            yield f"Python {python}: asyncio was not cheaper at any number of requests measured."


def _against_threads(costs: Costs, python: str) -> str:
    counts = [n for n, _ in costs.sweep(python, TASKS)]
    paid = [n for n in counts if _cheaper(costs, python, f"{TASKS}{n}]", f"{THREADS}{n}]")]
    if not paid:
        return ""
    return f" It is cheaper than threads at {', '.join(map(str, paid))}."


def _cheaper(costs: Costs, python: str, one: str, other: str) -> bool:
    """Whether the interval of the ratio lies below 1."""
    found = costs.ratio(python, one, other)
    return found is not None and found.has_interval and found.high < 1


def _break_even(costs: Costs) -> Iterator[str]:
    for each in paying(costs, POOLS):
        length = each.break_even
        says = (
            f"pays from tasks of {seconds(length)} on" if length else "pays at no length measured"
        )
        yield f"Python {each.python}: {each.pool} {says}."


def _scaling(costs: Costs) -> Iterator[str]:
    best: dict[tuple[str, str], tuple[float, Scaling]] = {}
    for each in scalings(costs):
        if each.speedup and each.workers > 1:
            arm = (each.python, each.backend)
            best[arm] = max(best.get(arm, (0.0, each)), (each.speedup.value, each))
    for (python, backend), (speedup, each) in best.items():
        yield (
            f"Python {python}, {backend}: at best {speedup:.2f} times as fast, with "
            f"{each.workers} workers; serial fraction {each.serial_fraction:.0%} (Karp-Flatt)."
        )


TOPICS: tuple[tuple[str, str, str, Callable[[Costs], Iterator[str]]], ...] = (
    (
        "waiting",
        "Many slow requests",
        "A TCP server on the same machine answers every request after 2 ms. What waits together "
        "costs little more than one wait.",
        _waiting,
    ),
    (
        "break-even",
        "From which task length a pool pays",
        "Sixteen CPU-bound tasks on a kept pool of two workers, against the caller alone.",
        _break_even,
    ),
    (
        "scaling",
        "One job on more and more workers",
        "A job of pure Python is split over workers, which are created inside the clock.",
        _scaling,
    ),
)
