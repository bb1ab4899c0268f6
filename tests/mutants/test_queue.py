"""Queues that lose, double, reorder, overfill or forget to wait."""

from __future__ import annotations

import multiprocessing
import queue
from collections import deque
from typing import Any

import pytest

from mutants import Caught

fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this platform does not fork"
)


class Losing(queue.Queue):  # type: ignore[type-arg]
    """The fifth item that is put replaces the one before."""

    puts = 0

    def _put(self, item: Any) -> None:
        self.puts += 1
        if self.puts == 5:
            self.queue.pop()
        super()._put(item)


class Doubling(queue.Queue):  # type: ignore[type-arg]
    """The fifth item that is put is there twice."""

    puts = 0

    def _put(self, item: Any) -> None:
        self.puts += 1
        super()._put(item)
        if self.puts == 5:
            super()._put(item)


class Swapping(queue.Queue):  # type: ignore[type-arg]
    """Whenever two items are waiting, the second comes out first."""

    def _get(self) -> Any:
        if len(self.queue) > 1:
            self.queue.rotate(-1)
            item = self.queue.popleft()
            self.queue.rotate(1)
            return item
        return super()._get()


class OffByOne(queue.Queue):  # type: ignore[type-arg]
    """Gives back one less than what was put."""

    def _get(self) -> Any:
        return super()._get() - 1


class Impatient(queue.Queue):  # type: ignore[type-arg]
    """Its `join` does not wait."""

    def join(self) -> None:
        pass


class Hospitable(queue.Queue):  # type: ignore[type-arg]
    """Its `shutdown` gives every consumer something instead of sending it away."""

    def shutdown(self, immediate: bool = False) -> None:
        for _ in range(3):
            self.put(None)


def lifo_for_deque() -> Any:
    class Wrong(deque):  # type: ignore[type-arg]
        popleft = deque.pop

    return Wrong()


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        ("Queue", queue.LifoQueue()),
        ("Queue", Losing()),
        ("Queue", Doubling()),
        ("Queue", Swapping()),
        ("SimpleQueue", queue.LifoQueue()),
        ("LifoQueue", queue.Queue()),
        ("PriorityQueue", queue.Queue()),
        ("PriorityQueue", queue.LifoQueue()),
        ("deque", lifo_for_deque()),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_stock_in_the_wrong_order_is_caught(kind: str, broken: Any, caught: Caught) -> None:
    caught(f"queue.put_get[thread-1-{kind}]", "the stock came out", container=broken)


@pytest.mark.parametrize("kind", ["Queue", "SimpleQueue"])
@pytest.mark.parametrize("broken", [Doubling, Swapping, queue.LifoQueue, OffByOne])
def test_a_stream_out_of_order_is_caught(kind: str, broken: Any, caught: Caught) -> None:
    caught(f"queue.one_to_one[thread-2-{kind}]", "out of order", queue=broken())


@pytest.mark.parametrize(
    ("room", "match"),
    [(0, "room for 5"), (6, "6 items were where there is room for 5")],
)
def test_a_bounded_queue_with_more_room_is_caught(room: int, match: str, caught: Caught) -> None:
    caught("queue.bounded[thread-2]", match, queue=queue.Queue(room))


@pytest.mark.parametrize("kind", ["Queue", "SimpleQueue"])
def test_an_item_that_two_consumers_got_is_caught(kind: str, caught: Caught) -> None:
    caught(f"queue.one_to_three[thread-4-{kind}]", "once each", queue=Doubling())


def test_consumers_that_get_items_out_of_order_are_caught(caught: Caught) -> None:
    caught("queue.one_to_three[thread-4-Queue]", "wrong order", queue=queue.LifoQueue())


def test_a_join_that_does_not_wait_is_caught(caught: Caught) -> None:
    caught("queue.one_to_three[thread-4-Queue]", "items not done", queue=Impatient())


@pytest.mark.parametrize("queues", [1, 2])
def test_an_item_doubled_among_many_is_caught(queues: int, caught: Caught) -> None:
    broken = [Doubling() for _ in range(queues)]
    caught(f"queue.two_to_two[thread-4-{queues}]", "once each", _queues=broken)


def test_a_shared_queue_out_of_order_is_caught(caught: Caught) -> None:
    broken: Any = [queue.LifoQueue()]
    caught("queue.two_to_two[thread-4-1]", "wrong order", loops=2000, _queues=broken)


def test_a_shut_down_queue_that_still_serves_is_caught(caught: Caught) -> None:
    caught("queue.shutdown[thread-4]", make=Hospitable)


def test_an_answer_to_something_else_is_caught(caught: Caught) -> None:
    broken = [queue.Queue(), OffByOne()]
    caught("queue.ping_pong[thread-2-Queue]", "out of order", queues=broken)


class Between:
    """A queue of processes with something done to what comes out of it."""

    def __init__(self, kind: str) -> None:
        self.inner: Any = getattr(multiprocessing.get_context("fork"), kind)()
        self.put, self.close = self.inner.put, self.inner.close
        if kind == "JoinableQueue":
            self.join, self.task_done = self.inner.join, self.inner.task_done

    def get(self) -> Any:
        number, block = self.inner.get()
        return self.change(number, block)

    def change(self, number: int, block: bytes) -> tuple[int, bytes]:
        raise NotImplementedError


class Truncating(Between):
    def change(self, number: int, block: bytes) -> tuple[int, bytes]:
        return number, block[:-1]


class Garbling(Between):
    def change(self, number: int, block: bytes) -> tuple[int, bytes]:
        return number, block[::-1]


class Repeating(Between):
    def change(self, number: int, block: bytes) -> tuple[int, bytes]:
        return number // 2, block


@fork
@pytest.mark.parametrize("kind", ["Queue", "SimpleQueue", "JoinableQueue"])
@pytest.mark.parametrize("broken", [Truncating, Garbling, Repeating])
def test_a_block_that_is_not_what_was_put_is_caught(
    kind: str, broken: type[Between], caught: Caught
) -> None:
    caught(f"queue.payload[process-fork-2-{kind}-1024]", "not as given", queue=broken(kind))
