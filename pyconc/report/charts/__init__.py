"""The charts: one file each. `draw_all` writes every chart that the data allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from pyconc.analysis.comparisons import Result
from pyconc.analysis.costs import Costs
from pyconc.compare.noise_file import Noise
from pyconc.report.charts import (
    barrier,
    break_even,
    lock_granularity,
    noise,
    overview,
    pool,
    rlock_eval,
    scaling,
    shared_dict,
    style,
    unlocked_counter,
    waiting,
)

Chart = Callable[[Costs, list[Result]], Figure]

#: By the id of the comparison or topic; the overview has all comparisons.
CHARTS: dict[str, Chart] = {
    "overview": overview.draw,
    "lock-granularity": lock_granularity.draw,
    "rlock-eval": rlock_eval.draw,
    "shared-dict": shared_dict.draw,
    "barrier": barrier.draw,
    "pool": pool.draw,
    "unlocked-counter": unlocked_counter.draw,
    "waiting": waiting.draw,
    "break-even": break_even.draw,
    "scaling": scaling.draw,
}


def draw_all(costs: Costs, results: list[Result], topics: Iterable[str], folder: Path) -> None:
    """Write each chart as ``ID.svg`` and ``ID.png``, and ``ID-dark.svg`` for dark pages."""
    folder.mkdir(parents=True, exist_ok=True)
    measured = {"overview", *topics, *(result.comparison.id for result in results)}
    for name, draw in CHARTS.items():
        if name not in measured:
            continue
        _save(partial(draw, costs, results), folder, name)


def draw_noise(found: Noise, folder: Path) -> None:
    """The same for what the machine can see, which is no matter of costs."""
    folder.mkdir(parents=True, exist_ok=True)
    _save(lambda: noise.draw(found), folder, "noise")


def _save(draw: Callable[[], Figure], folder: Path, name: str) -> None:
    for theme in style.THEMES:
        with style.theme(theme):
            style.save(draw(), folder / f"{name}{theme.suffix}", theme)
