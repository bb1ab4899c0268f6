"""Cases of one campaign held against each other: ways to do the same, or any two that are named."""

from __future__ import annotations

from collections.abc import Sequence

from pyconc.errors import UsageError, brief
from pyconc.figures import counted
from pyconc.statistics.matched import MUST_AGREE
from pyconc.store.measured import Measured, Side


def rival_sides(side: Side) -> tuple[Side, Side]:
    """The cases that have a rival, as HEAD, and their rivals in the same places, as BASE.

    Raises:
        UsageError: there are none.
    """
    pairs = pairs_of(side)
    if not pairs:
        raise UsageError(
            f"{side.name} has no rivals; declare them with @case(rivals=...) and measure them, or "
            f"name two cases of it"
        )
    return sides_of(side, pairs, ("rivals", "cases"))


def pairs_of(side: Side) -> list[tuple[str, str]]:
    """The cases that have a rival, each with that: where both were measured."""
    named = {case: each.metadata.get("pyconc_rival") for case, each in side.measured.items()}
    return [(case, str(rival)) for case, rival in named.items() if rival in side.measured]


def two_cases(side: Side, base: str, head: str) -> tuple[Side, Side]:
    """Two cases of one side, as BASE and HEAD.

    Raises:
        UsageError: one is not there, or they are the same.
    """
    cases = [_named(side, each) for each in (base, head)]
    if cases[0] == cases[1]:
        raise UsageError(f"BASE and HEAD are both {brief(cases[0])}; name two cases that differ")
    return sides_of(side, [(cases[1], cases[0])], cases)


def _named(side: Side, name: str) -> str:
    """The case that an id names, or the workload that has a single one."""
    if name in side.measured:
        return name
    found = [case for case in side.measured if case.partition("[")[0] == name]
    if len(found) == 1:
        return found[0]
    what = counted(len(found), "case") if found else "no case"
    said = f": {', '.join(found[:3])}" if found else ""
    raise UsageError(
        f"{side.name} has {what} {brief(name)}{said}; `pyconc show {side.path}` shows all"
    )


def sides_of(
    side: Side, pairs: Sequence[tuple[str, str]], names: Sequence[str]
) -> tuple[Side, Side]:
    """Cases as HEAD, and what each is held against as BASE.

    Args:
        pairs: the case of HEAD and that of BASE.
        names: how BASE and HEAD are called beside the side's own name.
    """
    base = {case: _as(side.measured[rival], side.measured[case]) for case, rival in pairs}
    head = {case: side.measured[case] for case, _ in pairs}
    one, other = (
        side._replace(name=f"{side.name} {name}", measured=measured)
        for name, measured in zip(names, (base, head))
    )
    return one, other


def _as(rival: Measured, case: Measured) -> Measured:
    """A rival that may be compared: what must agree elsewhere may differ here."""
    agreed = {name: case.metadata[name] for name in MUST_AGREE if name in case.metadata}
    others = {name: said for name, said in rival.metadata.items() if name not in MUST_AGREE}
    return rival._replace(metadata={**others, **agreed})
