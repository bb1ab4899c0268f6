"""Names are shortened before figures are cut; each stays unlike the others and can be found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from pyconc.screen.shorten import GAP, shortened, stands_for
from pyconc.suite.case import Case

NAMES = st.text(st.sampled_from("ab._[]-é漢"), min_size=1, max_size=40)


@pytest.mark.parametrize(("room", "quick"), [(18, True), (24, False), (40, False)])
def test_every_case_of_the_catalogue_stays_unlike_the_others(
    cases: dict[str, Case], room: int, quick: bool
) -> None:
    names = [name for name, case in cases.items() if case.quick or not quick]
    found = shortened(names, room)
    assert found is not None
    assert len(set(found.values())) == len(names)
    assert max(map(len, found.values())) == room
    assert all(stands_for(text, case) for case, text in found.items())


def test_a_name_that_has_room_is_whole() -> None:
    assert shortened(["lock.pair", "lock.with"], 9) == {
        "lock.pair": "lock.pair", "lock.with": "lock.with",
    }  # fmt: skip


def test_what_all_begin_with_is_dropped_where_that_is_enough() -> None:
    found = shortened(["lock.contended[thread-2]", "lock.contended[thread-16]"], 15)
    assert found is not None
    assert list(found.values()) == ["…[thread-2]", "…[thread-16]"]


def test_parameters_are_left_whole() -> None:
    found = shortened(["pool.multiprocessing_pool[process-fork-4]", "lock.pair[thread-1]"], 25)
    assert found is not None
    assert list(found.values()) == ["pool.mul…[process-fork-4]", "lock.pair[thread-1]"]


def test_words_are_not_cut_where_names_differ_in_them() -> None:
    found = shortened(
        ["pool.process_pool_executor_cold[thread-4]", "pool.process_pool_executor_warm[thread-4]",
         "thread.start"], 26,
    )  # fmt: skip
    assert found is not None
    assert list(found.values())[:2] == [
        "pool.proces…cold[thread-4]",
        "pool.proces…warm[thread-4]",
    ]


def test_names_that_differ_in_several_places_have_two_gaps() -> None:
    long = "x" * 20
    names = [
        f"family.{one}_{long}_{two}_{long}[{three}]"
        for one in ("some", "other") for two in ("cold", "warm") for three in "12"
    ]  # fmt: skip
    found = shortened([*names, "another"], 24)
    assert found is not None
    assert len(set(found.values())) == len(names) + 1
    assert all(each.count(GAP) == 2 for name, each in found.items() if name != "another")


def test_too_little_room_is_said() -> None:
    assert shortened(["a" * 30, "b" * 30], 5) is None


@settings(deadline=None, max_examples=300)
@given(st.sets(NAMES, min_size=1, max_size=12), st.integers(0, 30))
def test_whatever_is_shortened_fits_is_unlike_and_stands_for_its_name(
    names: set[str], room: int
) -> None:
    found = shortened(names, room)
    if found is not None:
        assert found.keys() == names
        assert len(set(found.values())) == len(names)
        assert all(cell_len(text) <= room for text in found.values())
        assert all(stands_for(text, name) for name, text in found.items())


def test_a_text_without_a_gap_stands_for_itself_alone() -> None:
    assert stands_for("lock.pair", "lock.pair")
    assert not stands_for("lock", "lock.pair")
    assert stands_for("lo...ir", "lock.pair")
    assert not stands_for("lo…ir", "loir")
