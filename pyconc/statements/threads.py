"""The notes' statements about threads."""

from __future__ import annotations

import inspect
import os
import re
import tempfile
import threading

from pyconc.statements.statement import Found, Here, always, never, statement, until
from pyconc.statements.watch import (
    MOMENT,
    PATIENCE,
    attribute,
    call,
    in_thread,
    nothing,
    parked,
    run_program,
)

_THREAD = "thread"
_RENAMED = (3, 10)

_DAEMON = """
import threading

def wait():
    threading.Event().wait()

threading.Thread(target=wait, daemon=True).start()
"""


def _has_ids_of_its_own(here: Here) -> bool:
    """Windows tells threads apart by the same number as Python does."""
    return here.platform != "win32"


@statement("thread-memory", _THREAD, always)
def threads_share_memory_and_open_files() -> Found:
    things = ["changed by nobody"]
    with tempfile.TemporaryFile() as file:

        def change() -> int:
            things[0] = "changed by a thread"
            return os.fstat(file.fileno()).st_ino

        same_file = in_thread(change) == os.fstat(file.fileno()).st_ino
    return Found(same_file and things == ["changed by a thread"])


@statement("thread-name", _THREAD, until(3, 10))
def a_thread_is_named_by_a_number() -> Found:
    name = threading.Thread(target=nothing).name
    return Found(re.fullmatch(r"Thread-\d+", name) is not None, name)


@statement("thread-parameters", _THREAD, never)
def a_thread_takes_these_parameters() -> Found:
    known = ("self", "group", "target", "name", "args", "kwargs")
    taken = inspect.signature(threading.Thread.__init__).parameters
    more = [name for name in taken if name not in known]
    return Found(not more, ", ".join(more))


@statement("thread-group", _THREAD, always)
def group_is_none() -> Found:
    refused = call(threading.Thread, object()).error
    return Found(call(threading.Thread, None).error == "" != refused, refused)


@statement("thread-current-name", _THREAD, always, deprecated=_RENAMED)
def current_thread_has_its_old_name() -> Found:
    found = call(lambda: attribute(threading, "currentThread")())
    same = found.value is threading.current_thread()
    return Found(same, found.error, found.deprecated)


@statement("thread-get-name", _THREAD, always, deprecated=_RENAMED)
def get_name_is_the_name() -> Found:
    thread = threading.Thread(name="of its own")
    found = call(lambda: attribute(thread, "getName")())
    return Found(found.value == "of its own", found.error, found.deprecated)


@statement("thread-get-ident", _THREAD, never)
def a_thread_has_get_ident() -> Found:
    found = call(lambda: attribute(threading.current_thread(), "get_ident")())
    return Found(found.value == threading.get_ident(), found.error)


@statement("thread-ident", _THREAD, _has_ids_of_its_own)
def the_identifier_is_not_the_id_of_the_system() -> Found:
    return Found(threading.get_ident() != threading.get_native_id())


@statement("thread-get-native-id", _THREAD, never)
def a_thread_has_get_native_id() -> Found:
    found = call(lambda: attribute(threading.current_thread(), "get_native_id")())
    return Found(found.value == threading.get_native_id(), found.error)


@statement("thread-alive", _THREAD, always)
def is_alive_from_start_to_end() -> Found:
    before = threading.Thread(target=nothing).is_alive()
    with parked() as thread:
        meanwhile = thread.is_alive()
    return Found((before, meanwhile, thread.is_alive()) == (False, True, False))


@statement("thread-is-daemon", _THREAD, always, deprecated=_RENAMED)
def is_daemon_tells_daemons() -> Found:
    threads = [threading.Thread(daemon=daemon) for daemon in (False, True)]
    found = call(lambda: [attribute(thread, "isDaemon")() for thread in threads])
    return Found(found.value == [False, True], found.error, found.deprecated)


@statement("thread-daemon-process", _THREAD, never)
def a_daemon_thread_lives_on_as_a_daemon() -> Found:
    ended = run_program(_DAEMON).status is not None
    return Found(not ended, "ended with the process" if ended else "")


@statement("thread-daemon-default", _THREAD, always)
def a_thread_is_no_daemon_unless_told() -> Found:
    thread = threading.Thread(target=nothing)
    before = thread.daemon
    thread.daemon = True
    return Found((before, thread.daemon) == (False, True))


@statement("thread-current", _THREAD, always)
def there_are_objects_for_the_current_and_the_main_thread() -> Found:
    current, main = in_thread(lambda: (threading.current_thread(), threading.main_thread()))
    ours = threading.current_thread()
    return Found(current is not ours and main is ours and ours is threading.main_thread())


@statement("thread-enumerate", _THREAD, always)
def enumerate_lists_what_is_alive() -> Found:
    unstarted = threading.Thread(target=nothing)
    with parked() as thread:
        alive = threading.enumerate()
    right = isinstance(alive, list) and thread in alive and threading.main_thread() in alive
    return Found(right and unstarted not in alive and thread not in threading.enumerate())


@statement("thread-start-twice", _THREAD, always)
def starting_twice_is_an_error() -> Found:
    with parked() as thread:
        running = call(thread.start).error
    ended = call(thread.start).error
    return Found({running, ended} == {"RuntimeError"}, running)


@statement("thread-run", _THREAD, never)
def run_starts_the_thread() -> Found:
    seen: list[tuple[str, bool]] = []

    def look() -> None:
        seen.append((threading.current_thread().name, thread.is_alive()))

    thread = threading.Thread(target=look)
    thread.run()
    [(name, alive)] = seen
    return Found(alive, f"ran in {name}")


@statement("thread-run-twice", _THREAD, always)
def running_twice_is_an_attribute_error() -> Found:
    thread = threading.Thread(target=nothing)
    thread.run()
    error = call(thread.run).error
    return Found(error == "AttributeError", error)


@statement("thread-run-twice-subclass", _THREAD, never)
def running_a_subclass_twice_is_an_error_too() -> Found:
    class Own(threading.Thread):
        def run(self) -> None:
            nothing()

    thread = Own()
    thread.run()
    error = call(thread.run).error
    return Found(error == "AttributeError", error or "no error")


@statement("thread-join", _THREAD, always)
def join_waits_for_the_end() -> Found:
    go = threading.Event()
    thread = threading.Thread(target=go.wait, args=(PATIENCE,), daemon=True)
    thread.start()
    thread.join(MOMENT)
    waited = thread.is_alive()
    go.set()
    thread.join(PATIENCE)
    return Found(waited and not thread.is_alive())
