"""What a campaign says while it runs: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Any, Protocol

from pyconc.measure.plan import Task
from pyconc.screen import shown

#: Seconds between two plain lines.
_PAUSE = 5.0


class Progress(Protocol):
    """Where a campaign stands."""

    def task(self, task: Task, *, position: tuple[int, int], estimate: str, left: float) -> None:
        """A task starts.

        Args:
            position: its place in the round, from 1, and how many there are.
            estimate: the case's cost so far, or empty.
            left: seconds to the end of the least number of rounds, or of this one after it.
        """

    def say(self, line: str) -> None:
        """Something worth keeping on the screen."""

    def close(self) -> None:
        """The campaign is over."""


class PlainProgress:
    """A line now and then, for logs and pipes."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self._last = -_PAUSE

    def task(self, task: Task, *, position: tuple[int, int], estimate: str, left: float) -> None:
        now = time.monotonic()
        if now - self._last >= _PAUSE:
            self._last = now
            self.say(_line(task, self._rounds, position, estimate, left))

    def say(self, line: str) -> None:
        print(shown(line), flush=True)

    def close(self) -> None:
        pass


class LiveProgress:
    """A bar and the case of the moment, redrawn by rich."""

    def __init__(self, rounds: int) -> None:
        from rich.progress import BarColumn, Progress, TextColumn

        self._rounds = rounds
        self._bar: Any = Progress(
            BarColumn(20),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.description}"),
            auto_refresh=False,  # nothing is drawn while a worker measures
        )
        self._id = self._bar.add_task("", total=1.0)
        self._start = time.monotonic() - 1e-9
        self._bar.start()

    def task(self, task: Task, *, position: tuple[int, int], estimate: str, left: float) -> None:
        from rich.markup import escape

        line = escape(shown(_line(task, self._rounds, position, estimate, left)))
        elapsed = time.monotonic() - self._start
        self._bar.update(
            self._id, completed=elapsed / (elapsed + left), description=line, refresh=True
        )

    def say(self, line: str) -> None:
        self._bar.console.print(shown(line), markup=False, highlight=False)

    def close(self) -> None:
        self._bar.update(self._id, visible=False)
        self._bar.stop()


def make_progress(rounds: int) -> Progress:
    """Live on a terminal with rich installed, plain otherwise."""
    if sys.stdout.isatty():
        try:
            return LiveProgress(rounds)
        except ImportError:
            pass
    return PlainProgress(rounds)


def _line(task: Task, rounds: int, position: tuple[int, int], estimate: str, left: float) -> str:
    stage = f"round {task.round} of at most {rounds}" if task.round else "calibrating"
    index, total = position
    minutes, seconds = divmod(round(left), 60)
    parts = [
        f"{minutes}:{seconds:02} left",
        stage,
        f"case {index} of {total}",
        f"{task.case.id} on {task.arm}",
        estimate,
    ]
    return "  ".join(part for part in parts if part)
