"""Two modes are claimed by a rule, and by no more than that."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from pyconc.findings.modes import (
    FEWEST_DURATIONS,
    FEWEST_ROUNDS,
    LEAST_RATIO,
    LIMITS,
    best_cut,
    counts,
    limit,
    seconds_of,
    two_modes,
    two_peaks,
)
from pyconc.suite.histogram import Histogram

FAST, SLOW = 206e-9, 780e-9


def rounds(*modes: tuple[float, int], noise: float = 0.03) -> list[float]:
    """Shuffled rounds around some costs, so many around each."""
    chance = random.Random(7)
    found = [cost * math.exp(chance.gauss(0, noise)) for cost, count in modes for _ in range(count)]
    chance.shuffle(found)
    return found


def test_two_modes_are_found_with_their_costs_and_rounds() -> None:
    found = two_modes(rounds((FAST, 5), (SLOW, 7)))

    assert found is not None
    assert (found.low_rounds, found.high_rounds) == (5, 7)
    assert found.low == pytest.approx(FAST, rel=0.05)
    assert found.high == pytest.approx(SLOW, rel=0.05)
    assert found.ratio == found.high / found.low


@pytest.mark.parametrize("count", [0, 1, 2, FEWEST_ROUNDS - 1])
def test_fewer_than_eight_rounds_never_have_two_modes(count: int) -> None:
    costs = [FAST] * (count // 2) + [SLOW] * (count - count // 2)

    assert two_modes(costs) is None


def test_eight_rounds_may_have_two_modes() -> None:
    found = two_modes(rounds((FAST, 4), (SLOW, 4)))

    assert found is not None
    assert (found.low_rounds, found.high_rounds) == (4, 4)


@pytest.mark.parametrize("slow", [1, 2])
def test_one_or_two_slow_rounds_are_outliers_and_no_mode(slow: int) -> None:
    assert two_modes(rounds((FAST, 12 - slow), (SLOW, slow))) is None


def test_less_than_a_fifth_of_the_rounds_is_no_mode() -> None:
    assert two_modes(rounds((FAST, 27), (SLOW, 3))) is None
    assert two_modes(rounds((FAST, 24), (SLOW, 6))) is not None


def test_modes_that_are_closer_than_a_tenth_are_not_claimed() -> None:
    close, apart = (rounds((1.0, 10), (LEAST_RATIO + by, 10), noise=0.001) for by in (-0.03, 0.03))

    assert two_modes(close) is None
    assert two_modes(apart) is not None


def test_rounds_that_are_all_the_same_have_one_mode() -> None:
    assert two_modes([1e-6] * 20) is None


def test_an_even_spread_is_not_two_modes() -> None:
    assert two_modes([1e-6 * (1 + place / 10) for place in range(20)]) is None


@pytest.mark.parametrize("count", sorted(LIMITS))
def test_hardly_any_sample_with_one_mode_exceeds_the_limit(count: int) -> None:
    samples = np.exp(np.random.default_rng(3).normal(size=(3000, count)) * 0.3)

    cuts = [best_cut(sample) for sample in samples.tolist()]
    beyond = sum(cut is not None and cut[1] > limit(count) for cut in cuts)

    assert beyond <= 10  # 3 are expected, and more than 10 are one time in 3000


@pytest.mark.parametrize("count", [12, 40])
def test_limits_are_no_stricter_than_they_say(count: int) -> None:
    samples = np.exp(np.random.default_rng(4).normal(size=(3000, count)) * 0.3)

    found = [cut[1] for cut in map(best_cut, samples.tolist()) if cut]

    assert sorted(found)[-60] < limit(count) < max(found) * 1.05


def test_between_the_simulated_sizes_the_limit_lies_between_theirs() -> None:
    assert limit(12) == pytest.approx(LIMITS[12])
    assert LIMITS[20] < limit(18) < LIMITS[16]
    assert limit(1000) == LIMITS[100]


def durations(*peaks: tuple[float, int], noise: float = 0.15) -> Histogram:
    chance = random.Random(8)
    return Histogram.of(
        middle * math.exp(chance.gauss(0, noise)) for middle, count in peaks for _ in range(count)
    )


def test_two_peaks_are_found_with_their_shares() -> None:
    found = two_peaks(durations((1e-6, 3000), (1e-4, 1000)))

    assert found is not None
    assert found.low == pytest.approx(1e-6, rel=0.15)
    assert found.high == pytest.approx(1e-4, rel=0.15)
    assert (found.low_share, found.high_share) == (0.75, 0.25)


def test_one_peak_is_one() -> None:
    assert two_peaks(durations((1e-6, 5000))) is None


def test_a_long_tail_is_no_peak() -> None:
    assert two_peaks(durations((1e-6, 9700), (1e-3, 300))) is None


def test_few_durations_have_no_two_peaks() -> None:
    few = FEWEST_DURATIONS // 2 - 1

    assert two_peaks(durations((1e-6, few), (1e-3, few))) is None


def test_ragged_counts_are_no_valley() -> None:
    flat = Histogram((bucket, 12 if bucket % 2 else 8) for bucket in range(100, 140))

    assert two_peaks(flat) is None


def test_a_histogram_gives_its_buckets_in_order() -> None:
    histogram = Histogram.of([1e-6, 1e-3, 1e-6])

    assert [count for _, count in counts(histogram)] == [2, 1]
    assert [seconds_of(bucket) for bucket, _ in counts(histogram)] == [
        pytest.approx(1e-6, rel=0.05), pytest.approx(1e-3, rel=0.05),
    ]  # fmt: skip
