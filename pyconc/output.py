"""The standard output and error of a command: what cannot be said ends nothing that is measured."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from typing import IO, Any, cast


class Output:
    """A stream whose reader may go away, or whose disk may be full.

    What cannot be written is gone, and so is all that comes after it; `lost` tells why.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self.lost: OSError | None = None
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:  # what the encoding lacks, such as µ in ASCII, is spelled out
            reconfigure(errors="backslashreplace")

    def write(self, text: str) -> int:
        try:
            self._stream.write(text)
        except OSError as error:
            self._lose(error)
        return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        """Leave what waits in the buffers, and all that comes, to a device that takes it."""
        self.lost = self.lost or error
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def unfailing() -> Iterator[Output]:
    """Both streams so, while a command runs; gives the standard output."""
    closed = _fill_gaps()
    before = sys.stdout, sys.stderr
    # Python has no stream for a descriptor that was closed when it began.
    streams = [each or open(os.devnull, "w", encoding="utf-8") for each in before]  # noqa: SIM115
    output, error = map(Output, streams)
    if closed:
        output.lost = OSError(errno.EBADF, "it is closed")
    sys.stdout, sys.stderr = cast("Any", output), cast("Any", error)
    try:
        yield output
    finally:
        output.flush()
        error.flush()
        sys.stdout, sys.stderr = before
        for stream, original in zip(streams, before):
            if original is None:
                stream.close()


def _fill_gaps() -> bool:
    """Whether the standard output is closed. A file that is opened later must not get the number of
    one that is: what is printed by others would be written into it.
    """
    closed = False
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            closed = closed or number == 1
            os.open(os.devnull, os.O_RDWR)  # gets the least number that is free
    return closed


@contextlib.contextmanager
def answering() -> Iterator[IO[str]]:
    """Where a process answers whoever asked it. What else is printed, as a family file may do when
    it is imported, goes to the standard error from now on.
    """
    answer = os.dup(1)
    os.dup2(2, 1)
    with open(answer, "w", encoding="utf-8") as file:
        yield file
