"""Pure Python that keeps a core busy for as long as it is told, and cannot be skipped unseen."""

from __future__ import annotations

import sys
import threading
import time
from time import perf_counter

from pyconc.suite.trial import until

#: A prime; the generator is that of the Sinclair ZX81, which stays within small integers.
_MODULUS = 65537


def spin(state: int, turns: int) -> int:
    """Turn a linear congruential generator: every state needs the one before."""
    for _ in range(turns):
        state = (75 * state + 74) % 65537
    return state


class BusyThread(threading.Thread):
    """Computes, in pure Python, until it is told to end; everything it uses is its own."""

    def __init__(self) -> None:
        super().__init__()
        self.going = True
        #: How often it went round.
        self.turns = 0

    def run(self) -> None:
        state = 0
        while self.going:
            state = spin(state, 10)
            self.turns += 1


class BusyThreads:
    """So many of them, with threads switched at an interval while they compute."""

    #: Seconds of the interval in which they are started and ended, however long theirs is.
    _PROMPT = 1e-4

    def __init__(self, how_many: int, interval: float) -> None:
        self._how_many, self._interval = how_many, interval
        self._usual = sys.getswitchinterval()
        self._threads: list[BusyThread] = []

    def start(self) -> None:
        """All of them compute when it returns."""
        sys.setswitchinterval(self._PROMPT)
        self._threads = [BusyThread() for _ in range(self._how_many)]
        for thread in self._threads:
            thread.start()
        until(lambda: all(thread.turns for thread in self._threads))
        sys.setswitchinterval(self._interval)

    def turns(self) -> int:
        """How often all of them together went round."""
        return sum([thread.turns for thread in self._threads])

    def rate(self, seconds: float) -> float:
        """How often they go round in a second while nobody else wants to run; 0 where none do."""
        since, started = self.turns(), perf_counter()
        time.sleep(seconds)
        until(lambda: not self._threads or self.turns() > since)  # however busy the machine is
        return (self.turns() - since) / (perf_counter() - started)

    def end(self) -> None:
        """Those that compute, if any do, end; the interval is as it was before."""
        sys.setswitchinterval(self._PROMPT)
        for thread in self._threads:
            thread.going = False
        for thread in self._threads:
            thread.join()
        self._threads = []
        sys.setswitchinterval(self._usual)


def spun(state: int, turns: int) -> int:
    """What `spin` must come to, at once: a turn takes ``state + 1`` to ``75 * (state + 1)``."""
    return (pow(75, turns, _MODULUS) * (state + 1) - 1) % _MODULUS
