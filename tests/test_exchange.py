"""What could as well have been measured: intervals and tests by exchange, against counting."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pyconc.statistics.exchange import (
    CONFIDENCE,
    ENOUGH_ROUNDS,
    LEAST_EXCHANGED,
    ends,
    exchange,
    largest_by_chance,
    t_margin,
)

Suite = Sequence[Mapping[int, float]]
#: Up to here all subsets of the rounds make the interval.
ALL_SUBSETS = 12
figures = st.floats(-5, 5).map(lambda figure: round(figure, 4))
logs = st.lists(figures, min_size=LEAST_EXCHANGED, max_size=ALL_SUBSETS).map(np.array)
many = st.lists(figures, min_size=LEAST_EXCHANGED, max_size=40).map(np.array)


def numbered(ratios: Sequence[float] | np.ndarray) -> dict[int, float]:
    return dict(enumerate(map(float, ratios), 1))


def drawn(cases: int, rounds: int, spread: float = 0.02, seed: int = 1) -> list[dict[int, float]]:
    rng = np.random.default_rng(seed)
    return [numbered(each) for each in spread * rng.standard_t(3, (cases, rounds))]


# Intervals


@pytest.mark.parametrize("count", range(LEAST_EXCHANGED, ALL_SUBSETS + 1))
def test_the_ends_are_quantiles_of_the_means_of_all_subsets(count: int) -> None:
    own = np.random.default_rng(count).standard_normal(count)
    means = sorted(
        float(np.mean(chosen))
        for size in range(1, count + 1)
        for chosen in itertools.combinations(own, size)
    )
    # Each of the gaps between them is as likely to hold the truth (Hartigan): there is one more.
    beyond = math.floor((1 - CONFIDENCE) / 2 * 2**count)
    assert ends(own) == pytest.approx((means[beyond - 1], means[-beyond]), rel=1e-9)
    assert 1 - 2 * beyond / 2**count >= CONFIDENCE > 1 - 2 * (beyond + 1) / 2**count


def test_six_rounds_have_the_interval_from_the_least_to_the_greatest() -> None:
    assert ends(np.array([3.0, 1.0, 2.0, 8.0, 5.0, 4.0])) == pytest.approx((1.0, 8.0))


@pytest.mark.parametrize("count", range(2, LEAST_EXCHANGED))
def test_fewer_rounds_have_students_interval(count: int) -> None:
    own = np.random.default_rng(count).standard_normal(count)
    theirs = stats.ttest_1samp(own, 0).confidence_interval(CONFIDENCE)
    assert ends(own) == pytest.approx((theirs.low, theirs.high))


def test_a_single_round_has_none() -> None:
    assert all(math.isnan(end) for end in ends(np.array([1.0])))


@given(many)
def test_the_interval_holds_the_mean_and_lies_within_the_rounds(own: np.ndarray) -> None:
    low, high = ends(own)
    room = 1e-12
    assert own.min() - room <= low <= own.mean() + room
    assert own.mean() - room <= high <= own.max() + room


@given(many, st.floats(-3, 3), st.floats(0.01, 100))
def test_the_interval_goes_with_shift_and_scale(
    own: np.ndarray, shift: float, factor: float
) -> None:
    low, high = ends(own)
    moved = ends(own * factor + shift)
    assert moved == pytest.approx((low * factor + shift, high * factor + shift), abs=1e-9)


@given(many)
def test_what_is_mirrored_has_a_mirrored_interval(own: np.ndarray) -> None:
    low, high = ends(own)
    assert ends(-own) == pytest.approx((-high, -low), abs=1e-12)


@given(logs, st.randoms(use_true_random=False))
def test_the_order_of_few_rounds_does_not_matter(own: np.ndarray, random: object) -> None:
    mixed = list(own)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert ends(np.array(mixed)) == pytest.approx(ends(own), abs=1e-12)


@settings(max_examples=300)
@given(logs)
def test_the_interval_excludes_0_just_where_the_test_does_not_let_it_pass(own: np.ndarray) -> None:
    low, high = ends(own)
    if min(abs(low), abs(high)) < 1e-9:
        return  # a border, on which the last digits decide
    p = exchange([numbered(own)], "").own[0]
    assert (low > 0 or high < 0) == (p <= 1 - CONFIDENCE)


@pytest.mark.parametrize("rounds", [6, 9, 20, 40])
@pytest.mark.parametrize("noise", ["normal", "of two modes", "of heavy tails"])
def test_the_interval_holds_the_truth_as_often_as_it_says(rounds: int, noise: str) -> None:
    rng = np.random.default_rng(rounds)
    shape = (1500, rounds)
    own = {
        "normal": lambda: rng.standard_normal(shape),
        "of two modes": lambda: rng.choice([-1.0, 1.0], shape) + 0.1 * rng.standard_normal(shape),
        "of heavy tails": lambda: rng.standard_t(2, shape),
    }[noise]()
    held = np.mean([low <= 0 <= high for low, high in map(ends, own)])
    assert held == pytest.approx(31 / 32 if rounds == 6 else CONFIDENCE, abs=0.02)


@pytest.mark.parametrize("count", [13, 40, 300])
def test_of_many_normal_rounds_the_interval_is_nearly_students(count: int) -> None:
    own = stats.norm.ppf((np.arange(count) + 0.5) / count)
    low, high = ends(np.random.default_rng(3).permutation(own))
    margin = t_margin(count - 1) * own.std(ddof=1) / math.sqrt(count)
    assert (low, high) == pytest.approx((-margin, margin), rel=0.1)


def test_rounds_that_never_vary_have_an_interval_of_no_width() -> None:
    low, high = ends(np.full(9, 0.1))
    assert (low, high) == pytest.approx((0.1, 0.1), abs=1e-15)


# The test


def by_counting(suite: Suite) -> tuple[list[float], list[float], list[float]]:
    """What `exchange` finds, from its definition: slower, faster and own, by case."""
    rounds = sorted(set().union(*suite))
    sizes = [math.sqrt(sum(log**2 for log in case.values())) or 1.0 for case in suite]

    def statistics(signs: Sequence[int]) -> list[float]:
        sign = dict(zip(rounds, signs))
        return [
            sum(sign[number] * log for number, log in case.items()) / size
            for case, size in zip(suite, sizes)
        ]

    every = [statistics(signs) for signs in itertools.product((1, -1), repeat=len(rounds))]
    observed, room = every[0], 1e-9
    own = [
        float(np.mean([abs(found[i]) >= abs(observed[i]) - room for found in every]))
        for i in range(len(suite))
    ]
    return stepped(every, observed), stepped([[-t for t in f] for f in every],
                                             [-t for t in observed]), own  # fmt: skip


def stepped(every: Sequence[Sequence[float]], observed: Sequence[float]) -> list[float]:
    """Westfall's and Young's p-values: each case against the largest of those not yet named."""
    left = sorted(range(len(observed)), key=lambda i: -observed[i])
    adjusted, least = [0.0] * len(observed), 0.0
    while left:
        first = left[0]
        share = np.mean([max(found[i] for i in left) >= observed[first] - 1e-9 for found in every])
        least = max(least, float(share))
        adjusted[first] = least
        left.pop(0)
    return adjusted


def lacking(suite: Sequence[dict[int, float]], *, case: int, rounds: int) -> list[dict[int, float]]:
    short = {number: log for number, log in suite[case].items() if number > rounds}
    return [*suite[:case], short, *suite[case + 1 :]]


@pytest.mark.parametrize("seed", range(4))
def test_all_exchanges_are_those_of_counting(seed: int) -> None:
    suite = drawn(5, 8, seed=seed)
    suite[1] = {number: log + 0.03 for number, log in suite[1].items()}
    suite[2] = {number: log - 0.02 for number, log in suite[2].items()}
    suite = lacking(lacking(suite, case=3, rounds=3), case=1, rounds=1)
    found, expected = exchange(suite, "seed"), by_counting(suite)
    for ours, theirs in zip(found, expected):
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_of_eight_rounds_on_one_side_two_exchanges_of_256_are_as_large() -> None:
    found = exchange([numbered([0.01 * number for number in range(1, 9)])], "")
    assert found.slower[0] == 1 / 256
    assert found.own[0] == 2 / 256
    assert found.faster[0] == 1


def test_fewer_rounds_than_are_enough_are_never_rare_enough() -> None:
    """In either direction; in one, of seven rounds, one exchange of 128 is as large."""
    few, enough = (
        exchange([numbered([1.0] * count)], "").own[0]
        for count in (ENOUGH_ROUNDS - 1, ENOUGH_ROUNDS)
    )
    assert few > 0.01 >= enough


@given(st.integers(1, 6), st.integers(2, 10), st.integers(0, 1000))
def test_the_other_way_round_slower_is_faster(cases: int, rounds: int, seed: int) -> None:
    suite = drawn(cases, rounds, seed=seed)
    there = exchange(suite, "")
    back = exchange([{n: -log for n, log in case.items()} for case in suite], "")
    assert there.slower == pytest.approx(back.faster)
    assert there.faster == pytest.approx(back.slower)
    assert there.own == pytest.approx(back.own)


@given(st.integers(2, 8), st.integers(2, 20), st.integers(0, 1000))
def test_the_order_of_cases_does_not_matter(cases: int, rounds: int, seed: int) -> None:
    suite = drawn(cases, rounds, seed=seed)
    order = np.random.default_rng(seed).permutation(cases)
    found = exchange(suite, "seed")
    mixed = exchange([suite[place] for place in order], "seed")
    for one, other in zip(found, mixed):
        assert one[order] == pytest.approx(other)


@given(st.integers(1, 8), st.integers(2, 20), st.integers(0, 1000), st.floats(0.01, 100))
def test_what_has_more_noise_is_no_more_rare(
    cases: int, rounds: int, seed: int, factor: float
) -> None:
    suite = drawn(cases, rounds, seed=seed)
    wide = [{number: factor * log for number, log in suite[0].items()}, *suite[1:]]
    for one, other in zip(exchange(suite, "s"), exchange(wide, "s")):
        assert one == pytest.approx(other)


@given(st.integers(1, 10), st.integers(2, 20), st.integers(0, 1000))
def test_the_more_it_differs_the_smaller_is_its_adjusted_p_value(
    cases: int, rounds: int, seed: int
) -> None:
    suite = drawn(cases, rounds, seed=seed)
    found = exchange(suite, "")
    sizes = [math.sqrt(sum(log**2 for log in case.values())) for case in suite]
    statistic = np.array([sum(case.values()) / size for case, size in zip(suite, sizes)])
    order = np.argsort(-statistic)
    assert (np.diff(found.slower[order]) >= 0).all()
    assert (np.diff(found.faster[order]) <= 0).all()
    for p_values in found:
        assert ((p_values > 0) & (p_values <= 1)).all()  # as measured is one of the exchanges
    if rounds <= 13:  # all exchanges, of which each has its mirror image
        in_one = np.minimum(found.slower, found.faster)
        assert (found.own / 2 <= in_one + 1e-12).all()  # adjusting makes nothing rarer


def test_a_case_that_never_differs_is_as_likely_as_anything_and_harms_no_other() -> None:
    suite = drawn(3, 10)
    alone, beside = exchange(suite, ""), exchange([*suite, numbered([0.0] * 10)], "")
    assert beside.own[3] == beside.slower[3] == beside.faster[3] == 1
    assert beside.own[:3] == pytest.approx(alone.own)


def test_rounds_of_one_value_are_equal_but_for_their_last_digits() -> None:
    found = exchange([numbered([0.1] * 10)], "")
    assert found.slower[0] == 1 / 1024
    assert exchange([numbered([0.1, -0.1] * 5)], "").own[0] == 1


def test_the_same_seed_draws_the_same_and_another_one_nearly_the_same() -> None:
    suite = drawn(20, 40)
    suite[0] = {number: log + 0.02 for number, log in suite[0].items()}
    one, again, other = (exchange(suite, seed) for seed in ("a", "a", "b"))
    for first, second, third in zip(one, again, other):
        assert (first == second).all()
        assert first == pytest.approx(third, abs=0.03)
    assert not (one.own == other.own).all()


def test_drawn_exchanges_are_nearly_as_counted_ones() -> None:
    """Of the mean of many normal rounds: Student's t."""
    ratios = np.random.default_rng(5).standard_normal(60) + 0.25
    found = exchange([numbered(ratios)], "")
    theirs = stats.ttest_1samp(ratios, 0).pvalue
    assert found.own[0] == pytest.approx(theirs, abs=0.01)


