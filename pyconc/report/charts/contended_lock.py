"""What a lock costs that several threads want, version by version, with every round and floors.

Contended locks have more than one mode: rounds of one Python may lie far apart, and an interval
alone would hide that.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from pyconc.report.charts import small_multiples, style
from pyconc.report.charts.small_multiples import Frame, Panel

#: Inches: a panel spans several decades, and modes that are twice apart are to be told.
_HEIGHT = 1.3


def draw(
    panels: Sequence[Panel],
    names: dict[float, str],
    breaks: Sequence[float],
    beside: Sequence[str] = (),
) -> Figure:
    """A panel for each case, in seconds and on one scale.

    Args:
        names: what places are called.
        breaks: places between which builds are unlike.
        beside: what has a place apart.
    """
    keys = small_multiples.step_keys(breaks=bool(breaks))
    keys.append(small_multiples.rounds_key())
    if beside:
        keys.append(small_multiples.beside_key(beside, "o"))
    if any(panel.floor for panel in panels):
        keys.append(small_multiples.floor_key())
    vertical = style.say("versions.chart.seconds")
    frame = Frame(names, vertical, breaks, is_ratio=False, is_shared=True, height=_HEIGHT)
    return small_multiples.draw(panels, frame, keys)
