"""Small multiples: many small panels in one figure, each with its estimates on a log scale.

All panels are drawn into one pair of axes that is measured in inches. A pair of axes for each would
be simpler and takes several times as long, and a site has such a figure for every family.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from pyconc.figures import seconds
from pyconc.report.charts import lettering, style
from pyconc.report.charts.lettering import POINTS, PlaceNames
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.verdicts import FASTER, SLOWER

#: Inches: of a line of words, of the words left of a panel and right of it.
_WORDS, _LEFT, _RIGHT = 0.17, 0.56, 0.12
#: From one panel down to the next beside what both are called, and around all of them.
_GAP, _EDGE = 0.13, 0.08
#: From the last line of what a panel is called down to its plot: room for a tick at the very top.
_BELOW_TITLE = 0.1
#: Handles in a row of the key.
_KEYS = 3
#: An interval makes its panel reach so many times further than its values, and is cut there.
_MOST_REACH = 4.0
#: A panel spans this ratio at least, so that noise does not look like a step.
_LEAST_SPAN = 1.5
_MOST_TICKS = 4
#: Inches between two of them.
_LEAST_APART = 0.15
#: Of ticks in each decade, the few first.
_STEPS: tuple[tuple[float, ...], ...] = (
    (1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 6, 8),
    tuple(n / 10 for n in range(10, 100, 5)), tuple(n / 10 for n in range(10, 100, 2)),
)  # fmt: skip

_Place = tuple[float, float]


class Point(NamedTuple):
    """An estimate at its place on the horizontal axis."""

    place: float
    estimate: Estimate
    #: The verdict, where it is a step from the point before: `faster` or `slower`.
    step: str = ""


class Line(NamedTuple):
    """Points that are joined."""

    points: Sequence[Point]
    #: Its colour; None for that of a figure with one line a panel.
    paint: str | None = None


class Panel(NamedTuple):
    """One case, or what else a panel is about."""

    title: str
    lines: Sequence[Line]
    #: Ratios of other things at places of their own; one that is far off is at the panel's edge.
    beside: Sequence[Point] = ()
    #: What nothing can be cheaper than.
    floor: Sequence[Point] = ()
    #: Single rounds, as places and values.
    rounds: Sequence[_Place] = ()


class Frame(NamedTuple):
    """What all panels have in common."""

    #: What places are called.
    names: Mapping[float, str]
    #: What the vertical axes say, in one line above them.
    vertical: str
    #: Places between which builds are unlike.
    breaks: Sequence[float] = ()
    #: Multiples of the first point, and not seconds.
    is_ratio: bool = True
    #: All panels have one scale.
    is_shared: bool = False
    columns: int = 2
    #: Of a panel's plot, in inches.
    height: float = 0.84


class _Scale(NamedTuple):
    """The logs at the lower edge of a panel and at its upper one."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """How far up a value is, cut at the edges."""
        log = math.log(value) if value > 0 else -math.inf
        return min(1.0, max(0.0, (log - self.low) / (self.high - self.low)))

    def holds(self, value: float) -> bool:
        return value > 0 and self.low <= math.log(value) <= self.high


class _Box(NamedTuple):
    """Where a panel is, in inches from the figure's upper left."""

    left: float
    top: float
    width: float
    height: float
    first: float
    last: float
    scale: _Scale

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def x(self, place: float) -> float:
        return self.left + self.width * (place - self.first + 0.5) / (self.last - self.first + 1)

    def y(self, value: float) -> float:
        return self.top + self.height * (1 - self.scale.share(value))


