"""asyncio that is broken on purpose."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections import deque
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, Literal

import pytest
from waiting import wait_until

from benchmarks import _promises, _requests, _tasks, _together
from benchmarks import asyncio as family
from mutants import Caught
from pyconc.suite.case import Case

Break = Callable[..., None]


@pytest.fixture
def break_asyncio(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Replaces functions and classes of asyncio, for the family alone."""

    def replace(**broken: Any) -> None:
        library = SimpleNamespace(**{**vars(asyncio), **broken})
        for module in (family, _promises, _tasks, _together):
            monkeypatch.setattr(module, "asyncio", library)

    return replace


class Open:
    """A lock, or semaphore, that is open to all."""

    async def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass

    def locked(self) -> bool:
        return False

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(self, *_: object) -> None:
        pass


class Impostor:
    """A loop that calls at once what it is to call soon; all else is left to a real one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    def call_soon(self, callback: Callable[..., object], *arguments: object) -> None:
        callback(*arguments)

    def call_soon_threadsafe(self, callback: Callable[..., object], *arguments: object) -> None:
        if callback == self._loop.stop:
            self._loop.call_soon_threadsafe(callback)
        else:
            callback(*arguments)


async def wrong(number: int) -> int:
    return number + 1


async def at_once(number: int) -> int:
    return number


@pytest.mark.parametrize("name", ["await_coroutine", "await_generator"])
def test_a_wrong_answer_is_caught(name: str, caught: Caught) -> None:
    caught(f"asyncio.{name}[task-1]", "was said to add up to", call=wrong)


def test_a_sleep_that_does_not_let_the_loop_go_round_is_caught(caught: Caught) -> None:
    caught("asyncio.sleep_zero[task-1]", "the loop goes round", call=at_once)


def test_a_loop_that_calls_at_once_is_caught(caught: Caught, break_asyncio: Break) -> None:
    break_asyncio(get_running_loop=lambda: Impostor(asyncio.get_running_loop()))
    caught("asyncio.call_soon[task-1]", "not called now")


def test_a_task_that_starts_only_when_awaited_is_caught(
    caught: Caught, break_asyncio: Break
) -> None:
    break_asyncio(create_task=lambda coroutine: coroutine)
    caught("asyncio.create_task[task-1]", "starts by itself")


@pytest.mark.parametrize(
    "name", ["eager_task[task-1]", "eager_gather[task-1-10]", "eager_task_group[task-1-10]"]
)
def test_an_eager_task_that_does_not_start_at_once_is_caught(
    name: str, caught: Caught, break_asyncio: Break
) -> None:
    break_asyncio(eager_task_factory=None)
    caught(f"asyncio.{name}", "only an eager task", loops=10)


TOGETHER = ["gather", "task_group", "eager_gather", "eager_task_group"]


@pytest.mark.parametrize("name", ["one_by_one", *TOGETHER])
def test_a_coroutine_that_is_not_called_is_caught_among_many(
    name: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = itertools.count()

    async def forgotten(number: int) -> int:
        return 0 if next(calls) % 10 == 7 else number

    monkeypatch.setattr(_together, "func", forgotten)
    caught(f"asyncio.{name}[task-1-10]", "was said to add up to", loops=10)


@pytest.mark.parametrize("name", TOGETHER)
def test_ways_to_await_many_are_held_against_one_by_one(name: str, cases: dict[str, Case]) -> None:
    for count in (10, 100):
        rival = cases[f"asyncio.{name}[task-1-{count}]"].named("rival")
        assert rival == f"asyncio.one_by_one[task-1-{count}]"
        assert rival in cases


@pytest.mark.parametrize("name", ["gather", "eager_gather"])
def test_results_in_the_order_of_their_arrival_are_caught(
    name: str, caught: Caught, break_asyncio: Break
) -> None:
    async def gather(*coroutines: Any) -> list[Any]:
        return [await first for first in asyncio.as_completed(coroutines)]

    break_asyncio(gather=gather)
    caught(f"asyncio.{name}[task-1-10]", "keep their order", loops=10)


@pytest.mark.parametrize("name", ["task_group", "eager_task_group"])
def test_a_group_that_is_left_too_early_is_caught(
    name: str, caught: Caught, break_asyncio: Break
) -> None:
    class Group:
        async def __aenter__(self) -> Group:
            return self

        async def __aexit__(self, *_: object) -> None:
            await asyncio.sleep(0)

        def create_task(self, coroutine: Any) -> asyncio.Task[Any]:
            return asyncio.create_task(coroutine)

    break_asyncio(TaskGroup=Group)
    caught(f"asyncio.{name}[task-1-10]", "nobody leaves a group", loops=10)


@pytest.mark.parametrize("name", ["wait_for", "timeout"])
def test_a_time_limit_without_effect_is_caught(
    name: str, caught: Caught, break_asyncio: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_promises, "PATIENCE", 0.05)  # the limit never comes
    break_asyncio(wait_for=lambda awaitable, seconds: awaitable, timeout=lambda seconds: Open())
    caught(f"asyncio.{name}[task-1]", "ends in time", loops=10)


def test_a_run_with_the_result_of_another_is_caught(caught: Caught, break_asyncio: Break) -> None:
    results: list[int] = [7]

    def run(coroutine: Any) -> int:
        results.append(asyncio.run(coroutine))
        return results[-2]

    break_asyncio(run=run)
    caught("asyncio.run[thread-1]", "instead of 0")


@pytest.mark.parametrize("name", ["acquire_release[task-1-Lock]", "async_with[task-1-Semaphore]"])
def test_a_lock_that_does_not_lock_is_caught_alone(name: str, caught: Caught) -> None:
    caught(f"asyncio.{name}", "nobody comes in", lock=Open())


def test_a_lock_that_does_not_lock_is_caught(caught: Caught) -> None:
    caught("asyncio.contended_lock[task-8]", "8 were inside", lock=Open())


@pytest.mark.parametrize("given", [3, 5])
def test_a_permit_too_few_or_too_many_is_caught(
    given: int, caught: Caught, break_asyncio: Break
) -> None:
    break_asyncio(Semaphore=lambda permits: asyncio.Semaphore(given))
    caught("asyncio.contended_semaphore[task-8-4]", f"{given} were inside, with 4 permits")


class AlwaysSet(asyncio.Event):
    """An event that nobody waits for."""

    async def wait(self) -> Literal[True]:
        return True


def test_an_event_that_nobody_waits_for_is_caught(caught: Caught, break_asyncio: Break) -> None:
    break_asyncio(Event=AlwaysSet)
    caught("asyncio.event_ready[task-1]", "not past before the event is set")
    caught("asyncio.event_ping_pong[task-2]", "instead of 0 to")


def test_a_condition_at_which_nobody_waits_is_caught(caught: Caught, break_asyncio: Break) -> None:
    class Spurious(asyncio.Condition):
        async def wait(self) -> Literal[True]:
            self.release()
            await asyncio.sleep(0)
            await self.acquire()
            return True

    break_asyncio(Condition=Spurious)
    caught("asyncio.condition_buffer[task-2-5]", "not past before the notification")


@pytest.mark.parametrize("name", ["plain_deque[task-2]", "condition_buffer[task-2-5]"])
def test_a_buffer_that_changes_the_order_is_caught(
    name: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stack(deque[int]):
        popleft = deque.pop

    monkeypatch.setattr(_tasks, "deque", Stack)
    caught(f"asyncio.{name}", "instead of 0 to")


class Doubling(asyncio.Queue):  # type: ignore[type-arg]
    """A queue in which everything is twice."""

    def put_nowait(self, item: object) -> None:
        super().put_nowait(item)
        super().put_nowait(item)


@pytest.mark.parametrize("queue", [asyncio.LifoQueue, Doubling])
def test_a_queue_that_changes_the_order_or_doubles_is_caught(
    queue: type, caught: Caught, break_asyncio: Break
) -> None:
    break_asyncio(Queue=queue)
    caught("asyncio.queue_pass[task-2-0]", "instead of 0 to")
    caught("asyncio.queue_put_get[task-1]", r"comes out first|add up to")


def test_a_queue_that_is_never_full_is_caught(caught: Caught, break_asyncio: Break) -> None:
    break_asyncio(Queue=lambda maxsize: asyncio.Queue())
    caught("asyncio.queue_pass[task-2-1]", "into a full queue")


@pytest.mark.parametrize("workers", [2, 4])
def test_a_barrier_that_is_open_is_caught(
    workers: int, caught: Caught, break_asyncio: Break
) -> None:
    class OpenBarrier:
        def __init__(self, parties: int) -> None:
            self.places = itertools.cycle(range(parties))

        async def wait(self) -> int:
            return next(self.places)

    break_asyncio(Barrier=OpenBarrier)
    caught(f"asyncio.barrier[task-{workers}]", "before all have come")


@pytest.mark.parametrize("name", ["to_thread", "run_in_executor"])
def test_a_function_that_no_other_thread_calls_is_caught(name: str, caught: Caught) -> None:
    async def here(function: Callable[..., int], *arguments: int) -> int:
        return function(*arguments)

    caught(f"asyncio.{name}[task-1]", "another thread", run=here)


def test_a_loop_that_calls_in_the_callers_thread_is_caught(
    caught: Caught, break_asyncio: Break
) -> None:
    break_asyncio(new_event_loop=lambda: Impostor(asyncio.new_event_loop()))
    caught("asyncio.call_soon_threadsafe[thread-1]", "in the caller's thread")


def test_a_coroutine_that_runs_in_the_callers_thread_is_caught(
    caught: Caught, break_asyncio: Break
) -> None:
    def run(coroutine: Any, loop: asyncio.AbstractEventLoop) -> Any:
        return SimpleNamespace(result=lambda timeout=None: asyncio.run(coroutine))

    break_asyncio(run_coroutine_threadsafe=run)
    caught("asyncio.run_coroutine_threadsafe[thread-1]", "in the caller's thread")


def test_a_coroutine_with_the_result_of_another_is_caught(
    caught: Caught, break_asyncio: Break
) -> None:
    def run(coroutine: Any, loop: asyncio.AbstractEventLoop) -> Any:
        done = asyncio.run_coroutine_threadsafe(coroutine, loop).result()
        return SimpleNamespace(result=lambda timeout=None: done or 7)

    break_asyncio(run_coroutine_threadsafe=run)
    caught("asyncio.run_coroutine_threadsafe[thread-1]", "instead of 0")


@pytest.mark.parametrize(
    "name",
    ["sequential_requests[thread-1-4]", "thread_requests[thread-1-4]", "async_requests[task-1-4]"],
)
def test_the_answer_to_another_request_is_caught(
    name: str, caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask_async(port: int, number: int) -> int:
        return await _requests.ask_async(port, number // 2)

    monkeypatch.setattr(family, "ask", lambda port, number: _requests.ask(port, number // 2))
    monkeypatch.setattr(family, "ask_async", ask_async)
    caught(f"asyncio.{name}", "a batch came back as", loops=1)


def test_a_wrong_answer_that_needed_no_server_is_caught(
    caught: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_requests, "answer_to", lambda request: request)
    caught("asyncio.local_answers[thread-1]", "was said to add up to")


def test_the_server_ends_with_whoever_started_it() -> None:
    """Even where nobody has the time to tell it."""
    program = """if True:
        import os
        from benchmarks._requests import Asking
        asking = Asking(requests=1)
        asking.setup()
        print(asking.port, flush=True)
        os._exit(1)
    """
    root = Path(family.__file__).parents[1]
    died = subprocess.run([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE)
    port = int(died.stdout)
    wait_until(lambda: not answers(port))


def answers(port: int) -> bool:
    try:
        return _requests.ask(port, 1) == 2
    except (OSError, ValueError):  # it is gone, or went before it answered
        return False
