"""What is shared and broken: accesses that are not made, or that find or leave what is wrong."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from benchmarks import _access, _things
from mutants import Caught, measure_broken
from pyconc.errors import CaseError
from pyconc.measure.meter import Meter
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


def wrong_item(worker: int) -> Any:
    return _things.Item(2.5)


def wrong_list(worker: int) -> Any:
    return [_things.VALUE, 2.5]


def after(act: Callable[[Any], object], make: Callable[[int], Any]) -> Callable[[int], Any]:
    """What is made, when something was done to it."""

    def changed(worker: int) -> Any:
        made = make(worker)
        act(made)
        return made

    return changed


#: How another thing is made than the workload's, and what is said of what it finds or leaves.
OTHERWISE: list[tuple[str, Callable[[int], Any], str]] = [
    ("read_attribute", wrong_item, "found"),
    ("call_method", wrong_item, "found"),
    ("read_list", wrong_list, "found"),
    ("read_tuple", wrong_list, "found"),
    ("read_dict", lambda worker: {"key": 2.5}, "found"),
    ("read_deque", lambda worker: deque([2.5]), "found"),
    ("read_set", lambda worker: {"another"}, "found"),
    ("call_builtin", lambda worker: {}.get, "found"),
    ("call_class", lambda worker: type("Other", (), {"__new__": lambda other: 1}), "found"),
    ("run_generator", lambda worker: lambda: [False], "found"),
    ("random_random", lambda worker: lambda: 1.0, "found"),
    ("cached_pattern", lambda worker: "wor", "found"),
    ("lru_cache", lambda worker: lru_cache(maxsize=1)(str), "found"),
    ("queue_qsize", after(lambda it: it.put(1), _things.queue), "found"),
    ("lock_locked", after(lambda it: it.acquire(), _things.lock), "found True"),
    ("event_is_set", after(lambda it: it.set(), _things.event), "found True"),
    ("future_done", after(lambda it: it.set_result(1), _things.future), "found True"),
    ("write_attribute", lambda worker: ForgetfulItem(2.5), "left"),
    ("write_list", lambda worker: DeafList([2.5, 2.5]), "left"),
    ("write_dict_same_key", lambda worker: DeafDict(key=2.5), "left"),
    ("append_pop_list", lambda worker: KeepingList([0] * _things.STOCK), "left"),
    ("append_pop_deque", lambda worker: KeepingDeque([0] * _things.STOCK), "left"),
    ("add_discard_set", lambda worker: KeepingSet("abcdefgh"), "left"),
    ("lru_cache", lambda worker: lru_cache(maxsize=0)(float), "left"),
    (
        "disabled_logging",
        after(lambda it: it.setLevel(logging.DEBUG), _things.silent_logger),
        "left",
    ),
]


@pytest.mark.parametrize("shared", ["one", "each"])
@pytest.mark.parametrize(("workload", "make", "match"), OTHERWISE)
def test_what_is_found_or_left_wrong_is_caught(
    workload: str, make: Any, match: str, shared: str, caught: Caught
) -> None:
    caught(f"sharing.{workload}[thread-2-{shared}]", match, make=make)


#: One for all, though each should have its own.
COMMON = _things.counter(0)


@pytest.mark.parametrize(
    ("workload", "make"),
    [
        ("update_attribute", lambda worker: ForgetfulItem(0)),
        ("update_attribute", lambda worker: COMMON),
        ("update_dict", lambda worker: DeafDict(key=0)),
        ("itertools_count", lambda worker: iter(lambda: 7, None)),
    ],
)
def test_updates_that_leave_no_trace_are_caught_where_each_has_its_own(
    caught: Caught, workload: str, make: Any
) -> None:
    caught(f"sharing.{workload}[thread-2-each]", "updates of one worker came to", make=make)


def test_updates_of_what_is_shared_are_counted_as_lost(cases: dict[str, Case]) -> None:
    case = cases["sharing.update_attribute[thread-2-one]"]
    with Meter(case, 0.005) as meter:
        meter.workload.make = lambda worker: ForgetfulItem(0)  # type: ignore[attr-defined]
        meter.seconds(100)
        assert meter.metrics(1)["lost_per_million"] == 1e6


@pytest.mark.parametrize("workload", ["local_read", "contextvar_get"])
def test_a_value_of_another_thread_is_caught(caught: Caught, workload: str) -> None:
    class Everybodys:
        """What one thread sets, all see."""

        value = 5

        def get(self) -> int:
            return self.value

        def set(self, value: int) -> None:
            self.value = value

    common = Everybodys()
    caught(
        f"sharing.{workload}[thread-2-one]",
        r"worker [01] found",
        make=lambda worker: common,
        prepare=lambda thing, worker: thing.set(7),
    )
