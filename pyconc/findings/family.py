"""The cases of a campaign by family and workload, and what is plotted against what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from pyconc.suite.case import (
    DEFAULT,
    INTERPRETER,
    PROCESSES,
    TASK,
    THREAD,
    Case,
    Parameter,
    Workload,
)
from pyconc.units import SECOND

#: The case that stands for its family where there is room for one figure.
HEADLINES = {
    "thread": "thread.function[thread-1]",
    "counter": "counter.fine_lock[thread-2]",
    "lock": "lock.pair[thread-1]",
    "rlock": "rlock.pair[thread-1]",
    "semaphore": "semaphore.handoff[thread-2]",
    "condition": "condition.handoff[thread-2]",
    "event": "event.producer_consumer[thread-2]",
    "context_manager": "context_manager.with[thread-1-lock]",
    "queue": "queue.put_get[thread-1-Queue]",
    "process": "process.function[process-forkserver-1]",
    "shared_state": "shared_state.manager_access[thread-1-write-dict]",
    "pipe": "pipe.ping_pong[process-fork-2-Pipe]",
    "barrier": "barrier.crossing[thread-4]",
    "pool": "pool.thread_pool_executor_round_trip[thread-4]",
    "dispatch": "dispatch.thread_pool_executor[thread-4-wait-1000]",
    "asyncio": "asyncio.create_task[task-1]",
    "scaling": "scaling.strong[thread-2]",
    "sharing": "sharing.call_method[thread-2-one]",
    "interpreter": "interpreter.create_close[thread-1]",
    "gil": "gil.sleep_zero[thread-1-1-5000]",
    "creation": "creation.of_threading[thread-1-Event]",
    "timed": "timed.wait[thread-1-Event.wait-1000]",
    "reference": "reference.call[thread-1]",
    "floor": "floor.mutex_pair[thread-1]",
    "joblib": "joblib.threads_jobs[thread-4-list-1000]",
    "ecosystem": "ecosystem.asyncio_round_trip[thread-4]",
    "libraries": "libraries.turns[task-2-asyncio-Lock]",
}

#: The family of cases whose names say none.
OTHERS = "benchmarks"

#: As ids begin in their brackets; one that another one begins with comes after it.
_BACKENDS = (THREAD, *sorted((*PROCESSES, DEFAULT), reverse=True), INTERPRETER, TASK)
#: Names that can be a part of the name of a file as they are, on any system.
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,80}")


class Member(NamedTuple):
    """A case that was measured."""

    id: str
    #: By axis, in the order of their declaration; none where the catalogue does not know them.
    values: Mapping[str, Parameter]


class Group(NamedTuple):
    """The measured cases of one workload."""

    #: ``family.workload``.
    name: str
    members: tuple[Member, ...]
    #: As it is now; None where the catalogue has it no longer.
    workload: type[Workload] | None

    @property
    def short(self) -> str:
        """Without its family."""
        return _parts(self.name)[1]

    def label(self, member: Member, without: str = "") -> str:
        """What tells a member from the family's other cases, in few words.

        Args:
            without: an axis that is said elsewhere.
        """
        if len(self.members) == 1:
            return self.short
        had = member.values
        told = [
            _told(axis, had[axis])
            for axis in _varying(self.members)
            if axis in had and axis != without
        ]
        if not told and without not in had:
            told = [member.id.partition("[")[2].rstrip("]")]
        return f"{self.short} {', '.join(told)}".strip()


class Family(NamedTuple):
    """The measured cases of one family, whose costs are in one unit."""

    name: str
    groups: tuple[Group, ...]
    #: As pyperf calls it.
    unit: str = SECOND

    @property
    def cases(self) -> list[str]:
        return [member.id for group in self.groups for member in group.members]


class Sweep(NamedTuple):
    """Cases of one workload that differ in one number alone, which is the horizontal axis."""

    group: Group
    axis: str
    #: What tells this sweep from the workload's others.
    fixed: tuple[str, ...]
    #: Numbers in order, each with its case.
    points: tuple[tuple[int, str], ...]

    @property
    def title(self) -> str:
        return " ".join((self.group.short, ", ".join(self.fixed))).strip()


def families(
    ids: Iterable[str],
    catalogue: Mapping[str, Case],
    unit: Callable[[str], str] = lambda case: SECOND,
) -> list[Family]:
    """The families of some cases, in the catalogue's order; what it does not know comes after.

    Cases of one family whose costs are in different units are families of their own.

    Args:
        catalogue: the cases that there are now, by id.
        unit: what the costs of a case are in.
    """
    place = {case: number for number, case in enumerate(catalogue)}
    like = {case.name: case for case in catalogue.values()}
    found: dict[tuple[str, str], dict[str, list[Member]]] = {}
    for case in sorted(set(ids), key=lambda each: (place.get(each, len(place)), each)):
        workload = case.partition("[")[0]
        groups = found.setdefault((_parts(workload)[0], unit(case)), {})
        groups.setdefault(workload, []).append(Member(case, _values(case, catalogue, like)))
    return [
        Family(
            name if said == SECOND else f"{name} ({said})",
            tuple(_group(each, members, like) for each, members in groups.items()),
            said,
        )
        for (name, said), groups in found.items()
    ]


def sweeps(group: Group) -> list[Sweep]:
    """The lines that a workload's cases make over the last of its numbers that varies.

    A workload that varies in two numbers has a line for each value of the first.
    """
    axis = _axis(group.members)
    if axis is None:
        return []
    lines = {key: line for key, line in _lines(group.members, axis).items() if len(line) > 1}
    kept = [member for line in lines.values() for member in line]
    differing = [name for name in _varying(kept) if name != axis]
    return [
        Sweep(
            group,
            axis,
            tuple(_told(name, line[0].values[name]) for name in differing),
            tuple(sorted((int(member.values[axis]), member.id) for member in line)),
        )
        for line in lines.values()
    ]


def single(family: Family) -> list[tuple[str, str]]:
    """Labels and ids of the cases that belong to no sweep."""
    found = []
    for group in family.groups:
        swept = {case for sweep in sweeps(group) for _, case in sweep.points}
        found += [(group.label(m), m.id) for m in group.members if m.id not in swept]
    return found


def headline(family: Family) -> str:
    """The case that stands for a family: the one that is meant to, or else its first."""
    meant = HEADLINES.get(family.name)
    return meant if meant in family.cases else family.cases[0]


def page_names(names: Sequence[str]) -> dict[str, str]:
    """The names of the families' pages, unlike even where a system ignores capitals.

    A name that may be harmful in a file's name loses what is harmful, and may get a number.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names, key=lambda each: not _PLAIN.fullmatch(each)):
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:80] or "unnamed"
        found[name] = next(each for each in _numbered(plain) if each.lower() not in taken)
        taken.add(found[name].lower())
    return {name: f"family-{found[name]}" for name in names}


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in count(2))


