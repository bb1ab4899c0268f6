"""Requests to the slow server of `_server.py`, for asyncio.py: who asks, and what is answered."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys

from pyconc.suite.case import Workload
from pyconc.suite.metrics import Metrics

from . import _server
from ._pools import Collecting
from ._promises import check_sums
from ._server import HOST, answer_to, request_for

try:
    import resource
except ImportError:  # Windows, where sockets are no files
    resource = None  # type: ignore[assignment]


class OpenFiles:
    """A process may have so many files open, if it asks for it."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __str__(self) -> str:
        return f"{self.number} open files"

    def unmet(self) -> str | None:
        if resource is None:
            return None
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        enough = hard == resource.RLIM_INFINITY or hard >= self.number
        return None if enough else f"needs {self}, and {hard} are allowed"


#: A thousand connections, and some more.
OPEN_FILES = OpenFiles(1200)


def ask(port: int, number: int) -> int:
    """One request in a connection of its own; the server closes it after its answer."""
    with socket.create_connection((HOST, port)) as connection:
        connection.sendall(request_for(number))
        return int(b"".join(iter(lambda: connection.recv(64), b"")))


async def ask_async(port: int, number: int) -> int:
    """As `ask`, but others may go on meanwhile."""
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(request_for(number))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer)


class Local(Workload):
    """Whoever asks answers, and adds it up."""

    def work(self, worker: int, loops: int) -> int:
        total = 0
        for number in range(loops):
            total += int(answer_to(request_for(number)))
        return total

    def check(self, loops: int) -> Metrics | None:
        check_sums(self, 2)
        return None


class Asking(Collecting):
    """Batches of requests to a server that exists before the clock starts."""

    control = "asyncio.local_answers[thread-1]"

    requests: int
    port: int
    _server: subprocess.Popen[bytes] | None = None
    _limits: tuple[int, int] | None = None

    def setup(self) -> None:
        numbers = range(self.requests)
        self.expected = [int(answer_to(request_for(number))) for number in numbers]
        self._limits = allow_open_files(OPEN_FILES.number)
        self._server = subprocess.Popen(
            [sys.executable, "-I", _server.__file__],  # isolated: no family hides a module
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._server.stdout
        self.port = int(self._server.stdout.readline())

    def teardown(self) -> None:
        if self._server:
            self._server.communicate()  # closes its standard input, and waits
        if self._limits:
            resource.setrlimit(resource.RLIMIT_NOFILE, self._limits)


def allow_open_files(number: int) -> tuple[int, int] | None:
    """Raise the limit of this process, and of those it starts.

    Returns:
        The limits as they were, if they had to be raised.
    """
    if resource is None:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= number:
        return None
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))
    return soft, hard
