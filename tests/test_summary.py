"""One figure a family, and one for all of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyconc.statistics.contrast import Contrast
from pyconc.statistics.difference import Difference, location, mean
from pyconc.statistics.summary import by_family, overall


def contrast(
    case: str, log_ratio: float, error: float = 0.01, freedom: float = 10, *, paired: bool = True
) -> Contrast:
    nothing = location(np.zeros(2))
    difference = Difference(log_ratio, error, freedom, 11, paired)
    return Contrast(case, nothing, nothing, difference, "second")


def test_a_family_with_many_cases_does_not_drown_the_others() -> None:
    many = [contrast(f"lock.case{i}", math.log(1.5)) for i in range(100)]
    families = by_family([*many, contrast("queue.put", math.log(2 / 3))])
    assert [(each.name, each.cases) for each in families] == [("lock", 100), ("queue", 1)]
    assert families[0].difference.ratio == pytest.approx(1.5)
    found = overall(families)
    assert found is not None
    assert found.cases == 101
    assert found.difference.ratio == pytest.approx(1.0)  # one half as dear again, one a third less


def test_a_family_has_the_geometric_mean_of_its_cases() -> None:
    (family,) = by_family([contrast("lock.a", math.log(2)), contrast("lock.b", math.log(8))])
    assert family.difference.ratio == pytest.approx(4)
    assert family.difference.error == pytest.approx(0.01 / math.sqrt(2))


def test_the_freedom_is_that_of_welch_and_satterthwaite() -> None:
    equal = mean([contrast("a.a", 0).difference, contrast("a.b", 0).difference])
    assert equal.freedom == pytest.approx(20)
    unequal = mean(
        [contrast("a.a", 0, 0.03, 5).difference, contrast("a.b", 0, 0.01, 50).difference]
    )
    by_hand = (9 + 1) ** 2 / (81 / 5 + 1 / 50)
    assert unequal.freedom == pytest.approx(by_hand)
    assert unequal.error == pytest.approx(math.sqrt(9 + 1) * 0.01 / 2)


def test_the_mean_of_one_is_that_one() -> None:
    one = Difference(0.2, 0.03, 7.5, 9, paired=False, between=0.01)
    assert mean([one]) == pytest.approx(one)


def test_a_mean_is_paired_only_where_all_are() -> None:
    there, not_there = contrast("a.a", 0).difference, contrast("a.b", 0, paired=False).difference
    assert mean([there, there]).paired
    assert not mean([there, not_there]).paired


def test_what_is_between_campaigns_is_averaged_too() -> None:
    each = Difference(0.0, 0.05, 10, 9, paired=False, between=0.03)
    assert mean([each] * 4).between == pytest.approx(0.015)


def test_benchmarks_from_elsewhere_are_one_family() -> None:
    families = by_family([contrast("nbody", 0.1), contrast("json_dumps", 0.3)])
    assert [(each.name, each.cases) for each in families] == [("benchmarks", 2)]
    assert families[0].difference.log_ratio == pytest.approx(0.2)


def test_families_come_in_the_order_of_their_first_cases() -> None:
    cases = ["queue.put[thread-1]", "lock.pair[thread-1]", "queue.get[thread-1.5]"]
    assert [each.name for each in by_family([contrast(case, 0) for case in cases])] == [
        "queue",
        "lock",
    ]


def test_cases_without_an_interval_do_not_count() -> None:
    single = contrast("lock.single", 5.0, math.nan, 0)
    families = by_family(
        [single, contrast("lock.pair", 0.1), contrast("queue.put", 0, math.nan, 0)]
    )
    assert [(each.name, each.cases) for each in families] == [("lock", 1)]
    assert families[0].difference.log_ratio == pytest.approx(0.1)


def test_without_any_interval_there_is_no_summary() -> None:
    assert by_family([contrast("lock.single", 5.0, math.nan, 0)]) == []
    assert overall([]) is None


def test_the_interval_of_a_family_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(1000):
        samples = rng.standard_normal((5, 12)) * rng.uniform(0.01, 0.05, (5, 1))
        found = mean(
            [
                Difference(each.mean(), each.std(ddof=1) / math.sqrt(12), 11, 12, paired=True)
                for each in samples
            ]
        )
        low, high = found.log_interval()
        held += low <= 0 <= high
    assert 930 <= held <= 970