@pytest.mark.parametrize("dependent", [False, True])
def test_identical_code_is_named_as_rarely_as_was_asked(dependent: bool) -> None:
    """Whatever cases share in a round."""
    rng = np.random.default_rng(9)
    named = 0
    for _ in range(400):
        ratios = rng.standard_t(2, (10, 9))
        if dependent:
            ratios = ratios * 0.1 + rng.standard_normal(9)
        named += exchange([numbered(each) for each in ratios], "").slower.min() <= 0.1
    assert named / 400 <= 0.1 + 3 * math.sqrt(0.1 * 0.9 / 400)
    assert named / 400 >= 0.05


def test_what_cases_share_makes_it_no_harder_to_name_one() -> None:
    """Where Bonferroni's correction counts a hundred copies of one case a hundred times."""
    ratios = np.random.default_rng(3).standard_normal(10) + 1.2
    alone = exchange([numbered(ratios)], "").slower[0]
    copies = exchange([numbered(ratios)] * 100, "").slower
    assert copies == pytest.approx([alone] * 100)


def test_ratios_of_any_size_are_fine() -> None:
    suite = [
        numbered([138.0] * 5 + [-138.0] * 3), numbered([1e-300] * 8), numbered([5e-324, 0.0] * 4),
        numbered([700.0 - number for number in range(8)]),
    ]  # fmt: skip
    for p_values in exchange(suite, ""):
        assert ((p_values > 0) & (p_values <= 1)).all()


def test_a_suite_of_thousands_of_cases_is_exchanged_in_little_memory() -> None:
    import tracemalloc

    suite = drawn(2000, 13)
    tracemalloc.start()
    exchange(suite, "")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 300e6


# What the gate asks for


def test_the_largest_by_chance_is_exceeded_in_so_small_a_share() -> None:
    suite = drawn(5, 8)
    limit = largest_by_chance(suite, "", 0.05)
    rounds = np.array([list(case.values()) for case in suite])
    rounds /= np.sqrt((rounds**2).sum(axis=1, keepdims=True))
    largest = [
        float((rounds @ np.array(signs)).max()) for signs in itertools.product((1, -1), repeat=8)
    ]
    above = np.mean(np.array(largest) > limit + 1e-9)
    assert above <= 0.05 < np.mean(np.array(largest) >= limit - 1e-9)


def test_among_many_cases_the_gate_asks_for_more() -> None:
    suite = drawn(100, 20)
    alone, among = (largest_by_chance(suite[:count], "", 0.01) for count in (1, 100))
    assert alone < among <= math.sqrt(20)


def test_students_t_is_that_of_scipy() -> None:
    assert t_margin(7, 0.9) == pytest.approx(stats.t.ppf(0.95, 7))
