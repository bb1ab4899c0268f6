"""Waiting for what must come, however busy the machine is, and signals that can be relied on."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

#: Seconds after which what must come is taken not to.
LIMIT = 60.0
#: The same of a program that is run to its end: it hangs.
PROGRAM_LIMIT = 600.0


def wait_until(condition: Callable[[], bool]) -> None:
    """Return when it holds; fail if it does not for very long."""
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline, f"not within {LIMIT:.0f} s"
        time.sleep(0.02)


@contextmanager
def sigint(*, ignored: bool) -> Iterator[None]:
    """Have what is started inside ignore Ctrl-C, or not, whatever started these tests does.

    A shell script has what it puts into the background ignore it, and that is inherited. A handler
    of Python's is not: a new program begins with the system's default.
    """
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.SIG_IGN if ignored else signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
