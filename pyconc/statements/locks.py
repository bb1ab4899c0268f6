"""The notes' statements about locks, and about what takes the place of acquire and release."""

from __future__ import annotations

import threading
from typing import Any, Callable

from pyconc.statements.statement import Found, always, since, statement
from pyconc.statements.watch import attribute, call, in_thread, waits_until


def _free(lock: Any) -> bool:
    """Whether another thread can take a lock; it gives it back."""

    def take() -> bool:
        taken: bool = lock.acquire(blocking=False)
        if taken:
            lock.release()
        return taken

    free: bool = in_thread(take)
    return free


@statement("lock-states", "lock", always)
def locked_tells_the_state() -> Found:
    lock = threading.Lock()
    states = [lock.locked()]
    lock.acquire()
    states.append(lock.locked())
    lock.release()
    states.append(lock.locked())
    return Found(states == [False, True, False])


@statement("lock-waits", "lock", always)
def acquire_waits_until_another_thread_releases() -> Found:
    lock = threading.Lock()
    lock.acquire()
    return Found(waits_until(lock.acquire, lock.release))


@statement("lock-release", "lock", always)
def releasing_an_unlocked_lock_is_a_runtime_error() -> Found:
    error = call(threading.Lock().release).error
    return Found(error == "RuntimeError", error)


@statement("rlock-again", "rlock", always)
def the_last_release_unlocks() -> Found:
    lock = threading.RLock()
    free = []
    for change in (lock.acquire, lock.acquire, lock.release, lock.release):
        change()
        free.append(_free(lock))
    return Found(free == [False, False, False, True])


@statement("rlock-owner", "rlock", always)
def only_the_thread_that_acquired_may_release() -> Found:
    lock = threading.RLock()
    lock.acquire()
    error = in_thread(lambda: call(lock.release).error)
    lock.release()
    return Found(error == "RuntimeError", error)


@statement("rlock-state", "rlock", since(3, 14))
def an_rlock_tells_its_state() -> Found:
    lock = threading.RLock()
    found = call(lambda: attribute(lock, "locked")())
    return Found(found.value is False, found.error)


@statement("with-primitives", "with", always)
def with_acquires_and_releases() -> Found:
    makers: list[Callable[[], Any]] = [
        threading.Lock, threading.RLock, threading.Condition, lambda: threading.Semaphore(1),
    ]  # fmt: skip
    return Found(all(_is_held_inside_alone(make()) for make in makers))


def _is_held_inside_alone(primitive: Any) -> bool:
    """Also where the body raises."""
    held = []
    try:
        with primitive:
            held.append(not _free(primitive))
            raise KeyError
    except KeyError:
        held.append(not _free(primitive))
    return held == [True, False]
