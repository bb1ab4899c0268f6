"""Paths of an SVG: read as matplotlib writes them, and written in few letters."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

Place = tuple[float, float]

_STEP = re.compile(r"([MLQCz])([^MLQCz]*)")
#: A circle of matplotlib's is so many curves.
_CURVES_OF_CIRCLE = 8


class Path:
    """Lines and curves, in places that are counted from the picture's corner or a mark's middle."""

    def __init__(self, d: str) -> None:
        self._steps = [(command, _places(rest)) for command, rest in _STEP.findall(d)]

    @property
    def places(self) -> Iterator[Place]:
        """Where it goes, and what bends it."""
        return (place for _, places in self._steps for place in places)

    @property
    def is_line(self) -> bool:
        """Whether it is one straight line, in which nothing can be filled."""
        return [command for command, _ in self._steps] == ["M", "L"]

    @property
    def radius(self) -> float | None:
        """Of a circle around the middle of a mark."""
        curves = "".join(command for command, _ in self._steps).strip("Mz")
        ends = [math.hypot(*places[-1]) for _, places in self._steps if places]
        round_ = curves == "C" * _CURVES_OF_CIRCLE and max(ends) - min(ends) < 0.02 * max(ends)
        return ends[0] if round_ else None

    def written(self, at: Place = (0.0, 0.0), digits: int = 1) -> str:
        """The path at a place, each step counted from the one before, with so many decimals."""
        written, here = _Written(digits), (0, 0)
        for command, places in self._steps:
            there = [written.rounded(x + at[0], y + at[1]) for x, y in places]
            written.add(command, here, there)
            here = there[-1] if there else here
        return written.text()


class _Written:
    """Steps of a path, in whole units of its last decimal."""

    def __init__(self, digits: int) -> None:
        self._unit = 10**digits
        self._steps: list[tuple[str, list[int]]] = []

    def rounded(self, x: float, y: float) -> tuple[int, int]:
        return round(x * self._unit), round(y * self._unit)

    def add(self, command: str, here: tuple[int, int], there: list[tuple[int, int]]) -> None:
        if command == "M":
            self._steps.append(("M", [*there[0]]))
            return
        moved = [part for x, y in there for part in (x - here[0], y - here[1])]
        if command == "L" and 0 in moved:
            self._straight("v" if moved[0] == 0 else "h", sum(moved))
        else:
            self._steps.append((command.lower(), moved))

    def _straight(self, command: str, far: int) -> None:
        """Down or across; further in the same direction is the same step."""
        last, [*before] = self._steps[-1]
        if last == command and before[0] * far >= 0:
            self._steps[-1] = command, [before[0] + far]
        else:
            self._steps.append((command, [far]))

    def text(self) -> str:
        parts, last = "", ""
        for command, figures in self._steps:
            said = _joined([number(figure / self._unit) for figure in figures])
            again = command == last and command != "M"
            parts += f" {said}" if again and said[:1] != "-" else said if again else command + said
            last = command
        return parts


def number(figure: float, digits: int = 2) -> str:
    """A figure without what it does not need."""
    text = f"{figure:.{digits}f}".rstrip("0").rstrip(".")
    text = re.sub(r"^(-?)0\.", r"\1.", text)
    return "0" if text in ("-0", "") else text


def _joined(figures: list[str]) -> str:
    return " ".join(figures).replace(" -", "-")


def _places(rest: str) -> list[Place]:
    figures = [float(each) for each in rest.split()]
    return list(zip(figures[::2], figures[1::2]))
