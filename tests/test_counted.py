"""What three rounds of instructions tell: no alarm for identical code, and every change of 1 %.

Comparisons are drawn from a campaign that counted CPython 3.14 twice, 52 cases in four rounds. Two
of five cases are unsteady: their threads wait for each other.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from longest import only_if_asked

from pyconc.statistics.counted import STEADY
from pyconc.statistics.matched import matched_cases
from pyconc.statistics.verdicts import (
    FASTER,
    INCONCLUSIVE,
    SAME,
    SLOWER,
    SUSPECT,
    THRESHOLD,
    Judged,
    judge,
)
from pyconc.store.measured import Measured, Side

CASES, ROUNDS = 200, 3
#: Of each case, by round and arm: the log of its count beside the case's median, and its wander.
MEASURED = [
    np.array(case)
    for case in json.loads(
        (Path(__file__).parent / "data" / "instructions_of_one_python_twice.json").read_text()
    ).values()
]
STEADY_ONES = [
    place for place, case in enumerate(MEASURED)
    if np.ptp(case[..., 0]) <= STEADY and case[..., 1].max() <= STEADY
]  # fmt: skip


def sides(
    logs: np.ndarray, wander: np.ndarray | None = None, campaign: str = "one"
) -> tuple[Side, Side]:
    """By side, case and round."""
    found = []
    for place, of_side in enumerate(np.asarray(logs)):
        measured = {}
        for number, case in enumerate(of_side):
            name = f"family{number % 10}.case{number}"
            own = {} if wander is None else dict(enumerate(wander[place][number].tolist(), 1))
            costs = dict(enumerate((1000 * np.exp(case)).tolist(), 1))
            measured[name] = Measured(
                name, costs, "instruction", {"pyconc_counter": "perf"}, wander=own
            )
        said = campaign if campaign == "one" else f"{campaign} {place}"
        found.append(Side(str(place), str(place), said, "quick", {}, {}, measured, Path(said)))
    return found[0], found[1]


def judged(
    logs: np.ndarray, wander: np.ndarray | None = None, campaign: str = "one"
) -> list[Judged]:
    found, _ = matched_cases(*sides(logs, wander, campaign))
    return judge(found, [THRESHOLD] * len(found))


def drawn(
    rng: np.random.Generator, change: float = 0.0, campaign: str = "one", first: int | None = None
) -> list[Judged]:
    """A comparison of identical code but for one change in the first case. In one campaign, arms of
    a round belong together; in two, all processes are drawn by themselves.
    """
    chosen = rng.integers(len(MEASURED), size=CASES)
    chosen[0] = rng.choice(STEADY_ONES) if first is None else first
    both = np.empty((2, CASES, ROUNDS, 2))
    for place, case in enumerate(chosen):
        rounds = MEASURED[case]
        of_both = rng.integers(len(rounds), size=(2, ROUNDS))
        arms = rng.integers(2, size=(2, ROUNDS))
        if campaign == "one":
            of_both[1], arms[1] = of_both[0], 1 - arms[0]
        both[:, place] = rounds[of_both, arms]
    both[1, 0, :, 0] += np.log1p(change)
    return judged(both[..., 0], both[..., 1], campaign)


def alarms(found: list[Judged]) -> list[Judged]:
    return [each for each in found if each.slower_for_sure or each.faster_for_sure]


def false_alarms(comparisons: int, campaign: str = "one") -> int:
    rng = np.random.default_rng(1)
    return sum(bool(alarms(drawn(rng, campaign=campaign))) for _ in range(comparisons))


def changes_found(comparisons: int, change: float, campaign: str = "one") -> int:
    rng = np.random.default_rng(2)
    found = (drawn(rng, change, campaign)[0] for _ in range(comparisons))
    return sum(each.slower_for_sure if change > 0 else each.faster_for_sure for each in found)


def test_there_are_steady_and_unsteady_cases_in_the_model() -> None:
    assert 20 < len(STEADY_ONES) < len(MEASURED) - 20


@pytest.mark.parametrize("campaign", ["one", "two"])
def test_identical_code_raises_no_alarm(campaign: str) -> None:
    assert false_alarms(20, campaign) == 0


@pytest.mark.parametrize("change", [0.01, -0.01])
def test_a_change_of_one_percent_is_found_in_every_comparison(change: float) -> None:
    assert changes_found(20, change) == 20


@pytest.mark.parametrize("change", [0.02, -0.02])
def test_between_campaigns_one_of_two_percent_is(change: float) -> None:
    assert changes_found(20, change, "two") == 20


@pytest.mark.long
@pytest.mark.parametrize(
    ("campaign", "change"), [("one", 0.01), pytest.param("two", 0.02, marks=only_if_asked)]
)
def test_all_that_holds_in_three_hundred_comparisons(campaign: str, change: float) -> None:
    assert false_alarms(300, campaign) == 0
    assert changes_found(300, change, campaign) == 300
    assert changes_found(300, -change, campaign) == 300


def one_case(base: list[float], head: list[float], wander: float = 0.0) -> Judged:
    """By logs, among cases that are the same."""
    rounds = len(base)
    logs = np.zeros((2, 20, rounds))
    logs[:, 0] = base, head
    wanders = np.zeros_like(logs)
    wanders[:, 0] = wander
    return judged(logs, wanders)[0]


def test_what_is_the_same_is_called_so() -> None:
    found = one_case([0.0] * 3, [0.0] * 3)
    assert found.verdict == SAME
    assert found.difference.low < 0 < found.difference.high


def test_nothing_is_said_closer_than_arms_are_alike() -> None:
    """However well rounds agree."""
    found = one_case([0.0] * 3, [0.001] * 3)
    assert found.verdict == SAME
    assert found.difference.low < 0


def test_a_case_whose_counts_wander_is_neither_slower_nor_the_same() -> None:
    found = one_case([0.0, 0.02, 0.011], [0.018, 0.003, 0.021])
    assert found.verdict == INCONCLUSIVE
    assert found.rounds_needed


def test_a_round_among_those_of_the_other_side_leaves_it_open() -> None:
    assert not alarms([one_case([0.0, 0.0, 0.03], [0.02, 0.02, 0.02])])


def test_few_rounds_claim_nothing_of_what_does_not_repeat_itself() -> None:
    """They may agree by chance."""
    few, many = (one_case([0.0] * n, [0.1] * n, wander=0.01) for n in (3, 8))
    assert few.verdict == SUSPECT
    assert few.has_few_rounds
    assert many.verdict == SLOWER
    assert many.slower_for_sure


def test_few_rounds_do_of_a_difference_beside_which_that_is_nothing() -> None:
    found = one_case([0.0, 0.005, 0.001], [1.0, 1.004, 1.0], wander=0.01)
    assert found.verdict == SLOWER
    assert found.slower_for_sure


def test_two_rounds_claim_nothing() -> None:
    found = one_case([0.0] * 2, [0.1] * 2)
    assert found.verdict == SUSPECT
    assert not found.slower_for_sure


def test_what_takes_fewer_instructions_is_faster() -> None:
    found = one_case([0.0] * 3, [-0.01] * 3)
    assert found.verdict == FASTER
    assert found.faster_for_sure


def test_a_campaign_says_how_well_its_processes_repeat_themselves() -> None:
    logs, wander = np.zeros((2, 1, 3)), np.full((2, 1, 3), 0.004)
    (found,), _ = matched_cases(*sides(logs, wander))
    assert found.wander == pytest.approx(0.004)
    assert found.is_counted
