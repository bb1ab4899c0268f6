"""What is said of each case, at the borders, and over a suite."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pyconc.statistics.contrast import Contrast
from pyconc.statistics.difference import Difference, Share, at_one_pace, location, unpaired
from pyconc.statistics.verdicts import (
    FALSE_ALARMS,
    FALSE_DISCOVERIES,
    FASTER,
    INCONCLUSIVE,
    SAME,
    SLOWER,
    THRESHOLD,
    Judged,
    holm,
    judge,
    rounds_needed,
)


def paired(ratios: np.ndarray) -> Difference:
    return at_one_pace(ratios)[0]


def contrast(difference: Difference, case: str = "lock.pair[thread-1]") -> Contrast:
    nothing = location(np.zeros(2))
    return Contrast(case, nothing, nothing, difference, "second")


def known(log_ratio: float, error: float, rounds: int = 41) -> Difference:
    return Difference(log_ratio, error, rounds - 1, rounds, paired=True)


def judged(difference: Difference, threshold: float = THRESHOLD) -> Judged:
    return judge([contrast(difference)], [threshold])[0]


def exactly(rounds: int, centre: float, spread: float) -> np.ndarray:
    """Log ratios as normal noise has them on the average, with this mean and this deviation."""
    noise = stats.norm.ppf((np.arange(rounds) + 0.5) / rounds)
    scaled: np.ndarray = centre + spread * (noise - noise.mean()) / noise.std(ddof=1)
    return scaled


def test_holm_by_hand() -> None:
    adjusted = holm(np.array([0.01, 0.04, 0.03, 0.005]))
    assert adjusted == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.4, 0.6])) == pytest.approx([0.8, 0.8])
    assert holm(np.array([0.2])) == pytest.approx([0.2])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7))
def test_holm_rejects_what_every_joint_hypothesis_rejects(p_values: list[float]) -> None:
    # a closed test: a case is rejected if Bonferroni rejects every set of cases that it is in
    adjusted = holm(np.array(p_values))
    places = range(len(p_values))
    sets = [s for n in places for s in itertools.combinations(places, n + 1)]
    for place in places:
        closed = max(min(p_values[i] for i in s) * len(s) for s in sets if place in s)
        assert adjusted[place] == pytest.approx(min(1.0, closed))


def test_the_order_of_cases_does_not_matter_to_holm() -> None:
    p_values = np.random.default_rng(1).random(50) ** 3
    order = np.random.default_rng(2).permutation(50)
    assert holm(p_values)[order] == pytest.approx(holm(p_values[order]))


def test_the_table_goes_by_benjamini_and_hochberg() -> None:
    # of five p-values 0.001, 0.019, 0.029, 0.039 and 0.9 the limits are 1 % to 5 %: four are found,
    # of which Holm's step, and so the gate, would find one
    two_sided = [0.001, 0.019, 0.029, 0.039, 0.9]
    error = 0.02
    found = judge(
        [
            contrast(known(float(stats.t.isf(p / 2, 40)) * error, error), f"a.{p}")
            for p in two_sided
        ],
        [THRESHOLD] * 5,
    )
    verdicts = {each.case: each.verdict for each in found}
    assert [verdicts[f"a.{p}"] for p in two_sided] == [SLOWER] * 4 + [INCONCLUSIVE]
    sure = [each.case for each in found if each.slower_for_sure]
    assert sure == ["a.0.001"]
    assert 0.001 / 2 * 5 <= FALSE_ALARMS < 0.019 / 2 * 4
    assert FALSE_DISCOVERIES == 0.05


@pytest.mark.parametrize("sign", [1, -1])
def test_a_certain_difference_counts_only_beyond_the_threshold(sign: int) -> None:
    least = math.log1p(THRESHOLD)
    beyond = judged(known(sign * least * 1.001, 1e-6))
    within = judged(known(sign * least * 0.999, 1e-6))
    assert beyond.verdict == (SLOWER if sign > 0 else FASTER)
    assert within.verdict == SAME
    assert (beyond.slower_for_sure, beyond.faster_for_sure) == (sign > 0, sign < 0)
    assert not within.slower_for_sure
    assert not within.faster_for_sure


def test_a_difference_of_just_the_threshold_passes() -> None:
    least = math.log1p(THRESHOLD)
    at_the_border = judged(known(least, 1e-9))
    assert at_the_border.verdict == INCONCLUSIVE  # no number of rounds says on which side it lies
    assert at_the_border.rounds_needed is None
    assert not at_the_border.slower_for_sure


def test_same_needs_the_whole_interval_inside_the_threshold() -> None:
    least = math.log1p(THRESHOLD)
    quantile = float(stats.t.ppf(0.975, 40))
    error = 0.5 * least / quantile
    assert judged(known(0.499 * least, error)).verdict == SAME
    assert judged(known(-0.499 * least, error)).verdict == SAME
    assert judged(known(0.501 * least, error * 1.01)).verdict == INCONCLUSIVE


def test_a_large_difference_that_is_not_certain_is_inconclusive() -> None:
    found = judged(known(0.10, 0.06))
    assert found.verdict == INCONCLUSIVE
    assert not found.slower_for_sure
    assert found.rounds_needed is not None
    assert found.rounds_needed > 41


def test_the_alarm_needs_more_certainty_than_the_verdict() -> None:
    error = 0.02
    for p, sure in ((0.009, True), (0.011, False)):
        found = judged(known(float(stats.t.isf(p, 40)) * error, error))
        assert found.verdict == SLOWER
        assert found.slower_for_sure is sure


def test_every_case_has_its_own_threshold() -> None:
    found = judge([contrast(known(0.03, 1e-4), case) for case in ("a.one", "b.two")], [0.01, 0.05])
    assert {each.case: (each.verdict, each.threshold) for each in found} == {
        "a.one": (SLOWER, 0.01),
        "b.two": (SAME, 0.05),
    }


def test_with_a_threshold_of_nothing_nothing_is_the_same() -> None:
    assert judged(known(0.0, 1e-6), threshold=0).verdict == INCONCLUSIVE
    assert judged(known(1e-4, 1e-6), threshold=0).verdict == SLOWER


def test_a_single_round_is_never_slower() -> None:
    single = paired(np.full(1, 5.0))
    found = judged(single)
    assert found.verdict == INCONCLUSIVE
    assert found.rounds_needed is None
    assert not found.slower_for_sure


def test_a_case_without_an_interval_does_not_keep_others_from_being_found() -> None:
    single = contrast(paired(np.full(1, 5.0)), "a.single")
    found = judge([single, contrast(known(0.1, 0.001), "a.slow")], [THRESHOLD] * 2)
    assert [each.case for each in found] == ["a.single", "a.slow"]
    assert found[1].verdict == SLOWER
    assert found[1].slower_for_sure


def test_the_greatest_effect_is_first_whatever_its_direction() -> None:
    effects = [0.01, -0.3, 0.2, 0.0, -0.05]
    found = judge(
        [contrast(known(effect, 0.01), f"a.{effect}") for effect in effects], [THRESHOLD] * 5
    )
    assert [each.difference.log_ratio for each in found] == [-0.3, 0.2, -0.05, 0.01, 0.0]


def test_of_no_case_nothing_is_said() -> None:
    assert judge([], []) == []


def test_of_two_hundred_cases_the_one_that_is_slower_is_named() -> None:
    rng = np.random.default_rng(7)
    costs = 0.02 * rng.standard_normal((2, 200, 40))
    costs[1, 123] += math.log(1.05)
    cases = [
        contrast(paired(head - base), f"family.case{place}")
        for place, (base, head) in enumerate(zip(*costs))
    ]
    found = judge(cases, [THRESHOLD] * 200)
    assert [each.case for each in found if each.slower_for_sure] == ["family.case123"]
    assert not [each.case for each in found if each.faster_for_sure]
    assert found[0].case == "family.case123"
    assert found[0].verdict == SLOWER
    assert found[0].difference.ratio == pytest.approx(1.05, abs=0.015)


@pytest.mark.parametrize("tests", [200])
@pytest.mark.parametrize("centre", [0.0, 0.004, 0.02, 0.05, -0.05])
def test_so_many_rounds_settle_it_and_far_fewer_do_not(centre: float, tests: int) -> None:
    spread = 0.12

    def verdict(rounds: int) -> tuple[str, Difference]:
        own = exactly(rounds, centre, spread)
        difference = paired(own)
        others = [contrast(known(0.0, 1e-5), f"b.{i}") for i in range(tests - 1)]
        found = judge([contrast(difference, "a.own"), *others], [THRESHOLD] * tests)
        return next(each.verdict for each in found if each.case == "a.own"), difference

    before, difference = verdict(10)
    assert before == INCONCLUSIVE
    needed = rounds_needed(difference, THRESHOLD, tests=tests)
    assert needed is not None
    settled = SAME if abs(centre) < THRESHOLD else SLOWER if centre > 0 else FASTER
    assert verdict(math.ceil(needed * 1.1))[0] == settled
    assert verdict(needed // 2)[0] == INCONCLUSIVE


def test_it_needs_more_rounds_than_there_are() -> None:
    for log_ratio, error in itertools.product((0.0, 0.005, 0.02), (0.004, 0.01)):
        needed = rounds_needed(known(log_ratio, error), THRESHOLD, tests=200)
        assert needed is None or needed > 41


def test_the_more_cases_the_more_rounds() -> None:
    alone, among = (rounds_needed(known(0.02, 0.01), THRESHOLD, tests=n) for n in (1, 200))
    assert alone is not None
    assert among is not None
    assert alone < among


def test_no_rounds_make_up_for_what_differs_between_campaigns() -> None:
    rng = np.random.default_rng(8)
    base, head = 0.02 * rng.standard_normal((2, 12))
    for effect in (0.0, 0.03):
        moved = head + effect - (head.mean() - base.mean())
        little, much = (unpaired(base, moved, Share(share, 100)) for share in (0.001, 5.0))
        assert rounds_needed(little, THRESHOLD, tests=1) is not None
        assert rounds_needed(much, THRESHOLD, tests=1) is None


def test_absurdly_many_rounds_are_not_suggested() -> None:
    assert rounds_needed(known(0.0099, 0.1), THRESHOLD, tests=1) is None


def test_two_rounds_that_lie_far_from_one_need_few_more() -> None:
    """Student's t of one degree of freedom is wide, of many it is not."""
    few = Difference(-0.97, 0.21, 1, 2, paired=True)
    needed = rounds_needed(few, 0.01, tests=5)
    assert needed is not None
    assert 3 <= needed <= 8
