"""Many slow requests: from how many on it pays to wait for all of them together."""

from __future__ import annotations

from typing import NamedTuple

from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate

SEQUENTIAL, THREADS, TASKS = "sequential", "threads", "tasks"
#: How the ids of the cases begin, by the way of asking; they end with the number of requests.
WAYS = {
    SEQUENTIAL: "asyncio.sequential_requests[thread-1-",
    THREADS: "asyncio.thread_requests[thread-1-",
    TASKS: "asyncio.async_requests[task-1-",
}


class Waiting(NamedTuple):
    """All ways of asking on one Python."""

    python: str
    #: Numbers of requests, and seconds for all of them, by way; only ways that were measured.
    ways: dict[str, list[tuple[int, Estimate]]]
    #: The cost of asking by tasks as a multiple of another way's, by that way and the number.
    against: dict[str, dict[int, Estimate]]

    def cheaper(self, way: str) -> list[int]:
        """At which numbers tasks are cheaper than another way, as far as the interval tells."""
        found = self.against.get(way, {})
        return [number for number, ratio in found.items() if ratio.has_interval and ratio.high < 1]

    def at(self, way: str, number: int) -> Estimate | None:
        return dict(self.ways.get(way, ())).get(number)

    @property
    def numbers(self) -> list[int]:
        return sorted({number for points in self.ways.values() for number, _ in points})


def waitings(costs: Costs) -> list[Waiting]:
    """Every Python on which requests were sent."""
    found = []
    for python in costs.pythons:
        swept = {way: costs.sweep(python, name) for way, name in WAYS.items()}
        ways = {way: points for way, points in swept.items() if points}
        if ways:
            against = {way: _against(costs, python, way) for way in (SEQUENTIAL, THREADS)}
            found.append(Waiting(python, ways, against))
    return found


def _against(costs: Costs, python: str, way: str) -> dict[int, Estimate]:
    found = {}
    for number, _ in costs.sweep(python, WAYS[TASKS]):
        ratio = costs.ratio(python, f"{WAYS[TASKS]}{number}]", f"{WAYS[way]}{number}]")
        if ratio:
            found[number] = ratio
    return found
