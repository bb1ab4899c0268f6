"""Scaling, break-even, crossover, linearity and distances to the floor, from given costs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pyconc.analysis.break_even import ALONE, POOLS, TASKS, paying
from pyconc.analysis.costs import Costs
from pyconc.analysis.findings import SEQUENTIAL, THREADS, topics
from pyconc.analysis.findings import TASKS as ASYNC
from pyconc.analysis.linearity import TIMES, linearity
from pyconc.analysis.scaling import amdahl, gustafson, karp_flatt, scalings
from pyconc.store.frame import tidy
from pyconc.store.suites import read_campaign
from pyconc.suite.case import Case
from pyconc.suite.histogram import Histogram

Maker = Callable[..., Path]


def costs_of(folder: Path) -> Costs:
    return Costs(tidy(read_campaign(folder)[1]))


@pytest.mark.parametrize(("serial", "workers"), [(0.0, 4), (0.1, 2), (0.25, 8), (1.0, 16)])
def test_karp_flatt_finds_the_serial_fraction_of_amdahl(serial: float, workers: int) -> None:
    assert karp_flatt(amdahl(serial, workers), workers) == pytest.approx(serial)


@pytest.mark.parametrize(("serial", "workers"), [(0.0, 4), (0.1, 2), (0.25, 8)])
def test_gustafson_finds_the_serial_fraction_of_a_scaled_speedup(
    serial: float, workers: int
) -> None:
    assert gustafson(workers - serial * (workers - 1), workers) == pytest.approx(serial)


def test_scaling_is_read_off_the_programs(make_campaign: Maker) -> None:
    strong = {f"scaling.strong[process-fork-{n}]": 0.1 / amdahl(0.2, n) for n in (1, 2, 4)}
    weak = {f"scaling.weak[process-fork-{n}]": 0.1 * (1 + 0.5 * (n - 1)) for n in (1, 2)}
    costs = costs_of(make_campaign({"3.13.0": {**strong, **weak}}))
    one, two, four = scalings(costs)
    assert (one.backend, one.workers) == ("process-fork", 1)
    assert one.speedup
    assert one.speedup.value == pytest.approx(1)
    assert one.serial_fraction is None
    assert two.speedup
    assert two.speedup.value == pytest.approx(amdahl(0.2, 2), rel=0.02)
    assert two.efficiency == pytest.approx(amdahl(0.2, 2) / 2, rel=0.02)
    assert two.serial_fraction == pytest.approx(0.2, abs=0.03)
    assert two.scaled_speedup
    assert two.scaled_speedup.value == pytest.approx(2 / 1.5, rel=0.02)
    assert two.scaled_serial_fraction == pytest.approx(2 / 3, abs=0.03)
    assert four.scaled_speedup is None
    [topic] = topics(costs)
    assert topic.id == "scaling"
    assert "with 4 workers; serial fraction 2" in topic.sentences[0]


def nets(pair: float, extra: float = 0.0) -> dict[str, float]:
    """Costs of the linearity cases whose loops cost 1 us more each time, pairs ``pair``."""
    loops = {f"reference.no_pairs[thread-1-{n}]": n * 1e-6 for n in TIMES}
    pairs = {f"reference.pairs[thread-1-{n}]": n * (1e-6 + pair) + extra for n in TIMES}
    return {**loops, **pairs}


def controls() -> dict[str, dict[str, str]]:
    return {
        f"reference.pairs[thread-1-{n}]": {"control": f"reference.no_pairs[thread-1-{n}]"}
        for n in TIMES
    }


def test_net_costs_that_add_up_are_a_line(make_campaign: Maker) -> None:
    costs = costs_of(make_campaign({"3.13.0": nets(1e-3)}, metrics=controls()))
    line = linearity(costs, "3.13.0")
    assert line
    assert line.slope == pytest.approx(1e-3, rel=0.01)
    assert line.r2 > 0.999
    assert line.holds


def test_net_costs_that_do_not_add_up_are_told(make_campaign: Maker) -> None:
    """A cost that comes with the first pair only: the method would have hidden it."""
    costs = costs_of(make_campaign({"3.13.0": nets(1e-3, extra=2e-4)}, metrics=controls()))
    line = linearity(costs, "3.13.0")
    assert line
    assert line.deviation == pytest.approx(-1 / 6, abs=0.02)
    assert not line.holds


def test_linearity_needs_all_its_cases(make_campaign: Maker) -> None:
    few = dict(list(nets(1e-3).items())[:-1])
    assert linearity(costs_of(make_campaign({"3.13.0": few}, metrics=controls())), "3.13.0") is None


def test_the_distance_to_the_floor_is_net_of_both_controls(make_campaign: Maker) -> None:
    given = {
        "lock.pair[thread-1]": 50e-9,
        "reference.empty_loop[thread-1]": 10e-9,
        "floor.mutex_pair[thread-1]": 6e-9,
        "floor.empty_loop[thread-1]": 1e-9,
    }
    twins = {
        "lock.pair[thread-1]": {
            "control": "reference.empty_loop[thread-1]",
            "floor": "floor.mutex_pair[thread-1]",
        },
        "floor.mutex_pair[thread-1]": {"control": "floor.empty_loop[thread-1]"},
    }
    costs = costs_of(make_campaign({"3.13.0": given}, metrics=twins))
    distance = costs.distance("3.13.0", "lock.pair[thread-1]")
    assert distance
    assert distance.value == pytest.approx(8, rel=0.03)
    assert costs.distance("3.13.0", "floor.mutex_pair[thread-1]") is None


def pool_costs(overhead: float, speedup: float) -> dict[str, float]:
    """A pool that takes ``overhead`` seconds a task more and runs them that much faster."""
    pool = POOLS["ProcessPoolExecutor"]
    lengths = {0: 1e-7, 100: 1e-4, 1000: 1e-3, 10000: 1e-2}
    alone = {ALONE.format(us): TASKS * length for us, length in lengths.items()}
    pooled = {
        f"{pool}{us}]": TASKS * (length / speedup + overhead) for us, length in lengths.items()
    }
    return {**alone, **pooled}


def test_a_pool_pays_from_the_length_where_it_is_as_dear_as_the_caller(
    make_campaign: Maker,
) -> None:
    [pool] = paying(costs_of(make_campaign({"3.13.0": pool_costs(2e-4, 2.0)})), POOLS)
    assert pool.pool == "ProcessPoolExecutor"
    assert pool.break_even == pytest.approx(4e-4, rel=0.1)  # 2e-4 / (1 - 1/2)


def test_a_pool_that_never_pays_and_one_that_always_does(make_campaign: Maker) -> None:
    [never] = paying(costs_of(make_campaign({"3.13.0": pool_costs(2e-4, 1.0)})), POOLS)
    assert never.break_even is None
    [always] = paying(costs_of(make_campaign({"3.13.0": pool_costs(0, 2.0)})), POOLS)
    assert always.break_even == pytest.approx(1e-7, rel=0.05)
    [topic] = topics(costs_of(make_campaign({"3.13.0": pool_costs(2e-4, 1.0)})))
    assert topic.sentences == ["Python 3.13.0: ProcessPoolExecutor pays at no length measured."]


def test_where_waiting_together_wins(make_campaign: Maker) -> None:
    given = {f"{SEQUENTIAL}{n}]": n * 2e-3 for n in (1, 2, 10)}
    given |= {f"{THREADS}{n}]": 1e-3 + n * 4e-4 for n in (1, 2, 10)}
    given |= {f"{ASYNC}{n}]": 3e-3 + n * 1e-4 for n in (1, 2, 10)}
    [topic] = topics(costs_of(make_campaign({"3.13.0": given})))
    assert topic.id == "waiting"
    assert topic.sentences == [
        "Python 3.13.0: asyncio is cheaper than one request after the other from 2 on, of the "
        "numbers measured. It is cheaper than threads at 10."
    ]


def test_durations_of_all_rounds_are_one_histogram(make_campaign: Maker) -> None:
    observed = {"handoff_histogram": str(Histogram.of([1e-6] * 99 + [1e-3])), "handoff_max": 1e-3}
    folder = make_campaign({"3.13.0": {"a.b[thread-2]": 1e-6}}, metrics={"a.b[thread-2]": observed})
    costs = costs_of(folder)
    histogram = costs.durations("3.13.0", "a.b[thread-2]", "handoff")
    assert histogram
    assert len(histogram) == 500
    metrics = costs.metrics("3.13.0", "a.b[thread-2]")
    assert metrics["handoff_p50"] == pytest.approx(1e-6, rel=0.03)
    assert metrics["handoff_max"] == 1e-3
    assert costs.durations("3.13.0", "a.b[thread-2]", "skew") is None


def test_the_cases_that_are_drawn_and_spoken_of_exist(cases: dict[str, Case]) -> None:
    for name in (SEQUENTIAL, THREADS, ASYNC, *POOLS.values()):
        assert any(case.startswith(name) for case in cases), name
    for microseconds in (0, 100, 1000, 10000):
        assert ALONE.format(microseconds) in cases
    assert {"scaling.strong[thread-1]", "scaling.weak[thread-1]"} <= set(cases)
