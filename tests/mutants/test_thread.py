"""Broken threads, and wrong answers about them."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from mutants import measure_broken
from pyconc.errors import InvariantError
from pyconc.suite.case import Case

STARTED = ["thread.function[thread-1]", "thread.function[thread-2]", "thread.subclass[thread-1]"]


@pytest.mark.parametrize("case_id", STARTED)
def test_a_thread_that_never_runs_is_caught(
    case_id: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda self: None)
    monkeypatch.setattr(threading.Thread, "join", lambda self: None)
    with pytest.raises(InvariantError, match="these ran: \\[\\]"):
        measure_broken(cases[case_id])


@pytest.mark.parametrize("case_id", STARTED)
def test_a_thread_that_is_none_is_caught(
    case_id: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda self: self.run())
    monkeypatch.setattr(threading.Thread, "join", lambda self: None)
    with pytest.raises(InvariantError, match="in the thread that started it"):
        measure_broken(cases[case_id])


@pytest.mark.parametrize("case_id", STARTED[:2])
def test_a_thread_that_runs_twice_is_caught(
    case_id: str, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Twice(threading.Thread):
        def __init__(self, target: Any, args: Any) -> None:
            super().__init__()
            self.call = (target, args)

        def run(self) -> None:
            target, args = self.call
            target(*args)
            target(*args)

    monkeypatch.setattr(threading, "Thread", Twice)
    with pytest.raises(InvariantError, match="these ran"):
        measure_broken(cases[case_id])


@pytest.mark.parametrize(
    ("workload", "name", "wrong"),
    [
        ("current_thread", "current_thread", threading.main_thread),
        ("get_ident", "get_ident", lambda: threading.main_thread().ident),
        ("get_native_id", "get_native_id", lambda: threading.main_thread().native_id),
        ("enumerate_threads", "enumerate", lambda: [threading.main_thread()]),
    ],
)
def test_a_wrong_answer_is_caught(
    workload: str,
    name: str,
    wrong: Any,
    cases: dict[str, Case],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = cases[f"thread.{workload}[thread-1]"]
    library = SimpleNamespace(**{**vars(threading), name: wrong})
    monkeypatch.setattr(sys.modules[case.workload_class.__module__], "threading", library)
    with pytest.raises(InvariantError, match="a thread was told"):
        measure_broken(case)


def test_a_dead_thread_that_says_it_is_alive_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Thread, "is_alive", lambda self: True)
    with pytest.raises(InvariantError, match="says that it is alive"):
        measure_broken(cases["thread.is_alive[thread-1]"])


def test_a_living_thread_that_says_it_is_dead_is_caught(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Thread, "is_alive", lambda self: False)
    with pytest.raises(InvariantError, match="a thread was told"):
        measure_broken(cases["thread.is_alive[thread-1]"])
