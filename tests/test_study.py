"""The study that the statistics rest on: its noise is what it says, and its counts are right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pyperf import BenchmarkSuite
from scipy import stats

from pyconc.measure.plan import PROFILES
from pyconc.statistics.matched import matched_cases
from pyconc.store.read_side import read_side
from pyconc.trust import scenarios, study
from pyconc.trust.__main__ import main
from pyconc.trust.simulated import (
    CLEAN_MODES,
    DRIFT,
    KINDS,
    NORMAL,
    PROMISED,
    TICKS,
    VERY_HEAVY,
    Noise,
    as_measured,
    mixed,
    shared_by_cases,
    write_side,
)

CONSTANT = Noise("constant", lambda rng, shape: np.zeros((2, *shape)))


@pytest.mark.parametrize("kind", PROMISED, ids=lambda kind: kind.name)
def test_what_a_pair_does_not_share_has_the_noise_that_is_asked_for(kind: Noise) -> None:
    base, head = kind.draw(np.random.default_rng(1), (4000, 40))
    assert base.shape == head.shape == (4000, 40)
    difference = (head - base) / np.sqrt(2)
    assert difference.std() == pytest.approx(1, rel=0.15)
    assert difference.mean() == pytest.approx(0, abs=0.25)


def test_each_kind_is_what_its_name_says() -> None:
    drawn = {kind.name: kind.draw(np.random.default_rng(1), (4000, 40))[0] for kind in KINDS}
    assert abs(stats.kurtosis(drawn["normal"], axis=None)) < 0.1
    assert stats.kurtosis(drawn["heavy tails"], axis=None) > 3
    assert stats.kurtosis(drawn["very heavy tails"], axis=None) > 30
    assert stats.skew(drawn["bursts"], axis=None) > 1.5
    for name in ("two modes", "two clean modes"):
        counts, _ = np.histogram(drawn[name], bins=30)
        valley = counts[10:20].min()
        assert valley < 0.1 * counts[:10].max()
        assert valley < 0.1 * counts[20:].max()
    assert set(np.unique(drawn[TICKS.name]) % 1) == {0.0}
    wandering = drawn[DRIFT.name]
    assert wandering[:, -1].std() > 2 * wandering[:, 0].std()


def test_drift_is_shared_by_both_sides_of_a_round() -> None:
    base, head = DRIFT.draw(np.random.default_rng(1), (2000, 40))
    assert np.corrcoef(base[:, -1], head[:, -1])[0, 1] > 0.8


def test_cases_of_a_round_share_as_much_as_is_said() -> None:
    base, _ = shared_by_cases(0.3).draw(np.random.default_rng(1), (2, 20_000))
    assert np.corrcoef(base)[0, 1] == pytest.approx(0.3, abs=0.03)


def test_one_case_in_so_many_has_the_other_noise() -> None:
    base, _ = mixed(CONSTANT, NORMAL, 5).draw(np.random.default_rng(1), (10, 4))
    assert [bool(case.any()) for case in base] == [place % 5 == 0 for place in range(10)]


def test_measured_noise_is_drawn_from_the_cases_as_they_are() -> None:
    measured = [0.0, 0.1, -0.3]
    kind = as_measured("measured", [measured, [0.5, 0.5], [0.7]])  # no noise, and a single round
    base, head = kind.draw(np.random.default_rng(1), (50, 20))
    assert base.shape == head.shape == (50, 20)
    sizes = np.unique(np.round(np.abs(head - base), 9))
    assert sizes == pytest.approx(np.sort(np.abs(measured)) / np.std(measured) * np.sqrt(2))
    assert abs((head - base).mean()) < 0.2  # either arm could have been the dear one


def test_simulated_files_are_pyperf_files_that_hold_what_was_drawn(tmp_path: Path) -> None:
    logs = np.array([[0.1, math.nan, 0.3], [0.0, 0.2, 0.4]])
    paths = [write_side(tmp_path / f"{name}.json", logs, "one") for name in ("base", "head")]
    assert [len(bench.get_values()) for bench in BenchmarkSuite.load(str(paths[0]))] == [2, 3]
    one, other = (read_side(str(path)) for path in paths)
    assert [list(each.costs) for each in one.measured.values()] == [[1, 3], [1, 2, 3]]
    found, _ = matched_cases(one, other)
    assert all(each.difference.paired for each in found)
    costs = np.array(list(one.measured["family1.case1"].costs.values()))
    assert np.log(costs * 1e6) == pytest.approx(logs[1])
    apart = [write_side(tmp_path / f"{name}.json", logs) for name in ("one", "two")]
    one, other = (read_side(str(path)) for path in apart)
    found, _ = matched_cases(one, other)
    assert not any(each.difference.paired for each in found)


def test_a_suite_without_noise_has_nothing_to_say(tmp_path: Path) -> None:
    scenario = scenarios.Scenario("constant", lambda rng: (np.zeros((20, 12)), np.zeros((20, 12))))
    said = study.suite(scenario, 0, tmp_path)
    assert not said.alarm
    assert not said.verdict
    assert not said.suspect
    assert (said.cases_held, said.families_held, said.all_held) == (1, 1, 1)
    assert not list(tmp_path.iterdir())


def test_a_suite_that_differs_is_said_to(tmp_path: Path) -> None:
    def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        base = 0.01 * rng.standard_normal((20, 12))
        head = 0.01 * rng.standard_normal((20, 12))
        head[3] += 0.2
        return base, head

    said = study.suite(scenarios.Scenario("slower", draw), 0, tmp_path)
    assert said.alarm
    assert said.verdict
    assert said.student
    assert said.pyperf
    assert said.cases_held < 1


def test_stored_campaigns_are_read_by_the_comparison(tmp_path: Path) -> None:
    scenario = scenarios.two_campaigns(5, 0.02)
    said = study.suite(scenario, 0, tmp_path)
    assert not said.alarm
    assert not list(tmp_path.iterdir())


def test_the_same_seed_says_the_same() -> None:
    scenario = scenarios.campaign(NORMAL, 8)
    assert study.said(scenario, 3) == study.said(scenario, 3)


def test_quick_stops_between_its_least_and_its_most_rounds() -> None:
    profile = PROFILES["quick"]
    base, head = scenarios.as_quick_stops(CLEAN_MODES).draw(np.random.default_rng(1))
    rounds = (~np.isnan(base)).sum(axis=1)
    assert (rounds == (~np.isnan(head)).sum(axis=1)).all()
    assert rounds.min() >= profile.rounds
    assert rounds.max() <= profile.most_rounds


def test_coverage_of_normal_noise_is_what_is_promised() -> None:
    held = study.coverage(NORMAL, 8, 2000)
    assert held["ours"] == pytest.approx(0.95, abs=0.02)
    assert held["Student's"] == pytest.approx(0.95, abs=0.02)
    assert held["BCa bootstrap"] < 0.92


def test_a_slowdown_far_beyond_the_noise_is_always_found_and_none_never() -> None:
    assert study.found(NORMAL, 0.03, 0.5, comparisons=50) == 1
    assert study.found(NORMAL, 0.03, 0.0, comparisons=50) == 0
    assert study.found(CONSTANT, 0.03, 0.009, comparisons=50) == 0


def test_a_slowdown_in_half_of_the_rounds_is_harder_to_find() -> None:
    always = study.found(NORMAL, 0.03, 0.10, comparisons=50)
    assert always > study.found(NORMAL, 0.03, 0.10, comparisons=50, in_half=True)


def test_the_tables_name_every_kind_and_hold_shares(
    make_campaign: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    some = [(scenarios.campaign(VERY_HEAVY, 8), 1000), (scenarios.two_files(NORMAL, 20, 6), 300)]
    monkeypatch.setattr(study, "scenarios", lambda kinds: iter(some))
    costs = {"lock.pair[thread-1]": 1e-6, "lock.with[thread-1]": 2e-6}
    folder = make_campaign({"one": costs, "again": costs}, rounds=study.LEAST_SHOWN)
    assert main(["study", str(folder), "--share", "0.001"]) == 0
    printed = capsys.readouterr().out
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    for name in (*(kind.name for kind in PROMISED[:-1]), f"as in {folder.name}"):
        assert sum(row.startswith(f"| {name} |") for row in rows) == 6
    assert sum(row.startswith("| 20 and 6 runs, normal | 1 |") for row in rows) == 1
    figures = [row for row in rows if "%" in row.partition(" | ")[2] and "---" not in row]
    for row in figures:
        *_, last = row.strip("| ").split(" | ")
        assert re.fullmatch(r"\d+\.\d%|10% in half of the rounds at 3.0%", last), row


def test_every_row_of_the_study_can_be_drawn() -> None:
    rng = np.random.default_rng(1)
    for scenario, suites in scenarios.scenarios():
        base, head = scenario.draw(rng)
        assert len(base) == len(head) == scenarios.CASES
        assert suites >= 100


def test_a_campaign_with_few_rounds_is_no_model_of_noise(
    make_campaign: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    costs = {"lock.pair[thread-1]": 1e-6}
    folder = make_campaign({"one": costs, "again": costs}, rounds=study.LEAST_SHOWN - 1)
    assert main(["study", str(folder)]) == 2
    assert "no case with 12 rounds of both arms" in capsys.readouterr().err
