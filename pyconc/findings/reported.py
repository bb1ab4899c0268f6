"""What people report of concurrency in Python, as data: ``reports.toml`` beside the cases.

Each entry names a public report, says what was seen, and which figures of the catalogue show it.
How an entry is written is in ``docs/reports.md``; what is wrong with one is said in one line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pyconc.findings.entries import Said, need_cases, read_entries, taken, text, texts
from pyconc.statistics.costs import COLUMNS
from pyconc.suite import catalog
from pyconc.suite.catalog import benchmarks_folder

FILE = "reports.toml"
#: What may be looked at: the cost of an operation or its inverse, and every metric.
COST, THROUGHPUT = "cost", "throughput"
FIGURES = (COST, THROUGHPUT, *COLUMNS)
#: In place of two versions, the two ways to run one free-threaded build.
GIL_ON, GIL_OFF = "gil on", "gil off"

_ADDRESS = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/(issues|pull|discussions)/\d+")
#: A release, or how one begins.
_VERSION = re.compile(r"\d+\.\d+(\.\d+((a|b|rc)\d+)?)?")


class Needs(NamedTuple):
    """What it takes for a report to show at all, beyond what its cases need."""

    #: ``on`` or ``off``: whether Python runs with its GIL; either where it is None.
    gil: str | None = None
    #: With fewer, neither the effect nor its absence tells anything.
    cores: int = 1
    #: What was reported of, as packages say it: others may have the effect or not.
    versions: str | None = None
    #: The same of a system, as `platform.system` calls it.
    system: str | None = None
    #: Whether it was reported of Pythons that are built with PGO.
    optimized: bool = False


class Effect(NamedTuple):
    """What a report shows: a figure, held against another or against a limit."""

    case: str
    #: One of `FIGURES`.
    figure: str = COST
    #: The case whose figure it is a multiple of.
    against: str | None = None
    #: Two versions, or `GIL_ON` and `GIL_OFF`: the figure on the second is a multiple of that on
    #: the first.
    between: tuple[str, str] | None = None
    #: The effect is there from here on, upwards or downwards: a ratio, or seconds, or a number.
    at_least: float | None = None
    at_most: float | None = None
    #: What the report has.
    reported: float | None = None

    @property
    def is_ratio(self) -> bool:
        return self.against is not None or self.between is not None

    @property
    def limit(self) -> float:
        found = self.at_most if self.at_least is None else self.at_least
        assert found is not None  # as the reader sees to
        return found

    @property
    def cases(self) -> list[str]:
        return [self.case] if self.against is None else [self.case, self.against]


class Report(NamedTuple):
    """A public report."""

    #: Of the entry, and of its place on the page.
    id: str
    address: str
    title: Said
    #: In our words.
    seen: Said
    shows: Sequence[Effect]
    needs: Needs = Needs()
    #: Addresses of other reports of the same.
    also: Sequence[str] = ()

    @property
    def addresses(self) -> dict[str, str]:
        """All of them, by what they are called: the id, and of others the repository and number."""
        others = {_called(address): address for address in self.also}
        return {self.id: self.address, **others}

    @property
    def cases(self) -> list[str]:
        return list(dict.fromkeys(case for each in self.shows for case in each.cases))

    @property
    def families(self) -> list[str]:
        return list(dict.fromkeys(case.partition(".")[0] for case in self.cases))

    @property
    def workloads(self) -> list[str]:
        return list(dict.fromkeys(case.partition("[")[0] for case in self.cases))


@cache
def known_reports() -> tuple[Report, ...]:
    """Those of pyconc.

    Raises:
        UsageError: something is wrong with an entry.
    """
    return read_reports(benchmarks_folder() / FILE, [case.id for case in catalog.known()])


def read_reports(path: Path, cases: Collection[str]) -> tuple[Report, ...]:
    """The reports of a file, in its order.

    Args:
        cases: the ids of the catalogue.

    Raises:
        UsageError: it cannot be read, or something is wrong with an entry.
    """
    known = set(cases)
    return read_entries(path, lambda name, entry: _report(name, entry, known))


def _report(name: str, entry: object, known: Collection[str]) -> Report:
    wanted = ("address", "title", "seen", "shows")
    report = Report(id=name, **taken(entry, "the entry", _REPORT, wanted))
    need_cases(report.cases, known)
    return report


def _address(said: str) -> str:
    if not _ADDRESS.fullmatch(said):
        raise ValueError(f"address must be that of an issue or pull request, and is {said!r}")
    return said


def _also(said: object) -> list[str]:
    if not isinstance(said, list):
        raise ValueError(f"also must be a list of addresses, and is {said!r}")
    return [_address(each) for each in said]


def _called(address: str) -> str:
    parts = address.split("/")
    return f"{parts[-3]}-{parts[-1]}".lower()


def _needs(said: object) -> Needs:
    return Needs(**taken(said, "needs", _NEEDS, ()))


def _gil(said: object) -> str:
    if said not in ("on", "off"):
        raise ValueError(f"gil must be on or off, and is {said!r}")
    return str(said)


def _cores(said: object) -> int:
    if type(said) is not int or said < 2:
        raise ValueError(f"cores must be a number from 2 on, and is {said!r}")
    return said


def _versions(said: str) -> str:
    try:
        SpecifierSet(said)
        return said
    except (InvalidSpecifier, AttributeError):
        raise ValueError(f"versions must be such as '>=3.13,<3.14', and is {said!r}") from None


def _shows(said: object) -> list[Effect]:
    if not isinstance(said, list) or not said:
        raise ValueError("shows must be a list of comparisons, [[NAME.shows]]")
    return [_comparison(each) for each in said]


def _comparison(said: object) -> Effect:
    found = Effect(**taken(said, "a comparison", _COMPARISON, ("case",)))
    if (found.at_least is None) == (found.at_most is None):
        raise ValueError(f"the comparison of {found.case} must say either at_least or at_most")
    if found.against is not None and found.between is not None:
        raise ValueError(f"the comparison of {found.case} cannot be against and between")
    if found.against == found.case:
        raise ValueError(f"the comparison of {found.case} is against itself")
    if found.figure == THROUGHPUT and not found.is_ratio:
        raise ValueError(f"the throughput of {found.case} must be against or between something")
    return found


def _figure(said: object) -> str:
    if said not in FIGURES:
        raise ValueError(f"figure must be one of {', '.join(FIGURES)}, and is {said!r}")
    return str(said)


def _flag(said: object) -> bool:
    if type(said) is not bool:
        raise ValueError(f"optimized must be true or false, and is {said!r}")
    return said


def _number(said: object) -> float:
    if type(said) not in (int, float) or not 0 < said < math.inf:  # type: ignore[operator]
        raise ValueError(f"a limit must be a number above 0, and is {said!r}")
    return float(said)  # type: ignore[arg-type]


def _between(said: object) -> tuple[str, str]:
    if isinstance(said, list) and len(said) == 2 and said[0] != said[1]:
        base, head = map(str, said)
        if (base, head) == (GIL_ON, GIL_OFF):
            return base, head
        if _VERSION.fullmatch(base) and _VERSION.fullmatch(head):
            return base, head
    raise ValueError(f"between must be two versions, or [{GIL_ON!r}, {GIL_OFF!r}], and is {said!r}")


_NEEDS: Mapping[str, Callable[[Any], Any]] = {
    "gil": _gil, "cores": _cores, "versions": _versions, "system": text,
    "optimized": _flag,
}  # fmt: skip
_COMPARISON: Mapping[str, Callable[[Any], Any]] = {
    "case": text, "figure": _figure, "against": text, "between": _between, "at_least": _number,
    "at_most": _number, "reported": _number,
}  # fmt: skip
_REPORT: Mapping[str, Callable[[Any], Any]] = {
    "address": _address, "also": _also, "title": texts, "seen": texts, "needs": _needs,
    "shows": _shows,
}  # fmt: skip
