"""A thread that gives the GIL away, and waits until it gets it back from threads that compute.

Whoever waits for a file, a socket or a clock lets others have the interpreter meanwhile. When it
comes back it has to ask for it, and a thread that computes in Python gives it up only when the
switch interval is over (`sys.setswitchinterval`, 5 ms unless told otherwise): so a read that takes
a microsecond may take thousands. The interval is an axis, in microseconds; so is the number of busy
threads, none of which waits for anything. Where there is no GIL the same cases show what is left:
threads that want a core.
One operation is one round trip of the waiting thread; in `packets` it is one packet. `latency` is
that of single round trips. `busy_share` is what the busy threads got done meanwhile, as a share of
what they get done without the waiting one.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from itertools import repeat
from queue import Queue
from time import perf_counter
from typing import Any

from pyconc.errors import InvariantError
from pyconc.suite import trial
from pyconc.suite.case import Workload, case
from pyconc.suite.metrics import Metrics

from ._busy import BusyThreads, spin
from ._passing import Numbers

BUSY = (0, 1, 2, 4)
#: Switch intervals in microseconds.
INTERVALS = (50, 500, 5000, 50_000)
#: For a quick look: alone and beside one busy thread, with the usual interval.
BESIDE_ONE = {"busy": [0, 1], "interval": [5000]}
#: Seconds in which it is found out what busy threads get done alone, at least.
_ALONE = 0.02
#: Seconds for which round trips are observed, at least.
_OBSERVED = 0.1
#: A switch interval that is never over.
_NEVER = 1000.0
#: How often each of the threads should have had its turn before a value is over.
_TURNS = 2


class BesideBusy(Workload):
    """Busy threads compute while a value is measured, and at no other time.

    The machine's pace is not read before a value is over, for they would be in the way: that is
    what the one stamp is for.
    """

    stamps = 1
    beside = "busy"
    busy: int
    interval: int

    _busy: BusyThreads

    @property
    def least_seconds(self) -> float:
        threads = self.busy + self.workers
        return _TURNS * threads * self.interval / 1e6 if threads > 1 else 0.0

    def setup(self) -> None:
        self._busy = BusyThreads(self.busy, self.interval / 1e6)

    def reset(self) -> None:
        self._busy.end()
        self._busy.start()

    def check(self, loops: int) -> Metrics | None:
        self._busy.end()
        return None

    def teardown(self) -> None:
        self._busy.end()


class RoundTrips(BesideBusy):
    """A thread gives the GIL away and takes it back, again and again."""

    control = "reference.call[thread-1]"
    observes = "latency"
    #: What `give` returns.
    expected: Any = None

    #: Turns of all busy threads in a second, while nobody else wants to run.
    _alone: float
    _given: list[bool]

    def give(self) -> object:
        """Once there and back."""
        raise NotImplementedError

    def setup(self) -> None:
        super().setup()
        self._given = []
        self._busy.start()
        self._alone = self._busy.rate(_ALONE)
        self._busy.end()

    def work(self, worker: int, loops: int) -> int:
        give = self.give
        since = self._busy.turns()
        for _ in repeat(None, loops):
            give()
        return self._busy.turns() - since

    def observe(self, worker: int, loops: int) -> list[float]:
        return list(self._observed(self.give, perf_counter))

    def _observed(self, give: Any, clock: Any) -> Iterator[float]:
        """As many as there is time for: what is calibrated may be a few round trips."""
        ended = clock()
        end = ended + max(_OBSERVED, self.least_seconds)
        while ended < end:
            started = clock()
            give()
            ended = clock()
            yield ended - started

    def durations(self) -> list[float]:
        self._busy.end()
        durations: list[float] = self.returned[0][0]
        return durations

    def trial(self, worker: int, loops: int) -> int:
        """Only who is given the GIL can run: nobody takes it away while the interval lasts."""
        self._busy.end()
        gate = threading.Lock()
        gate.acquire()
        passed: list[bool] = []

        def pass_gate() -> None:
            gate.acquire()
            passed.append(True)

        other = threading.Thread(target=pass_gate)
        other.start()
        usual = sys.getswitchinterval()
        sys.setswitchinterval(_NEVER)
        try:
            gate.release()
            end = perf_counter() + trial.PATIENCE
            while not passed and perf_counter() < end:
                self.give()
            self._given.append(bool(passed))
        finally:
            sys.setswitchinterval(usual)
            other.join()
        return 0

    def check(self, loops: int) -> Metrics | None:
        super().check(loops)
        if self.give() != self.expected:
            raise InvariantError("a round trip did not come back with what it was for")
        if not all(self._given):
            raise InvariantError("nobody else could run during a round trip")
        if not self.busy:
            return None
        [turns], stamps = self.returned[0], self.laps[0].stamps
        return {"busy_share": turns / (stamps[-1] - stamps[0]) / self._alone}


@case(busy=BUSY, interval=INTERVALS, quick=BESIDE_ONE)
class PipeToItself(RoundTrips):
    """A thread writes a byte into a pipe and reads it. One operation: one byte there and back."""

    expected = b"x"
    _ends: tuple[int, int]

    def setup(self) -> None:
        self._ends = os.pipe()
        super().setup()

    def give(self) -> bytes:
        out, into = self._ends
        os.write(into, b"x")
        return os.read(out, 1)

    def teardown(self) -> None:
        super().teardown()
        for end in self._ends:
            os.close(end)


@case(busy=BUSY, interval=INTERVALS, quick=BESIDE_ONE)
class SleepZero(RoundTrips):
    """A thread sleeps for no time, by `time.sleep(0)`. One operation: one sleep."""

    def give(self) -> None:
        time.sleep(0)


@case(busy=BUSY, interval=INTERVALS, quick=BESIDE_ONE)
class HashBlock(RoundTrips):
    """A thread has C hash 1 MiB, by `hashlib.sha256`, which takes a while. One operation: one hash.

    Beside no busy thread it is what the hash itself costs.
    """

    block = bytes(2**20)
    expected = "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58"

    def give(self) -> str:
        return hashlib.sha256(self.block).hexdigest()


@case(workers=2, busy=(0, 1), interval=INTERVALS, quick={"interval": [500, 5000]})
class Packets(BesideBusy, Numbers):
    """One thread receives packets and hands them over, by a `Queue`, to one that handles them.

    To receive is to read from a pipe, to handle is to compute for about a microsecond: both want
    the GIL, and one of them gives it away for each packet. One operation: one packet.
    """

    control = "reference.empty_loop[thread-1]"
    _pipe: tuple[int, int]
    _queue: Queue[int]

    def setup(self) -> None:
        super().setup()
        self._pipe = os.pipe()
        self._queue = Queue(64)

    def ends(self, worker: int) -> tuple[Any, Any]:
        queue, (out, into) = self._queue, self._pipe

        def receive(number: int) -> None:
            os.write(into, b"x")
            os.read(out, 1)
            queue.put(number)

        def handle() -> int:
            number = queue.get()
            spin(number, 20)
            return number

        return receive, handle

    def check(self, loops: int) -> Metrics | None:
        super().check(loops)
        return Numbers.check(self, loops)

    def teardown(self) -> None:
        super().teardown()
        for end in self._pipe:
            os.close(end)
