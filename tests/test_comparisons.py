"""The notes' comparisons: their figures, pairs that exist, and verdicts that follow from data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pyconc.analysis.comparisons import Result, compare, contradiction
from pyconc.analysis.costs import Costs
from pyconc.analysis.findings import TOPICS
from pyconc.analysis.notes import COMPARISONS, by_id
from pyconc.analysis.numbers import times
from pyconc.report import charts
from pyconc.report.charts import barrier, lock_granularity, pool, rlock_eval, shared_dict
from pyconc.store.frame import tidy
from pyconc.store.suites import read_campaign
from pyconc.suite.case import Case

FILL, THREADS = (
    "shared_state.fill_program[process-fork-10]",
    "shared_state.fill_program[thread-10]",
)
UNLOCKED, FINE = "counter.unlocked_program[thread-2]", "counter.fine_lock_program[thread-2]"
CALL = "counter.tallied_call[thread-2]"


@pytest.fixture
def compared(make_campaign: Callable[..., Path]) -> Callable[..., dict[str, Result]]:
    def run(
        costs: Mapping[str, Mapping[str, float]],
        rounds: int = 5,
        metrics: Mapping[str, Mapping[str, float]] | None = None,
    ) -> dict[str, Result]:
        _, suites = read_campaign(make_campaign(costs, rounds, metrics))
        return {result.comparison.id: result for result in compare(Costs(tidy(suites)))}

    return run


def test_the_notes_figures() -> None:
    figures = {c.id: (c.slow_s, c.fast_s, c.claimed) for c in COMPARISONS}
    assert figures == {
        "lock-granularity": (1.91, 0.11, None),
        "rlock-eval": (13.03, 1.91, None),
        "shared-dict": (0.025198221207, 0.000921726227, 2.0),
        "barrier": (0.008400917053, 0.000603914261, 14.0),
        "pool": (0.012202501297, 0.000762224197, 16.0),
        "unlocked-counter": (None, None, None),
    }
    assert by_id("lock-granularity").ratio == pytest.approx(17.4, abs=0.05)


def test_every_case_that_is_compared_or_drawn_exists(cases: dict[str, Case]) -> None:
    compared = {
        name
        for comparison in COMPARISONS
        for pair in (comparison.written, *comparison.others)
        for name in (pair.slow, pair.fast)
    }
    drawn = {
        *lock_granularity.CONTENDED.values(), *lock_granularity.WRITTEN.values(),
        *rlock_eval.ROWS.values(), *shared_dict.WRITTEN.values(), *shared_dict.ALONE.values(),
        *barrier.WRITTEN.values(), *barrier.ALONE.values(), *pool.COLD.values(),
        *pool.WARM.values(),
    }  # fmt: skip
    assert compared | drawn <= set(cases)
    topics = {topic[0] for topic in TOPICS}
    assert set(charts.CHARTS) == {"overview", *topics, *(each.id for each in COMPARISONS)}


def test_pairs_are_of_one_unit(cases: dict[str, Case]) -> None:
    """A ratio of costs means something only between operations of the same size."""
    for comparison in COMPARISONS:
        for pair in (comparison.written, *comparison.others):
            slow, fast = cases[pair.slow], cases[pair.fast]
            clocks = (slow.workload_class.clock, fast.workload_class.clock)
            assert clocks[0] is clocks[1], pair


@pytest.mark.parametrize(
    ("figure", "text"),
    [(27.3, "27x"), (9.96, "10x"), (6.82, "6.8x"), (2.0, "2.0x"), (1.041, "1.04x"), (0.5, "0.50x"),
     (1234.0, "1,234x")],
)  # fmt: skip
def test_ratios_in_words(figure: float, text: str) -> None:
    assert times(figure) == text


def test_only_the_dict_comparison_contradicts_itself() -> None:
    found = {comparison.id: contradiction(comparison) for comparison in COMPARISONS}
    assert found.pop("shared-dict") == ("The notes' text says 2.0x, but their own figures say 27x.")
    assert set(found.values()) == {""}


@pytest.mark.parametrize(
    ("slow", "direction", "size"),
    [
        (27.3e-3, "Direction reproduced", "The size agrees with their 27x."),
        (80e-3, "Direction reproduced", "2.9x as large as their 27x"),
        (3e-3, "Direction reproduced", "9.1x smaller than their 27x"),
        (0.5e-3, "Direction not reproduced", "smaller than their 27x"),
        (1e-3, "Direction not settled", "27x smaller than their 27x"),
    ],
)
def test_verdicts_follow_from_the_interval(
    slow: float, direction: str, size: str, compared: Callable[..., dict[str, Result]]
) -> None:
    [result] = compared({"3.13.0": {FILL: slow, THREADS: 1e-3}}).values()
    [measured] = result.written
    assert measured.ratio.value == pytest.approx(slow / 1e-3, rel=0.03)
    verdict = result.verdicts["3.13.0"]
    assert verdict.startswith(direction)
    assert size in verdict
    assert "text says 2.0x, but their own figures say 27x" in verdict


def test_other_start_methods_are_in_the_verdict(
    make_campaign: Callable[..., Path],
) -> None:
    name = "shared_state.fill_program"
    costs = {FILL: 25e-3, THREADS: 1e-3, f"{name}[process-forkserver-10]": 100e-3,
             f"{name}[process-spawn-10]": 300e-3}  # fmt: skip
    _, suites = read_campaign(make_campaign({"3.14.0": costs}))
    [result] = compare(Costs(tidy(suites)), {"3.14.0": "forkserver"})
    verdict = result.verdicts["3.14.0"]
    assert re.search(r"by fork; by forkserver \(the default here\) \d+x, by spawn \d+x\.", verdict)


def test_the_share_of_eval_is_in_the_verdict(compared: Callable[..., dict[str, Result]]) -> None:
    costs = {
        "rlock.eval_program[thread-2]": 8e-6,
        "rlock.direct_program[thread-2]": 2e-7,
        FINE: 4e-7,
    }
    result = compared({"3.13.0": costs})["rlock-eval"]
    assert "Without eval it takes 4" in result.verdicts["3.13.0"]
    assert result.verdicts["3.13.0"].endswith("eval is 98% of it.")


def test_a_single_round_settles_nothing(compared: Callable[..., dict[str, Result]]) -> None:
    [result] = compared({"3.13.0": {FILL: 25e-3, THREADS: 1e-3}}, rounds=1).values()
    assert result.verdicts["3.13.0"].startswith("Direction not settled: a single round")


def test_a_python_without_the_pair_is_left_out(
    compared: Callable[..., dict[str, Result]],
) -> None:
    costs = {"3.13.0": {FILL: 25e-3, THREADS: 1e-3}, "3.14.0": {THREADS: 1e-3}}
    assert [m.python for m in compared(costs)["shared-dict"].written] == ["3.13.0"]


@pytest.mark.parametrize(
    ("nonzero", "lost", "verdict"),
    [
        (1.0, 2e5, "Reproduced: the counter was not 0 in 5 of 5 rounds"),
        (0.0, 2e5, "lost 200,000 of a million updates"),
        (0.0, 0.0, "Not reproduced: the counter was 0 in all 5 rounds of the program."),
    ],
)
def test_is_the_unlocked_counter_zero(
    nonzero: float, lost: float, verdict: str, compared: Callable[..., dict[str, Result]]
) -> None:
    costs = {"3.13.0": {UNLOCKED: 4e-8, FINE: 4e-7, CALL: 6e-8}}
    metrics = {UNLOCKED: {"nonzero": nonzero}, CALL: {"lost_per_million": lost}}
    result = compared(costs, metrics=metrics)["unlocked-counter"]
    assert verdict in result.verdicts["3.13.0"]


def test_costs_are_of_the_notes_whole_program(
    compared: Callable[..., dict[str, Result]],
) -> None:
    coarse = "counter.coarse_lock_program[thread-2]"
    [measured] = compared({"3.13.0": {FINE: 4e-7, coarse: 4e-8}})["lock-granularity"].written
    assert measured.slow.value == pytest.approx(0.8, rel=0.02)  # 2,000,000 updates
    assert measured.fast.value == pytest.approx(0.08, rel=0.02)
