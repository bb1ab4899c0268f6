"""Names short enough for a phone, and axes wide enough that noise looks like no difference."""

from __future__ import annotations

import math
import re

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from pyconc.report.charts import style

#: A name may be broken after these.
_PARTS = re.compile(r"[^_\-\s,\[]*[_\-\s,\[]?")
#: How many times the lower end of an axis its upper end is, at least.
_LEAST = 2.0


def wrapped(name: str, width: int = 24, most: int = 3) -> str:
    """A name in at most so many lines; what cannot be printed is a ``?``."""
    plain = "".join(each if each.isprintable() else "?" for each in name)
    lines = [""]
    for part in filter(None, _PARTS.findall(plain)):
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    kept = [_cut(line.strip(), 2 * width) for line in lines[:most]]
    if len(lines) > most:
        kept[-1] += "…"
    return "\n".join(kept)


def cost_axis(axes: Axes, which: str, unit: str) -> None:
    """Make the axis ``x`` or ``y`` a log one of costs, once everything is drawn."""
    axis = getattr(axes, f"{which}axis")
    getattr(axes, f"set_{which}scale")("log")
    low, high = getattr(axes, f"get_{which}lim")()
    if low > 0 and high / low < _LEAST:
        middle, half = math.sqrt(low * high), math.sqrt(_LEAST)
        getattr(axes, f"set_{which}lim")(middle / half, middle * half)
    style.log_ticks(axis, unit=unit)
    axis.set_minor_locator(NullLocator())  # they have no labels, and take long to draw


def _cut(line: str, most: int) -> str:
    return line if len(line) <= most else f"{line[:most]}…"
