"""What matplotlib has drawn, read from its SVG: shapes and texts in order, each with its look."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from pyconc.report.charts.path import Path, Place, number

#: matplotlib's name for what belongs to an axis.
_AXIS = "matplotlib.axis"
_CLIP = re.compile(r"url\(#(.+)\)")
_PLACED = re.compile(r"translate\((?P<x>\S+) (?P<y>\S+)\)( rotate\((?P<turned>\S+)\))?")
_TURNED = re.compile(r"rotate\((?P<turned>\S+) (?P<x>\S+) (?P<y>\S+)\)")
_HREF = "{http://www.w3.org/1999/xlink}href"
#: How far a line may stick out of what would cut it, in points.
_OUT = 0.1


class Look(NamedTuple):
    """How pieces are drawn."""

    style: tuple[tuple[str, str], ...]
    #: What they are cut by; empty where nothing of them would be.
    clip: str


class Piece(NamedTuple):
    """Something that is drawn, once its look is known."""

    look: Look
    #: The start of its element, without its end.
    start: str
    #: Of a text.
    text: str = ""
    #: Of a path in which nothing is filled, and which may go on with another one: its steps.
    line: str = ""


class Clip(NamedTuple):
    """A rectangle that cuts what is drawn."""

    left: float
    top: float
    width: float
    height: float

    def holds(self, places: Iterable[Place]) -> bool:
        return all(
            -_OUT <= x - self.left <= self.width + _OUT
            and -_OUT <= y - self.top <= self.height + _OUT
            for x, y in places
        )


class Drawn:
    """All that is drawn in a picture."""

    def __init__(self, picture: ET.Element) -> None:
        #: By their names.
        self.clips: dict[str, Clip] = {}
        self._symbols: dict[str, tuple[Path, dict[str, str]]] = {}
        self._define(picture.iter())
        self.pieces = list(self._within(picture, ""))

    def _define(self, elements: Iterable[ET.Element]) -> None:
        for element in elements:
            name = element.get("id", "")
            if _tag(element) == "clipPath":
                sides = ("x", "y", "width", "height")
                self.clips[name] = Clip(*(float(element[0].attrib[each]) for each in sides))
            elif _tag(element) == "path" and _is_there(element):
                self._symbols[name] = Path(element.attrib["d"]), _style(element)

    def _within(self, group: ET.Element, outer: str) -> Iterator[Piece]:
        for element in filter(_is_there, group):
            found = _CLIP.match(element.get("clip-path", ""))
            clip, tag = found[1] if found else outer, _tag(element)
            if tag == "g":
                inside = self._within(element, clip)
                is_axis = element.get("id", "").startswith(_AXIS)
                yield from _by_look(inside) if is_axis else inside
            elif tag == "path":
                path = Path(element.attrib["d"])
                yield _shape(path, _style(element), self._cuts(clip, path.places))
            elif tag == "use":
                symbol, style = self._symbols[element.attrib[_HREF].removeprefix("#")]
                x, y = (round(float(element.attrib[each]), 1) for each in ("x", "y"))
                cut = self._cuts(clip, ((x + across, y + down) for across, down in symbol.places))
                yield _mark(symbol, (x, y), {**_style(element), **style}, cut)
            elif tag == "text":
                yield _text(element)

    def _cuts(self, clip: str, places: Iterable[Place]) -> str:
        """The name of what cuts something at these places, if it does."""
        return "" if not clip or self.clips[clip].holds(places) else clip


def _shape(path: Path, style: dict[str, str], clip: str) -> Piece:
    steps = path.written()
    if path.is_line:
        style = {**style, "fill": "none"}
    line = steps if style.get("fill") == "none" else ""
    return Piece(_look(style, clip), f'<path d="{steps}"', line=line)


def _mark(symbol: Path, at: Place, style: dict[str, str], clip: str) -> Piece:
    """A mark where it is: as an element of its own that is as short as a reference to its shape."""
    if symbol.radius is not None:
        x, y, radius = map(number, (*at, symbol.radius))
        return Piece(_look(style, clip), f'<circle cx="{x}" cy="{y}" r="{radius}"')
    steps = symbol.written(at, digits=2)
    if symbol.is_line:
        return Piece(_look({**style, "fill": "none"}, clip), f'<path d="{steps}"', line=steps)
    return Piece(_look(style, clip), f'<path d="{steps}"')


def _text(element: ET.Element) -> Piece:
    given = element.get("transform", "")
    found = _PLACED.match(given) or _TURNED.match(given)
    place = found.groupdict() if found else {**element.attrib, "turned": None}
    x, y, turned = (number(float(place[each] or 0), 1) for each in ("x", "y", "turned"))
    turn = f' transform="rotate({turned} {x} {y})"' if turned != "0" else ""
    start = f'<text x="{x}" y="{y}"{turn}'
    return Piece(_look(_style(element), ""), start, text=escape(element.text or ""))


def _by_look(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces of an axis, where a line, a tick and its words take turns: all lines first."""
    together: dict[Look, list[Piece]] = {}
    for piece in pieces:
        together.setdefault(piece.look, []).append(piece)
    return [piece for alike in together.values() for piece in alike]


def _look(style: dict[str, str], clip: str) -> Look:
    return Look(tuple(sorted(style.items())), clip)


def _style(element: ET.Element) -> dict[str, str]:
    pairs = (each.split(":", 1) for each in element.get("style", "").split(";") if each.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def _is_there(element: ET.Element) -> bool:
    """Whether anything is drawn: a path of nothing has no steps at all."""
    return _tag(element) != "path" or "d" in element.attrib


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
