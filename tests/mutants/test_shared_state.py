"""State that is not shared as it should be: stores that get lost, or land elsewhere."""

from __future__ import annotations

import itertools
import multiprocessing
from multiprocessing.context import BaseContext
from multiprocessing.managers import DictProxy
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import pytest

from benchmarks import shared_state
from mutants import Caught, measure_broken
from mutants.test_lock import NoLock
from pyconc.errors import LeftoverError
from pyconc.suite.case import FORK, NATIVE, Case


class DropsOne(dict[int, int]):
    """Never stores under the key 3."""

    def __setitem__(self, key: int, value: int) -> None:
        if key != 3:
            super().__setitem__(key, value)


@pytest.mark.parametrize("name", ["fill[thread-10]", "fill_program[thread-10]"])
def test_a_dict_that_drops_a_store_is_caught(caught: Caught, name: str) -> None:
    caught(f"shared_state.{name}", "in the dictionary", dictionary=DropsOne())


@pytest.mark.parametrize("name", [f"fill[{FORK}-10]", f"fill_program[{FORK}-10]"])
def test_a_dict_that_processes_do_not_share_is_caught(caught: Caught, name: str) -> None:
    caught(f"shared_state.{name}", r"left \{\} in the dictionary", loops=10, dictionary={})


def test_a_manager_that_forgets_is_caught(caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    store = DictProxy.__setitem__

    def forget(proxy: Any, key: int, value: int) -> None:
        if key != 3:
            store(proxy, key, value)

    monkeypatch.setattr(DictProxy, "__setitem__", forget)
    caught(f"shared_state.fill[{FORK}-10]", "in the dictionary", loops=10)


class Neighbour:
    """An array in which worker 3 stores into the item of worker 4."""

    def __init__(self) -> None:
        self._array = multiprocessing.Array("q", 10)

    def __getitem__(self, key: Any) -> Any:
        return self._array[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._array[4 if key == 3 else key] = value


@pytest.mark.parametrize("name", [f"fill_array[{FORK}-10]", f"fill_array_program[{FORK}-10]"])
def test_an_array_that_stores_into_the_neighbours_item_is_caught(caught: Caught, name: str) -> None:
    caught(f"shared_state.{name}", "in the array", array=Neighbour())


@pytest.mark.parametrize("workers", shared_state.CROWDS)
def test_a_dict_whose_lock_does_not_lock_is_caught(caught: Caught, workers: int) -> None:
    caught(
        f"shared_state.locked_dict[thread-{workers}-one]", "the dict under the lock", lock=NoLock()
    )


class Misplaces(dict[str, int]):
    """The right number of updates, but one of them under another key."""

    def __setitem__(self, key: str, value: int) -> None:
        super().__setitem__("key 8" if key == "key 7" and value == 3 else key, value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("locked_dict[thread-4-one]", "the dict under the lock"),
        ("unlocked_dict[thread-4-each]", "a worker alone counted"),
    ],
)
def test_a_dict_that_misplaces_an_update_is_caught(caught: Caught, name: str, message: str) -> None:
    def make() -> Misplaces:
        return Misplaces(dict.fromkeys(shared_state.KEYS, 0))

    caught(f"shared_state.{name}", message, loops=10_000, make=make)


def test_a_dict_each_that_is_one_for_all_is_caught(caught: Caught) -> None:
    dictionary = dict.fromkeys(shared_state.KEYS, 0)
    caught(
        "shared_state.unlocked_dict[thread-4-each]",
        "a worker alone counted",
        make=lambda: dictionary,
    )


class Forgets:
    """A value, and an item, that keeps its old content every third time, or reads as another."""

    def __init__(self, reads: bool) -> None:
        self._held = 0
        self._times = itertools.count(1)
        self._reads = reads

    def _off(self) -> bool:
        return next(self._times) % 3 == 0

    def _get(self, _: int = 0) -> int:
        return self._held + (self._reads and self._off())

    def _set(self, value: int) -> None:
        if self._reads or not self._off():
            self._held = value

    value = property(_get, _set)
    __getitem__ = _get

    def __setitem__(self, _: int, value: int) -> None:
        self._set(value)


ACCESSES = (
    "plain_attribute[thread-1-read]",
    "plain_attribute[thread-1-write]",
    "value_access[thread-1-read-locked]",
    "value_access[thread-1-write-raw]",
    "memory_access[thread-1-read-array]",
    "memory_access[thread-1-write-shared_memory]",
    "manager_access[thread-1-write-dict]",
)


@pytest.mark.parametrize("name", ACCESSES)
def test_what_forgets_a_write_or_reads_another_number_is_caught(caught: Caught, name: str) -> None:
    caught(f"shared_state.{name}", "came back as", _shared=Forgets(reads="read" in name))


@pytest.mark.parametrize(("memory", "made"), [("value", "Value"), ("array", "Array")])
def test_what_is_made_with_another_content_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch, memory: str, made: str
) -> None:
    make = getattr(BaseContext, made)
    nothing: Any = 0 if made == "Value" else [0]
    monkeypatch.setattr(BaseContext, made, lambda context, code, _: make(context, code, nothing))
    caught(f"shared_state.create_locked[{NATIVE}-1-{memory}]", "what was made with")


def test_shared_memory_that_is_not_unlinked_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[Any] = []
    unlink = SharedMemory.unlink
    monkeypatch.setattr(SharedMemory, "unlink", lambda memory: left.append(memory))
    try:
        with pytest.raises(LeftoverError, match="shared memory"):
            measure_broken(cases["shared_state.create_shared_memory[thread-1]"])
    finally:
        for memory in left:
            unlink(memory)


def test_a_manager_that_was_there_before_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Old:
        address = "the same for all"

        def shutdown(self) -> None:
            pass

    monkeypatch.setattr(BaseContext, "Manager", lambda context: Old())
    caught(f"shared_state.create_manager[{NATIVE}-1]", "had the addresses")
