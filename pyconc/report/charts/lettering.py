"""Words where there is little room: titles of small panels, and names of places below them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pyconc.report.charts.fitting import wrapped

#: Size of the words, in points, and how high a line of them is, in inches.
POINTS = 9.0
_HIGH = 0.17
#: Between two names, in inches.
_APART = 0.06
#: Widths of letters as shares of their size; from there on they are Chinese, and squares.
_NARROW, _NARROW_WIDTH, _WIDTH, _SQUARE_WIDTH = ".,:;|'!()[]-ijlt ", 0.37, 0.63, 1.0
_FIRST_SQUARE = 0x2E80
#: Of more versions than these the later ones are named by the minor number alone.
_MOST_WHOLE = 4


class PlaceNames(NamedTuple):
    """The names that have room, by their places."""

    names: dict[float, str]
    is_upright: bool

    @property
    def height(self) -> float:
        """Inches that they take below a panel."""
        longest = max(map(inches, self.names.values()))
        return 0.08 + (longest if self.is_upright else _HIGH)


def inches(text: str) -> float:
    """About how wide a text is."""
    narrow = sum(letter in _NARROW for letter in text)
    squares = sum(ord(letter) >= _FIRST_SQUARE for letter in text)
    others = len(text) - narrow - squares
    widths = _NARROW_WIDTH * narrow + _SQUARE_WIDTH * squares + _WIDTH * others
    return widths * POINTS / 72


def title(text: str, width: float) -> list[str]:
    """The lines of a title that is so many inches wide at most; its parameters may be a second."""
    letters = max(8, int(width / (_WIDTH * POINTS / 72)))
    plain = "".join(each if each.isprintable() else "?" for each in text)
    head, bracket, rest = plain.partition("[")
    if inches(plain) <= width:
        return [plain]
    if head and inches(head) <= width and inches(bracket + rest) <= width:
        return [head, bracket + rest]
    return wrapped(plain, letters).split("\n")


def place_names(names: Mapping[float, str], width: float) -> PlaceNames:
    """What of the names has room on an axis of so many inches.

    Every other name is left out where they are too long, or all of them stand upright.
    """
    pitch = width / (max(names) - min(names) + 1)
    for some in (dict(names), dict(list(names.items())[::2])):
        if _has_room(some, pitch):
            return PlaceNames(some, False)
    return PlaceNames(dict(list(names.items())[:: math.ceil(_HIGH / pitch)]), True)


def _has_room(names: Mapping[float, str], pitch: float) -> bool:
    places = list(names)
    return all(
        (inches(names[one]) + inches(names[other])) / 2 + _APART <= (other - one) * pitch
        for one, other in zip(places, places[1:])
    )


def short_names(versions: Sequence[str], beside: Sequence[str] = ()) -> dict[float, str]:
    """Names of Pythons by their places, as short as tells them apart.

    Args:
        versions: of CPython, in order.
        beside: labels of others, which have a place apart.
    """
    names = [*_shortened(versions), *(re.split(r"\d", each)[0] or each for each in beside)]
    if len(set(names)) < len(names):
        names = [*versions, *beside]
    apart = 0.5 if versions else 0.0
    places = [*range(len(versions)), *(len(versions) + n + apart for n in range(len(beside)))]
    return dict(zip(map(float, places), names))


def _shortened(versions: Sequence[str]) -> list[str]:
    found = [re.match(r"(\d+)(\.\d+)", each) for each in versions]
    minors = [each[0] if each else whole for each, whole in zip(found, versions)]
    if len(set(minors)) < len(minors):
        return list(versions)
    majors = {each[1] if each else None for each in found}
    if len(minors) <= _MOST_WHOLE or None in majors or len(majors) > 1:
        return minors
    return [minors[0], *(each[2] for each in found[1:] if each)]
