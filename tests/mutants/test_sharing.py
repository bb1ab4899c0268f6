"""What is shared and broken: accesses that are not made, or that find or leave what is wrong."""

from __future__ import annotations

import logging
from collections import deque
from functools import lru_cache
from typing import Any

import pytest

from benchmarks import _access, _things
from mutants import measure_broken
from pyconc.errors import CaseError, InvariantError
from pyconc.suite import catalog
from pyconc.suite.case import Case

WORKLOADS = [
    case.workload
    for case in catalog.family(catalog.benchmarks_folder(), "sharing")
    if case.id.endswith("[thread-2-one]")
]
#: What these leave is what was there before, so they have mutants of their own.
_LEAVES_NO_TRACE = {"disabled_logging", "add_discard_set"}


def nothing_done(workers: int) -> list[Any]:
    """The loop of every worker, without the accesses."""
    return [compile(_access._LOOP.format(accesses="pass", result="found"), "<none>", "exec")
            for _ in range(workers)]  # fmt: skip


@pytest.mark.parametrize("shared", ["one", "each"])
@pytest.mark.parametrize("workload", sorted(set(WORKLOADS) - _LEAVES_NO_TRACE))
def test_accesses_that_are_not_made_are_caught(
    cases: dict[str, Case], workload: str, shared: str
) -> None:
    case = cases[f"sharing.{workload}[thread-2-{shared}]"]
    if workload in ("itertools_count", "update_attribute", "update_dict") and shared == "one":
        pytest.skip("lost updates of what is shared are a finding")
    with pytest.raises(CaseError):
        measure_broken(case, _codes=nothing_done(2))


def made_otherwise(cases: dict[str, Case], workload: str, make: Any, match: str) -> None:
    """What is made otherwise is caught, with one for all and with one each."""
    for shared in ("one", "each"):
        with pytest.raises(InvariantError, match=match):
            measure_broken(cases[f"sharing.{workload}[thread-2-{shared}]"], make=make)


def wrong_item(worker: int) -> Any:
    return _things.Item(2.5)


def wrong_list(worker: int) -> Any:
    return [_things.VALUE, 2.5]


@pytest.mark.parametrize(
    ("workload", "make"),
    [
        ("read_attribute", wrong_item),
        ("call_method", wrong_item),
        ("read_list", wrong_list),
        ("read_tuple", wrong_list),
        ("read_dict", lambda worker: {"key": 2.5}),
        ("read_deque", lambda worker: deque([2.5])),
        ("read_set", lambda worker: {"another"}),
        ("call_builtin", lambda worker: {}.get),
        ("call_class", lambda worker: type("Other", (), {"__new__": lambda other: 1})),
        ("run_generator", lambda worker: lambda: [False]),
        ("random_random", lambda worker: lambda: 1.0),
        ("cached_pattern", lambda worker: "wor"),
        ("lru_cache", lambda worker: lru_cache(maxsize=1)(str)),
        ("queue_qsize", lambda worker: full_queue()),
    ],
)
def test_what_is_found_wrong_is_caught(cases: dict[str, Case], workload: str, make: Any) -> None:
    made_otherwise(cases, workload, make, "found")


def full_queue() -> Any:
    made = _things.queue(0)
    made.put(1)
    return made


def held_lock(worker: int) -> Any:
    made = _things.lock(worker)
    made.acquire()
    return made


def set_event(worker: int) -> Any:
    made = _things.event(worker)
    made.set()
    return made


def finished_future(worker: int) -> Any:
    made = _things.future(worker)
    made.set_result(1)
    return made


@pytest.mark.parametrize(
    ("workload", "make"),
    [("lock_locked", held_lock), ("event_is_set", set_event), ("future_done", finished_future)],
)
def test_a_primitive_in_another_state_is_caught(
    cases: dict[str, Case], workload: str, make: Any
) -> None:
    made_otherwise(cases, workload, make, "found True")


