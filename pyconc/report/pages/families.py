"""A page for each family of primitives, and one that leads to them."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from pyconc.figures import amount, seconds
from pyconc.findings import family_code, family_table
from pyconc.findings.clocks import disagreements
from pyconc.findings.decisions import greatest
from pyconc.findings.family import Family, families, headline, page_names
from pyconc.findings.family_table import Bimodal, Observed, Row
from pyconc.findings.rivals import Rival, rivals
from pyconc.findings.throughput import telling, throughputs
from pyconc.report.charts import of_throughput as throughput_drawings
from pyconc.report.charts.of_family import drawings, newest
from pyconc.report.crowding import crowded
from pyconc.report.family_versions import family_versions
from pyconc.report.machines import cpus_of
from pyconc.report.page import Page, Shown, anchor
from pyconc.report.reports_entries import Entry, entries_of
from pyconc.show.plain import figures, record
from pyconc.statistics.costs import DURATIONS, Costs
from pyconc.statistics.verdicts import FALSE_DISCOVERIES, FASTER, SLOWER, THRESHOLD
from pyconc.store.rounds import Arm
from pyconc.units import SECOND
from pyconc.words.languages import table
from pyconc.words.phrase import Phrase, between, phrase

#: What `report.json` has of clocks that disagree, and of throughput.
_CLOCKS = ("case", "old", "new", "time", "instructions")
_THROUGHPUT = ("case", "python", "workers", "scaling")


def pages(shown: Shown) -> Iterator[Page]:
    """The page of all families, and then that of each."""
    costs = shown.campaign.costs
    found = families(costs.units(), shown.cases, costs.unit)
    names = page_names([family.name for family in found])
    yield Page(
        name="families",
        template="families.html",
        title=phrase("families.title"),
        context={
            "entries": [
                (family, names[family.name], title(family.name), _headline(costs, family))
                for family in found
            ]
        },
    )
    charts = _unique(names.values(), lambda page: page.lower().replace("_", "-"))
    compared, reported = rivals(costs), list(entries_of(shown))
    for family in found:
        name, cases = names[family.name], set(family.cases)
        yield _page(
            shown,
            family,
            name,
            charts[name],
            [each for each in compared if each.case in cases],
            [each for each in reported if family.name in each.report.families],
        )


def title(family: str) -> Phrase:
    """What a family is called."""
    key = f"family.{family}.title"
    return phrase(key) if key in table() else phrase("family_page.title", family=family)


def _headline(costs: Costs, family: Family) -> Phrase:
    """What the case costs that stands for a family, on the newest Python."""
    case, unit = headline(family), family.unit
    told = costs.estimates(case)
    python = newest(list(told))
    cost = told[python]
    return phrase("families.headline", case=case, python=python, cost=amount(cost.value, unit),
                  between=between(cost, partial(amount, unit=unit)))  # fmt: skip


def _finding(costs: Costs, family: Family, compared: Sequence[Rival]) -> Phrase:
    """What a page says first: the greatest of its decisions, the rivals that are farthest apart, or
    what the case costs that stands for the family.
    """
    decision = greatest(family.cases, costs, newest(costs.pythons))
    if decision is not None:
        return decision
    apart = [each for each in compared if each.verdict in (SLOWER, FASTER)]
    return _farthest(apart) if apart else _headline(costs, family)


def _page(
    shown: Shown,
    family: Family,
    name: str,
    chart: str,
    compared: Sequence[Rival],
    reported: Sequence[Entry],
) -> Page:
    costs, about = shown.campaign.costs, shown.campaign.about
    metrics, counted = costs.all_metrics(), shown.counted
    rows = family_table.rows(costs, family, metrics, counted.costs if counted else None)
    apart = (
        disagreements(shown.campaign.sides, counted.sides, family.cases)
        if counted and family.unit == SECOND
        else []
    )
    bimodal = family_table.bimodal(costs, family)
    observed = family_table.observed(costs, family, metrics)
    drawn = drawings(costs, family, chart, bimodal, observed)
    columns = family_table.columns(family, metrics)
    scaled = throughputs(costs, family)
    told = telling(scaled, cpus_of(about))
    by_version = family_versions(shown.campaign, shown.versions, family.name, family.cases)
    scaling_drawn = tuple(throughput_drawings.drawings(told, costs.pythons, chart))
    return Page(
        name=name,
        template="family.html",
        title=title(family.name),
        context={
            "family": family,
            "finding": _finding(costs, family, compared),
            "drawn": drawn,
            "lines": _lines(family, rows),
            "is_counted_too": any(row.instructions for row in rows),
            "apart": apart,
            "bimodal": bimodal,
            "observed": observed,
            "columns": columns,
            "beside": _beside(rows, columns, metrics),
            "skipped": family_table.skipped(about["interpreters"], family.name),
            "measured": costs.units(),
            "crowded_says": list(crowded(costs, family.cases)),
            "versions": by_version,
            "throughputs": scaled,
            "throughput_drawn": scaling_drawn,
            "throughput_says": throughput_drawings.ends(told) if told else None,
            "rivals": compared,
            "rivals_say": _farthest(compared),
            "reported": reported,
            "threshold": THRESHOLD,
            "false_share": FALSE_DISCOVERIES,
            **_code(costs, family, about),
        },
        drawings=(
            *chain(*drawn),
            *scaling_drawn,
            *([by_version.drawing] if by_version else []),
        ),
        cases=family.cases,
        document={
            "family": family.name,
            **({} if family.unit == SECOND else {"unit": family.unit}),
            "cases": _document(rows, metrics),
            **({"clocks_disagree": [record(each, *_CLOCKS) for each in apart]} if apart else {}),
            "two_modes": [_document_of_modes(each) for each in bimodal],
            "durations": [_document_of_durations(each) for each in observed],
            "throughput": [record(each, *_THROUGHPUT) for each in scaled],
            "rivals": [record(each, *each._fields) for each in compared],
        },
    )


def _farthest(compared: Sequence[Rival]) -> Phrase:
    """The rivals that are farthest apart, of those that differ for certain."""
    apart = [each for each in compared if each.verdict in (SLOWER, FASTER)]
    if not apart:
        return phrase("family_page.rivals.none")
    found = max(apart, key=lambda each: abs(math.log(each.ratio.value)))
    return phrase(
        "family_page.rivals.farthest",
        case=found.case,
        against=found.against,
        python=found.python,
        ratio=found.ratio,
    )


def _lines(family: Family, rows: Sequence[Row]) -> list[tuple[Row, str | None]]:
    """The rows of the table, the first one of each case with an id."""
    ids = _unique(family.cases, anchor)
    return [(row, ids.pop(row.case, None)) for row in rows]


def _unique(names: Iterable[str], wanted: Callable[[str], str]) -> dict[str, str]:
    """What each name wants to be called; of those that would be called the same, the first is, and
    the others get numbers.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        called, number = wanted(name) or "unnamed", 2
        while called in taken:
            called, number = f"{wanted(name)}-{number}", number + 1
        taken.add(called)
        found[name] = called
    return found


