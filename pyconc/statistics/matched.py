"""Each case of two sides: what it costs on both, and the difference; or why they do not compare."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from pyconc.statistics.counted import Counts, differences
from pyconc.statistics.difference import Difference, paired, unpaired
from pyconc.statistics.estimate import Estimate, of_logs
from pyconc.statistics.moderated import Prior, Variance, variance
from pyconc.store.measured import Measured, Side
from pyconc.units import INSTRUCTION

Array = np.ndarray
#: Metadata that must be equal where either side has it: of pyconc, and of ``pyperf timeit``.
MUST_AGREE = (
    "pyconc_version", "pyconc_clock", "pyconc_backend", "pyconc_start_method", "pyconc_workers",
    "timeit", "timeit_setup", "timeit_teardown",
)  # fmt: skip

#: The values of each round, one a turn.
Turns = Mapping[int, Sequence[float]]
#: One case as BASE and as HEAD measured it.
Both = tuple[Measured, Measured]


class Between(Protocol):
    """What differs from one campaign to the next, as stored campaigns show it."""

    #: Of the machine's speed as a whole: the variance of a campaign's log costs.
    machine: Variance

    def of_case(self, case: str, version: Any) -> Variance:
        """Of one case beside that: as `machine`, in shares of the variance of a round."""


class MatchedCase(NamedTuple):
    """One case on both sides."""

    case: str
    #: In the case's unit: what each side costs by itself, in the rounds that it rests on.
    base: Estimate
    head: Estimate
    difference: Difference
    unit: str
    #: Of rounds of one campaign: the log ratio of each.
    ratios: Mapping[int, float] = {}
    #: And their variance, moderated by those of all cases.
    usual: Variance = Variance(math.nan, 0)
    #: Where they are not paired: the log costs of both sides by round.
    logs: tuple[Mapping[int, float], Mapping[int, float]] = ({}, {})
    #: Whether more is known of how campaigns differ than what is in them.
    knows_campaigns: bool = False
    #: The case on BASE, where it is another one than on HEAD.
    against: str = ""
    #: Of instructions: the largest share by which a process differed from itself.
    wander: float = 0.0

    @property
    def family(self) -> str:
        return family_of(self.case)

    @property
    def is_counted(self) -> bool:
        """Whether it is of instructions, which have a rule of their own (`counted`)."""
        return self.unit == INSTRUCTION


def family_of(case: str) -> str:
    """What stands before the first dot of the id; benchmarks from elsewhere are one family."""
    name, dot, _ = case.partition(".")
    return name if dot else "benchmarks"


class LeftOut(NamedTuple):
    """A case that is not compared, and why."""

    case: str
    reason: str


def matched_cases(
    base: Side, head: Side, between: Between | None = None
) -> tuple[list[MatchedCase], list[LeftOut]]:
    """Every case that compares, and those that do not, in the order of BASE and then of HEAD.

    Rounds of one campaign are paired: round i of one with round i of the other.

    Args:
        between: what to add from campaign to campaign; nothing where none is given.
    """
    found: list[MatchedCase] = []
    apart: list[Both] = []
    counts: list[Both] = []
    left = []
    for case in dict.fromkeys([*base.measured, *head.measured]):
        ours, theirs = base.measured.get(case), head.measured.get(case)
        if ours is None or theirs is None:
            left.append(LeftOut(case, f"only in {'HEAD' if ours is None else 'BASE'}"))
            continue
        both = ours, theirs
        reason = _incomparable(ours, theirs)
        if reason:
            left.append(LeftOut(case, reason))
        elif ours.unit == INSTRUCTION:
            counts.append(both)
        elif same_campaign(base, head) and set(ours.costs) & set(theirs.costs):
            found.append(_paired(both))
        else:
            apart.append(both)
    found = [
        *_moderated(found),
        *_unpaired(apart, between),
        *_counted(counts, is_one_campaign=same_campaign(base, head)),
    ]
    places = {case: place for place, case in enumerate(base.measured)}
    return sorted(found, key=lambda each: places[each.case]), left


def same_campaign(base: Side, head: Side) -> bool:
    return base.campaign is not None and base.campaign == head.campaign


def _incomparable(ours: Measured, theirs: Measured) -> str | None:
    if ours.unit != theirs.unit:
        return f"its unit is {ours.unit} in BASE and {theirs.unit} in HEAD"
    for name in MUST_AGREE:
        before, after = ours.metadata.get(name), theirs.metadata.get(name)
        if before != after:
            what = name.removeprefix("pyconc_").replace("_", " ")
            return f"its {what} is {_said(before)} in BASE and {_said(after)} in HEAD"
    return None


def _said(value: object) -> str:
    return "not said" if value is None else str(value)


def log_ratios(ours: Measured, theirs: Measured) -> tuple[list[int], Array]:
    """The rounds that both have, and the log ratio of theirs to ours in each: by turns, where they
    took turns with one another, and otherwise of their costs.
    """
    common = sorted(set(ours.costs) & set(theirs.costs))
    ratios = _by_turns(ours.turns, theirs.turns, common) if _took_turns(ours, theirs) else None
    return common, _logs(theirs, common) - _logs(ours, common) if ratios is None else ratios


def _matched(both: Both, own: Sequence[Array], difference: Difference, **known: Any) -> MatchedCase:
    """What the logs of both sides tell of every pair, and what else is known of this one."""
    ours, theirs = both
    against = ours.case if ours.case != theirs.case else ""
    base, head = map(of_logs, own)
    return MatchedCase(theirs.case, base, head, difference, ours.unit, against=against, **known)


def _paired(both: Both) -> MatchedCase:
    common, ratios = log_ratios(*both)
    logs = [_logs(each, common) for each in both]
    return _matched(both, logs, paired(ratios), ratios=dict(zip(common, ratios.tolist())))


def _moderated(pairs: Sequence[MatchedCase]) -> list[MatchedCase]:
    seen = [variance(np.array(list(each.ratios.values()))) for each in pairs]
    prior = Prior.of(seen)
    return [each._replace(usual=prior.moderate(own)) for each, own in zip(pairs, seen)]


def _took_turns(ours: Measured, theirs: Measured) -> bool:
    """Whether both took turns with one another, and not each with other Pythons alone."""
    one, other = (each.metadata.get("pyconc_rival", each.case) for each in (ours, theirs))
    return bool(one == other)


def _by_turns(ours: Turns, theirs: Turns, rounds: Sequence[int]) -> Array | None:
    """The log ratio of each round; None where in one of them the sides did not take turns.

    It is the mean of the middle half of the turns (`scipy.stats.trim_mean`, which takes long to
    import): in some of them the machine was disturbed for one side only. Rivals may have unlike
    numbers of turns; those that both had are paired.
    """
    sizes = [min(len(side.get(number, ())) for side in (ours, theirs)) for number in rounds]
    if 0 in sizes:
        return None
    pairs = [[side[n][:size] for side in (ours, theirs)] for n, size in zip(rounds, sizes)]
    if len(set(sizes)) == 1:  # all at once
        return middle_mean(_log_ratios(*zip(*pairs)))
    return np.array([middle_mean(_log_ratios(*each)) for each in pairs])


def _log_ratios(base: Sequence[Any], head: Sequence[Any]) -> Array:
    """Of what may be integers of any size."""
    return np.asarray(np.log(np.array(head, float) / np.array(base, float)))


def middle_mean(logs: Array) -> Array:
    """The mean of the middle half along the last axis."""
    cut = logs.shape[-1] // 4
    ordered = np.sort(logs, axis=-1)
    return np.asarray(ordered[..., cut : logs.shape[-1] - cut].mean(axis=-1))


def _unpaired(apart: Sequence[Both], between: Between | None) -> list[MatchedCase]:
    """By the costs of each side, with the variances that all cases of the side make likely."""
    logs = [[_logs(each, sorted(each.costs)) for each in both] for both in apart]
    seen = [[variance(each) for each in both] for both in logs]
    priors = [Prior.of(side) for side in zip(*seen)]
    found = []
    for both, own, variances in zip(apart, logs, seen):
        base, head = own
        usual = [prior.moderate(each) for prior, each in zip(priors, variances)]
        # Moderated, but known no better than the side itself can tell.
        within = [Variance(each.value / len(side), len(side) - 1) for each, side in zip(usual, own)]
        added = _between(both[0], usual, between)
        log_ratio = float(head.mean() - base.mean())
        difference = unpaired(log_ratio, min(len(base), len(head)), within, added)
        found.append(
            _matched(
                both, own, difference, logs=_by_round(both, own),
                knows_campaigns=between is not None,
            )
        )  # fmt: skip
    return found


def _counted(counts: Sequence[Both], *, is_one_campaign: bool) -> list[MatchedCase]:
    """By what both sides took, whenever that was: other work on the machine changes nothing."""
    suite = [(_counts_of(base), _counts_of(head)) for base, head in counts]
    found = []
    for both, own, difference in zip(counts, suite, differences(suite)):
        logs = [each.logs for each in own]
        base, head = by_round = _by_round(both, logs)
        common = sorted(set(base) & set(head)) if is_one_campaign else ()
        found.append(
            _matched(
                both, logs, difference, logs=by_round, usual=difference.within[0],
                ratios={number: head[number] - base[number] for number in common},
                knows_campaigns=True,
                wander=max((share for each in own for share in each.wander), default=0.0),
            )
        )  # fmt: skip
    return found


def _counts_of(measured: Measured) -> Counts:
    return Counts(_logs(measured, sorted(measured.costs)), list(measured.wander.values()))


def _between(case: Measured, usual: Sequence[Variance], known: Between | None) -> list[Variance]:
    """Of a case, and of the machine, in both campaigns."""
    if known is None:
        return []
    share, freedom = known.of_case(case.case, case.metadata.get("pyconc_version"))
    of_case = Variance(share * sum(each.value for each in usual), freedom)
    return [of_case, Variance(2 * known.machine.value, known.machine.freedom)]


def _by_round(both: Both, logs: Sequence[Array]) -> tuple[dict[int, float], dict[int, float]]:
    base, head = (dict(zip(sorted(side.costs), own.tolist())) for side, own in zip(both, logs))
    return base, head


def _logs(measured: Measured, rounds: Sequence[int]) -> Array:
    return np.log([measured.costs[number] for number in rounds])
