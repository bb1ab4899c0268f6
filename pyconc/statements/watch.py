"""What checks have in common: calls whose errors and warnings are seen, and threads that end."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, NamedTuple

#: Seconds that a check waits for what must come, before it gives up.
PATIENCE = 30.0
#: Seconds that a check looks at what waits forever, if the statement is right.
MOMENT = 0.05


class Call(NamedTuple):
    """How a call ended."""

    value: Any
    #: The name of what it raised, or "".
    error: str
    deprecated: bool


def call(function: Callable[..., Any], *arguments: object) -> Call:
    """Call it, and see what it raises and whether it warns that it is deprecated."""
    value, error = None, ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = function(*arguments)
        except Exception as raised:
            error = type(raised).__name__
    kinds = (DeprecationWarning, PendingDeprecationWarning)
    return Call(value, error, any(issubclass(each.category, kinds) for each in caught))


def attribute(owner: object, name: str) -> Any:
    """An attribute that not every Python has."""
    return getattr(owner, name)


def nothing() -> None:
    """For threads that only have to be there."""


def in_thread(function: Callable[[], Any]) -> Any:
    """What a function returns in another thread, which has ended by then.

    Raises:
        RuntimeError: it raised, or did not end in time.
    """
    returned: list[Any] = []
    thread = threading.Thread(target=lambda: returned.append(function()), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if not returned:
        raise RuntimeError("the thread has nothing to return")
    return returned[0]


def waits_until(wait: Callable[..., bool], free: Callable[[], object]) -> bool:
    """Whether a call waits for another, which is made in another thread then."""
    waited = not wait(timeout=MOMENT)
    other = threading.Thread(target=free)
    other.start()
    came = wait(timeout=PATIENCE)
    other.join(PATIENCE)
    return waited and came


def run_together(members: Sequence[Any]) -> None:
    """Start threads, or processes, and wait until they have ended."""
    for each in members:
        each.start()
    for each in members:
        each.join(PATIENCE)


@contextmanager
def parked() -> Iterator[threading.Thread]:
    """A thread that waits, inside the block, and has ended after it."""
    go = threading.Event()
    thread = threading.Thread(target=go.wait, args=(PATIENCE,), daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        go.set()
        thread.join(PATIENCE)


class Program(NamedTuple):
    """How a program ended."""

    #: None if it had to be stopped.
    status: int | None
    output: str
    #: The name of the first exception that it printed, or "".
    error: str


def run_program(text: str) -> Program:
    """Run a program of its own file by this Python."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script, out, err = (folder / each for each in ("program.py", "out", "err"))
        script.write_text(text, "utf-8")
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, str(script)],
                stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
            )  # fmt: skip
            try:
                status: int | None = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                status = None
        said, complaints = (each.read_text("utf-8", errors="replace") for each in (out, err))
    raised = re.search(r"^(\w+Error)\b", complaints, re.MULTILINE)
    return Program(status, said, raised[1] if raised else "")
