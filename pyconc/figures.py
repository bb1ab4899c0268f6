"""Figures as people read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pyconc.units import INSTRUCTION, SECOND

if TYPE_CHECKING:
    from pyconc.statistics.estimate import Estimate

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_SIZES = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))


def seconds(figure: float) -> str:
    """Three digits and a unit: 47.1 ns, 1.91 s. Net costs may be negative."""
    size = abs(figure)
    factor, unit = next((pair for pair in _UNITS if size >= pair[0] * 0.9995), _UNITS[-1])
    scaled = figure / factor
    digits = 2 if abs(scaled) < 9.995 else 1 if abs(scaled) < 99.95 else 0
    return f"{scaled:.{digits}f} {unit}"


def amount(figure: float, unit: str) -> str:
    """A figure in its unit: seconds, bytes, instructions, or a number of what it does not say."""
    if unit == SECOND:
        return seconds(figure)
    if unit == "byte":
        factor, size = next((pair for pair in _SIZES if abs(figure) >= pair[0]), _SIZES[-1])
        return f"{figure / factor:.1f} {size}"
    if unit == INSTRUCTION:
        return f"{figure:,.{0 if abs(figure) >= 100 else 1}f} instructions"
    return f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"


def times(figure: float) -> str:
    """A ratio as people say it: 27x, 6.8x, 1.04x, 0.014x."""
    if 0 < figure < 0.095:
        return f"{figure:.2g}x"
    if figure >= 9.95:
        return f"{figure:,.0f}x"
    return f"{figure:.1f}x" if figure >= 1.95 else f"{figure:.2f}x"


def interval(estimate: Estimate, form: Callable[[float], str] = seconds) -> str:
    """``low to high``, with their unit once where it is the same, or that there is none."""
    if not estimate.has_interval:
        return "no interval"
    low, high = form(estimate.low), form(estimate.high)
    unit = high.partition(" ")[2]
    return f"{low.removesuffix(f' {unit}') if unit else low} to {high}"


def percent(share: float) -> str:
    """A share: 97 %, 3.2 %, 0.4 %."""
    return f"{share * 100:.0f} %" if abs(share) >= 0.0995 else f"{share * 100:.1f} %"


def counted(number: int, one: str, several: str = "") -> str:
    """``1 case``, ``2 cases``, ``1,300 cases``.

    Args:
        several: if it is not ``one`` with an s.
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"
