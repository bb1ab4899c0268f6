"""Values that something else on the machine has disturbed are measured again.

Whether one was disturbed is told by the machine's pace around it, and inside it where a worker is
alone, never by the value itself: choosing by that would flatter every figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import NamedTuple

from pyconc.suite.metrics import Metrics
from pyconc.suite.pace import pace

#: The machine is taken to be disturbed when its pace is so many times the usual one.
_DISTURBED = 1.25
#: The first readings of a process are slow: its code is cold, and a JIT has not compiled it.
_WARMUPS = 5


class Value(NamedTuple):
    """One value: what it took in seconds, its metrics, and the machine's pace meanwhile."""

    seconds: float
    metrics: Metrics
    #: Readings in seconds a loop.
    paces: Sequence[float] = ()


class Quiet:
    """Waits for a quiet machine, and measures again what was disturbed nevertheless.

    Args:
        usual: the pace of a quiet machine on this Python in seconds a loop, or None where it is not
            known; then everything counts as quiet.
        patience: seconds that one round may spend in all on waiting and on measuring again.
    """

    def __init__(self, usual: float | None, patience: float = 0.0) -> None:
        self.usual = usual
        #: The least that was read so far.
        self.fastest = min(pace() for _ in range(_WARMUPS))
        self._patience = patience

    def value(self, measure: Callable[[], Value]) -> Value:
        """What ``measure`` returns; of several attempts the one with the machine at its best pace.

        The metric ``pace`` is the mean of its readings in seconds a loop, and ``remeasured`` says
        how often it was measured again.
        """
        attempts = [self._attempt(measure)]
        while self._disturbed(attempts[-1].metrics["pace"]) and self._may_spend(attempts[-1]):
            attempts.append(self._attempt(measure))
        best = min(attempts, key=lambda attempt: attempt.metrics["pace"])
        best.metrics["remeasured"] = float(len(attempts) - 1)
        return best

    def _attempt(self, measure: Callable[[], Value]) -> Value:
        before = self._settle()
        value = measure()
        paces = [before, *value.paces, pace()]
        self.fastest = min(self.fastest, *paces)
        value.metrics["pace"] = sum(paces) / len(paces)
        return value

    def _settle(self) -> float:
        """Wait while the machine is disturbed, as long as there is patience; its pace then."""
        start = perf_counter()
        now = pace()
        while self._disturbed(now) and perf_counter() - start < self._patience:
            now = pace()
        if self.usual is not None:
            self._patience -= perf_counter() - start
        return now

    def _disturbed(self, pace: float) -> bool:
        return self.usual is not None and pace > _DISTURBED * self.usual

    def _may_spend(self, value: Value) -> bool:
        self._patience -= value.seconds
        return self._patience > 0
