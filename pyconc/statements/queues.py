"""The notes' statements about queues between threads, and the pool that they build on one."""

from __future__ import annotations

import threading
from queue import Queue

from pyconc.statements.statement import Found, always, never, statement
from pyconc.statements.watch import MOMENT, PATIENCE, attribute, call, parked


@statement("queue-get", "queue", always)
def get_removes_and_returns_an_item() -> Found:
    queue: Queue[str] = Queue()
    queue.put("first")
    queue.put("second")
    return Found((queue.get(), queue.get(), queue.empty()) == ("first", "second", True))


@statement("queue-join", "queue", always)
def join_waits_until_each_item_is_done() -> Found:
    queue: Queue[str] = Queue()
    queue.put("item")
    queue.get()
    joining = threading.Thread(target=queue.join, daemon=True)
    joining.start()
    joining.join(MOMENT)
    waited = joining.is_alive()
    queue.task_done()
    joining.join(PATIENCE)
    return Found(waited and not joining.is_alive())


@statement("queue-consumers", "queue", never)
def a_consumer_ends_with_its_work() -> Found:
    queue: Queue[str] = Queue()

    def consume() -> None:
        while True:
            queue.get()
            queue.task_done()

    consumer = threading.Thread(target=consume, daemon=True)
    consumer.start()
    queue.put("item")
    queue.join()
    consumer.join(MOMENT)
    waits = consumer.is_alive()
    return Found(not waits, "waits in get()" if waits else "")


@statement("queue-empty", "queue", always)
def an_empty_queue_raises_empty() -> Found:
    empty: Queue[str] = Queue()
    error = call(empty.get_nowait).error
    return Found(error == "Empty", error)


@statement("queue-pool-join", "queue", never)
def naming_join_waits_for_the_thread() -> Found:
    with parked() as thread:
        attribute(thread, "join")
        runs = thread.is_alive()
    return Found(not runs, "still alive" if runs else "")
