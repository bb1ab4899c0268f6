"""The page of scaling, break-even lengths and waiting together, and the laws behind it."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from one_page import costs_of, draw, html_of, interpreter, shown_of

from pyconc.findings.break_even import ALONE, POOLS, TASKS, Paying, paying
from pyconc.findings.scaling import BACKENDS, Line, Scaling, amdahl, lines, scaled
from pyconc.findings.waiting import SEQUENTIAL, THREADS, WAYS, waitings
from pyconc.findings.waiting import TASKS as ASYNC
from pyconc.report.page import Shown
from pyconc.report.pages.scaling import pages
from pyconc.statistics.estimate import Estimate
from pyconc.suite.case import Case
from pyconc.words.languages import Words

OLD, NEW = "3.13.0", "3.14.10"
POOL = "ProcessPoolExecutor"


def programs(serial: float, backend: str = "process-fork") -> dict[str, float]:
    """A job with such a serial part, for all and for each."""
    strong = {f"scaling.strong[{backend}-{n}]": 0.1 / amdahl(serial, n) for n in (1, 2, 4)}
    weak = {f"scaling.weak[{backend}-{n}]": 0.05 * n / scaled(serial, n) for n in (1, 2, 4)}
    return {**strong, **weak}


def tasks(overhead: float, speedup: float, pool: str = POOLS[POOL]) -> dict[str, float]:
    """A pool that takes ``overhead`` seconds a task more and runs them that much faster."""
    lengths = {100: 1e-4, 1000: 1e-3, 10000: 1e-2}
    alone = {ALONE.format(us): TASKS * length for us, length in lengths.items()}
    pooled = {f"{pool}{us}]": TASKS * (each / speedup + overhead) for us, each in lengths.items()}
    return {**alone, **pooled}


def requests(task: float = 1e-4) -> dict[str, float]:
    numbers = (1, 10, 100)
    return {
        **{f"{WAYS[SEQUENTIAL]}{n}]": n * 2e-3 for n in numbers},
        **{f"{WAYS[THREADS]}{n}]": 2e-3 + n * 4e-4 for n in numbers},
        **{f"{WAYS[ASYNC]}{n}]": 3e-3 + n * task for n in numbers},
    }


def everything(**machine: Any) -> Shown:
    given = {**programs(0.05), **programs(1.02, "thread"), **tasks(2e-4, 2.0), **requests()}
    given |= tasks(2e-4, 1.0, POOLS["ThreadPoolExecutor"])
    return shown_of(costs_of({OLD: given, NEW: given}), **machine)


def one_line(given: dict[str, float]) -> Line:
    [line] = lines(costs_of({NEW: given}))
    return line


# The laws.


def test_the_fitted_fraction_is_that_of_amdahl() -> None:
    assert one_line(programs(0.2)).serial_fraction(4) == pytest.approx(0.2, abs=0.02)


def test_the_fitted_fraction_is_that_of_gustafson() -> None:
    assert one_line(programs(0.2)).scaled_serial_fraction(4) == pytest.approx(0.2, abs=0.03)


def test_workers_without_a_cpu_are_left_out_of_the_fit() -> None:
    given = programs(0.2)
    given["scaling.strong[process-fork-4]"] = 0.1  # no faster than one
    line = one_line(given)
    assert line.serial_fraction(2) == pytest.approx(0.2, abs=0.03)
    fitted = line.serial_fraction(4)
    assert fitted
    assert fitted > 0.5
    most = line.at_most(2)
    assert most
    assert most.workers == 2


def test_one_worker_tells_nothing_of_a_serial_part() -> None:
    line = one_line({"scaling.strong[thread-1]": 0.1})
    assert line.serial_fraction(2) is None
    assert line.at_most(2) is None


def test_a_serial_fraction_has_the_interval_of_its_speedup_turned_round() -> None:
    point = Scaling(NEW, "thread", 2, Estimate(1.6, 1.5, 1.7, 5), None)
    assert point.serial
    assert point.serial.value == pytest.approx(0.25)
    assert point.serial.low < point.serial.value < point.serial.high
    assert point.serial.high == pytest.approx(1 / 3)
    assert point.scaled_serial is None


def test_backends_that_nobody_knows_are_left_out() -> None:
    given = {"scaling.strong[<b>-1]": 0.1, "scaling.strong[thread-x]": 0.1, **programs(0.1)}
    assert {line.backend for line in lines(costs_of({NEW: given}))} == {"process-fork"}


# Pools.


def test_a_crossing_has_an_interval() -> None:
    costs = costs_of({NEW: tasks(2e-4, 2.0)})
    [pool] = paying(costs, {POOL: POOLS[POOL]})
    assert pool.crossing
    assert pool.crossing.low < pool.crossing.value < pool.crossing.high
    assert pool.crossing.value == pytest.approx(4e-4, rel=0.1)  # 2e-4 / (1 - 1/2)


def test_a_pool_that_never_pays_has_no_crossing() -> None:
    [pool] = paying(costs_of({NEW: tasks(2e-4, 1.0)}), {POOL: POOLS[POOL]})
    assert pool.crossing is None


def test_one_round_does_not_say_that_a_pool_pays() -> None:
    [pool] = paying(costs_of({NEW: tasks(2e-4, 2.0)}, rounds=1), {POOL: POOLS[POOL]})
    assert pool.break_even is None


def test_a_length_without_an_interval_is_passed_over() -> None:
    known, unknown = Estimate(0.6, 0.58, 0.62, 5), Estimate(3.0, math.nan, math.nan, 1)
    crossing = Paying(NEW, POOL, [(1e-4, unknown), (1e-3, known)]).crossing
    assert crossing
    assert 1e-4 < crossing.value < 1e-3


def test_a_pool_that_pays_at_every_length_pays_from_at_most_the_shortest_on() -> None:
    pays = Estimate(0.6, 0.58, 0.62, 5)
    pool = Paying(NEW, POOL, [(1e-4, pays), (1e-3, pays)])
    assert pool.pays_at_once
    assert pool.break_even == 1e-4
    assert not Paying(NEW, POOL, [(1e-4, Estimate(2.0, 1.9, 2.1, 5)), (1e-3, pays)]).pays_at_once


def test_what_is_within_the_bias_of_the_caller_does_not_pay() -> None:
    close = Estimate(0.96, 0.95, 0.97, 5)
    assert Paying(NEW, POOL, [(1e-4, close), (1e-3, close)]).break_even is None


def test_spawned_pools_are_found_where_none_is_forked() -> None:
    given = tasks(2e-4, 2.0, POOLS[POOL].replace("fork", "spawn"))
    [pool] = paying(costs_of({NEW: given}), POOLS)
    assert pool.pool == POOL


# Waiting.


def test_where_waiting_together_wins() -> None:
    [asked] = waitings(costs_of({NEW: requests()}))
    assert asked.cheaper(SEQUENTIAL) == [10, 100]
    assert asked.cheaper(THREADS) == [10, 100]
    assert asked.numbers == [1, 10, 100]
    cost = asked.at(SEQUENTIAL, 100)
    assert cost
    assert cost.value == pytest.approx(0.2, rel=0.02)


def test_one_round_says_nothing_of_who_is_cheaper() -> None:
    [asked] = waitings(costs_of({NEW: requests()}, rounds=1))
    assert asked.cheaper(SEQUENTIAL) == []


def test_the_cases_that_are_spoken_of_exist(cases: dict[str, Case]) -> None:
    for name in (*WAYS.values(), *POOLS.values()):
        assert any(case.startswith(name) for case in cases), name
    assert {"scaling.strong[thread-1]", "scaling.weak[thread-1]"} <= set(cases)
    backends = {case.id.partition("[")[2].rpartition("-")[0] for case in cases.values()
                if case.name == "scaling.strong"}  # fmt: skip
    assert backends <= set(BACKENDS)


# The page.


def test_home_is_told_of_the_newest_version() -> None:
    [page] = pages(everything())
    says = {Words("en").say(finding.says): finding.anchor for finding in page.findings}
    assert all(f"Python {NEW}" in text for text in says)
    assert set(says.values()) == {
        "chart-scaling-strong", "chart-scaling-break-even", "chart-scaling-waiting",
    }  # fmt: skip
    assert any(f"`{POOL}` pays from tasks of" in text for text in says)


def test_threads_are_not_said_to_be_faster_than_their_interval_says() -> None:
    [page] = pages(everything())
    said = [Words("en").say(phrase) for phrase in page.context["says"]]
    [threads] = [text for text in said if "2 threads: one job" in text]
    assert "no faster than by one" in threads
    [processes] = [text for text in said if "2 processes (fork): one job" in text]
    assert "as fast as by one" in processes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_has_all_of_its_tables(language: str) -> None:
    shown = everything()
    [page] = pages(shown)
    html = html_of(shown, page, language)
    for place in (f"{OLD}-process-fork-4", f"break-even-{NEW}", f"waiting-{NEW}"):
        assert f'id="{place}"' in html
    assert html.count("<figure") == len(page.drawings) == 5
    assert html.count('data-value="Infinity"') == 2  # threads never pay


def test_more_workers_than_cpus_are_marked() -> None:
    shown = everything(cpus=2)
    [page] = pages(shown)
    marked = html_of(shown, page).count("<td>oversubscribed</td>")
    assert marked == 4  # four workers, on two Pythons, of two backends


def test_no_worker_is_marked_where_the_cpus_are_unknown() -> None:
    shown = everything(cpus=None)
    [page] = pages(shown)
    assert "<td>oversubscribed</td>" not in html_of(shown, page)
    assert "CPUs" not in draw(page)["scaling-strong"]


def test_charts_are_in_both_languages() -> None:
    [page] = pages(everything())
    pictures = draw(page)
    assert "more workers than the 2 CPUs" in pictures["scaling-strong"]
    assert "工作者多于 2 个 CPU" in pictures["scaling-strong.zh"]
    assert f"{POOL}: pays from" in pictures["scaling-break-even"]
    assert "asyncio 任务" in pictures["scaling-waiting.zh"]


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        (programs(0.1), ["scaling-strong", "scaling-efficiency", "scaling-weak"]),
        (tasks(2e-4, 2.0), ["scaling-break-even"]),
        (requests(), ["scaling-waiting"]),
        ({"scaling.weak[thread-1]": 0.1, "scaling.weak[thread-2]": 0.1}, ["scaling-weak"]),
        ({f"{WAYS[ASYNC]}1]": 1e-3}, ["scaling-waiting"]),
        ({"scaling.strong[thread-1]": 0.1}, []),
    ],
)
@pytest.mark.parametrize("rounds", [1, 5])
def test_a_page_has_what_the_campaign_has(
    given: dict[str, float], drawn: list[str], rounds: int
) -> None:
    shown = shown_of(costs_of({NEW: given}, rounds))
    [page] = pages(shown)
    assert [drawing.name for drawing in page.drawings] == drawn
    html = html_of(shown, page)
    draw(page)
    assert all(f'id="{finding.anchor}"' in html for finding in page.findings)


def test_a_campaign_without_any_has_no_such_page() -> None:
    assert list(pages(shown_of(costs_of({NEW: {"lock.pair[thread-1]": 1e-6}})))) == []


def test_another_implementation_is_shown_where_there_is_no_cpython() -> None:
    costs = costs_of({"pypy3.11": programs(0.1)})
    [page] = pages(shown_of(costs, [interpreter("pypy3.11", implementation="PyPy")]))
    assert "pypy3.11" in Words("en").say(page.findings[0].says)


def test_the_document_is_plain_json() -> None:
    [page] = pages(shown_of(costs_of({NEW: {**programs(0.1), **requests()}}, rounds=1)))
    document = json.loads(json.dumps(page.document, allow_nan=False))
    assert {point["workers"] for point in document["workers"]} == {1, 2, 4}
    assert document["waiting"][0]["cheaper_than"] == {"sequential": [], "threads": []}
