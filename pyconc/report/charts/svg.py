"""SVG for a page: as small as it can be, and in the colours of the page around it.

matplotlib writes a style with every element. Here what looks alike shares a class, and every colour
is a variable of the chart with a value for light pages and one for dark ones: the page's own
`color-scheme` decides. A page has several charts, so all names of a chart begin with its own.
"""

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeVar

from pyconc.report.charts.path import number
from pyconc.report.charts.pieces import Clip, Drawn, Look, Piece

#: What the whole picture has. The second font is as wide as the first one, for which matplotlib has
#: placed all words.
_ROOT = "font-family:'DejaVu Sans',Verdana,sans-serif;fill:none;stroke-linejoin:round"
#: What an element has in it where nothing else is said.
_INHERITED = {
    "fill": "none", "stroke": "none", "stroke-width": "1", "stroke-linejoin": "round",
    "stroke-linecap": "butt", "stroke-dashoffset": "0", "text-anchor": "start",
    "font-family": "'DejaVu Sans'",
}  # fmt: skip
_COLOUR = re.compile("#[0-9a-f]{6}")

_Thing = TypeVar("_Thing")


def compact(svg: str, chart: str, dark: Mapping[str, str]) -> str:
    """A picture of matplotlib's as an element of a page, to be given its `aria-label`.

    Args:
        svg: drawn with `svg.fonttype` none.
        chart: the chart's name.
        dark: for every colour the one that a dark page has in its place.
    """
    picture = ET.fromstring(svg)
    drawn = Drawn(picture)
    name, looks = name_of(chart), _numbered(piece.look for piece in drawn.pieces)
    clips = _numbered(look.clip for look in looks if look.clip)
    box = " ".join(number(float(each), 1) for each in picture.attrib["viewBox"].split())
    return "".join(
        (
            f'<svg id="{name}" xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img">',
            f"<style>{_css(name, looks, clips, dark)}</style>",
            *(_clip_path(drawn.clips[clip], f"{name}-{n}") for clip, n in clips.items()),
            *_elements(drawn.pieces, {look: _letters(n) for look, n in looks.items()}),
            "</svg>",
        )
    )


def name_of(chart: str) -> str:
    """The id of a chart's picture, with which all names in it begin."""
    return f"k{zlib.crc32(chart.encode()):08x}"


def _numbered(things: Iterable[_Thing]) -> dict[_Thing, int]:
    """Each once, in the order in which they come first."""
    return {thing: number for number, thing in enumerate(dict.fromkeys(things))}


def _letters(number: int) -> str:
    more, last = divmod(number, 26)
    return (_letters(more - 1) if more else "") + string.ascii_lowercase[last]


def _css(
    name: str, looks: Mapping[Look, int], clips: Mapping[str, int], dark: Mapping[str, str]
) -> str:
    rules: list[str] = []
    colours: dict[str, int] = {}

    def variable(found: re.Match[str]) -> str:
        return f"var(--{_letters(colours.setdefault(found[0], len(colours)))})"

    for look, number_ in looks.items():
        said = [f"{key}:{_COLOUR.sub(variable, value)}" for key, value in look.style
                if _INHERITED.get(key) != value]  # fmt: skip
        if look.clip:
            said.append(f"clip-path:url(#{name}-{clips[look.clip]})")
        rules.append(f"#{name} .{_letters(number_)}{{{';'.join(said)}}}")
    light = "".join(f";--{_letters(n)}:{colour}" for colour, n in colours.items())
    both = ";".join(
        f"--{_letters(n)}:light-dark({colour},{dark.get(colour, colour)})"
        for colour, n in colours.items()
    )
    themes = f"@supports (color:light-dark(red,red)){{#{name}{{{both}}}}}"
    return f"#{name}{{{_ROOT}{light}}}{themes}{''.join(rules)}"


def _clip_path(clip: Clip, name: str) -> str:
    x, y, width, height = map(number, clip)
    rectangle = f'<rect x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<clipPath id="{name}">{rectangle}</clipPath>'


def _elements(pieces: Sequence[Piece], classes: Mapping[Look, str]) -> Iterator[str]:
    """The pieces in their order; those of one look that come in a row are one group, or line."""
    for look, alike in groupby(pieces, lambda piece: piece.look):
        group, said = list(alike), f' class="{classes[look]}"'
        if all(piece.line for piece in group):
            yield f'<path{said} d="{"".join(piece.line for piece in group)}"/>'
        elif len(group) == 1:
            yield _element(group[0], said)
        else:
            yield f"<g{said}>{''.join(map(_element, group))}</g>"


def _element(piece: Piece, said: str = "") -> str:
    end = f">{piece.text}</text>" if piece.text else "/>"
    return f"{piece.start}{said}{end}"
