"""A page for each family of primitives, and one that leads to them."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pyconc.figures import amount, seconds
from pyconc.findings import family_code, family_table
from pyconc.findings.clocks import Disagreement, disagreements
from pyconc.findings.family import Family, families, headline, page_names
from pyconc.findings.family_code import Code
from pyconc.findings.family_table import Bimodal, Observed, Row
from pyconc.findings.rivals import Rival, rivals
from pyconc.findings.throughput import Throughput, telling, throughputs
from pyconc.report.charts import of_throughput as throughput_drawings
from pyconc.report.charts.of_family import drawings, newest
from pyconc.report.crowding import crowded
from pyconc.report.machines import cpus_of
from pyconc.report.page import Page, Shown, anchor
from pyconc.report.reports_entries import entries_of
from pyconc.show.plain import figures
from pyconc.statistics.costs import DURATIONS, Costs
from pyconc.statistics.verdicts import FALSE_DISCOVERIES, FASTER, SLOWER, THRESHOLD
from pyconc.store.rounds import Arm
from pyconc.units import SECOND
from pyconc.words.languages import table
from pyconc.words.phrase import Phrase, between, phrase


class Entry(NamedTuple):
    """A family on the page that leads to all."""

    family: str
    page: str
    title: Phrase
    headline: Phrase
    workloads: int
    cases: int


class Line(NamedTuple):
    """A line of the table of costs."""

    row: Row
    #: The id of the line, on the first one of a case.
    id: str | None


class Cell(NamedTuple):
    """A metric: what it sorts by, and as it is read."""

    figure: str
    text: str


def pages(shown: Shown) -> Iterator[Page]:
    """The page of all families, and then that of each."""
    costs = shown.campaign.costs
    measured = dict.fromkeys(case for python in costs.pythons for case in costs.cases(python))
    found = families(measured, shown.cases, costs.unit)
    names = page_names([family.name for family in found])
    metrics = costs.all_metrics()
    yield Page(
        name="families",
        template="families.html",
        title=phrase("families.title"),
        context={"entries": [_entry(costs, family, names[family.name]) for family in found]},
    )
    charts = _unique(names.values(), _chart_name)
    compared, reported = rivals(costs), list(entries_of(shown))
    for family in found:
        name = names[family.name]
        ours = [each for each in compared if each.case in set(family.cases)]
        page = _page(shown, family, name, charts[name], metrics, measured.keys(), ours)
        of_it = [each for each in reported if family.name in each.report.families]
        yield page._replace(context={**page.context, "reported": of_it})


def title(family: str) -> Phrase:
    """What a family is called."""
    key = f"family.{family}.title"
    return phrase(key) if key in table() else phrase("family_page.title", family=family)


def _entry(costs: Costs, family: Family, page: str) -> Entry:
    case = headline(family)
    told = costs.estimates(case)
    python = newest(list(told))
    return Entry(
        family.name,
        page,
        title(family.name),
        phrase(
            "families.headline",
            case=case,
            python=python,
            cost=amount(told[python].value, family.unit),
            between=between(told[python], family.unit),
        ),
        len(family.groups),
        len(family.cases),
    )


def _page(
    shown: Shown,
    family: Family,
    name: str,
    chart: str,
    metrics: Mapping[Arm, Mapping[str, float]],
    measured: Collection[str],
    compared: Sequence[Rival],
) -> Page:
    costs, about = shown.campaign.costs, shown.campaign.about
    counted = shown.counted
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
    scaling_drawn = tuple(throughput_drawings.drawings(told, costs.pythons, chart))
    return Page(
        name=name,
        template="family.html",
        title=title(family.name),
        context={
            "family": family,
            "drawn": drawn,
            "lines": _lines(family, rows),
            "is_counted_too": any(row.instructions for row in rows),
            "apart": apart,
            "bimodal": bimodal,
            "observed": observed,
            "columns": columns,
            "beside": _beside(rows, columns, metrics),
            "skipped": family_table.skipped(about["interpreters"], family.name),
            "measured": measured,
            "crowded_says": crowded(costs, family.cases),
            "throughputs": scaled,
            "throughput_drawn": scaling_drawn,
            "throughput_says": throughput_drawings.ends(told) if told else None,
            "rivals": compared,
            "rivals_say": _farthest(compared),
            "threshold": THRESHOLD,
            "false_share": FALSE_DISCOVERIES,
            **_code(costs, family, about),
        },
        drawings=(*drawn.all, *scaling_drawn),
        cases=family.cases,
        document={
            "family": family.name,
            **({} if family.unit == SECOND else {"unit": family.unit}),
            "cases": _document(rows, metrics),
            **({"clocks_disagree": [_document_of_clocks(each) for each in apart]} if apart else {}),
            "two_modes": [_document_of_modes(each) for each in bimodal],
            "durations": [_document_of_durations(each) for each in observed],
            "throughput": [_document_of_throughput(each) for each in scaled],
            "rivals": [{**each._asdict(), "ratio": figures(each.ratio)} for each in compared],
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


def _lines(family: Family, rows: Sequence[Row]) -> list[Line]:
    ids = _unique(family.cases, anchor)
    lines: list[Line] = []
    for row in rows:
        is_first = not lines or lines[-1].row.case != row.case
        lines.append(Line(row, ids[row.case] if is_first else None))
    return lines


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


def _chart_name(page: str) -> str:
    return page.lower().replace("_", "-")


def _code(costs: Costs, family: Family, about: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of the workloads, and where each class is on the page."""
    versions = about.get("case_versions")
    codes = family_code.codes(costs, family, versions if isinstance(versions, dict) else {})
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
        "doc": _doc(family, codes),
    }


def _doc(family: Family, codes: Sequence[Code]) -> str:
    """What the family's file says of it, where the report has no words of its own."""
    workloads = (group.workload for group in family.groups)
    modules = (inspect.getmodule(workload) for workload in workloads if workload)
    docs = (inspect.cleandoc(module.__doc__ or "") for module in modules if module)
    return " ".join(next(docs, "").split())


def _beside(
    rows: Sequence[Row], columns: Sequence[str], metrics: Mapping[Arm, Mapping[str, float]]
) -> list[tuple[Row, list[Cell | None]]]:
    """The lines of the table of metrics: those of the rows that have any."""
    found = []
    for row in rows:
        had = metrics.get((row.python, row.case), {})
        cells = [_cell(name, had[name]) if name in had else None for name in columns]
        if any(cells):
            found.append((row, cells))
    return found


def _cell(name: str, figure: float) -> Cell:
    if name == "cpu_seconds" or name in DURATIONS:
        text = seconds(figure)
    elif name == "peak_rss":
        text = amount(figure, "byte")
    else:
        text = f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"
    return Cell(f"{figure:.4g}", text)


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


def _document_of_clocks(found: Disagreement) -> dict[str, Any]:
    ratios = {"time": figures(found.time), "instructions": figures(found.instructions)}
    return {"case": found.case, "old": found.old, "new": found.new, **ratios}


def _document_of_throughput(found: Throughput) -> dict[str, Any]:
    return {
        "case": found.case, "python": found.python, "workers": found.workers,
        "scaling": figures(found.scaling),
    }  # fmt: skip


def _document_of_modes(found: Bimodal) -> dict[str, Any]:
    return {"case": found.case, "python": found.python, **found.modes._asdict()}


def _document_of_durations(found: Observed) -> dict[str, Any]:
    peaks = found.peaks._asdict() if found.peaks else None
    return {
        "case": found.case, "python": found.python, "what": found.what,
        "p50": found.p50, "p99": found.p99, "two_peaks": peaks,
    }  # fmt: skip
