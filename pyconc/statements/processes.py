"""The notes' statements about processes, and what they share and send.

Processes are started as this Python does it unless told otherwise.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from typing import Any, Callable

from pyconc.statements.statement import Found, Here, always, never, statement
from pyconc.statements.watch import PATIENCE, attribute, call, run_program, run_together

#: As the notes write it: nothing keeps the main module from starting it again.
_UNGUARDED = """
import multiprocessing

def func(text):
    print(text, flush=True)

p = multiprocessing.Process(target=func, args=("ran in the process",))
p.start()
p.join()
"""
_OURS = {"changed": False}
_may_be_pickled = threading.Event()


def _is_forked(here: Here) -> bool:
    return here.start_method == "fork"


def _on_linux(here: Here) -> bool:
    return here.platform == "linux"


def _in_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function of this module returns in another process, which has ended by then.

    Raises:
        RuntimeError: it raised, or did not end in time.
    """
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_answer, args=(there, function, arguments))
    process.start()
    try:
        if not here.poll(PATIENCE):
            raise RuntimeError("the process does not answer")
        return here.recv()
    finally:
        process.join(PATIENCE)


def _answer(connection: Any, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    connection.send(function(*arguments))


@statement("process-twins", "process", never)
def multiprocessing_has_what_threading_has() -> Found:
    names = ("current_thread", "main_thread", "enumerate", "Lock", "RLock", "Semaphore",
             "Condition", "Event", "Barrier")  # fmt: skip
    missing = [name for name in names if not hasattr(multiprocessing, name)]
    return Found(not missing, ", ".join(missing))


@statement("process-pid", "process", always)
def pid_and_ident_are_the_process_id() -> Found:
    pid, name, ident, real = _in_process(_pids)
    return Found(pid == ident == real != os.getpid(), name)


def _pids() -> tuple[int | None, str, int | None, int]:
    current = multiprocessing.current_process()
    return current.pid, current.name, current.ident, os.getpid()


@statement("process-native-id", "process", _on_linux)
def the_native_id_of_its_thread_is_the_process_id() -> Found:
    native, pid = _in_process(_native_id)
    return Found(native == pid)


def _native_id() -> tuple[int | None, int]:
    return threading.current_thread().native_id, os.getpid()


@statement("process-terminate", "process", always)
def terminate_ends_it() -> Found:
    process = multiprocessing.Process(target=time.sleep, args=(PATIENCE,))
    process.start()
    process.terminate()
    process.join(PATIENCE)
    status = process.exitcode
    by_signal = os.name != "posix" or status == -signal.SIGTERM
    return Found(by_signal and not process.is_alive(), f"exit code {status}")


@statement("process-main", "process", _is_forked)
def a_program_needs_no_guard() -> Found:
    ended = run_program(_UNGUARDED)
    return Found("ran in the process" in ended.output, ended.error)


@statement("shared-apart", "shared", always)
def processes_have_memory_of_their_own() -> Found:
    changed_there = _in_process(_change)
    return Found(changed_there and not _OURS["changed"])


def _change() -> bool:
    _OURS["changed"] = True
    return _OURS["changed"]


@statement("shared-manager", "shared", always)
def a_managers_dict_is_shared() -> Found:
    with multiprocessing.Manager() as manager:
        shared = manager.dict()
        processes = [multiprocessing.Process(target=_store, args=(shared, n)) for n in range(2)]
        run_together(processes)
        return Found(dict(shared) == {0: 0, 1: 2})


def _store(shared: Any, key: int) -> None:
    shared[key] = key * 2


@statement("shared-needs-manager", "shared", never)
def only_a_manager_shares() -> Found:
    value = multiprocessing.Value("i", 1)
    _in_process(_double, value)
    return Found(value.value == 1, "Value" if value.value == 2 else "")


def _double(value: Any) -> None:
    with value:
        value.value *= 2


@statement("process-queue-task-done", "process-queue", always)
def the_queue_has_no_task_done() -> Found:
    queue: Any = multiprocessing.Queue()
    error = call(lambda: attribute(queue, "task_done")()).error
    return Found(error == "AttributeError", error)


@statement("process-queue-none-has-task-done", "process-queue", never)
def no_queue_between_processes_has_task_done() -> Found:
    queue: Any = multiprocessing.JoinableQueue()
    has = hasattr(queue, "task_done")
    return Found(not has, "JoinableQueue" if has else "")


class _Slow:
    """Is pickled when it may be, as what is large or on a busy machine is."""

    def __reduce__(self) -> tuple[Any, ...]:
        _may_be_pickled.wait(PATIENCE)
        return str, ("item",)


@statement("process-queue-empty", "process-queue", never)
def empty_is_right_after_put() -> Found:
    queue: Any = multiprocessing.Queue()
    queue.put(_Slow())
    said_empty = queue.empty()
    _may_be_pickled.set()
    came = queue.get(timeout=PATIENCE)
    return Found(not said_empty and came == "item", "True after put()" if said_empty else "")


@statement("pipe-recv", "pipe", never)
def recv_ends_the_pipe() -> Found:
    ours, theirs = multiprocessing.Pipe()
    ours.send("first")
    ours.send("second")
    received = (theirs.recv(), theirs.recv())
    return Found(received != ("first", "second"), "receives")


@statement("pipe-eof", "pipe", always)
def a_closed_pipe_raises_eof_error() -> Found:
    ours, theirs = multiprocessing.Pipe()
    ours.send("last")
    ours.close()
    last = theirs.recv()
    error = call(theirs.recv).error
    return Found(last == "last" and error == "EOFError", error)


@statement("process-barrier-meet", "process-barrier", always)
def processes_meet_at_a_barrier() -> Found:
    barrier = multiprocessing.Barrier(2)
    process = multiprocessing.Process(target=barrier.wait, args=(PATIENCE,))
    process.start()
    barrier.wait(PATIENCE)
    process.join(PATIENCE)
    return Found(process.exitcode == 0)


@statement("pool-map", "pool", always)
def map_returns_results_in_order() -> Found:
    pool = multiprocessing.Pool(4)
    squares = pool.map(_square, range(100))
    pool.close()
    pool.join()
    return Found(squares == [number * number for number in range(100)])


def _square(number: int) -> int:
    return number * number