class _Ink:
    """What the panels want drawn, kept until all of one kind can be drawn at once."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, float, str], list[tuple[_Place, _Place]]] = {}
        self._marks: dict[tuple[str, str, float], list[_Place]] = {}
        self._words: list[tuple[_Place, str, dict[str, object]]] = []

    def line(
        self, one: _Place, other: _Place, paint: str, width: float = 1.0, dash: str = "solid"
    ) -> None:
        self._lines.setdefault((paint, width, dash), []).append((one, other))

    def mark(self, shape: str, paint: str, at: _Place, size: float) -> None:
        self._marks.setdefault((shape, paint, size), []).append(at)

    def word(self, at: _Place, text: str, **how: object) -> None:
        self._words.append((at, text, how))

    def onto(self, axes: Axes) -> None:
        for (paint, width, dash), lines in self._lines.items():
            axes.add_collection(
                LineCollection(lines, colors=paint, linewidths=width, linestyles=dash, zorder=2)
            )
        for (shape, paint, size), places in self._marks.items():
            fill = _paper() if shape in "oDs" else paint
            axes.plot([x for x, _ in places], [y for _, y in places], shape, color=paint,
                      mfc=fill, markersize=size, zorder=3)  # fmt: skip
        for (x, y), text, how in self._words:
            settings: dict[str, object] = {"fontsize": POINTS, **how}
            axes.text(x, y, text, **settings)  # type: ignore[arg-type]


def draw(panels: Sequence[Panel], frame: Frame, keys: Sequence[Line2D]) -> Figure:
    """All panels, row by row, under what their marks mean.

    Args:
        panels: at least one.
        keys: handles with labels, as a legend has them.
    """
    columns = min(frame.columns, len(panels))
    pitch = style.WIDTH / columns
    titles = [lettering.title(panel.title, pitch - 2 * _EDGE) for panel in panels]
    above = max(len(title) for title in titles) * _WORDS + _BELOW_TITLE - 0.06
    top = _EDGE + 0.2 * -(-len(keys) // _KEYS) + 2 * _WORDS
    down = above + frame.height + _GAP
    names = lettering.place_names(frame.names, pitch - _LEFT - _RIGHT)
    figure, axes = _canvas(top + -(-len(panels) // columns) * down + names.height + _EDGE)
    ink = _Ink()
    ink.word((_EDGE, top - 0.13), frame.vertical, va="baseline")
    scales = _scales(panels, frame)
    for number, (panel, title) in enumerate(zip(panels, titles)):
        left, upper = number % columns * pitch, top + number // columns * down
        box = _Box(left + _LEFT, upper + above, pitch - _LEFT - _RIGHT, frame.height,
                   min(frame.names), max(frame.names), scales[number])  # fmt: skip
        for line, words in enumerate(reversed(title)):
            ink.word((left + _EDGE, box.top - _BELOW_TITLE - line * _WORDS), words, va="baseline")
        _grid(ink, box, frame)
        _panel(ink, box, panel)
        if number + columns >= len(panels):
            _names(ink, box, names)
    ink.onto(axes)
    _legend(axes, keys)
    return figure


def _canvas(height: float) -> tuple[Figure, Axes]:
    """Axes that are measured in inches, from the upper left."""
    figure = Figure(figsize=(style.WIDTH, height))
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, style.WIDTH)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    return figure, axes


def _legend(axes: Axes, keys: Sequence[Line2D]) -> None:
    if keys:
        axes.legend(
            handles=list(keys), loc="upper left", bbox_to_anchor=(0, 1), ncols=_KEYS,
            fontsize=POINTS, handlelength=1.4, columnspacing=1.2, borderpad=0.2,
            borderaxespad=0.3,
        )  # fmt: skip


def _scales(panels: Sequence[Panel], frame: Frame) -> list[_Scale]:
    if frame.is_shared:
        return [_scale([e for panel in panels for e in _estimates(panel)], frame)] * len(panels)
    return [_scale(list(_estimates(panel)), frame) for panel in panels]


def _estimates(panel: Panel) -> Iterator[Estimate]:
    """What a panel must have room for. What is beside takes what there is."""
    for point in (*(p for line in panel.lines for p in line.points), *panel.floor):
        if 0 < point.estimate.value < math.inf:
            yield point.estimate
    for _, value in panel.rounds:
        yield Estimate(value, math.nan, math.nan, 1)


def _scale(estimates: Sequence[Estimate], frame: Frame) -> _Scale:
    values = [each.value for each in estimates]
    if frame.is_ratio or not values:
        values.append(1.0)
    lowest, highest = min(values), max(values)
    lows = [each.low for each in estimates if each.low > 0]
    highs = [each.high for each in estimates if each.high < math.inf]
    low = math.log(max(min([lowest, *lows]), lowest / _MOST_REACH))
    high = math.log(min(max([highest, *highs]), highest * _MOST_REACH))
    least = math.log(_LEAST_SPAN)
    room = max(0.0, least - (high - low)) / 2 + 0.09 * max(high - low, least)
    return _Scale(low - room, high + room)


def _grid(ink: _Ink, box: _Box, frame: Frame) -> None:
    faint = str(mpl.rcParams["grid.color"])
    for value in _ticks(box):
        y = box.y(value)
        ink.line((box.left, y), (box.right, y), faint, 0.8)
        text = f"{value:g}x" if frame.is_ratio else _round_seconds(value)
        ink.word((box.left - 0.05, y), text, ha="right", va="center")
    ink.line((box.left, box.bottom), (box.right, box.bottom), faint, 0.8)
    if frame.is_ratio:
        ink.line((box.left, box.y(1)), (box.right, box.y(1)), style.ink(), 0.8)
    for place in frame.breaks:
        x = box.x(place)
        ink.line((x, box.top), (x, box.bottom), paints()["floor"], 1.0, "dashed")


def _round_seconds(value: float) -> str:
    figure, unit = seconds(value).split(" ")
    return f"{float(figure):g} {unit}"


def _ticks(box: _Box) -> list[float]:
    """Round figures inside a panel: as many as it has room for."""
    low, high = math.exp(box.scale.low), math.exp(box.scale.high)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    sparse = [[10.0**decade for decade in decades[::n]] for n in (4, 3, 2)]
    dense = [[step * 10.0**decade for decade in decades for step in steps] for steps in _STEPS]
    best: list[float] = []
    for every in (*sparse, *dense):
        found = [float(f"{value:.6g}") for value in every if low <= value <= high]
        heights = [box.y(value) for value in found]
        apart = [one - other for one, other in zip(heights, heights[1:])]
        if len(found) > _MOST_TICKS or min(apart, default=_LEAST_APART) < _LEAST_APART:
            break
        best = found or best
    return best


def _names(ink: _Ink, box: _Box, names: PlaceNames) -> None:
    for place, name in names.names.items():
        at = (box.x(place), box.bottom + 0.05)
        rotation = 90 if names.is_upright else 0
        ink.word(at, name, ha="center", va="top", rotation=rotation)


def _panel(ink: _Ink, box: _Box, panel: Panel) -> None:
    colours = paints()
    for place, value in panel.rounds:
        ink.mark(".", colours["floor"], (box.x(place), box.y(value)), 2.0)
    for line in panel.lines:
        paint = line.paint or colours["cost"]
        points = [each for each in line.points if 0 < each.estimate.value < math.inf]
        for point, following in zip(points, points[1:]):
            ink.line(_at(box, point), _at(box, following), paint)
        for point in points:
            _point(ink, box, point, "o", colours.get(point.step, paint))
    for point in panel.floor:
        _point(ink, box, point, "s", colours["floor"])
    for point in panel.beside:
        _beside(ink, box, point, colours["beside"])


def _at(box: _Box, point: Point) -> _Place:
    return box.x(point.place), box.y(point.estimate.value)


def _point(ink: _Ink, box: _Box, point: Point, shape: str, paint: str) -> None:
    if point.estimate.has_interval:
        x = box.x(point.place)
        ink.line((x, box.y(point.estimate.low)), (x, box.y(point.estimate.high)), paint, 1.8)
    step = {FASTER: "v", SLOWER: "^"}.get(point.step)
    ink.mark(step or shape, paint, _at(box, point), 6.5 if step else 4.0)


def _beside(ink: _Ink, box: _Box, point: Point, paint: str) -> None:
    """Where it is; or at the edge, with its figure, so that it does not flatten the others."""
    value = point.estimate.value
    if box.scale.holds(value):
        _point(ink, box, point, "D", paint)
        return
    x, y = _at(box, point)
    is_above = y <= box.top
    inwards = 0.06 if is_above else -0.06
    ink.mark("^" if is_above else "v", paint, (x, y + inwards), 4.0)
    va = "top" if is_above else "bottom"
    behind = {"facecolor": _paper(), "edgecolor": "none", "pad": 0.5}
    at = (x, y + 2.2 * inwards)
    ink.word(at, f"{value:.2g}x", ha="center", va=va, color=paint, bbox=behind)


def paints() -> dict[str, str]:
    """The colours of a cost, of the two kinds of steps, of what is beside and of floors."""
    names = ("cost", SLOWER, FASTER, "beside", "floor")
    return {name: paint for name, (paint, _) in style.categories(names).items()}


def _paper() -> str:
    return str(mpl.rcParams["axes.facecolor"])


def keys(
    *,
    steps: bool = True,
    breaks: bool = False,
    rounds: bool = False,
    beside: Sequence[str] = (),
    beside_shape: str = "D",
    floor: bool = False,
) -> list[Line2D]:
    """What the marks mean: of estimates, and of what else there is.

    Args:
        steps: whether steps may be marked.
        breaks: whether there are places where builds are unlike.
        beside: what is shown beside.
    """
    colours = paints()
    found = [_key("o", colours["cost"], style.say("versions.chart.estimate"), is_hollow=True)]
    if steps:
        found += [
            _key("v", colours[FASTER], style.say("versions.chart.faster")),
            _key("^", colours[SLOWER], style.say("versions.chart.slower")),
        ]
    if breaks:
        words = style.say("versions.chart.builds")
        found.append(Line2D([], [], color=colours["floor"], linestyle="dashed", label=words))
    if rounds:
        found.append(_key(".", colours["floor"], style.say("versions.chart.rounds")))
    if beside:
        found.append(_key(beside_shape, colours["beside"], ", ".join(beside), is_hollow=True))
    if floor:
        words = style.say("versions.chart.floor")
        found.append(_key("s", colours["floor"], words, is_hollow=True))
    return found


def _key(shape: str, paint: str, words: str, *, is_hollow: bool = False) -> Line2D:
    fill, size = (_paper(), 4) if is_hollow else (paint, 6)
    return Line2D(
        [], [], linestyle="", marker=shape, color=paint, label=words, markersize=size, mfc=fill
    )
