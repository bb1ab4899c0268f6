"""Processes that send to each other through a pipe (the notes: "Pipe").

The notes send numbers from a first process through a second, which squares them, to a third: as
they do it, processes included (`PipelineProgram`), and with processes that are there already
(`Pipeline`). Then blocks of bytes go there and back, or one way, through what there is to choose
from: `multiprocessing.Pipe`, a pair of sockets that sends the length of every block before it, by
`send_bytes`; `os.pipe` and `socket.socketpair`, bare streams whose reader has to know the length.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Callable
from functools import partial
from itertools import repeat
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite.case import FORK, NATIVE, SPAWN, Clock, Workload, case
from pyconc.suite.metrics import Metrics

from ._passing import Blocks, Ends, Handoff, Passing

KINDS = ("Pipe", "os.pipe", "socketpair")
ITEMS = range(10)
SQUARES = [item * item for item in ITEMS]


def create(pipe_1: Any) -> None:
    """The first process."""
    output, _ = pipe_1
    for item in ITEMS:
        output.send(item)
    output.close()


def multiply(pipe_1: Any, pipe_2: Any) -> None:
    """The second process; it has the first one's end too, and would never see the end of items."""
    output_1, source = pipe_1
    output_1.close()
    output, _ = pipe_2
    try:
        while True:
            item = source.recv()
            output.send(item * item)
    except EOFError:
        output.close()


def nothing() -> None:
    """What the processes of `TwoProcesses` do."""


class Programs(Workload):
    """The main process is one of three; the others are made inside the clock."""

    clock = Clock.CALLER

    _context: Any

    def setup(self) -> None:
        self._context = multiprocessing.get_context(self.start_method)

    def start(self, target: Callable[..., None], *pipes: Any) -> Any:
        process = self._context.Process(target=target, args=pipes)
        process.start()
        return process


@case(notes="Pipe", backend=(FORK, SPAWN), workers=2, quick={"backend": [NATIVE]})
class TwoProcesses(Programs):
    """Two processes are started and joined, and do nothing. One operation: both."""

    def work(self, worker: int, loops: int) -> None:
        for _ in repeat(None, loops):
            processes = [self.start(nothing), self.start(nothing)]
            for process in processes:
                process.join()


@case(notes="Pipe", backend=(FORK, SPAWN), workers=2, quick={"backend": [NATIVE]})
class PipelineProgram(Programs):
    """The notes' program: ten numbers through two processes to this one. One operation: all of it.

    Each pipe ends when every process that had its sending end has closed it.
    """

    control = "pipe.two_processes"

    _results: list[list[int]]

    def reset(self) -> None:
        self._results = []

    def work(self, worker: int, loops: int) -> None:
        for _ in repeat(None, loops):
            self._results.append(self.program())

    def program(self) -> list[int]:
        results = []
        pipe_1 = self._context.Pipe()
        creator = self.start(create, pipe_1)
        pipe_2 = self._context.Pipe()
        multiplier = self.start(multiply, pipe_1, pipe_2)
        pipe_1[0].close()
        pipe_2[0].close()
        try:
            while True:
                results.append(pipe_2[1].recv())
        except EOFError:
            pass
        creator.join()
        multiplier.join()
        pipe_1[1].close()
        pipe_2[1].close()
        return results

    def check(self, loops: int) -> Metrics | None:
        for results in self._results:
            if results != SQUARES:
                raise InvariantError(f"the squares arrived as {results}")
        return None


@case(notes="Pipe", backend=FORK, workers=3)
class Pipeline(Passing):
    """Numbers through the same two pipes, by three processes that exist before the clock starts.

    One operation: one number sent, squared and received.
    """

    control = "reference.empty_loop[thread-1]"

    pipe_1: Any
    pipe_2: Any

    def setup(self) -> None:
        context = multiprocessing.get_context(self.start_method)
        self.pipe_1, self.pipe_2 = context.Pipe(), context.Pipe()

    def work(self, worker: int, loops: int) -> int:
        return [self.create, self.multiply, self.read][worker](loops)

    def create(self, loops: int) -> int:
        send = self.pipe_1[0].send
        for number in range(loops):
            send(number)
        return 0

    def multiply(self, loops: int) -> int:
        recv, send = self.pipe_1[1].recv, self.pipe_2[0].send
        for _ in repeat(None, loops):
            number = recv()
            send(number * number)
        return 0

    def read(self, loops: int) -> int:
        recv, wrong = self.pipe_2[1].recv, 0
        for number in range(loops):
            if recv() != number * number:
                wrong += 1
        return wrong

    def teardown(self) -> None:
        for end in (*self.pipe_1, *self.pipe_2):
            end.close()


