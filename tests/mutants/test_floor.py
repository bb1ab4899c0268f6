"""Floors that count wrongly, or whose system calls fail."""

from __future__ import annotations

from typing import Any

import pytest

from mutants import Caught
from pyconc.measure.floor import floor_library


class Lying:
    """The library, but for one function."""

    def __init__(self, **functions: Any) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Any:
        return self._functions.get(name) or getattr(floor_library(), name)


@pytest.mark.parametrize("case", ["floor.mutex_pair[thread-1]", "floor.barrier[thread-2]"])
def test_a_counter_that_misses_an_update_is_caught(case: str, caught: Caught) -> None:
    def one_less() -> int:
        return int(floor_library().floor_counter()) - 1

    caught(case, "the counter is", _library=Lying(floor_counter=one_less))


def test_a_call_that_fails_is_caught(caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Lying(floor_create_join=lambda worker, loops: loops // 2)
    monkeypatch.setattr("benchmarks.floor.floor_library", lambda: broken)
    caught("floor.create_join[thread-1]", "a system call failed")
