"""How a trial makes workers meet where a primitive must keep them apart.

A worker that only pauses inside a critical section hopes that another is scheduled meanwhile. Here
it waits until the others have come, however long that takes, and then gives way a few times, so
that whoever is let in by mistake does come in. Nothing of this uses the primitive under test, and
none of it decides anything: what a trial finds is for `check`.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import MutableSequence
from time import monotonic, sleep
from typing import Any, Callable

from pyconc.suite.case import THREAD, Workload

#: Seconds for which workers wait for each other before they go on without: only a primitive that
#: is broken, or a worker that died, makes anybody wait so long.
PATIENCE = 60.0
#: Seconds between two looks.
_PAUSE = 2e-5
#: How often a worker gives way to those who have come.
_SWITCHES = 3
#: How often somebody waits for the others in one trial, about: that is what it takes its time for.
STAYS = 8


def until(condition: Callable[[], bool]) -> bool:
    """Let others work until the condition holds; False if it did not in all that time."""
    deadline = monotonic() + PATIENCE
    while not condition():
        if monotonic() > deadline:
            return False
        sleep(_PAUSE)
    return True


def give_way() -> None:
    """Let those who have come do what comes next for them, unless something keeps them from it."""
    for _ in range(_SWITCHES):
        sleep(_PAUSE)


def shared_zeros(workload: Workload, how_many: int) -> MutableSequence[int]:
    """Numbers that all workers see, threads or processes; they are made in `setup`."""
    zeros = [0] * how_many
    memory: Any = zeros if workload.backend == THREAD else multiprocessing.RawArray("q", zeros)
    shared: MutableSequence[int] = memory
    return shared


class Door:
    """The door of a critical section, for threads and processes.

    Each worker says that it comes, right before it asks for the primitive, stays inside, and says
    that it leaves, right before it gives the primitive back. The first turns are taken together:
    nobody comes for the next one before all have left, and whoever is inside stays until all
    others have come for this one. So a worker that is descheduled at a bad moment spoils one
    turn and not the trial.

    Args:
        workload: whose workers come; this is made in its `setup`.
        room: for how many the primitive has room at a time.
    """

    def __init__(self, workload: Workload, room: int = 1) -> None:
        self._workers = workload.workers
        self._room = room
        self._together = max(1, STAYS // self._workers)
        self._given_up = False
        #: By worker: how often it has come, gone in, and left.
        self._came = shared_zeros(workload, self._workers)
        self._entered = shared_zeros(workload, self._workers)
        self._left = shared_zeros(workload, self._workers)

    def reset(self) -> None:
        for counts in (self._came, self._entered, self._left):
            counts[:] = [0] * self._workers

    def come(self, worker: int) -> None:
        """Come for the next turn."""
        turn = self._came[worker]
        if turn < self._together:
            self._wait(lambda: min(self._left) >= turn)
        self._came[worker] = turn + 1

    def stay(self, worker: int) -> None:
        """Stay inside until all others have come, and a moment for those who get in too."""
        turn = self._entered[worker] + 1
        self._entered[worker] = turn
        if turn <= self._together and worker < STAYS:
            self._wait(lambda: min(self._came) >= turn and self._full(turn))
            give_way()

    def leave(self, worker: int) -> None:
        self._left[worker] += 1

    def _full(self, turn: int) -> bool:
        """Whether as many are inside as there is room for, or as are left for this turn."""
        inside = sum(self._entered) - sum(self._left)
        gone = sum(left >= turn for left in self._left)
        return inside >= min(self._room, self._workers - gone)

    def _wait(self, condition: Callable[[], bool]) -> None:
        if not self._given_up:
            self._given_up = not until(condition)
