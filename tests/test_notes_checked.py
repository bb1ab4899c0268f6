"""The notes' comparisons: their figures, pairs that exist, and verdicts that follow from data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pyconc.figures import times
from pyconc.findings.notes import CLAIMS, by_id
from pyconc.findings.notes_checked import Result, check_notes, contradiction, eval_share
from pyconc.findings.notes_findings import findings, percent_span, started, times_span
from pyconc.report.charts import by_backend, lock_granularity, rlock_eval
from pyconc.report.charts import unlocked_counter as unlocked
from pyconc.statistics.costs import Costs
from pyconc.statistics.estimate import Estimate
from pyconc.store import campaigns
from pyconc.suite.case import Case
from pyconc.words.languages import Words

FILL, THREADS = (
    "shared_state.fill_program[process-fork-10]",
    "shared_state.fill_program[thread-10]",
)
FORKSERVER = "shared_state.fill_program[process-forkserver-10]"
SPAWN = "shared_state.fill_program[process-spawn-10]"
UNLOCKED, FINE = "counter.unlocked_program[thread-2]", "counter.fine_lock_program[thread-2]"
CALL = "counter.tallied_call[thread-2]"
EVAL, DIRECT = "rlock.eval_program[thread-2]", "rlock.direct_program[thread-2]"

Compare = Callable[..., tuple[dict[str, Result], Costs]]
say = Words("en").say


@pytest.fixture
def compared(make_campaign: Callable[..., Path]) -> Compare:
    """Compares given costs: results by id, and the costs as they are read."""

    def run(
        costs: Mapping[str, Mapping[str, float]],
        rounds: int = 5,
        metrics: Mapping[str, Mapping[str, float]] | None = None,
        defaults: Mapping[str, str] | None = None,
    ) -> tuple[dict[str, Result], Costs]:
        folder = make_campaign(costs, rounds, metrics)
        read = Costs(campaigns.read(folder).rounds)
        return {result.comparison.id: result for result in check_notes(read, defaults)}, read

    return run


def verdict(result: Result, python: str) -> str:
    return " ".join(map(say, result.verdicts[python]))


def test_the_notes_figures() -> None:
    figures = {c.id: (c.slow_s, c.fast_s, c.claimed) for c in CLAIMS}
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
        for comparison in CLAIMS
        for pair in (comparison.written, *comparison.others)
        for name in (pair.slow, pair.fast)
    }
    drawn = {
        *lock_granularity.CONTENDED.values(), *lock_granularity.WRITTEN.values(),
        *rlock_eval.ROWS.values(), *unlocked.ROWS.values(),
        *(case for panels in by_backend.PANELS.values() for cases in panels.values()
          for case in cases.values()),
        *(rlock_eval.RECURSION.format(depth) for depth in rlock_eval.DEPTHS),
    }  # fmt: skip
    assert compared | drawn <= set(cases)


def test_pairs_are_of_one_unit(cases: dict[str, Case]) -> None:
    """A ratio of costs means something only between operations of the same size."""
    for comparison in CLAIMS:
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
    found = {comparison.id: contradiction(comparison) for comparison in CLAIMS}
    against = found.pop("shared-dict")
    assert against
    assert say(against) == ("The notes' text says more than 2.0x; by their own figures it is 27x.")
    assert set(found.values()) == {None}


@pytest.mark.parametrize(
    ("slow", "direction", "size"),
    [
        (27.3e-3, "Direction reproduced", "The size agrees with their 27x."),
        (80e-3, "Direction reproduced", "2.9x as large as their 27x"),
        (3e-3, "Direction reproduced", "9.1x smaller than their 27x"),
        (0.5e-3, "Direction not reproduced", "smaller than their 27x"),
        (1e-3, "Direction unclear", "27x smaller than their 27x"),
    ],
)
def test_verdicts_follow_from_the_interval(
    slow: float, direction: str, size: str, compared: Compare
) -> None:
    [result] = compared({"3.13.0": {FILL: slow, THREADS: 1e-3}})[0].values()
    [measured] = result.written
    assert measured.ratio.value == pytest.approx(slow / 1e-3, rel=0.03)
    said = verdict(result, "3.13.0")
    assert said.startswith(direction)
    assert size in said
    settled = {"Direction reproduced": True, "Direction not reproduced": False}
    assert result.direction == {"3.13.0": settled.get(direction)}


def test_other_start_methods_are_in_the_verdict(compared: Compare) -> None:
    costs = {FILL: 25e-3, THREADS: 1e-3, FORKSERVER: 100e-3, SPAWN: 300e-3}
    [result] = compared({"3.14.0": costs}, defaults={"3.14.0": "forkserver"})[0].values()
    said = re.sub("`", "", verdict(result, "3.14.0"))
    assert re.search(r"by fork; by forkserver \(the default here\) \d+x, by spawn \d+x\.", said)


def test_a_program_is_seen_by_the_default_of_each_python(compared: Compare) -> None:
    costs = {FILL: 25e-3, THREADS: 1e-3, FORKSERVER: 100e-3, SPAWN: 300e-3}
    defaults = {"3.13.0": "fork", "3.14.0": "forkserver"}
    results, read = compared({"3.13.0": costs, "3.14.0": costs}, defaults=defaults)
    old, new = started(results.values(), read)
    assert (old.python, old.method, old.of_fork) == ("3.13.0", "fork", None)
    assert (new.python, new.method) == ("3.14.0", "forkserver")
    assert new.of_threads.value == pytest.approx(100, rel=0.03)
    assert new.of_fork
    assert new.of_fork.value == pytest.approx(4, rel=0.03)
    said = [say(each) for each, anchor in findings(list(results.values()), read)
            if anchor == "start-methods"]  # fmt: skip
    assert len(said) == 1
    assert said[0].startswith("Python 3.14.0 starts processes by `forkserver`")
    assert re.search(r"dict (3\.9|4\.[01])x \(\S+ to \S+\)\.$", said[0])


def test_a_default_that_costs_the_same_is_called_unsettled(compared: Compare) -> None:
    costs = {FILL: 25e-3, THREADS: 1e-3, FORKSERVER: 25e-3}
    results, read = compared({"3.14.0": costs}, defaults={"3.14.0": "forkserver"})
    said = [say(each) for each, _ in findings(list(results.values()), read)]
    assert any(sentence.endswith("dict: no clear difference.") for sentence in said)


def test_without_a_default_nothing_is_said_of_it(compared: Compare) -> None:
    results, read = compared({"3.13.0": {FILL: 25e-3, THREADS: 1e-3}})
    assert started(results.values(), read) == []


def test_the_share_of_eval_is_in_the_verdict(compared: Compare) -> None:
    results, read = compared({"3.13.0": {EVAL: 8e-6, DIRECT: 2e-7, FINE: 4e-7}})
    said = verdict(results["rlock-eval"], "3.13.0")
    assert "Without `eval` it takes 4" in said
    assert said.endswith("`eval` is 98 % of it.")
    told = [say(each) for each, anchor in findings(list(results.values()), read)
            if anchor == "rlock-eval"]  # fmt: skip
    assert len(told) == 1
    assert told[0].startswith("On 3.13.0 98 % (97 % to 98 %) of the time of the notes' RLock")


def test_the_share_of_eval_keeps_its_interval() -> None:
    assert eval_share(Estimate(4.0, 2.0, 5.0, 7)) == Estimate(0.75, 0.5, 0.8, 7)


def test_a_single_round_settles_nothing(compared: Compare) -> None:
    [result] = compared({"3.13.0": {FILL: 25e-3, THREADS: 1e-3}}, rounds=1)[0].values()
    assert verdict(result, "3.13.0").startswith("Direction unclear: a single round")
    assert result.direction == {"3.13.0": None}


def test_a_python_without_the_pair_is_left_out(compared: Compare) -> None:
    costs = {"3.13.0": {FILL: 25e-3, THREADS: 1e-3}, "3.14.0": {THREADS: 1e-3}}
    assert [m.python for m in compared(costs)[0]["shared-dict"].written] == ["3.13.0"]


@pytest.mark.parametrize(
    ("nonzero", "lost", "said"),
    [
        (1.0, 2e5, "Reproduced: the counter was not 0 in 5 of 5 rounds"),
        (0.0, 2e5, "lost 200,000 of a million updates"),
        (0.0, 0.0, "Not reproduced: the counter was 0 in all 5 rounds of the program."),
    ],
)
def test_is_the_unlocked_counter_zero(
    nonzero: float, lost: float, said: str, compared: Compare
) -> None:
    costs = {"3.13.0": {UNLOCKED: 4e-8, FINE: 4e-7, CALL: 6e-8}}
    metrics = {UNLOCKED: {"nonzero": nonzero}, CALL: {"lost_per_million": lost}}
    result = compared(costs, metrics=metrics)[0]["unlocked-counter"]
    assert said in verdict(result, "3.13.0")


def test_costs_are_of_the_notes_whole_program(compared: Compare) -> None:
    coarse = "counter.coarse_lock_program[thread-2]"
    [measured] = compared({"3.13.0": {FINE: 4e-7, coarse: 4e-8}})[0]["lock-granularity"].written
    assert measured.slow.value == pytest.approx(0.8, rel=0.02)  # 2,000,000 updates
    assert measured.fast.value == pytest.approx(0.08, rel=0.02)


def test_the_contradiction_is_a_finding_with_what_was_measured(compared: Compare) -> None:
    costs = {FILL: 27e-3, THREADS: 1e-3}
    results, read = compared({"3.9.18": costs, "3.13.0": {**costs, FILL: 54e-3}})
    (says, anchor), *_ = findings(list(results.values()), read)
    assert anchor == "shared-dict"
    interval = r"\(\d\dx to \d\dx\)"
    measured = rf"2\dx {interval} on 3\.9\.18 to 5\dx {interval} on 3\.13\.0"
    assert re.search(
        rf"threads are more than 2\.0x .* it is 27x\. Measured here: {measured}\.$", say(says)
    )


def test_a_span_is_one_figure_where_all_are_alike() -> None:
    assert say(times_span([3.11, 3.12])) == "3.1x"
    assert say(times_span([3.0, 27.0, 9.0])) == "3.0x to 27x"
    assert say(percent_span([0.5, 0.981])) == "50 % to 98 %"