def _parts(workload: str) -> tuple[str, str]:
    """A family and what is its own of a workload's name: of what is none of ours, the file of a
    test, or nothing that tells it from others.
    """
    for mark in ("::", "."):
        family, found, rest = workload.partition(mark)
        if found and family and rest:
            return family, rest
    return OTHERS, workload


def _group(name: str, members: Sequence[Member], like: Mapping[str, Case]) -> Group:
    known = like.get(name)
    return Group(name, tuple(members), known.workload_class if known else None)


def _values(
    case: str, catalogue: Mapping[str, Case], like: Mapping[str, Case]
) -> Mapping[str, Parameter]:
    """The parameters of a case; taken from its id where the catalogue has its workload alone, as
    it is with as many workers as another machine has cores.
    """
    if case in catalogue:
        return catalogue[case].values
    known = like.get(case.partition("[")[0])
    text = case.partition("[")[2].removesuffix("]")
    backend = next((each for each in _BACKENDS if f"{text}-".startswith(f"{each}-")), None)
    if known is None or backend is None:
        return {}
    axes = list(known.declaration.axes)
    rest = text[len(backend) :].split("-")[1:]
    if len(rest) != len(axes) - 1:
        return {}
    return dict(zip(axes, [backend, *map(_parameter, rest)]))


def _parameter(text: str) -> Parameter:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else text


def _axis(members: Sequence[Member]) -> str | None:
    """The last axis along which some members differ in a number and in nothing else."""
    axes = dict.fromkeys(axis for member in members for axis in member.values)
    for axis in reversed(list(axes)):
        if any(len(line) > 1 for line in _lines(members, axis).values()):
            return axis
    return None


def _lines(members: Sequence[Member], axis: str) -> dict[object, list[Member]]:
    """Members that have a number there, by all their other values."""
    found: dict[object, list[Member]] = {}
    for member in members:
        if isinstance(member.values.get(axis), int):
            others = tuple((name, value) for name, value in member.values.items() if name != axis)
            found.setdefault(others, []).append(member)
    return found


def _varying(members: Sequence[Member]) -> list[str]:
    """The axes in which members differ."""
    axes = dict.fromkeys(axis for member in members for axis in member.values)
    return [axis for axis in axes if len({m.values.get(axis) for m in members}) > 1]


def _told(axis: str, value: Parameter) -> str:
    """A number says what it is of; a word says it by itself."""
    return f"{axis} {value}" if isinstance(value, int) else value
