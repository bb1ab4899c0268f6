"""Whether a campaign shows what people report: seen, absent here, unclear, or not to be shown here.

A report is seen where the whole interval lies beyond the limit from which on the effect counts, and
absent where the whole interval lies on the other side. Each interval stands for itself, and fewer
rounds than comparisons claim from claim nothing here either.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from pyconc.findings.reported import COST, GIL_OFF, THROUGHPUT, Effect, Report
from pyconc.statistics.costs import DURATIONS, Costs
from pyconc.statistics.estimate import Estimate, of_logs
from pyconc.statistics.exchange import ENOUGH_ROUNDS
from pyconc.statistics.matched import log_ratios
from pyconc.store.rounds import Arm
from pyconc.words.phrase import Phrase, phrase

SEEN, UNCLEAR, ABSENT, CANNOT = "seen", "unclear", "absent", "cannot"
#: Of several, the first counts for the report as a whole.
VERDICTS = (SEEN, UNCLEAR, ABSENT, CANNOT)


class Outcome(NamedTuple):
    """What a campaign says of one comparison of a report, on some of its Pythons."""

    report: Report
    comparison: Effect
    #: Labels: one, or what is compared with what comes last; all that it says the same of, where
    #: nothing was measured.
    pythons: tuple[str, ...]
    #: One of `VERDICTS`.
    verdict: str
    #: Of the comparison: a ratio, or seconds.
    estimate: Estimate | None = None
    #: Why it tells no more, or what to think of when reading it.
    why: Phrase | None = None

    @property
    def is_pair(self) -> bool:
        """Whether its two Pythons are compared with each other."""
        return self.comparison.between is not None and self.estimate is not None


class Ground(NamedTuple):
    """What a campaign has to show."""

    costs: Costs
    #: By label, as `campaign.json` describes them.
    pythons: Mapping[str, Mapping[str, Any]]
    #: None where it is not known.
    cores: int | None
    #: What `platform.platform` says; empty where it is not known.
    system: str
    #: Whether rounds of one number belong together: those of files from elsewhere do not.
    paired: bool
    #: Pythons and cases that were tried in vain.
    failed: frozenset[Arm]

    @classmethod
    def of(cls, about: Mapping[str, Any], costs: Costs) -> Ground:
        return cls(
            costs,
            {each["label"]: each for each in about["interpreters"]},
            about["machine"].get("cpus"),
            str(about["machine"].get("platform") or ""),
            about.get("seed") is not None,
            frozenset((each["python"], each["case"]) for each in about["failures"]),
        )


def outcomes(report: Report, ground: Ground) -> list[Outcome]:
    """What a campaign says of a report: comparison by comparison, and Python by Python."""
    return [each for shown in report.shows for each in _joined(_of(report, shown, ground))]


def overall(found: Sequence[Outcome]) -> str:
    """The verdict of a report as a whole: what was seen anywhere, was seen."""
    return min((each.verdict for each in found), key=VERDICTS.index)


def newest(by_campaign: Sequence[Sequence[Outcome]]) -> list[tuple[int, Outcome]]:
    """Of each comparison what the first campaign says that can, with that one's place.

    Args:
        by_campaign: outcomes of one report in several campaigns, the one that counts most first.
    """
    chosen = []
    for shown in dict.fromkeys(each.comparison for each in by_campaign[0]):
        parts = [[each for each in found if each.comparison == shown] for found in by_campaign]
        places = range(len(parts))
        place = next((p for p in places if overall(parts[p]) != CANNOT), 0)
        chosen += [(place, each) for each in parts[place]]
    return chosen


def _joined(found: Iterator[Outcome]) -> Iterator[Outcome]:
    """The same, with the Pythons together of which nothing can be said for one reason."""
    groups: dict[object, list[Outcome]] = {}
    for place, each in enumerate(found):
        key = place if each.verdict != CANNOT else repr(each.why)
        groups.setdefault(key, []).append(each)
    for first, *others in groups.values():
        pythons = dict.fromkeys(label for each in (first, *others) for label in each.pythons)
        yield first._replace(pythons=tuple(pythons))


def _of(report: Report, shown: Effect, ground: Ground) -> Iterator[Outcome]:
    gil = report.needs.gil
    pythons = ground.pythons.items()
    labels = [label for label, about in pythons if gil in (None, about.get("gil"))]
    if not labels and gil:
        yield _cannot(report, shown, ground.pythons, phrase(_NEEDS_GIL[gil]))
        return
    if shown.between is None:
        for label in labels:
            yield _judged(report, shown, (label,), ground)
        return
    pairs = list(_pairs(shown.between, labels, ground.pythons))
    if not pairs:
        yield _cannot(report, shown, labels, _no_pair(shown.between))
    for pair in pairs:
        yield _judged(report, shown, pair, ground)


_NEEDS_GIL = {"on": "reports.why.gil_on", "off": "reports.why.gil_off"}


def _no_pair(between: tuple[str, str]) -> Phrase:
    if between[1] == GIL_OFF:
        return phrase("reports.why.twins")
    return phrase("reports.why.pair", base=between[0], head=between[1])


def _pairs(
    between: tuple[str, str], labels: Sequence[str], pythons: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Pythons that differ in what is compared, and are of one kind otherwise."""
    base, head = between
    same: tuple[str, ...] = ("implementation", "free_threaded", "gil")
    if head == GIL_OFF:
        same = ("implementation", "free_threaded", "version")
    for one in labels:
        for other in labels:
            ours, theirs = pythons[one], pythons[other]
            alike = all(ours.get(name) == theirs.get(name) for name in same)
            if alike and _is(base, ours) and _is(head, theirs):
                yield one, other


