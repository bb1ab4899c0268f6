"""Texts of several lines in an SVG: each line held where the whole text is.

matplotlib places each line by where it begins, for the font that it knows. In another font, or in
another language, lines that should end at one edge or share a middle would not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

_ANCHORS = {"right": ("end", 1.0), "center": ("middle", 0.5)}
_GROUP = re.compile(r'<g id="(lines-\d+)">.*?</g>', re.DOTALL)
_LINE = re.compile(
    r'<text style="(?P<style>[^"]*)" transform="translate\((?P<x>\S+) (?P<y>\S+)\)'
    r'(?P<turned> rotate\(-90\))?">(?P<line>[^<]*)</text>'
)


def mark(figure: Figure) -> dict[str, Text]:
    """Name the texts that have several lines, so that they are found in the SVG.

    Args:
        figure: one that was drawn, as the names of places are only there then.
    """
    texts = [each for each in figure.findobj(Text) if "\n" in each.get_text()]
    marked = {f"lines-{number}": text for number, text in enumerate(texts)}
    for name, text in marked.items():
        text.set_gid(name)
    return marked


def anchored(svg: str, marked: Mapping[str, Text]) -> str:
    """The SVG with the lines of these texts at their edge or in their middle."""
    return _GROUP.sub(lambda group: _anchored(group, marked[group[1]]), svg)


def _anchored(group: re.Match[str], text: Text) -> str:
    if text.get_horizontalalignment() not in _ANCHORS:
        return group[0]
    anchor, share = _ANCHORS[text.get_horizontalalignment()]

    def moved(found: re.Match[str]) -> str:
        width, _, _ = text_to_path.get_text_width_height_descent(
            unescape(found["line"]), text.get_fontproperties(), ismath=False
        )
        x, y, turned = float(found["x"]), float(found["y"]), found["turned"] or ""
        place = f"{x} {y - width * share}" if turned else f"{x + width * share} {y}"
        style = f"{found['style']}; text-anchor: {anchor}"
        return (
            f'<text style="{style}" transform="translate({place}){turned}">{found["line"]}</text>'
        )

    return _LINE.sub(moved, group[0])