def whole(read: Callable[[int], bytes], length: int) -> Callable[[], bytearray]:
    """What reads a block of this length from a stream, which gives it in parts."""

    def receive() -> bytearray:
        block = bytearray()
        while len(block) < length:
            part = read(length - len(block))
            if not part:
                raise EOFError
            block += part
        return block

    return receive


def write_all(descriptor: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


class Sending(Blocks):
    """Two processes have an end each; the last byte of a block is that of its number."""

    kind: str

    _ends: list[Ends]
    _closes: list[Callable[[], object]]

    def setup(self) -> None:
        super().setup()
        if self.kind == "os.pipe":
            (read_0, write_1), (read_1, write_0) = os.pipe(), os.pipe()
            descriptors = [(write_0, read_0), (write_1, read_1)]
            self._ends = [
                (partial(write_all, write), whole(partial(os.read, read), self.payload))
                for write, read in descriptors
            ]
            self._closes = [partial(os.close, each) for pair in descriptors for each in pair]
        elif self.kind == "socketpair":
            sockets = socket.socketpair()
            self._ends = [(each.sendall, whole(each.recv, self.payload)) for each in sockets]
            self._closes = [each.close for each in sockets]
        else:
            connections = multiprocessing.Pipe()
            self._ends = [(each.send_bytes, each.recv_bytes) for each in connections]
            self._closes = [each.close for each in connections]

    def ends(self, worker: int) -> Ends:
        return self._ends[worker]

    def last(self, loops: int) -> bytes:
        return self.block[:-1] + bytes([(loops - 1) & 255])

    def teardown(self) -> None:
        for close in self._closes:
            close()


class Exchange(Handoff, Sending):
    """Worker 0 sends a block and waits for it; worker 1 sends back what it receives."""

    control = "reference.empty_loop[thread-1]"

    def setup(self) -> None:
        super().setup()
        self.thing = self.block

    def work(self, worker: int, loops: int) -> tuple[int, bytes | None]:
        send, receive = self.ends(worker)
        wrong, last = 0, None
        if worker == 0:
            block = bytearray(self.block)
            for number in range(loops):
                block[-1] = number & 255
                send(block)
                last = receive()
                if last[-1] != number & 255:
                    wrong += 1
        else:
            for _ in repeat(None, loops):
                send(receive())
        return wrong, last


@case(notes="Pipe", backend=FORK, workers=2, kind=KINDS, rivals="kind")
class PingPong(Exchange):
    """One byte there and back. One operation: one round trip."""

    floor = "floor.pipe_round_trip[process-fork-2]"
    payload = 1


@case(
    notes="Pipe",
    backend=FORK,
    workers=2,
    kind="Pipe",
    payload=(1 << 10, 1 << 16, 1 << 20),
    quick=False,
)
class PingPongPayload(Exchange):
    """A block of bytes there and back. One operation: one round trip."""


@case(notes="Pipe", backend=FORK, workers=2)
class NoPipe(Passing):
    """The loops of `Throughput`, sending nothing. One operation: one turn of both."""

    def work(self, worker: int, loops: int) -> int:
        block, wrong = bytearray(1), 0
        if worker == 0:
            for number in range(loops):
                block[-1] = number & 255
        else:
            for number in range(loops):
                if block[-1] == number | 256:
                    wrong += 1
        return wrong


@case(
    notes="Pipe",
    backend=FORK,
    workers=2,
    kind=KINDS,
    payload=(1, 1 << 10, 1 << 16, 1 << 20),
    quick={"kind": ["Pipe"], "payload": [1 << 16]},
)
class Throughput(Sending):
    """Blocks of bytes, all one way. One operation: one block through the pipe."""

    control = "pipe.no_pipe"

    def work(self, worker: int, loops: int) -> tuple[int, bytes | None]:
        send, receive = self.ends(worker)
        wrong, last = 0, None
        if worker == 0:
            block = bytearray(self.block)
            for number in range(loops):
                block[-1] = number & 255
                send(block)
        else:
            for number in range(loops):
                last = receive()
                if last[-1] != number & 255:
                    wrong += 1
        return wrong, last
