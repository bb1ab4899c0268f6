"""Scaling: what more workers gain, from which task length a pool pays, and waiting together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from pyconc.findings.break_even import LIBRARIES, POOLS, TASKS, WORKERS, Paying, paying
from pyconc.findings.ladder import standard_builds
from pyconc.findings.scaling import Line, Scaling, lines
from pyconc.findings.waiting import SEQUENTIAL, THREADS, WAYS, Waiting, waitings
from pyconc.report.charts import break_even as break_even_chart
from pyconc.report.charts import scaling as chart
from pyconc.report.charts import waiting as waiting_chart
from pyconc.report.crowding import crowded
from pyconc.report.machines import cpus_of
from pyconc.report.page import Drawing, Finding, Page, Shown
from pyconc.show import plain
from pyconc.statistics.costs import Costs
from pyconc.words.phrase import Phrase, phrase

STRONG, EFFICIENCY, WEAK = "scaling-strong", "scaling-efficiency", "scaling-weak"
BREAK_EVEN, LIBRARY, WAITING = (
    "scaling-break-even", "scaling-break-even-libraries", "scaling-waiting",
)  # fmt: skip
T = TypeVar("T", Line, Paying, Waiting)


def pages(shown: Shown) -> Iterator[Page]:
    costs, about = shown.campaign.times, shown.campaign.about
    measured, pools, asked = lines(costs), paying(costs, POOLS), waitings(costs)
    libraries = paying(costs, LIBRARIES)
    if not (measured or pools or libraries or asked):
        return
    cpus = cpus_of(about)
    standard = standard_builds(about, costs.pythons)
    rest = [python for python in costs.pythons if python not in standard]
    order = [*standard[::-1], *rest[::-1]]
    newest_pools = [*_of_newest(pools, order), *_of_newest(libraries, order)]
    pools += libraries
    newest_asked = _of_newest(asked, order)
    workers = [_gained(line, cpus) for line in _of_newest(measured, order)]
    says = [says for each in workers for says in each]
    pays = {each.pool: _pays(each) for each in newest_pools}
    waits = [says for each in newest_asked for says in _waits(each)]
    drawings = [
        *_worker_drawings(measured, costs.pythons, cpus, says),
        *_break_even_drawings(newest_pools, pays),
        *_waiting_drawing(newest_asked, waits),
    ]
    drawn = {drawing.name for drawing in drawings}
    yield Page(
        name="scaling",
        template="scaling.html",
        title=phrase("scaling.title"),
        context={
            "cpus": cpus,
            "crowded_says": list(crowded(costs, _cases(costs))),
            "batch": {"tasks": TASKS, "workers": WORKERS},
            "lines": measured,
            "says": says,
            "pools": _by_python(pools),
            "pool_names": list(dict.fromkeys(each.pool for each in pools)),
            "pays": list(pays.values()),
            "asked": asked,
            "ways": [way for way in WAYS if any(way in each.ways for each in asked)],
            "numbers": sorted({number for each in asked for number in each.numbers}),
            "waits": waits,
        },
        drawings=tuple(drawings),
        document={
            "cpus": cpus,
            "workers": [_document(point) for line in measured for point in line.points],
            "break_even": [_pool_document(pool) for pool in pools],
            "waiting": [_waiting_document(each) for each in asked],
        },
        findings=tuple(
            _findings(workers, [pays[each] for each in POOLS if each in pays], waits, drawn)
        ),
    )


def _cases(costs: Costs) -> list[str]:
    """What this page is about, as far as it was measured."""
    return [case for case in costs.units() if case.partition(".")[0] in ("scaling", "pool")]


def _of_newest(found: Sequence[T], order: Sequence[str]) -> list[T]:
    """Those of the first Python that has any."""
    for python in order:
        if there := [each for each in found if each.python == python]:
            return there
    return []


def _findings(
    workers: Sequence[Sequence[Phrase]],
    pays: Sequence[Phrase],
    waits: Sequence[Phrase],
    drawn: set[str],
) -> Iterator[Finding]:
    """What the home page tells: the first sentence of each backend, a pool that pays, waiting."""
    anchor = f"chart-{STRONG if STRONG in drawn else WEAK}"
    for each in workers[:2]:
        for says in each[:1]:
            yield Finding(says, anchor)
    paid = [says for says in pays if says.key == "scaling.says.pays"]
    for says in [*paid[:1], *pays][:1]:
        yield Finding(says, f"chart-{BREAK_EVEN}")
    for says in waits[:1]:
        yield Finding(says, f"chart-{WAITING}")


# Workers.


def _gained(line: Line, cpus: int | None) -> list[Phrase]:
    """What one backend gains where each worker has a CPU."""
    point = line.at_most(cpus)
    if point is None:
        return []
    common = {"python": line.python, "workers": point.workers,
              "backend": phrase(f"scaling.backend.{line.backend}")}  # fmt: skip
    found = []
    if point.speedup:
        speedup, serial = point.speedup, point.serial_fraction
        faster = speedup.low > 1 or not speedup.has_interval
        key = "scaling.says.faster" if faster else "scaling.says.no_faster"
        found.append(phrase(key, **common, speedup=speedup, efficiency=point.efficiency,
                            serial=serial))  # fmt: skip
    if point.scaled_speedup:
        found.append(phrase("scaling.says.weak", **common, speedup=point.scaled_speedup,
                            serial=point.scaled_serial_fraction))  # fmt: skip
    return found


def _worker_drawings(
    measured: Sequence[Line], pythons: Sequence[str], cpus: int | None, says: Sequence[Phrase]
) -> Iterator[Drawing]:
    strong, weak = (
        [line for line in measured if len(chart.points(line, law)) > 1]
        for law in (chart.STRONG, chart.WEAK)
    )
    weakly = [each for each in says if each.key == "scaling.says.weak"]
    about = [each for each in says if each not in weakly]
    if strong:
        yield Drawing(
            STRONG, partial(chart.draw, strong, cpus, chart.STRONG),
            phrase("scaling.strong_alt", about=about), phrase("scaling.strong_caption"),
        )  # fmt: skip
        yield Drawing(
            EFFICIENCY, partial(chart.draw_efficiency, strong, pythons, cpus),
            phrase("scaling.efficiency_alt", about=about), phrase("scaling.efficiency_caption"),
        )  # fmt: skip
    if weak:
        yield Drawing(
            WEAK, partial(chart.draw, weak, cpus, chart.WEAK),
            phrase("scaling.weak_alt", about=weakly), phrase("scaling.weak_caption"),
        )  # fmt: skip


# Pools.


def _pays(pool: Paying) -> Phrase:
    crossing = pool.crossing
    if crossing and pool.pays_at_once:
        return phrase("scaling.says.pays_at_once", python=pool.python, pool=pool.pool,
                      length=crossing)  # fmt: skip
    if crossing:
        return phrase("scaling.says.pays", python=pool.python, pool=pool.pool, length=crossing)
    return phrase("scaling.says.never", python=pool.python, pool=pool.pool, ratio=pool.best,
                  longest=pool.ratios[-1][0])  # fmt: skip


def _by_python(pools: Sequence[Paying]) -> dict[str, dict[str, Paying]]:
    found: dict[str, dict[str, Paying]] = {}
    for pool in pools:
        found.setdefault(pool.python, {})[pool.pool] = pool
    return found


def _break_even_drawings(pools: Sequence[Paying], pays: Mapping[str, Phrase]) -> Iterator[Drawing]:
    """Those of the standard library, and those of others."""
    for name, named in ((BREAK_EVEN, POOLS), (LIBRARY, LIBRARIES)):
        drawn = [each for each in pools if each.pool in named]
        if drawn:
            python = drawn[0].python
            yield Drawing(
                name, partial(break_even_chart.draw, drawn),
                phrase("scaling.break_even_alt", python=python,
                       about=[pays[each.pool] for each in drawn]),
                phrase("scaling.break_even_caption", python=python),
            )  # fmt: skip


# Waiting.


def _waits(asked: Waiting) -> Iterator[Phrase]:
    """From how many requests on tasks are cheaper than the other ways, and by how much at most."""
    for way in (SEQUENTIAL, THREADS):
        ratios = asked.against.get(way)
        if not ratios:
            continue
        most = max(ratios)
        paid = asked.cheaper(way)
        yield phrase(
            f"scaling.says.{way}_{'slower' if paid else 'never'}", python=asked.python,
            numbers=paid, most=most, ratio=ratios[most],
        )  # fmt: skip


def _waiting_drawing(asked: Sequence[Waiting], waits: Sequence[Phrase]) -> Iterator[Drawing]:
    for each in asked[:1]:
        yield Drawing(
            WAITING, partial(waiting_chart.draw, each.ways),
            phrase("scaling.waiting_alt", python=each.python, about=list(waits)),
            phrase("scaling.waiting_caption", python=each.python),
        )  # fmt: skip


# For `report.json`.


def _document(point: Scaling) -> dict[str, Any]:
    return {
        "python": point.python,
        "backend": point.backend,
        "workers": point.workers,
        "speedup": plain.figures(point.speedup),
        "efficiency": point.efficiency,
        "serial_fraction": plain.figures(point.serial),
        "scaled_speedup": plain.figures(point.scaled_speedup),
        "scaled_serial_fraction": plain.figures(point.scaled_serial),
    }


def _pool_document(pool: Paying) -> dict[str, Any]:
    ratios = [{"task": length, **(plain.figures(each) or {})} for length, each in pool.ratios]
    crossing = plain.figures(pool.crossing)
    return {"python": pool.python, "pool": pool.pool, "break_even": crossing, "ratios": ratios}


def _waiting_document(asked: Waiting) -> dict[str, Any]:
    return {
        "python": asked.python,
        "seconds": {
            way: [{"requests": number, **(plain.figures(each) or {})} for number, each in points]
            for way, points in asked.ways.items()
        },
        "cheaper_than": {way: asked.cheaper(way) for way in asked.against},
    }
