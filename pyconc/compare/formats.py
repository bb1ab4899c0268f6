"""A comparison as a table on the terminal, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from pyconc.compare.comparison import Comparison
from pyconc.figures import amount, counted, seconds
from pyconc.screen import markdown, say_json
from pyconc.screen.markdown import plain
from pyconc.screen.tables import Row, Screen
from pyconc.statistics.counted import STEADY
from pyconc.statistics.difference import Difference
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.summary import Family
from pyconc.statistics.verdicts import (
    FALSE_ALARMS,
    FALSE_DISCOVERIES,
    FASTER,
    INCONCLUSIVE,
    SAME,
    SLOWER,
    SUSPECT,
    Judged,
)
from pyconc.store.measured import Side
from pyconc.units import INSTRUCTION

#: In the order in which they are counted and stand in tables: what is the same comes last.
_VERDICTS = (SLOWER, FASTER, SUSPECT, INCONCLUSIVE, SAME)
_PLACES = {each: place for place, each in enumerate(_VERDICTS)}
_FIGURES = ("BASE", "HEAD", "ratio", "95 % interval", "rounds", "verdict")
_MEANS = ("family", "cases", "ratio", "95 % interval")
_TEXTS = {"case", "against", "verdict", "family", "why"}
_COLOURS = {SLOWER: "red", FASTER: "green", SUSPECT: "magenta", INCONCLUSIVE: "yellow", SAME: "dim"}
#: So many alarms are named in one line.
_NAMED = 5


def cost(figure: float, unit: str) -> str:
    if unit == "second" and 1e-11 <= figure < 1e6:
        return seconds(figure)
    if unit == INSTRUCTION:
        return amount(figure, unit)
    return f"{figure:.4g} {'s' if unit == 'second' else unit}"


def ratio(figure: float) -> str:
    """With three decimals, which a threshold of 1 % needs, as long as it is near 1."""
    if 0.0995 <= figure < 9.9995:
        return f"{figure:.3f}"
    return f"{figure:,.1f}" if 9 < figure < 1e6 else f"{figure:.3g}"


def interval(found: Estimate) -> str:
    return f"{ratio(found.low)} to {ratio(found.high)}" if found.has_interval else "none"


def rounds(judged: Judged) -> str:
    """Those of both sides, where they are not paired and there are more of one."""
    matched = judged.matched
    sides = (matched.base.rounds, matched.head.rounds)
    if matched.difference.paired or sides[0] == sides[1]:
        return str(matched.difference.rounds)
    return "{}/{}".format(*sides)


def verdict(judged: Judged, mark: str | None) -> str:
    """With what would settle it, where it is not settled."""
    if mark:
        return f"{judged.verdict}, {mark}"
    if judged.verdict in (SUSPECT, INCONCLUSIVE) and judged.rounds_needed:
        return f"{judged.verdict}: ~{counted(judged.rounds_needed, 'round')}"
    if judged.verdict == INCONCLUSIVE and not judged.difference.has_interval:
        return f"{INCONCLUSIVE}: one round"
    return judged.verdict


def sentences(comparison: Comparison) -> Iterator[str]:
    """What must be read before the table."""
    for name, side in (("BASE", comparison.base), ("HEAD", comparison.head)):
        yield f"{name}: {side.name} (Python {side.python})"
    for confound in comparison.confounds:
        yield f"confound: {confound}"


def warning(comparison: Comparison) -> str | None:
    """What must not be overlooked."""
    return f"provisional: {comparison.provisional}" if comparison.provisional else None


def legend(comparison: Comparison) -> Iterator[str]:
    """How the table is to be read."""
    shares = {each.threshold for each in comparison.judged}
    within = _percent(shares.pop()) if len(shares) == 1 else "the threshold of the case"
    dearer = "takes more instructions" if comparison.counts else "is slower"
    yield f"ratio: HEAD to BASE; above 1 HEAD {dearer}"
    if comparison.counts:
        yield (
            f"slower, faster: by instructions; nothing is said closer than {_percent(STEADY)}, "
            f"however well rounds agree"
        )
    if any("/" in rounds(each) for each in comparison.judged):
        yield "rounds: of BASE/HEAD, where one has more of them"
    yield f"slower, faster: of all such verdicts at most {_percent(FALSE_DISCOVERIES)} are false"
    yield f"same: the interval is within {within}"
    if any(each.verdict == SUSPECT for each in comparison.judged):
        yield f"suspect: seems different, but {_why_suspect(comparison)}"
    if any(comparison.is_crowded(each.case) for each in comparison.judged):
        yield "crowded: other programs had taken cores from the workers of BASE or HEAD"
    if any(each.rounds_needed for each in comparison.judged):
        yield "~ rounds: so many in all would probably settle it"
    yield f"alarm: identical code raises one in {_percent(FALSE_ALARMS)} of comparisons at most"


def _why_suspect(comparison: Comparison) -> str:
    few = [each for each in comparison.few if each.verdict == SUSPECT]
    if few:
        where = " where processes do not repeat themselves" if comparison.counts else ""
        return (
            f"with fewer than {counted(comparison.least_rounds, 'round')} nothing is claimed{where}"
        )
    if comparison.counts:
        return "its rounds differ too much"
    return "nothing is claimed where it is not known how much campaigns differ"


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def conclusion(comparison: Comparison) -> str:
    """Whether there is an alarm, and how many there are of each verdict."""
    counts = Counter(each.verdict for each in comparison.judged)
    said = ", ".join(f"{counts[each]} {each}" for each in _VERDICTS if counts[each])
    if comparison.left_out:
        said += f", {len(comparison.left_out)} left out"
    if comparison.provisional:
        said += " (provisional)"
    again = [comparison.mark(each) for each in comparison.judged if each.case in comparison.again]
    if not comparison.alarms:
        refuted = (
            f", as none of {counted(len(again), 'doubtful case')} was confirmed" if again else ""
        )
        return f"no alarm{refuted}: {said}"
    named = [f"{e.case} ({ratio(e.difference.ratio)})" for e in comparison.alarms]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    confirmed = ""
    if again:
        confirmed = (
            f", confirmed for {again.count('confirmed')} of {counted(len(again), 'doubtful case')}"
        )
    return f"alarm{confirmed}: {', '.join(named[:_NAMED])}{more}; {said}"


def _in_order(comparison: Comparison) -> list[Judged]:
    """By verdict, and of each the greatest effect first."""
    return sorted(comparison.judged, key=lambda each: _PLACES[each.verdict])


def _rows(judged: Sequence[Judged], comparison: Comparison) -> list[Row]:
    return [
        _cells(each, comparison.mark(each), comparison.is_crowded(each.case)) for each in judged
    ]


def _ids(judged: Sequence[Judged]) -> list[str]:
    return [each.case for each in judged]


def _columns(comparison: Comparison) -> Row:
    """With what each case is held against, where that is another case."""
    apart = any(each.matched.against for each in comparison.judged)
    return ("case", "against", *_FIGURES) if apart else ("case", *_FIGURES)


def _cells(judged: Judged, mark: str | None, is_crowded: bool) -> Row:
    matched, difference = judged.matched, judged.difference
    return (
        judged.case,
        *([matched.against] if matched.against else ()),
        cost(matched.base.value, matched.unit),
        cost(matched.head.value, matched.unit),
        ratio(difference.ratio),
        interval(difference.estimate),
        rounds(judged),
        f"{verdict(judged, mark)}{', crowded' if is_crowded else ''}",
    )


def _measured_again(comparison: Comparison) -> list[Row]:
    """What was found then, and whether that confirms what was suspected."""
    marks = {each.case: comparison.mark(each) for each in comparison.judged}
    again = comparison.confirmation
    if again is None:
        return []
    return [
        _cells(each, marks.get(each.case), again.is_crowded(each.case)) for each in _in_order(again)
    ]


def _families(comparison: Comparison) -> list[Row]:
    last = [comparison.overall] if comparison.overall else []
    families = [*comparison.families, *last] if len(comparison.families) > 1 else last
    return [_family_cells(family) for family in families]


def _family_cells(family: Family) -> Row:
    found = family.difference.estimate
    return family.name, str(family.cases), ratio(found.value), interval(found)


def as_table(comparison: Comparison) -> None:
    """Print it for people: with colours on a terminal, and plain elsewhere."""
    screen = Screen()

    def cases(title: str, judged: Sequence[Judged], rows: Sequence[Row]) -> None:
        screen.say(title)
        styles = [_COLOURS[each.verdict] for each in judged]
        screen.table(_columns(comparison), rows, texts=_TEXTS, styles=styles)

    for sentence in sentences(comparison):
        screen.say(sentence)
    if said := warning(comparison):
        screen.say(said, "bold yellow")
    cases("", _in_order(comparison), _rows(_in_order(comparison), comparison))
    if again := comparison.confirmation:
        screen.say("")
        cases("Measured again", _in_order(again), _measured_again(comparison))
    if families := _families(comparison):
        screen.say("")
        screen.say("Geometric means")
        screen.table(_MEANS, families, texts=_TEXTS)
    screen.say("")
    for case, reason in comparison.left_out:
        screen.say(f"left out: {case}: {reason}")
    for line in legend(comparison):
        screen.say(line, "dim")
    screen.say(conclusion(comparison), "bold red" if comparison.alarms else "bold")


def as_markdown(comparison: Comparison) -> None:
    """Print it for a pull request: what differs in the open, the rest folded away."""
    print(f"### {plain(conclusion(comparison))}\n")
    if said := warning(comparison):
        print(f"> **{plain(said)}**\n")
    for sentence in sentences(comparison):
        print(f"- {plain(sentence)}")
    told = [each for each in _in_order(comparison) if each.verdict in (SLOWER, FASTER, SUSPECT)]
    rest = [each for each in _in_order(comparison) if each.verdict in (INCONCLUSIVE, SAME)]
    if told:
        print()
        _print_rows(_columns(comparison), _rows(told, comparison))
    if comparison.confirmation:
        print("\nMeasured again:\n")
        _print_rows(_columns(comparison), _measured_again(comparison))
    if families := _families(comparison):
        print("\nGeometric means:\n")
        _print_rows(_MEANS, families)
    if rest:
        _print_folded(
            f"{_cases(rest)} without a difference that counts",
            lambda: _print_rows(_columns(comparison), _rows(rest, comparison)),
        )
    if comparison.left_out:
        _print_folded(
            f"{_cases(comparison.left_out)} left out",
            lambda: _print_rows(("case", "why"), comparison.left_out),
        )
    print(f"\n{plain('; '.join(legend(comparison)))}")


def _cases(some: Sequence[object]) -> str:
    return f"{len(some)} case{'' if len(some) == 1 else 's'}"


def _print_folded(title: str, show: Callable[[], None]) -> None:
    print(f"\n<details><summary>{title}</summary>\n")
    show()
    print("\n</details>")


def _print_rows(columns: Row, rows: Sequence[Row]) -> None:
    for line in markdown.lines(columns, rows, _TEXTS):
        print(line)


def as_json(comparison: Comparison) -> None:
    """Print everything as one JSON object."""
    say_json(document(comparison))


def document(comparison: Comparison) -> dict[str, Any]:
    """Everything, of numbers, texts and lists; costs are in the unit of the case."""
    again = comparison.confirmation
    alarms = _ids(comparison.alarms)
    written: dict[str, Any] = _finite(
        {
            "base": _side(comparison.base),
            "head": _side(comparison.head),
            "paired": comparison.paired,
            "provisional": comparison.provisional,
            "confounds": comparison.confounds,
            "alarm": bool(alarms),
            "alarms": alarms,
            "suspects": _ids(comparison.suspects),
            "not_confirmed": [
                each.case for each in comparison.judged if comparison.mark(each) == "not confirmed"
            ],
            "improvements": _ids(comparison.improvements),
            "serial_correlation": comparison.serial.correlation if comparison.serial else None,
            "cases": [_case(each, alarms, comparison) for each in comparison.judged],
            "families": [_family(each) for each in comparison.families],
            "overall": _family(comparison.overall) if comparison.overall else None,
            "left_out": [{"id": case, "reason": reason} for case, reason in comparison.left_out],
            "confirmation": [_case(each, alarms, again) for each in again.judged]
            if again
            else None,
        }
    )
    return written


def _side(side: Side) -> dict[str, Any]:
    return {"name": side.name, "python": side.python, "machine": dict(side.machine)}


def _case(judged: Judged, alarms: Collection[str], found: Comparison) -> dict[str, Any]:
    matched = judged.matched
    return {
        "id": judged.case,
        "against": matched.against or None,
        "base": matched.base.value,
        "head": matched.head.value,
        "unit": matched.unit,
        **_ratio(judged.difference),
        "rounds": judged.difference.rounds,
        "base_rounds": matched.base.rounds,
        "head_rounds": matched.head.rounds,
        "threshold": judged.threshold,
        "verdict": judged.verdict,
        "rounds_needed": judged.rounds_needed,
        "alarm": judged.case in alarms,
        "crowded": found.is_crowded(judged.case),
    }


def _family(family: Family) -> dict[str, Any]:
    return {"family": family.name, "cases": family.cases, **_ratio(family.difference)}


def _ratio(difference: Difference) -> dict[str, float]:
    found = difference.estimate
    return {"ratio": found.value, "ci_low": found.low, "ci_high": found.high}


def _finite(value: Any) -> Any:
    """The same with null for what JSON has no number for."""
    if isinstance(value, dict):
        return {str(name): _finite(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