def _is(wanted: str, about: Mapping[str, Any]) -> bool:
    if wanted.startswith("gil "):
        return bool(f"gil {about.get('gil')}" == wanted)
    is_release = wanted.count(".") > 1  # and not how some begin
    return _in(f"=={wanted}" if is_release else f"=={wanted}.*", about)


def _in(versions: str, about: Mapping[str, Any]) -> bool:
    try:
        version = Version(str(about.get("version")).rstrip("+"))  # that of a checkout ends so
    except InvalidVersion:
        return False
    return SpecifierSet(versions).contains(version, prereleases=True)


def _cannot(
    report: Report, shown: Effect, pythons: Sequence[str] | Mapping[str, object], why: Phrase
) -> Outcome:
    return Outcome(report, shown, tuple(pythons), CANNOT, why=why)


def _judged(report: Report, shown: Effect, pythons: tuple[str, ...], ground: Ground) -> Outcome:
    if missing := _missing(shown, pythons, ground):
        return _cannot(report, shown, pythons, missing)
    found, why = _estimate(shown, pythons, ground)
    if ground.cores is not None and ground.cores < report.needs.cores:
        why = phrase("reports.why.cores", cores=report.needs.cores, here=ground.cores)
        return Outcome(report, shown, pythons, CANNOT, found, why)
    if found is None or why is not None:
        return Outcome(report, shown, pythons, UNCLEAR, found, why)
    verdict = _verdict(shown, found)
    if verdict == UNCLEAR:
        why = phrase("reports.why.wide")
    elif verdict == ABSENT:
        why = _reported_of(report, pythons, ground)
    return Outcome(report, shown, pythons, verdict, found, why)


def _reported_of(report: Report, pythons: Sequence[str], ground: Ground) -> Phrase | None:
    """What the report is about, where that is something else than what was measured."""
    system, versions = report.needs.system, report.needs.versions
    if system and not ground.system.startswith(system):
        return phrase("reports.why.system", system=system)
    if versions and not any(_in(versions, ground.pythons[each]) for each in pythons):
        return phrase("reports.why.versions", versions=versions)
    built = [ground.pythons[each].get("optimized") for each in pythons]
    if report.needs.optimized and False in built:
        return phrase("reports.why.optimized")
    return None


