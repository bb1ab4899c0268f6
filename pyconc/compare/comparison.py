"""A whole comparison: every verdict, what else may explain it, and whether to trust it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pyconc.compare.thresholds import Thresholds
from pyconc.errors import UsageError
from pyconc.statistics.history import History
from pyconc.statistics.matched import LeftOut, matched_cases, same_campaign
from pyconc.statistics.serial import Serial, serial
from pyconc.statistics.summary import Family, by_family, overall
from pyconc.statistics.verdicts import FASTER, SLOWER, Judged, judge, least_rounds
from pyconc.store.builds import unlike
from pyconc.store.measured import Side
from pyconc.store.packages import differing
from pyconc.store.pytest_benchmark import ONE_PROCESS, WRITTEN_BY
from pyconc.units import clock_in_words

#: Families of what a change of code does not change: floors in C, and the interpreter without any
#: primitive.
CONTROLS = ("floor", "reference")
#: So many cases are named in one sentence.
_NAMED = 5
#: Further metadata of pyperf that may explain a difference, and what it is called.
_SETTINGS = {
    "platform": "ran on",
    "cpu_affinity": "was bound to the cores",
    "cpu_config": "had the cores set to",
    "aslr": "had address space randomisation",
    "perf_version": "was measured by pyperf",
}


class Comparison(NamedTuple):
    """What `pyconc compare` says."""

    base: Side
    head: Side
    #: The greatest effect first.
    judged: list[Judged]
    left_out: list[LeftOut]
    families: list[Family]
    overall: Family | None
    #: A sentence for each way in which the sides are unlike beside what is compared.
    confounds: list[str]
    #: Why the verdicts are provisional; None where they are not.
    provisional: str | None
    #: How rounds go with the ones before them; None where they are not paired, or too few.
    serial: Serial | None = None
    #: What would be an alarm, and the suspects, measured again, where that was asked for and there
    #: were some.
    confirmation: Comparison | None = None

    @property
    def paired(self) -> bool:
        return same_campaign(self.base, self.head)

    @property
    def alarms(self) -> list[Judged]:
        """What is slower beyond doubt: what was measured again, only if it was slower again."""
        if self.confirmation is None:
            return [each for each in self.judged if each.slower_for_sure]
        return self._again(SLOWER)

    @property
    def improvements(self) -> list[Judged]:
        """The same for what is faster."""
        if self.confirmation is None:
            return [each for each in self.judged if each.faster_for_sure]
        return self._again(FASTER)

    @property
    def suspects(self) -> list[Judged]:
        """What seems slower, of too little to raise an alarm, unless it was measured again."""
        return [each for each in self.judged if each.seems_slower and each.case not in self.again]

    @property
    def few(self) -> list[Judged]:
        """What has fewer rounds than anything can be claimed from."""
        return [each for each in self.judged if each.has_few_rounds]

    @property
    def least_rounds(self) -> int:
        """From so many on something may be claimed."""
        return max(least_rounds(each.matched) for each in self.judged)

    @property
    def counts(self) -> bool:
        """Whether costs are instructions."""
        return any(each.matched.is_counted for each in self.judged)

    @property
    def again(self) -> dict[str, Judged]:
        """What was measured again, by case, and what was found then."""
        return {each.case: each for each in self.confirmation.judged} if self.confirmation else {}

    def is_crowded(self, case: str) -> bool:
        """Whether other programs had taken cores from the case's workers, on either side."""
        return self.base.is_crowded(case) or self.head.is_crowded(case)

    def mark(self, judged: Judged) -> str | None:
        """What is said of a case beside its verdict: whether it is an alarm, or was confirmed."""
        again = self.again.get(judged.case)
        if again is None:
            return "alarm" if judged.slower_for_sure and not self.confirmation else None
        direction = SLOWER if judged.difference.log_ratio > 0 else FASTER
        return "confirmed" if again.verdict == direction else "not confirmed"

    def _again(self, verdict: str) -> list[Judged]:
        again = self.again
        return [e for e in self.judged if e.case in again and again[e.case].verdict == verdict]


