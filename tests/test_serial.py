"""Whether rounds go with the ones before them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from pyconc.compare.comparison import compare
from pyconc.statistics.serial import HIGH, Serial, serial
from pyconc.store.measured import Measured, Side


def suite(cases: int, rounds: int, along: float, seed: int = 1) -> list[Mapping[int, float]]:
    """Log ratios that go with those before them by so much."""
    rng = np.random.default_rng(seed)
    logs = rng.standard_normal((rounds, cases))
    for number in range(1, rounds):
        logs[number] = along * logs[number - 1] + math.sqrt(1 - along**2) * logs[number]
    return [dict(enumerate(each, 1)) for each in (0.02 * logs.T + 0.1).tolist()]


def known(found: Serial | None) -> Serial:
    assert found is not None
    return found


def test_by_hand() -> None:
    rounds = {1: 1.0, 2: 2.0, 3: 4.0, 4: 1.0}
    left = np.array([-1.0, 0.0, 2.0, -1.0])
    expected = (left[1:] * left[:-1]).sum() / (left**2).sum() + 1 / 4
    assert known(serial([rounds])).correlation == pytest.approx(expected)


@pytest.mark.parametrize("along", [0.0, 0.3, 0.6])
def test_a_known_correlation_is_found_again(along: float) -> None:
    found = known(serial(suite(300, 40, along)))
    assert found.correlation == pytest.approx(along, abs=0.1)
    assert found.is_high == (along > HIGH)


def test_without_a_correlation_it_is_rarely_called_high() -> None:
    """Cases share what each round met, so that many cases tell no more than one."""
    high = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        shared = rng.standard_normal(12)
        rounds = shared + 0.3 * rng.standard_normal((50, 12))
        high += known(serial([dict(enumerate(each)) for each in rounds.tolist()])).is_high
    assert high <= 4


def test_a_correlation_from_round_to_the_next_is_high_though_the_rounds_are_few() -> None:
    found = known(serial(suite(200, 12, 0.8)))
    assert found.is_high
    assert found.p_value <= 0.01


def test_rounds_go_by_their_numbers_and_not_by_their_places() -> None:
    rounds = suite(20, 12, 0.7)
    mixed = [dict(sorted(each.items(), key=lambda item: item[1])) for each in rounds]
    assert serial(mixed) == pytest.approx(known(serial(rounds)))


def test_scale_and_direction_do_not_matter() -> None:
    rounds = suite(20, 12, 0.4)
    other = [{number: 5 - 3 * log for number, log in each.items()} for each in rounds]
    assert serial(other) == pytest.approx(known(serial(rounds)))


@pytest.mark.parametrize(
    "rounds", [[], [{}], [{1: 0.1}], [{1: 0.1, 2: 0.3}], [{1: 0.1, 2: 0.1, 3: 0.1}],
               [{1: 0.1, 2: 0.3}, {3: 0.1, 4: 0.2}]]
)  # fmt: skip
def test_of_too_little_nothing_is_said(rounds: list[Mapping[int, float]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert serial(rounds) is None


def test_a_case_without_rounds_in_common_is_passed_over_in_silence() -> None:
    rounds = suite(20, 12, 0.7)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert serial([*rounds, {}, {3: 1.0}]) == serial(rounds)


def arm(label: str, logs: np.ndarray) -> Side:
    measured = {
        f"a.{n}": Measured(f"a.{n}", dict(enumerate(np.exp(row).tolist(), 1)), "second", {})
        for n, row in enumerate(logs)
    }
    return Side(label, label, "one", None, {}, {}, measured, Path(label))


@pytest.mark.parametrize(("along", "provisional"), [(0.0, False), (0.8, True)])
def test_rounds_that_go_with_those_before_make_a_comparison_provisional(
    along: float, provisional: bool
) -> None:
    ratios = np.array([list(case.values()) for case in suite(20, 20, along)])
    found = compare(arm("base", np.zeros_like(ratios)), arm("head", ratios))
    assert found.serial is not None
    assert found.serial.correlation == pytest.approx(along, abs=0.2)
    assert (found.provisional is not None) == provisional
    assert not provisional or "lag-1 correlation" in str(found.provisional)
