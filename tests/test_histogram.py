"""Histograms: percentiles to half a bucket, and rounds put together."""

from __future__ import annotations

import random

import pytest

from pyconc.suite.histogram import Histogram


def test_percentiles_are_those_of_the_durations_to_half_a_bucket() -> None:
    noise = random.Random(1)
    durations = sorted(noise.lognormvariate(-11, 1.5) for _ in range(10_000))
    histogram = Histogram.of(durations)
    assert len(histogram) == 10_000
    for percent in (1, 50, 99, 99.9):
        exact = durations[round(len(durations) * percent / 100) - 1]
        assert histogram.percentile(percent) == pytest.approx(exact, rel=0.023)


def test_rounds_put_together_are_one_histogram() -> None:
    few, many = [1e-6, 2e-6], [5e-3] * 7
    assert Histogram.of(few) + Histogram.of(many) == Histogram.of(few + many)


def test_it_goes_into_a_result_file_and_comes_back() -> None:
    histogram = Histogram.of([1e-6, 1e-6, 3e-5, 0.5])
    assert str(histogram).startswith("159:2 ")
    assert Histogram.from_text(str(histogram)) == histogram


def test_what_is_shorter_than_a_nanosecond_counts_as_one() -> None:
    assert Histogram.of([0.0, -1e-9]).percentile(100) == 1e-9


def test_nothing_has_no_percentiles() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Histogram.of([]).percentile(50)