def compare(
    base: Side,
    head: Side,
    *,
    thresholds: Thresholds | None = None,
    history: History | None = None,
    across_machines: bool = False,
    is_chosen: Callable[[str], bool] | None = None,
) -> Comparison:
    """Compare HEAD with BASE, case by case.

    Args:
        history: stored campaigns of identical code, for what differs from campaign to campaign.
        across_machines: compare what different machines measured, and say so.
        is_chosen: whether a case, by its id, takes part; all do where it is None. What the others
            show of the noise counts all the same, so that a case has the same figures with and
            without them.

    Raises:
        UsageError: the machines differ and that was not asked for, the clocks differ, both sides
            are the same, or no case is in both.
    """
    _refuse_other_clock(base, head)
    machines = _machines(base, head)
    if machines and not across_machines:
        raise UsageError(f"{machines}; --across-machines compares them nevertheless")
    if base.is_same_as(head):
        raise UsageError(f"BASE and HEAD are both {base.name}; name two that differ")
    thresholds, history = thresholds or Thresholds(), history or History([])
    if base.counters != {None}:
        history = History([])  # it is of time
    found, left_out = matched_cases(base, head, history.between(base))
    if is_chosen:
        base, head = base.only(is_chosen), head.only(is_chosen)
        found = [each for each in found if is_chosen(each.case)]
        left_out = [each for each in left_out if is_chosen(each.case)]
    if not found:
        why = f", as {left_out[0].case}: {left_out[0].reason}" if left_out else ""
        raise UsageError(f"{base.name} and {head.name} have no case to compare{why}")
    families = by_family(found)
    judged = judge(found, [thresholds.of(each.case) for each in found], str(base.campaign))
    in_rounds = serial([each.ratios for each in found]) if same_campaign(base, head) else None
    return Comparison(
        base,
        head,
        sorted(judged, key=lambda each: -abs(each.difference.log_ratio)),
        left_out,
        families,
        overall(families),
        [
            *filter(None, [machines]),
            *_unlike(base, head),
            *_machine_changed(families, math.log1p(thresholds.default)),
            *_crowded({"BASE": base, "HEAD": head}, [each.case for each in judged]),
        ],
        _provisional(base, head, history, in_rounds),
        in_rounds,
    )


def _refuse_other_clock(base: Side, head: Side) -> None:
    """Instructions are no seconds, and each counter has its own way of counting."""
    clocks = [" and ".join(sorted(map(clock_in_words, side.counters))) for side in (base, head)]
    if base.counters.isdisjoint(head.counters):
        raise UsageError(
            f"BASE is measured by {clocks[0]}, and HEAD by {clocks[1]}; measure both by one clock"
        )


def _machine_changed(families: Sequence[Family], least: float) -> Iterator[str]:
    """What no change of a library explains: C code and the bare interpreter differ too."""
    found = {family.name: family.difference for family in families}
    controls = [found[name] for name in CONTROLS if name in found]
    dearer = [each.log_ratio > least and each.low > 0 for each in controls]
    cheaper = [each.log_ratio < -least and each.high < 0 for each in controls]
    if len(controls) == len(CONTROLS) and (all(dearer) or all(cheaper)):
        ratios = " and ".join(f"{name} {found[name].ratio:.3f}" for name in CONTROLS)
        yield f"floors in C and reference cases differ too ({ratios}), so that the machine changed"


def _crowded(sides: Mapping[str, Side], cases: Sequence[str]) -> Iterator[str]:
    """On which side other programs had taken cores, and in which cases."""
    for name, side in sides.items():
        found = [case for case in cases if side.is_crowded(case)]
        if found:
            more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
            yield (
                f"{name} was crowded: other programs had taken cores from workers that should run "
                f"at once, in {', '.join(found[:_NAMED])}{more}"
            )


def _provisional(base: Side, head: Side, history: History, in_rounds: Serial | None) -> str | None:
    if None not in base.counters:
        return None  # counts do not depend on the machine's state, nor on the rounds before
    if not same_campaign(base, head):
        return _one_process(base, head) or history.lacks(base)
    if in_rounds and in_rounds.is_high:
        return (
            f"ratios go with those of the rounds before them (lag-1 correlation "
            f"{in_rounds.correlation:.2f}), and intervals and alarms take rounds for independent"
        )
    return None


def _one_process(base: Side, head: Side) -> str | None:
    """Why nothing is certain where a side is a single process of pytest-benchmark."""
    for side in (base, head):
        alone = all(len(each.costs) == 1 for each in side.measured.values())
        if alone and side.setting(WRITTEN_BY) is not None:
            return f"{side.name} {ONE_PROCESS}"
    return None


def _machines(base: Side, head: Side) -> str | None:
    """In what way the machines differ, as far as both sides tell."""
    for name in base.machine:
        before, after = base.machine[name], head.machine.get(name)
        if after is not None and before != after:
            what = name.replace("_", " ")
            return f"BASE and HEAD are of different machines, by {what} {before} and {after}"
    return None


def _unlike(base: Side, head: Side) -> list[str]:
    sides = {"BASE": base, "HEAD": head}
    sentences = unlike([{**side.about, "label": name} for name, side in sides.items()])
    sentences += unlike_packages(sides)
    if None not in (base.profile, head.profile) and base.profile != head.profile:
        sentences.append(f"BASE has the profile {base.profile}, HEAD has {head.profile}")
    for setting, words in _SETTINGS.items():
        before, after = (side.setting(setting) for side in (base, head))
        if before is not None and after is not None and before != after:
            sentences.append(f"BASE {words} {before}, HEAD {words} {after}")
    if None in base.counters and base.has_same_costs_as(head):  # counts of one code are the same
        sentences.append("BASE and HEAD hold the very same figures, as copies do")
    return sentences


def unlike_packages(sides: Mapping[str, Side]) -> list[str]:
    """A sentence about the packages that are not the same on all sides; none where one side does
    not say what it had.
    """
    packages = [side.about.get("packages") for side in sides.values()]
    known = [each for each in packages if each is not None]
    found = differing(known, list(sides)) if len(known) == len(packages) else []
    return [f"{' and '.join(sides)} have other packages: {', '.join(found)}"] if found else []