class ForgetfulItem(_things.Item):
    """Takes no new value."""

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self).setdefault(name, value)


class KeepingList(list[int]):
    """Does not give away what it has."""

    def pop(self, index: Any = -1) -> Any:
        return self[index]


class KeepingDeque(deque[int]):
    """The same."""

    def pop(self) -> Any:  # type: ignore[override]
        return self[-1]


class KeepingSet(set[Any]):
    """Discards nothing."""

    def discard(self, value: Any) -> None:
        pass


class DeafDict(dict[Any, Any]):
    """Sets nothing."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


class DeafList(list[Any]):
    """Sets nothing."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("workload", "make", "match"),
    [
        ("write_attribute", lambda worker: ForgetfulItem(2.5), "left"),
        ("write_list", lambda worker: DeafList([2.5, 2.5]), "left"),
        ("write_dict_same_key", lambda worker: DeafDict(key=2.5), "left"),
        ("append_pop_list", lambda worker: KeepingList([0] * _things.STOCK), "left"),
        ("append_pop_deque", lambda worker: KeepingDeque([0] * _things.STOCK), "left"),
        ("add_discard_set", lambda worker: KeepingSet("abcdefgh"), "left"),
    ],
)
def test_a_container_that_does_not_do_as_it_is_told_is_caught(
    cases: dict[str, Case], workload: str, make: Any, match: str
) -> None:
    made_otherwise(cases, workload, make, match)


def test_a_logger_that_handles_what_it_should_not_is_caught(cases: dict[str, Case]) -> None:
    def loud(worker: int) -> logging.Logger:
        made = _things.silent_logger(worker)
        made.setLevel(logging.DEBUG)
        return made

    made_otherwise(cases, "disabled_logging", loud, "left")


def test_a_cache_that_forgets_is_caught(cases: dict[str, Case]) -> None:
    made_otherwise(cases, "lru_cache", lambda worker: lru_cache(maxsize=0)(float), "left")


@pytest.mark.parametrize(
    ("workload", "make"),
    [
        ("update_attribute", lambda worker: ForgetfulItem(0)),
        ("update_dict", lambda worker: DeafDict(key=0)),
        ("itertools_count", lambda worker: iter(lambda: 7, None)),
    ],
)
def test_updates_that_leave_no_trace_are_caught_where_each_has_its_own(
    cases: dict[str, Case], workload: str, make: Any
) -> None:
    with pytest.raises(InvariantError, match="updates of one worker came to"):
        measure_broken(cases[f"sharing.{workload}[thread-2-each]"], make=make)


def test_updates_of_what_is_shared_are_counted_as_lost(cases: dict[str, Case]) -> None:
    from pyconc.measure.meter import Meter

    case = cases["sharing.update_attribute[thread-2-one]"]
    with Meter(case, 0.005) as meter:
        meter.workload.make = lambda worker: ForgetfulItem(0)  # type: ignore[attr-defined]
        meter.seconds(100)
        assert meter.metrics(1)["lost_per_million"] == 1e6


def test_a_thing_each_that_is_one_for_all_is_caught(cases: dict[str, Case]) -> None:
    item = _things.counter(0)
    with pytest.raises(InvariantError, match="updates of one worker came to"):
        measure_broken(cases["sharing.update_attribute[thread-2-each]"], make=lambda worker: item)


@pytest.mark.parametrize("workload", ["local_read", "contextvar_get"])
def test_a_value_of_another_thread_is_caught(cases: dict[str, Case], workload: str) -> None:
    class Everybodys:
        """What one thread sets, all see."""

        value = 5

        def get(self) -> int:
            return self.value

        def set(self, value: int) -> None:
            self.value = value

    common = Everybodys()
    with pytest.raises(InvariantError, match=r"worker [01] found"):
        measure_broken(
            cases[f"sharing.{workload}[thread-2-one]"],
            make=lambda worker: common,
            prepare=lambda thing, worker: thing.set(7),
        )
