"""Broken threads, and wrong answers about them."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import thread
from mutants import Caught

STARTED = ["thread.function[thread-1]", "thread.function[thread-2]", "thread.subclass[thread-1]"]


@pytest.mark.parametrize("case_id", STARTED)
def test_a_thread_that_never_runs_is_caught(
    case_id: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda self: None)
    monkeypatch.setattr(threading.Thread, "join", lambda self: None)
    caught(case_id, "these ran: \\[\\]")


@pytest.mark.parametrize("case_id", STARTED)
def test_a_thread_that_is_none_is_caught(
    case_id: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda self: self.run())
    monkeypatch.setattr(threading.Thread, "join", lambda self: None)
    caught(case_id, "in the thread that started it")


@pytest.mark.parametrize("case_id", STARTED[:2])
def test_a_thread_that_runs_twice_is_caught(
    case_id: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
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
    caught(case_id, "these ran")


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
    workload: str, name: str, wrong: Any, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = SimpleNamespace(**{**vars(threading), name: wrong})
    monkeypatch.setattr(thread, "threading", library)
    caught(f"thread.{workload}[thread-1]", "a thread was told")


@pytest.mark.parametrize(
    ("says", "match"), [(True, "says that it is alive"), (False, "a thread was told")]
)
def test_a_thread_that_does_not_know_whether_it_is_alive_is_caught(
    says: bool, match: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Thread, "is_alive", lambda self: says)
    caught("thread.is_alive[thread-1]", match)