def _verdict(shown: Effect, found: Estimate) -> str:
    """By the interval alone."""
    if shown.at_least is not None:
        is_seen, is_absent = found.low >= shown.limit, found.high < shown.limit
    else:
        is_seen, is_absent = found.high <= shown.limit, found.low > shown.limit
    return SEEN if is_seen else ABSENT if is_absent else UNCLEAR


def _missing(shown: Effect, pythons: Sequence[str], ground: Ground) -> Phrase | None:
    """Why what is compared was not measured, where it was not."""
    for python in pythons:
        for case in shown.cases:
            if ground.costs.rounds(python, case) is not None:
                if _gil_came_back(ground, python, case):
                    return phrase("reports.why.gil_back", case=case)
                continue
            if reason := (ground.pythons[python].get("skipped") or {}).get(case):
                return phrase("reports.why.skipped", case=case, reason=reason)
            if (python, case) in ground.failed:
                return phrase("reports.why.failed", case=case)
            return phrase("reports.why.not_measured", case=case)
    return None


def _gil_came_back(ground: Ground, python: str, case: str) -> bool:
    """Whether something that the case imports turned the GIL on again."""
    afterwards = ground.costs.said(python, case, "gil").values()
    return ground.pythons[python].get("gil") == "off" and "on" in afterwards


def _estimate(
    shown: Effect, pythons: tuple[str, ...], ground: Ground
) -> tuple[Estimate | None, Phrase | None]:
    """The figure of a comparison, and why nothing may be claimed by it."""
    costs, head = ground.costs, (pythons[-1], shown.case)
    if not shown.is_ratio:
        found = _of_one(costs, head, shown.figure)
    elif ground.paired:
        base = (pythons[0], shown.against or shown.case)
        found = _ratio(costs, base, head, shown.figure)
    else:
        return None, phrase("reports.why.unpaired")
    if found is None:
        return None, phrase("reports.why.no_figure", figure=figure_name(shown.figure))
    if found.rounds < ENOUGH_ROUNDS:
        return found, phrase("reports.why.few", rounds=found.rounds, enough=ENOUGH_ROUNDS)
    return found, None


def figure_name(figure: str) -> Phrase:
    if figure in (COST, THROUGHPUT):
        return phrase(f"reports.figure.{figure}")
    return phrase(f"family_page.metric.{figure}")


def _of_one(costs: Costs, arm: Arm, figure: str) -> Estimate | None:
    logs = _logs(costs, arm, figure)
    return of_logs(np.array(list(logs.values()))) if logs else None


def _ratio(costs: Costs, base: Arm, head: Arm, figure: str) -> Estimate | None:
    """How many times the figure of one the other's is, as the comparisons have it."""
    if figure in (COST, THROUGHPUT):
        ours, theirs = (costs.measured(python)[case] for python, case in (base, head))
        rounds, ratios = log_ratios(ours, theirs)
        if not rounds:
            return None
        return of_logs(-ratios if figure == THROUGHPUT else ratios)
    before, after = (_logs(costs, arm, figure) for arm in (base, head))
    common = [after[number] - before[number] for number in before.keys() & after.keys()]
    return of_logs(np.array(common)) if common else None


def _logs(costs: Costs, arm: Arm, figure: str) -> dict[int, float]:
    """Of the figure of each round that has one above zero."""
    found = _by_round(costs, arm, figure)
    return {number: math.log(each) for number, each in found.items() if each > 0}


def _by_round(costs: Costs, arm: Arm, figure: str) -> dict[int, float]:
    python, case = arm
    if figure == COST:
        rounds = costs.rounds(python, case)
        return {} if rounds is None else dict(zip(rounds.index.tolist(), rounds.tolist()))
    what, _, which = figure.rpartition("_")
    if figure not in DURATIONS or which == "max":
        told = costs.metric(python, case, figure)
        return dict(zip(told.index.tolist(), told.tolist()))
    percent = int(which.removeprefix("p"))
    return {
        number: histogram.percentile(percent)
        for number, histogram in costs.histograms(python, case, what).items()
        if len(histogram)
    }
