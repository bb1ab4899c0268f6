"""The study that the statistics rest on: its noise is what it says, and its counts are right."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from pyconc.compare import study
from pyconc.compare.study import INTERVALS, KINDS, Interval, Noise, as_measured, coverage, main
from pyconc.errors import UsageError
from pyconc.statistics.difference import at_one_pace, unpaired

CONSTANT = Noise("constant", lambda rng, shape: np.zeros((2, *shape)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_a_pair_does_not_share_has_the_noise_that_is_asked_for(kind: Noise) -> None:
    base, head = kind.draw(np.random.default_rng(1), (4000, 40))
    assert base.shape == head.shape == (4000, 40)
    difference = (head - base) / np.sqrt(2)
    assert difference.std() == pytest.approx(1, rel=0.05)
    assert difference.mean() == pytest.approx(0, abs=0.01)


def test_each_kind_is_what_its_name_says() -> None:
    drawn = {kind.name: kind.draw(np.random.default_rng(1), (4000, 40))[0] for kind in KINDS}
    assert abs(stats.kurtosis(drawn["normal"], axis=None)) < 0.1
    assert stats.kurtosis(drawn["heavy tails"], axis=None) > 3
    assert stats.skew(drawn["bursts"], axis=None) > 1.5
    counts, _ = np.histogram(drawn["two modes"], bins=30)
    valley = counts[10:20].min()
    assert valley < 0.1 * counts[:10].max()
    assert valley < 0.1 * counts[20:].max()
    wandering = drawn["drift of the machine"]
    assert wandering[:, -1].std() > 2 * wandering[:, 0].std()


def test_drift_is_shared_by_both_sides_of_a_round() -> None:
    drift = next(kind for kind in KINDS if kind.name.startswith("drift"))
    base, head = drift.draw(np.random.default_rng(1), (2000, 40))
    assert np.corrcoef(base[:, -1], head[:, -1])[0, 1] > 0.8


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_two_campaigns_share_nothing(kind: Noise) -> None:
    base, head = kind.draw_apart(np.random.default_rng(1), (4000, 40))
    assert base.shape == head.shape == (4000, 40)
    assert abs(np.corrcoef(base[:, -1], head[:, -1])[0, 1]) < 0.1


def test_both_of_two_campaigns_have_the_noise_that_was_measured() -> None:
    kind = as_measured("measured", [[0.0, 0.1, -0.3]])
    for side in kind.draw_apart(np.random.default_rng(1), (50, 20)):
        assert side.std() == pytest.approx(1, rel=0.2)
        assert len(np.unique(np.round(np.abs(side), 9))) == 3


def test_measured_noise_is_drawn_from_the_cases_as_they_are() -> None:
    measured = [0.0, 0.1, -0.3]
    kind = as_measured("measured", [measured, [0.5, 0.5], [0.7]])  # no noise, and a single round
    base, head = kind.draw(np.random.default_rng(1), (50, 20))
    assert base.shape == head.shape == (50, 20)
    sizes = np.unique(np.round(np.abs(head - base), 9))
    assert sizes == pytest.approx(np.sort(np.abs(measured)) / np.std(measured) * np.sqrt(2))
    assert abs((head - base).mean()) < 0.2  # either arm could have been the dear one


@pytest.mark.parametrize("rounds", [6, 12, 40])
def test_our_intervals_are_those_of_a_comparison(rounds: int) -> None:
    base, head = KINDS[1].draw(np.random.default_rng(2), (20, rounds)) * 0.02
    by_name = {each.name: each for each in INTERVALS}
    low, high = by_name["signed ranks (ours)"].of(base, head)
    for place in range(20):
        ends = at_one_pace(head[place] - base[place])[0].log_interval()
        assert ends == pytest.approx((low[place], high[place]), rel=1e-9)
    low, high = by_name["not paired (ours)"].of(base, head)
    for place in range(20):
        ends = unpaired(base[place], head[place]).log_interval()
        assert ends == pytest.approx((low[place], high[place]), rel=1e-9)


def test_the_interval_of_the_mean_is_that_of_scipy() -> None:
    base, head = KINDS[0].draw(np.random.default_rng(3), (5, 15))
    low, high = next(each for each in INTERVALS if each.name == "mean").of(base, head)
    for place in range(5):
        exact = stats.ttest_rel(head[place], base[place]).confidence_interval(0.95)
        assert (low[place], high[place]) == pytest.approx(tuple(exact))


def test_coverage_counts_the_intervals_that_hold_the_truth() -> None:
    def holds(share: float) -> Interval:
        def of(base: np.ndarray, head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            low = np.where(np.arange(len(base)) < share * len(base), -1.0, 1.0)
            return low, low + 1.5

        return Interval("some", of)

    assert coverage(CONSTANT, holds(0.25), 10, 400) == 0.25
    assert coverage(CONSTANT, holds(1), 10, 400) == 1


def test_coverage_of_the_mean_of_normal_noise_is_exact() -> None:
    mean = next(each for each in INTERVALS if each.name == "mean")
    assert coverage(KINDS[0], mean, 12, 20_000) == pytest.approx(0.95, abs=0.005)


def test_the_pace_is_worth_much_where_the_machine_is_most_of_the_noise() -> None:
    held, margin, held_too, smaller = study.at_one_pace_or_not(KINDS[0], 12, 500)
    assert 0.92 < held < 0.98
    assert 0.92 < held_too < 0.98
    assert smaller < 0.4 * margin


def test_others_call_normal_noise_different_as_often_as_they_say() -> None:
    called = study.called_different(KINDS[0], 40, 400)
    # the values of a round share its noise, which both tests take for so many independent ones
    assert set(called) == {"pyperf compare_to", "Mann-Whitney"}
    assert all(0.05 < share < 0.4 for share in called.values())


def test_a_slowdown_far_beyond_the_noise_is_always_found_and_none_never() -> None:
    kind = KINDS[0]
    assert study.found(kind, 0.03, 0.5, rounds=40, cases=200, comparisons=200) == 1
    assert study.found(kind, 0.03, 0.0, rounds=40, cases=200, comparisons=200) == 0
    assert study.found(CONSTANT, 0.03, 0.009, rounds=40, cases=200, comparisons=5) == 0


def test_without_noise_there_is_no_alarm() -> None:
    assert study.alarms(CONSTANT, 0.03, rounds=12, cases=10, suites=5) == 0


def test_the_tables_name_every_kind_and_hold_shares(
    make_campaign: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # the drawing is tested above; here it is small, so that all tables are made in a moment
    def few(function: Callable[..., float]) -> Callable[..., float]:
        def run(*arguments: object, **options: object) -> float:
            small = {"comparisons": 3, "suites": 2, "cases": 3, "repeats": 1}
            options.update({name: n for name, n in small.items() if name in options})
            positional = [3 if each in (1000, 4000) else each for each in arguments]
            return function(*positional, **options)

        return run

    for name in (
        "coverage", "at_one_pace_or_not", "called_different", "coverage_between", "alarms", "found",
    ):  # fmt: skip
        monkeypatch.setattr(study, name, few(getattr(study, name)))
    costs = {"lock.pair[thread-1]": 1e-6, "lock.with[thread-1]": 2e-6}
    folder = make_campaign({"one": costs, "again": costs}, rounds=study.LEAST_SHOWN)
    assert main([str(folder)]) == 0
    printed = capsys.readouterr().out
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    names = [kind.name for kind in KINDS] + [f"as in {folder.name}"]
    for name in names:
        assert sum(row.startswith(f"| {name} |") for row in rows) >= 6
    for row in rows:
        first, *cells = row.strip("| ").split(" | ")
        if first in names or first.endswith("%"):
            assert all(re.fullmatch(r"\d+\.\d+%", cell) for cell in cells), row


def test_a_campaign_with_few_rounds_is_no_model_of_noise(
    make_campaign: Callable[..., Path],
) -> None:
    costs = {"lock.pair[thread-1]": 1e-6}
    folder = make_campaign({"one": costs, "again": costs}, rounds=study.LEAST_SHOWN - 1)
    with pytest.raises(UsageError, match="no case with 12 rounds of both arms"):
        main([str(folder)])
