"""What happened to a contended lock from version to version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pyconc.findings.changes import Change, known_changes
from pyconc.findings.steps import Passage, Step, Versions, listed
from pyconc.words.phrase import Phrase, phrase

#: Workloads whose threads want one lock, and how many cases of each are shown.
_SHARED = {
    "lock.contended": 4, "counter.fine_lock": 1, "lock.crowded_section": 1, "lock.section": 5,
}  # fmt: skip
#: The same with a lock for each thread, and of one thread alone: what is no matter of contention.
_APART = {"lock.own_lock": 1}
_UNCONTENDED = "lock.pair[thread-1]"
#: The home page tells of so many steps.
_MOST_FINDINGS = 2


class ContendedLock(NamedTuple):
    """The cases that tell, and what they say."""

    #: In the order of the campaign.
    cases: list[str]
    #: What is said of each version and the next.
    sentences: list[list[Phrase]]
    #: What changed in CPython where there are steps.
    changes: list[Change]
    findings: list[Phrase]


def contended_lock(versions: Versions, pythons: Mapping[str, str]) -> ContendedLock | None:
    """None where the campaign has no contended lock on two versions.

    Args:
        pythons: the versions by the labels.
    """
    greatest: dict[str, float] = {}
    for case, steps in versions.steps_by_case().items():
        greatest[case] = max(step.size for step in steps)
    chosen: set[str] = set()
    for workload, most in {**_SHARED, **_APART}.items():
        cases = [case for case in versions.relative if _workload(case) == workload]
        chosen |= set(sorted(cases, key=lambda case: -greatest.get(case, 0.0))[:most])
    if not any(_workload(case) in _SHARED for case in chosen):
        return None
    cases = [case for case in versions.relative if case in chosen]
    return ContendedLock(
        cases,
        [list(_sentences(passage, cases)) for passage in versions.passages],
        list(_changes(versions, cases, pythons)),
        list(_findings(versions, cases)),
    )


def _workload(case: str) -> str:
    return case.partition("[")[0]


def _steps(passage: Passage, cases: Sequence[str]) -> list[Step]:
    """In the order of the cases."""
    found = {each.case: each for each in passage.steps if each.is_step}
    return [found[case] for case in cases if case in found]


def _sentences(passage: Passage, cases: Sequence[str]) -> Iterator[Phrase]:
    ends = {"before": passage.before, "after": passage.after}
    steps = _steps(passage, cases)
    if not steps:
        yield phrase("versions.lock.none", **ends)
        return
    changes = [phrase("versions.lock.change", case=s.case, ratio=s.change) for s in steps]
    yield phrase("versions.lock.step", **ends, changes=listed(changes))
    for each in passage.steps:
        if each.case == _UNCONTENDED:
            yield phrase("versions.lock.uncontended", ratio=each.change)
    if passage.unlike:
        yield phrase("versions.lock.build")


def _changes(
    versions: Versions, cases: Sequence[str], pythons: Mapping[str, str]
) -> Iterator[Change]:
    """Those that lie between neighbours with a step of a workload that they concern."""
    for passage in versions.passages:
        stepped = {_workload(step.case) for step in _steps(passage, cases)}
        before, after = (pythons.get(each, "") for each in (passage.before, passage.after))
        for change in known_changes():
            if stepped & set(change.workloads) and change.lies_between(before, after):
                yield change


def _findings(versions: Versions, cases: Sequence[str]) -> Iterator[Phrase]:
    """The greatest step of each version, the greatest of all first."""
    shared = [case for case in cases if _workload(case) in _SHARED]
    found = []
    for passage in versions.passages:
        steps = [each for each in passage.telling if each.case in shared]
        if steps:
            step = steps[0]
            found.append((step, step_in_words(step, passage)))
    found.sort(key=lambda each: -each[0].size)
    yield from (says for _, says in found[:_MOST_FINDINGS])


def step_in_words(step: Step, passage: Passage) -> Phrase:
    """One step, and whether the builds may be why."""
    key = "versions.finding.step_build" if passage.unlike else "versions.finding.step"
    return phrase(key, case=step.case, before=step.before, after=step.after, ratio=step.change)
