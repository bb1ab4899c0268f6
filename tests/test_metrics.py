"""The window in which all workers run, from stamps that are given and not measured."""

from __future__ import annotations

import pytest

from pyconc.suite.metrics import Lap, evenness, split, summarise, window


def steady(start: float, stop: float, loops: int, parts: int = 10) -> Lap:
    """A worker that does its loops at an even pace."""
    sizes = split(loops, parts)
    stamps = [start + (stop - start) * sum(sizes[:index]) / loops for index in range(parts + 1)]
    return Lap(stamps, sizes)


def test_workers_side_by_side_are_charged_for_all_they_did() -> None:
    measured = window([steady(0, 10, 1000), steady(0, 10, 1000)])
    assert measured.seconds == 10
    assert measured.loops == pytest.approx(2000)
    assert measured.overlap == 1


def test_only_what_happened_inside_the_window_counts() -> None:
    measured = window([steady(0, 10, 1000), steady(5, 15, 1000)])
    assert measured.seconds == 5
    assert measured.loops == pytest.approx(1000)
    assert measured.overlap == pytest.approx(1 / 3)


def test_one_after_the_other_is_a_negative_window() -> None:
    measured = window([steady(0, 10, 1000), steady(11, 20, 1000)])
    assert measured.seconds == -1
    assert measured.overlap < 0


def test_an_uneven_worker_is_interpolated_between_its_stamps() -> None:
    fast_then_slow = Lap([0.0, 1.0, 10.0], [50, 50])
    measured = window([fast_then_slow, steady(0, 1, 10)])
    assert measured.seconds == 1
    assert measured.loops == pytest.approx(60)


def test_a_worker_alone_fills_its_own_window() -> None:
    measured = window([steady(3, 4, 7, parts=7)])
    assert (measured.seconds, measured.overlap) == (1, 1)
    assert measured.loops == pytest.approx(7)


@pytest.mark.parametrize(("loops", "parts"), [(64, 64), (1, 64), (63, 64), (1000, 64), (7, 1)])
def test_split_loses_no_loop(loops: int, parts: int) -> None:
    sizes = split(loops, parts)
    assert sum(sizes) == loops
    assert len(sizes) == min(loops, parts)
    assert max(sizes) - min(sizes) <= 1


def test_the_overlap_of_a_round_is_that_of_its_worst_value() -> None:
    summary = summarise(
        [{"overlap": 0.9, "lost": 2.0}, {"overlap": 0.2, "lost": 4.0}, {"lost": 6.0}]
    )
    assert summary == {"overlap": 0.2, "lost": 4.0}


@pytest.mark.parametrize(
    ("loops", "jain", "least", "most"),
    [([5, 5, 5], 1, 1, 1), ([9, 0, 0], 1 / 3, 0, 3), ([3, 1], 0.8, 0.5, 1.5), ([0, 0], 1, 1, 1)],
)
def test_evenness(loops: list[float], jain: float, least: float, most: float) -> None:
    shares = evenness(loops)
    assert shares["jain"] == pytest.approx(jain)
    assert (shares["min_share"], shares["max_share"]) == (least, most)
