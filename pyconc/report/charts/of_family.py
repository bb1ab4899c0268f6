"""The charts of a family's page: which there are, and what is said of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from pyconc.figures import amount
from pyconc.findings.family import Family, Sweep, single, sweeps
from pyconc.findings.family_table import Bimodal, Observed
from pyconc.report.charts import by_parameter, distribution, family_costs, style
from pyconc.report.charts.by_parameter import Panel
from pyconc.report.page import Drawing
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.words.phrase import Phrase, phrase

#: Panels of one drawing; there are more drawings where there are more panels.
_MOST_PANELS = 12
#: Cases whose distributions are drawn.
_MOST_DISTRIBUTIONS = 6


class Drawings(NamedTuple):
    """The charts of a page, by the section that they are in."""

    costs: tuple[Drawing, ...]
    rounds: tuple[Drawing, ...]
    durations: tuple[Drawing, ...]


def drawings(
    costs: Costs,
    family: Family,
    name: str,
    bimodal: Sequence[Bimodal],
    observed: Sequence[Observed],
) -> Drawings:
    """What is drawn for a family; nothing that would show one point.

    Args:
        name: how the names of its charts begin.
    """
    return Drawings(
        (
            *_by_parameter(costs, family, name),
            *_parts(costs, family, name),
            *_by_python(costs, family, name),
        ),
        tuple(_rounds(costs, family.unit, name, bimodal)),
        tuple(_durations(costs, name, observed)),
    )


def newest(pythons: Sequence[str]) -> str:
    """The newest version of CPython, or the last of other implementations."""
    return [*(each for each in pythons if not each[:1].isdigit()),
            *(each for each in pythons if each[:1].isdigit())][-1]  # fmt: skip


def _by_parameter(costs: Costs, family: Family, name: str) -> Iterator[Drawing]:
    found = [sweep for group in family.groups for sweep in sweeps(group)]
    panels = _by_workload(costs, found) if len(costs.pythons) == 1 else _by_sweep(costs, found)
    for number, start in enumerate(range(0, len(panels), _MOST_PANELS), 1):
        shown = panels[start : start + _MOST_PANELS]
        yield Drawing(
            name=f"{name}-by-parameter{f'-{number}' if number > 1 else ''}",
            draw=partial(by_parameter.draw, shown, costs.pythons, family.unit),
            alt=phrase("family_page.by_parameter.alt", panels=len(shown),
                       finding=_change(shown, costs.pythons, family.unit)),
            caption=phrase("family_page.by_parameter.caption"),
        )  # fmt: skip


def _by_sweep(costs: Costs, found: Iterable[Sweep]) -> list[Panel]:
    """A panel for each sweep, with a line for each Python."""
    panels = []
    for sweep in found:
        lines = {python: _line(costs, python, sweep) for python in costs.pythons}
        lines = {python: line for python, line in lines.items() if line}
        if any(len(line) > 1 for line in lines.values()):
            floor = _floor_line(costs, sweep)
            panels.append(Panel(sweep.title, sweep.axis, lines, floor))
    return panels


def _by_workload(costs: Costs, found: Iterable[Sweep]) -> list[Panel]:
    """A panel for each workload, with a line for each of its sweeps."""
    panels: dict[str, Panel] = {}
    for sweep in found:
        line = _line(costs, costs.pythons[0], sweep)
        if len(line) > 1:
            short = sweep.group.short
            empty = Panel(short, sweep.axis, {}, _floor_line(costs, sweep))
            panel = panels.setdefault(short, empty)
            lines = {**panel.lines, ", ".join(sweep.fixed) or short: line}
            panels[short] = panel._replace(lines=lines)
    return list(panels.values())


def _line(costs: Costs, python: str, sweep: Sweep) -> list[tuple[int, Estimate]]:
    found = ((number, costs.estimate(python, case)) for number, case in sweep.points)
    return [(number, estimate) for number, estimate in found if estimate]


def _floor_line(costs: Costs, sweep: Sweep) -> list[tuple[int, Estimate]]:
    """The floors of a sweep, as measured with the newest Python."""
    python = newest(costs.pythons)
    floors = ((number, costs.twin(case, "floor")) for number, case in sweep.points)
    found = ((number, costs.estimate(python, floor) if floor else None) for number, floor in floors)
    return [(number, estimate) for number, estimate in found if estimate]


def _change(panels: Sequence[Panel], pythons: Sequence[str], unit: str) -> Phrase:
    """The greatest change from the first number to the last one, on the newest Python that has
    any.
    """
    python = pythons[0]
    lines = [
        (panel, name, line)
        for panel in panels
        for name, line in panel.lines.items()
        if len(line) > 1
    ]
    if len(pythons) > 1:
        had = {name for _, name, _ in lines}
        python = newest([each for each in pythons if each in had])
        lines = [each for each in lines if each[1] == python]
    panel, name, line = max(lines, key=lambda each: _growth(each[2]))
    title = panel.title if len(pythons) > 1 or name == panel.title else f"{panel.title} {name}"
    (first, low), (last, high) = line[0], line[-1]
    return phrase("family_page.by_parameter.change", python=python, workload=title,
                  axis=panel.axis, first=first, last=last,
                  low=amount(low.value, unit), high=amount(high.value, unit))  # fmt: skip


def _growth(line: Sequence[tuple[int, Estimate]]) -> float:
    return abs(math.log(line[-1][1].value / line[0][1].value))


def _parts(costs: Costs, family: Family, name: str) -> Iterator[Drawing]:
    """Of the newest Python, where there is a floor, or no other Python to be shown beside it."""
    python = newest(costs.pythons)
    rows = []
    for label, case in single(family):
        if gross := costs.estimate(python, case):
            net, floor = costs.net(python, case), costs.twin(case, "floor")
            lowest = (costs.net(python, floor) or costs.estimate(python, floor)) if floor else None
            rows.append(family_costs.Parts(label, gross, net, lowest))
    if len(rows) < 2 or not (len(costs.pythons) == 1 or any(row.floor for row in rows)):
        return
    low, high = (choose(rows, key=lambda row: row.gross.value) for choose in (min, max))
    yield Drawing(
        name=f"{name}-parts",
        draw=partial(family_costs.draw_parts, rows, family.unit),
        alt=phrase("family_page.parts.alt", count=len(rows), python=python,
                   low_case=low.name, low=amount(low.gross.value, family.unit),
                   high_case=high.name, high=amount(high.gross.value, family.unit)),
        caption=phrase("family_page.parts.caption", python=python),
    )  # fmt: skip


def _by_python(costs: Costs, family: Family, name: str) -> Iterator[Drawing]:
    rows = [style.Row(label, costs.estimates(case)) for label, case in single(family)]
    rows = [row for row in rows if row.estimates]
    if len(costs.pythons) == 1 or sum(len(row.estimates) for row in rows) < 2:
        return
    yield Drawing(
        name=f"{name}-by-python",
        draw=partial(family_costs.draw_pythons, rows, costs.pythons, family.unit),
        alt=phrase("family_page.by_python.alt", count=len(rows), pythons=costs.pythons,
                   finding=_farthest(rows, family.unit)),
        caption=phrase("family_page.by_python.caption"),
    )  # fmt: skip


def _farthest(rows: Sequence[style.Row], unit: str) -> Phrase:
    """The case of which two Pythons are the farthest apart, beyond their intervals."""
    ends = [(row.name, *_ends(row.estimates)) for row in rows]
    apart = [each for each in ends if each[1][1].high < each[2][1].low]
    if not apart:
        return phrase("family_page.by_python.none")
    name, low, high = max(apart, key=lambda each: each[2][1].value / each[1][1].value)
    return phrase("family_page.by_python.farthest", case=name,
                  low_python=low[0], low=amount(low[1].value, unit),
                  high_python=high[0], high=amount(high[1].value, unit))  # fmt: skip


def _ends(
    estimates: Mapping[str, Estimate],
) -> tuple[tuple[str, Estimate], tuple[str, Estimate]]:
    """The cheapest Python and the dearest."""
    ordered = sorted(estimates.items(), key=lambda each: each[1].value)
    return ordered[0], ordered[-1]


def _rounds(costs: Costs, unit: str, name: str, bimodal: Sequence[Bimodal]) -> Iterator[Drawing]:
    by_case: dict[str, list[Bimodal]] = {}
    for each in bimodal:
        by_case.setdefault(each.case, []).append(each)
    if not by_case:
        return
    widest = {case: max(found, key=lambda each: each.modes.ratio)
              for case, found in by_case.items()}  # fmt: skip
    chosen = sorted(by_case, key=lambda case: widest[case].modes.ratio, reverse=True)
    shown = [case for case in by_case if case in chosen[:_MOST_DISTRIBUTIONS]]
    strips = [_strip(costs, case, by_case[case]) for case in shown]
    yield Drawing(
        name=f"{name}-rounds",
        draw=partial(distribution.draw_rounds, strips, costs.pythons, unit),
        alt=phrase("family_page.rounds.alt", shown=len(shown), count=len(by_case),
                   modes=said_modes(widest[chosen[0]], unit)),
        caption=phrase("family_page.rounds.caption",
                       modes=[said_modes(widest[case], unit) for case in shown]),
    )  # fmt: skip


def said_modes(found: Bimodal, unit: str) -> Phrase:
    """The two modes, by name."""
    modes = found.modes
    return phrase("family_page.rounds.modes", case=found.case, python=found.python,
                  low=amount(modes.low, unit), low_rounds=modes.low_rounds,
                  high=amount(modes.high, unit), high_rounds=modes.high_rounds)  # fmt: skip


def _strip(costs: Costs, case: str, found: Sequence[Bimodal]) -> distribution.Strip:
    rounds = {python: costs.rounds(python, case) for python in costs.pythons}
    return distribution.Strip(
        case,
        {python: each.tolist() for python, each in rounds.items() if each is not None},
        {each.python: each.modes for each in found},
    )


def _durations(costs: Costs, name: str, observed: Sequence[Observed]) -> Iterator[Drawing]:
    panels: dict[tuple[str, str], list[Observed]] = {}
    for each in observed:
        panels.setdefault((each.case, each.what), []).append(each)
    if not panels:
        return
    shown = dict(list(panels.items())[:_MOST_DISTRIBUTIONS])
    drawn = [
        distribution.Durations(
            case if what == "handoff" else f"{case} ({what})",
            {each.python: each.counts for each in found},
            {each.python: each.p50 for each in found},
        )
        for (case, what), found in shown.items()
    ]
    all_shown = [each for found in shown.values() for each in found]
    longest = max(all_shown, key=lambda each: each.p99 / each.p50)
    yield Drawing(
        name=f"{name}-durations",
        draw=partial(distribution.draw_durations, drawn, costs.pythons),
        alt=phrase("family_page.durations.alt", case=longest.case, python=longest.python,
                   p50=longest.p50, p99=longest.p99),
        caption=phrase("family_page.durations.caption", shown=len(shown), count=len(panels)),
    )  # fmt: skip
