"""A comparison as a table on the terminal, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from pyconc.analysis.numbers import seconds
from pyconc.compare.comparison import Comparison
from pyconc.compare.difference import Difference
from pyconc.compare.sides import Side
from pyconc.compare.summary import Family
from pyconc.compare.verdicts import FASTER, INCONCLUSIVE, SAME, SLOWER, Judged

#: Verdicts in the order in which they are counted.
_VERDICTS = (SLOWER, FASTER, SAME, INCONCLUSIVE)
_COLUMNS = ("case", "BASE", "HEAD", "ratio", "95 % interval", "rounds", "verdict")
_COLOURS = {SLOWER: "red", FASTER: "green", INCONCLUSIVE: "yellow", SAME: "dim"}


def cost(figure: float, unit: str) -> str:
    return seconds(figure) if unit == "second" else f"{figure:.4g} {unit}"


def ratio(figure: float) -> str:
    """With three decimals, which a threshold of 1 % needs, as long as it is near 1."""
    return f"{figure:.3f}" if figure < 9.9995 else f"{figure:,.1f}"


def interval(difference: Difference) -> str:
    if not difference.has_interval:
        return "none"
    low, high = difference.interval()
    return f"{ratio(low)} to {ratio(high)}"


def verdict(judged: Judged, alarms: Collection[str]) -> str:
    """With what would settle it, where it is not settled."""
    if judged.case in alarms:
        return f"{judged.verdict}, alarm"
    if judged.slower_for_sure:
        return f"{judged.verdict}, not confirmed"
    if judged.verdict != INCONCLUSIVE:
        return judged.verdict
    if not judged.difference.has_interval:
        return f"{INCONCLUSIVE}: one round"
    if judged.rounds_needed is None:
        return INCONCLUSIVE
    return f"{INCONCLUSIVE}: needs about {judged.rounds_needed} rounds"


def sentences(comparison: Comparison) -> Iterator[str]:
    """What must be read before the table."""
    for name, side in (("BASE", comparison.base), ("HEAD", comparison.head)):
        yield f"{name}: {side.name} (Python {side.python})"
    if comparison.provisional:
        yield f"provisional: {comparison.provisional}"
    for confound in comparison.confounds:
        yield f"confound: {confound}"
    if comparison.confirmation:
        kept, all_suspects = len(comparison.alarms), len(comparison.suspects)
        yield f"measured again: {kept} of {all_suspects} suspects are slower again"


def conclusion(comparison: Comparison) -> str:
    """How many there are of each verdict, and whether there is an alarm."""
    counts = Counter(each.verdict for each in comparison.judged)
    said = ", ".join(f"{counts[each]} {each}" for each in _VERDICTS if counts[each])
    if not comparison.alarms:
        return f"{said}; no alarm"
    names = ", ".join(f"{e.case} ({ratio(e.difference.ratio)})" for e in comparison.alarms)
    return f"{said}; alarm: {names}"


def _rows(judged: Sequence[Judged], comparison: Comparison) -> list[tuple[str, ...]]:
    alarms = _ids(comparison.alarms)
    return [_cells(each, alarms) for each in judged]


def _ids(judged: Sequence[Judged]) -> list[str]:
    return [each.case for each in judged]


def _cells(judged: Judged, alarms: Collection[str]) -> tuple[str, ...]:
    contrast, difference = judged.contrast, judged.difference
    return (
        judged.case,
        cost(contrast.base_cost, contrast.unit),
        cost(contrast.head_cost, contrast.unit),
        ratio(difference.ratio),
        interval(difference),
        str(difference.rounds),
        verdict(judged, alarms),
    )


def _families(comparison: Comparison) -> list[Family]:
    last = [comparison.overall] if comparison.overall else []
    return [*comparison.families, *last] if len(comparison.families) > 1 else last


def _family_cells(family: Family) -> tuple[str, ...]:
    difference = family.difference
    return family.name, str(family.cases), ratio(difference.ratio), interval(difference)


def as_table(comparison: Comparison) -> None:
    """Print it on the terminal."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    for sentence in sentences(comparison):
        console.print(escape(sentence))
    table = Table()
    for place, heading in enumerate(_COLUMNS):
        text = place in (0, len(_COLUMNS) - 1)
        table.add_column(heading, justify="left" if text else "right", no_wrap=place == 0)
    for judged, row in zip(comparison.judged, _rows(comparison.judged, comparison)):
        table.add_row(*map(escape, row), style=_COLOURS[judged.verdict])
    console.print(table)
    families = Table(title="Geometric means", title_justify="left")
    for heading in ("family", "cases", "ratio", "95 % interval"):
        families.add_column(heading, justify="left" if heading == "family" else "right")
    for family in _families(comparison):
        families.add_row(*map(escape, _family_cells(family)))
    console.print(families)
    for case, reason in comparison.left_out:
        console.print(escape(f"left out: {case}: {reason}"))
    console.print(escape(conclusion(comparison)))


