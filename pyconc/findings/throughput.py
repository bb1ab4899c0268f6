"""How many times the throughput of one worker that of several is, in the cases of a family."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from pyconc.findings.family import Family
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate


class Throughput(NamedTuple):
    """A case of several workers on one Python, beside the same case by one."""

    case: str
    #: What tells it from the family's other cases, but for the number of workers.
    label: str
    python: str
    workers: int
    scaling: Estimate


def throughputs(costs: Costs, family: Family) -> list[Throughput]:
    """In the order of cases and Pythons."""
    found = []
    for group in family.groups:
        for member, python in product(group.members, costs.pythons):
            scaling = costs.scaling(python, member.id)
            workers = costs.metric(python, member.id, "workers")
            if scaling and len(workers):
                label = group.label(member, without="workers")
                count = int(workers.iloc[0])
                found.append(Throughput(member.id, label, python, count, scaling))
    return found


def telling(found: Sequence[Throughput], cpus: int | None) -> list[Throughput]:
    """Those of one number of workers: the most that have a CPU each, or the fewest if none has."""
    numbers = {each.workers for each in found}
    having = [number for number in numbers if number <= (cpus or number)]
    chosen = max(having) if having else min(numbers, default=0)
    return [each for each in found if each.workers == chosen]
