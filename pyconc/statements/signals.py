"""The notes' statements about semaphores, conditions, events and barriers."""

from __future__ import annotations

from threading import Barrier, Condition, Event, Semaphore, Thread

from pyconc.statements.statement import Found, Here, always, never, statement
from pyconc.statements.watch import MOMENT, PATIENCE, call, in_thread, run_together, waits_until
from pyconc.suite.requirements import gil_enabled


def _without_gil(here: Here) -> bool:
    return not here.gil


@statement("semaphore-counts", "semaphore", always)
def acquire_subtracts_and_release_adds() -> Found:
    semaphore = Semaphore(2)
    taken = [semaphore.acquire(blocking=False) for _ in range(3)]
    semaphore.release()
    taken.append(semaphore.acquire(blocking=False))
    return Found(taken == [True, True, False, True])


@statement("semaphore-zero", "semaphore", always)
def acquire_blocks_at_zero() -> Found:
    semaphore = Semaphore(0)
    return Found(waits_until(semaphore.acquire, semaphore.release))


@statement("semaphore-comments", "semaphore", never)
def acquire_adds_and_release_subtracts() -> Found:
    semaphore = Semaphore(1)
    semaphore.acquire()
    adds = semaphore.acquire(blocking=False)
    return Found(adds, "" if adds else "acquire() subtracts 1")


@statement("semaphore-deadlock", "semaphore", always)
def two_that_wait_for_each_other_never_go_on() -> Found:
    first, second = Semaphore(0), Semaphore(0)
    went_on = []

    def wait_then_signal(theirs: Semaphore, ours: Semaphore) -> None:
        if theirs.acquire(timeout=MOMENT):
            went_on.append(ours)
            ours.release()

    threads = [Thread(target=wait_then_signal, args=pair)
               for pair in ((second, first), (first, second))]  # fmt: skip
    run_together(threads)
    return Found(not went_on)


@statement("condition-lock", "condition", always)
def wait_and_notify_want_the_lock() -> Found:
    condition = Condition()
    errors = {call(condition.wait).error, call(condition.notify).error}
    return Found(errors == {"RuntimeError"}, ", ".join(sorted(errors)))


@statement("condition-notify", "condition", never)
def notify_wakes_the_producer() -> Found:
    condition = Condition()
    woken: list[str] = []

    def consume() -> None:
        with condition:
            waiting.set()
            if condition.wait(PATIENCE):
                woken.append("a consumer")

    waiting = Event()
    consumer = Thread(target=consume, daemon=True)
    consumer.start()
    waiting.wait(PATIENCE)
    with condition:
        condition.notify()
    consumer.join(PATIENCE)
    return Found(not woken, f"woke {woken[0]}" if woken else "")


@statement("condition-if", "condition", never)
def an_if_before_wait_is_enough() -> Found:
    condition, waiting = Condition(), Semaphore(0)
    items: list[int] = []
    errors = []

    def consume() -> None:
        with condition:
            if not items:
                waiting.release()
                condition.wait(PATIENCE)
            errors.append(call(items.pop).error)

    consumers = [Thread(target=consume, daemon=True) for _ in range(2)]
    for consumer in consumers:
        consumer.start()
    for _ in consumers:
        waiting.acquire(timeout=PATIENCE)
    with condition:
        items.append(1)
        condition.notify_all()
    for consumer in consumers:
        consumer.join(PATIENCE)
    return Found(errors == ["", ""], max(errors, default=""))


@statement("condition-turns", "condition", always)
def three_threads_print_in_order() -> Found:
    condition, printed = Condition(), []
    turn = ["A"]

    def print_in_turn(letter: str, following: str) -> None:
        for _ in range(5):
            with condition:
                while turn[0] != letter:
                    condition.wait(PATIENCE)
                printed.append(letter)
                turn[0] = following
                condition.notify_all()

    threads = [Thread(target=print_in_turn, args=pair, daemon=True) for pair in ("AB", "BC", "CA")]
    run_together(threads)
    return Found("".join(printed) == "ABC" * 5)


@statement("event-set", "event", always)
def wait_waits_for_set() -> Found:
    event = Event()
    return Found(waits_until(event.wait, event.set))


@statement("event-clear", "event", never)
def clear_sends_a_signal() -> Found:
    event = Event()
    event.clear()
    sent = event.wait(MOMENT)
    return Found(sent, "" if sent else "wait() blocks")


@statement("event-lost", "event", never)
def a_signal_that_is_cleared_reaches_who_waits_later() -> Found:
    event = Event()
    event.set()
    event.clear()
    reached = in_thread(lambda: event.wait(MOMENT))
    return Found(reached, "" if reached else "lost")


@statement("barrier-meet", "barrier", always)
def nobody_passes_before_all_are_there() -> Found:
    barrier, passed = Barrier(2), Event()

    def come() -> None:
        barrier.wait(PATIENCE)
        passed.set()

    thread = Thread(target=come, daemon=True)
    thread.start()
    early = passed.wait(MOMENT)
    barrier.wait(PATIENCE)
    return Found(not early and passed.wait(PATIENCE))


@statement("barrier-parallel", "barrier", _without_gil)
def threads_run_at_the_same_time() -> Found:
    crossed: list[int] = []
    barrier = Barrier(2)
    threads = [
        Thread(target=lambda: crossed.append(barrier.wait(PATIENCE)), daemon=True) for _ in range(2)
    ]
    run_together(threads)
    crossed.sort()
    return Found(crossed == [0, 1] and not gil_enabled(), "GIL on" if gil_enabled() else "GIL off")