def as_markdown(comparison: Comparison) -> None:
    """Print it for a pull request: what differs in the open, the rest folded away."""
    print(f"### {_plain(conclusion(comparison))}\n")
    for sentence in sentences(comparison):
        print(f"- {_plain(sentence)}")
    told = [each for each in comparison.judged if each.verdict in (SLOWER, FASTER)]
    rest = [each for each in comparison.judged if each.verdict not in (SLOWER, FASTER)]
    if told:
        print()
        _print_rows(_COLUMNS, _rows(told, comparison))
    print()
    _print_rows(
        ("family", "cases", "ratio", "95 % interval"),
        [_family_cells(family) for family in _families(comparison)],
    )
    if rest:
        _print_folded(
            f"{len(rest)} cases without a difference that counts",
            lambda: _print_rows(_COLUMNS, _rows(rest, comparison)),
        )
    if comparison.left_out:
        _print_folded(
            f"{len(comparison.left_out)} cases that do not compare",
            lambda: _print_rows(("case", "why"), [tuple(each) for each in comparison.left_out]),
        )


def _print_folded(title: str, show: Callable[[], None]) -> None:
    print(f"\n<details><summary>{title}</summary>\n")
    show()
    print("\n</details>")


def _print_rows(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    print(f"| {' | '.join(columns)} |")
    numbers = {"BASE", "HEAD", "ratio", "95 % interval", "rounds", "cases"}
    print(f"| {' | '.join('---:' if each in numbers else '---' for each in columns)} |")
    for row in rows:
        print(f"| {' | '.join(map(_plain, row))} |")


def _plain(text: str) -> str:
    """Without what Markdown or HTML would make something else of."""
    for special, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(special, instead)
    for special in "\\`*_[]|~#":
        text = text.replace(special, f"\\{special}")
    return " ".join(text.split())


def as_json(comparison: Comparison) -> None:
    """Print everything as one JSON object."""
    print(json.dumps(document(comparison), indent=1, ensure_ascii=False))


def document(comparison: Comparison) -> dict[str, Any]:
    """Everything, of numbers, texts and lists; costs are in the unit of the case."""
    return {
        "base": _side(comparison.base),
        "head": _side(comparison.head),
        "paired": comparison.paired,
        "provisional": comparison.provisional,
        "confounds": comparison.confounds,
        "alarm": bool(comparison.alarms),
        "alarms": _ids(comparison.alarms),
        "not_confirmed": sorted({*_ids(comparison.suspects)} - {*_ids(comparison.alarms)}),
        "cases": [_case(each, _ids(comparison.alarms)) for each in comparison.judged],
        "families": [_family(each) for each in comparison.families],
        "overall": _family(comparison.overall) if comparison.overall else None,
        "left_out": [{"id": case, "reason": reason} for case, reason in comparison.left_out],
    }


def _side(side: Side) -> dict[str, Any]:
    return {"name": side.name, "python": side.python, "machine": dict(side.machine)}


def _case(judged: Judged, alarms: Collection[str]) -> dict[str, Any]:
    contrast = judged.contrast
    return {
        "id": judged.case,
        "base": contrast.base_cost,
        "head": contrast.head_cost,
        "unit": contrast.unit,
        **_ratio(judged.difference),
        "rounds": judged.difference.rounds,
        "threshold": judged.threshold,
        "verdict": judged.verdict,
        "rounds_needed": judged.rounds_needed,
        "alarm": judged.case in alarms,
    }


def _family(family: Family) -> dict[str, Any]:
    return {"family": family.name, "cases": family.cases, **_ratio(family.difference)}


def _ratio(difference: Difference) -> dict[str, float | None]:
    ends = [None if math.isnan(end) else end for end in difference.interval()]
    return {"ratio": difference.ratio, "ci_low": ends[0], "ci_high": ends[1]}