def _code(costs: Costs, family: Family, about: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of the workloads, and where each class is on the page."""
    codes = family_code.codes(costs, family, about.get("case_versions", {}))
    if about["seed"] is None:  # the benchmarks of others have never been here
        codes = [code for code in codes if code.state != family_code.GONE]
    shared = family_code.shared(family, codes)
    ids = _unique([code.name for code in codes], anchor)
    places = {each.name: f"class-{anchor(each.name)}" for each in shared}
    for group in family.groups:
        if group.workload:
            places[family_code.named(group.workload)] = f"workload-{ids[group.name]}"
    return {
        "codes": [(code, f"workload-{ids[code.name]}") for code in codes],
        "shared": shared,
        "class_places": places,
        "doc": _doc(family),
    }


def _doc(family: Family) -> str:
    """What the family's file says of it, where the report has no words of its own."""
    workloads = (group.workload for group in family.groups)
    modules = (inspect.getmodule(workload) for workload in workloads if workload)
    docs = (inspect.cleandoc(module.__doc__ or "") for module in modules if module)
    return " ".join(next(docs, "").split())


def _beside(
    rows: Sequence[Row], columns: Sequence[str], metrics: Mapping[Arm, Mapping[str, float]]
) -> list[tuple[Row, list[tuple[str, str] | None]]]:
    """The lines of the table of metrics: those of the rows that have any."""
    found = []
    for row in rows:
        had = metrics.get((row.python, row.case), {})
        cells = [_cell(name, had[name]) if name in had else None for name in columns]
        if any(cells):
            found.append((row, cells))
    return found


def _cell(name: str, figure: float) -> tuple[str, str]:
    """A metric: what it sorts by, and as it is read."""
    if name == "cpu_seconds" or name in DURATIONS:
        text = seconds(figure)
    elif name == "peak_rss":
        text = amount(figure, "byte")
    else:
        text = f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"
    return f"{figure:.4g}", text


def _document(
    rows: Sequence[Row], metrics: Mapping[Arm, Mapping[str, float]]
) -> dict[str, dict[str, Any]]:
    """By case and Python."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row.case, {})[row.python] = {
            "gross": figures(row.gross),
            "net": figures(row.net),
            "multiple_of_floor": figures(row.distance),
            "crowded": row.crowded,
            **({"instructions": figures(row.instructions)} if row.instructions else {}),
            "metrics": dict(metrics.get((row.python, row.case), {})),
        }
    return found


def _document_of_modes(found: Bimodal) -> dict[str, Any]:
    return {"case": found.case, "python": found.python, **found.modes._asdict()}


def _document_of_durations(found: Observed) -> dict[str, Any]:
    said = record(found, "case", "python", "what", "p50", "p99")
    return {**said, "two_peaks": found.peaks._asdict() if found.peaks else None}
