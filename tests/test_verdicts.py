"""What is said of each case, at the borders, and over a suite."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pyconc.statistics.difference import Difference, paired, unpaired
from pyconc.statistics.estimate import of_logs
from pyconc.statistics.exchange import ENOUGH_ROUNDS
from pyconc.statistics.matched import MatchedCase, matched_cases
from pyconc.statistics.moderated import Variance
from pyconc.statistics.verdicts import (
    FALSE_ALARMS,
    FALSE_DISCOVERIES,
    FASTER,
    INCONCLUSIVE,
    SAME,
    SLOWER,
    SUSPECT,
    THRESHOLD,
    Judged,
    benjamini_hochberg,
    holm,
    judge,
    rounds_needed,
)
from pyconc.store.measured import Measured, Side

COST = of_logs(np.zeros(2))


def of_pairs(ratios: np.ndarray, case: str = "lock.pair[thread-1]") -> MatchedCase:
    by_round = dict(enumerate(ratios.tolist(), 1))
    usual = Variance(float(ratios.var(ddof=1)), len(ratios) - 1) if len(ratios) > 1 else \
        Variance(math.nan, 0)  # fmt: skip
    return MatchedCase(case, COST, COST, paired(ratios), "second", by_round, usual)


def between(
    log_ratio: float,
    error: float,
    case: str = "lock.pair[thread-1]",
    *,
    rounds: int = 41,
    known: bool = True,
) -> MatchedCase:
    """Of two campaigns, by a single part of error, as large a part as many rounds leave."""
    part = [Variance(error**2, rounds - 1)]
    found = unpaired(log_ratio, rounds, part)
    return MatchedCase(case, COST, COST, found, "second", knows_campaigns=known)


def judged(matched: MatchedCase, threshold: float = THRESHOLD) -> Judged:
    return judge([matched], [threshold])[0]


def exactly(rounds: int, centre: float, spread: float) -> np.ndarray:
    """Log ratios as normal noise has them on the average, with this mean and this deviation."""
    noise = stats.norm.ppf((np.arange(rounds) + 0.5) / rounds)
    noise = np.random.default_rng(0).permutation(noise)
    scaled: np.ndarray = centre + spread * (noise - noise.mean()) / noise.std(ddof=1)
    return scaled


def p_of(p: float, error: float = 0.02, degrees: int = 40) -> float:
    """A log ratio that is so likely, two-sided."""
    return float(stats.t.isf(p / 2, degrees)) * error


# Many p-values


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


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_the_order_of_cases_does_not_matter(adjust: type[object]) -> None:
    p_values = np.random.default_rng(1).random(50) ** 3
    order = np.random.default_rng(2).permutation(50)
    assert adjust(p_values)[order] == pytest.approx(adjust(p_values[order]))  # type: ignore


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_false_discoveries_are_those_of_scipy(p_values: list[float]) -> None:
    ours = benjamini_hochberg(np.array(p_values))
    assert ours == pytest.approx(stats.false_discovery_control(p_values))


# The table and the gate


def test_the_table_goes_by_benjamini_and_hochberg() -> None:
    # of five p-values 0.001, 0.019, 0.029, 0.039 and 0.9 the limits are 1 % to 5 %: four are found,
    # of which Holm's step, and so the gate, would find one
    two_sided = [0.001, 0.019, 0.029, 0.039, 0.9]
    found = judge([between(p_of(p), 0.02, f"a.{p}") for p in two_sided], [THRESHOLD] * 5)
    verdicts = {each.case: each.verdict for each in found}
    assert [verdicts[f"a.{p}"] for p in two_sided] == [SLOWER] * 4 + [INCONCLUSIVE]
    sure = [each.case for each in found if each.slower_for_sure]
    assert sure == ["a.0.001"]
    assert 0.001 / 2 * 5 <= FALSE_ALARMS < 0.019 / 2 * 4
    assert FALSE_DISCOVERIES == 0.05


def test_pairs_are_judged_by_exchanging_the_arms() -> None:
    """Eight rounds on one side: two of 256 exchanges are as large, one of them in this direction;
    where two of them are on the other side, six.
    """
    ratios = np.linspace(0.02, 0.09, 8)
    found = judged(of_pairs(ratios))
    assert (found.verdict, found.slower_for_sure, found.faster_for_sure) == (SLOWER, True, False)
    found = judged(of_pairs(-ratios))
    assert (found.verdict, found.slower_for_sure, found.faster_for_sure) == (FASTER, False, True)
    mixed = ratios.copy()
    mixed[:2] *= -1  # the sets of up to 0.05: none, 0.02, 0.03, 0.04, 0.05, and 0.02 with 0.03
    found = judged(of_pairs(mixed))
    assert found.verdict == SLOWER
    assert not found.slower_for_sure


def test_the_alarm_needs_more_certainty_than_the_verdict() -> None:
    for p, sure in ((0.009, True), (0.011, False)):
        found = judged(between(p_of(2 * p), 0.02))
        assert found.verdict == SLOWER
        assert found.slower_for_sure is sure


@pytest.mark.parametrize("sign", [1, -1])
def test_a_certain_difference_counts_only_beyond_the_threshold(sign: int) -> None:
    least = math.log1p(THRESHOLD)
    for is_paired in (True, False):
        beyond, within = (
            judged(
                of_pairs(exactly(20, sign * least * share, 1e-6))
                if is_paired
                else between(sign * least * share, 1e-6)
            )
            for share in (1.001, 0.999)
        )
        assert beyond.verdict == (SLOWER if sign > 0 else FASTER)
        assert within.verdict == SAME
        assert (beyond.slower_for_sure, beyond.faster_for_sure) == (sign > 0, sign < 0)
        assert not within.slower_for_sure
        assert not within.faster_for_sure


def test_a_difference_of_just_the_threshold_passes() -> None:
    least = math.log1p(THRESHOLD)
    at_the_border = judged(between(least, 1e-9))
    assert at_the_border.verdict == INCONCLUSIVE  # no number of rounds says on which side it lies
    assert at_the_border.rounds_needed is None
    assert not at_the_border.slower_for_sure


def test_same_needs_the_whole_interval_inside_the_threshold() -> None:
    least = math.log1p(THRESHOLD)
    error = 0.5 * least / float(stats.t.ppf(0.975, 40))
    assert judged(between(0.499 * least, error)).verdict == SAME
    assert judged(between(-0.499 * least, error)).verdict == SAME
    assert judged(between(0.501 * least, error * 1.01)).verdict == INCONCLUSIVE


def test_a_large_difference_that_is_not_certain_is_inconclusive() -> None:
    found = judged(between(0.10, 0.06))
    assert found.verdict == INCONCLUSIVE
    assert not found.slower_for_sure
    assert found.rounds_needed is not None
    assert found.rounds_needed > 41


def test_every_case_has_its_own_threshold() -> None:
    found = judge([between(0.03, 1e-4, case) for case in ("a.one", "b.two")], [0.01, 0.05])
    assert {each.case: (each.verdict, each.threshold) for each in found} == {
        "a.one": (SLOWER, 0.01),
        "b.two": (SAME, 0.05),
    }


def test_with_a_threshold_of_nothing_nothing_is_the_same() -> None:
    assert judged(between(0.0, 1e-6), threshold=0).verdict == INCONCLUSIVE
    assert judged(between(1e-4, 1e-6), threshold=0).verdict == SLOWER


rounds_of_suites = st.integers(2, 14)


@given(st.integers(1, 8), rounds_of_suites, st.integers(0, 1000), st.floats(0, 0.1))
def test_a_verdict_goes_with_its_interval(cases: int, rounds: int, seed: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    ratios = 0.03 * rng.standard_normal((cases, rounds)) + shift * rng.integers(-1, 2, (cases, 1))
    for each in judge([of_pairs(row, f"a.{n}") for n, row in enumerate(ratios)],
                      [THRESHOLD] * cases, "seed"):  # fmt: skip
        difference, least = each.difference, math.log1p(THRESHOLD)
        if each.verdict == SLOWER:
            assert difference.low > 0
            assert difference.log_ratio > least
        if each.verdict == FASTER:
            assert difference.high < 0
            assert difference.log_ratio < -least
        if each.verdict == SAME:
            assert -least <= difference.low <= difference.high <= least
        if rounds < ENOUGH_ROUNDS:
            assert each.verdict in (SUSPECT, INCONCLUSIVE)
        else:
            assert each.verdict != SUSPECT
        assert not each.slower_for_sure or each.verdict == SLOWER
        assert not each.faster_for_sure or each.verdict == FASTER
        assert each.rounds_needed is None or each.rounds_needed >= ENOUGH_ROUNDS


@given(st.integers(1, 6), rounds_of_suites, st.integers(0, 1000))
def test_the_other_way_round_slower_is_faster(cases: int, rounds: int, seed: int) -> None:
    ratios = np.random.default_rng(seed).standard_normal((cases, rounds)) * 0.05 + 0.05
    other = {SLOWER: FASTER, FASTER: SLOWER}
    there, back = (
        judge([of_pairs(sign * row, f"a.{n}") for n, row in enumerate(ratios)],
              [THRESHOLD] * cases, "seed")
        for sign in (1, -1)
    )  # fmt: skip
    for one, two in zip(there, back):
        assert one.verdict == other.get(two.verdict, two.verdict)
        assert one.slower_for_sure == two.faster_for_sure
        assert one.seems_slower == two.seems_faster
        assert one.rounds_needed == two.rounds_needed


def test_verdicts_come_in_the_order_of_the_cases_whatever_that_is() -> None:
    rng = np.random.default_rng(4)
    cases = [of_pairs(0.05 * rng.standard_normal(9) + 0.03 * n, f"a.{n}") for n in range(6)]
    cases.append(of_pairs(np.array([0.1, 0.11]), "a.few"))
    cases.append(between(0.2, 0.01, "a.apart"))
    found = judge(cases, [THRESHOLD] * 8, "seed")
    assert [each.case for each in found] == [each.case for each in cases]
    mixed = judge(cases[::-1], [THRESHOLD] * 8, "seed")
    assert [each.verdict for each in mixed[::-1]] == [each.verdict for each in found]


def test_of_no_case_nothing_is_said() -> None:
    assert judge([], []) == []


def test_of_two_hundred_cases_the_one_that_is_slower_is_named() -> None:
    rng = np.random.default_rng(70)
    ratios = 0.02 * math.sqrt(2) * rng.standard_normal((200, 40))
    ratios[123] += math.log(1.05)
    cases = [of_pairs(row, f"family.case{place}") for place, row in enumerate(ratios)]
    found = judge(cases, [THRESHOLD] * 200, "seed")
    assert [each.case for each in found if each.slower_for_sure] == ["family.case123"]
    assert not [each.case for each in found if each.faster_for_sure]
    assert found[123].verdict == SLOWER
    assert found[123].difference.ratio == pytest.approx(1.05, abs=0.015)


# Too few rounds to claim anything


def test_a_single_round_is_never_slower() -> None:
    found = judged(of_pairs(np.full(1, 5.0)))
    assert found.verdict == INCONCLUSIVE
    assert found.rounds_needed is None
    assert not found.slower_for_sure


def test_a_case_without_an_interval_does_not_keep_others_from_being_found() -> None:
    single = of_pairs(np.full(1, 5.0), "a.single")
    found = judge([single, of_pairs(exactly(12, 0.1, 0.001), "a.slow")], [THRESHOLD] * 2)
    assert [each.case for each in found] == ["a.single", "a.slow"]
    assert found[1].verdict == SLOWER
    assert found[1].slower_for_sure


@pytest.mark.parametrize("rounds", range(2, ENOUGH_ROUNDS))
def test_few_rounds_make_a_suspect_at_most(rounds: int) -> None:
    slow, fast, same = (
        judged(of_pairs(exactly(rounds, centre, 1e-4))) for centre in (0.1, -0.1, 0.0)
    )
    assert (slow.verdict, slow.seems_slower, slow.seems_faster) == (SUSPECT, True, False)
    assert (fast.verdict, fast.seems_slower, fast.seems_faster) == (SUSPECT, False, True)
    assert same.verdict == INCONCLUSIVE
    for found in (slow, fast, same):
        assert not found.slower_for_sure
        assert not found.faster_for_sure
        assert found.rounds_needed == ENOUGH_ROUNDS


def test_enough_rounds_make_no_suspect() -> None:
    assert judged(of_pairs(exactly(ENOUGH_ROUNDS, 0.1, 1e-4))).verdict == SLOWER


def sides(logs: np.ndarray) -> tuple[Side, Side]:
    """Two arms of one campaign, by their log costs: by arm, case and round."""
    found = []
    for arm, cases in zip("ab", logs):
        measured = {
            f"a.{n}": Measured(f"a.{n}", dict(enumerate(np.exp(row).tolist(), 1)), "second", {})
            for n, row in enumerate(cases)
        }
        found.append(Side(arm, arm, "one", None, {}, {}, measured, Path(arm)))
    return found[0], found[1]


def suspected(logs: np.ndarray) -> list[Judged]:
    found, _ = matched_cases(*sides(logs))
    return [each for each in judge(found, [THRESHOLD] * len(found)) if each.verdict == SUSPECT]


def test_few_rounds_that_happen_to_lie_close_are_no_suspect_among_cases_of_more_noise() -> None:
    rng = np.random.default_rng(5)
    logs = 0.05 * rng.standard_normal((2, 100, 3))
    logs[:, 0] = [[0.0, 0.0, 0.0], [0.02, 0.0201, 0.0199]]
    assert not suspected(logs)
    assert [each.case for each in suspected(logs[:, :1])] == ["a.0"]  # alone there is no telling


def test_of_identical_code_few_cases_are_suspects() -> None:
    rng = np.random.default_rng(6)
    with_some = 0
    for _ in range(100):
        spreads = 0.02 * np.sqrt(8 / rng.chisquare(8, (60, 1)))
        with_some += bool(suspected(spreads * rng.standard_normal((2, 60, 4))))
    assert with_some <= 5 + 3 * math.sqrt(100 * 0.05 * 0.95)


@pytest.mark.parametrize("rounds", [2, 3, 5])
def test_a_single_case_of_identical_code_is_rarely_a_suspect(rounds: int) -> None:
    rng = np.random.default_rng(7)
    count = sum(bool(suspected(0.02 * rng.standard_normal((2, 1, rounds)))) for _ in range(400))
    assert count / 400 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)


def test_a_slowdown_that_all_cases_make_likely_is_a_suspect() -> None:
    logs = 0.01 * np.random.default_rng(8).standard_normal((2, 100, 4))
    logs[1, 17] += 0.1
    assert [each.case for each in suspected(logs)] == ["a.17"]


# Campaigns of which it is not known how they differ


def test_without_a_history_a_difference_is_a_suspect_and_no_rounds_settle_it() -> None:
    found = judged(between(0.1, 0.001, known=False))
    assert found.verdict == SUSPECT
    assert found.seems_slower
    assert not found.slower_for_sure
    assert found.rounds_needed is None
    assert judged(between(0.0, 1e-6, known=False)).verdict == INCONCLUSIVE


def test_with_a_history_both_sides_need_enough_rounds() -> None:
    few, enough = (
        judged(between(0.1, 0.001, rounds=rounds)) for rounds in (ENOUGH_ROUNDS - 1, ENOUGH_ROUNDS)
    )
    assert few.verdict == SUSPECT
    assert few.rounds_needed == ENOUGH_ROUNDS
    assert enough.verdict == SLOWER


# Rounds that would settle it


@pytest.mark.parametrize("tests", [200])
@pytest.mark.parametrize("centre", [0.0, 0.004, 0.02, 0.05, -0.05])
def test_so_many_rounds_settle_it_and_far_fewer_do_not(centre: float, tests: int) -> None:
    spread = 0.12
    others = [of_pairs(exactly(40, 0.0, 0.02), f"b.{i}") for i in range(tests - 1)]

    def verdict(rounds: int) -> tuple[str, Difference]:
        own = of_pairs(exactly(rounds, centre, spread), "a.own")
        found = judge([own, *others], [THRESHOLD] * tests, "seed")
        return found[0].verdict, own.difference

    before, difference = verdict(10)
    assert before == INCONCLUSIVE
    needed = rounds_needed(difference, THRESHOLD, tests=tests)
    assert needed is not None
    settled = SAME if abs(centre) < THRESHOLD else SLOWER if centre > 0 else FASTER
    assert verdict(math.ceil(needed * 1.15))[0] == settled
    assert verdict(needed // 3)[0] == INCONCLUSIVE


def known(log_ratio: float, error: float, rounds: int = 41) -> Difference:
    within = (Variance(error**2, rounds - 1),)
    return Difference(log_ratio, log_ratio - error, log_ratio + error, rounds, True, within)


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
    within = [Variance(0.02**2 / 12, 11)] * 2
    for effect in (0.0, 0.03):
        little, much = (
            unpaired(effect, 12, within, [Variance(value, 100)]) for value in (1e-7, 0.02**2)
        )
        assert rounds_needed(little, THRESHOLD, tests=1) is not None
        assert rounds_needed(much, THRESHOLD, tests=1) is None


def test_absurdly_many_rounds_are_not_suggested() -> None:
    assert rounds_needed(known(0.0099, 0.1), THRESHOLD, tests=1) is None


def test_what_has_absurdly_many_rounds_needs_none() -> None:
    assert rounds_needed(known(0.0, 0.02, rounds=20_000), THRESHOLD, tests=1) is None


@pytest.mark.parametrize("effects", [(0.05, 0.05), (0.02, 0.1)])
def test_few_rounds_that_lie_far_from_one_need_as_many_as_can_claim(
    effects: Sequence[float],
) -> None:
    """Student's t of one degree of freedom is wide, of many it is not."""
    needed = rounds_needed(known(-0.97, 0.21 * effects[0], 2), 0.01, tests=5)
    assert needed == ENOUGH_ROUNDS
