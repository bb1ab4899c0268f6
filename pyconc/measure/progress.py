"""What a campaign says while it runs: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Any

from pyconc.measure.forecast import Left
from pyconc.measure.plan import Task
from pyconc.screen import shown

#: Seconds between two plain lines.
_PAUSE = 5.0
#: Columns of a terminal that has room for a bar.
_ROOM = 72
#: A range whose end is so many times its start is told by its middle.
_NARROW = 1.5


class Progress:
    """Where a campaign stands: a line now and then, for logs and pipes."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self._last = -_PAUSE

    def task(self, task: Task, *, position: tuple[int, int], estimate: str, left: Left) -> None:
        """A task starts.

        Args:
            position: its place in the round, from 1, and how many there are.
            estimate: the case's cost so far, or empty.
            left: seconds to the end of the campaign.
        """
        now = time.monotonic()
        if now - self._last >= _PAUSE:
            self._last = now
            self.say(_line(task, self._rounds, position, estimate, left))

    def say(self, line: str) -> None:
        """Something worth keeping on the screen."""
        print(shown(line), flush=True)

    def close(self) -> None:
        """The campaign is over."""


class LiveProgress(Progress):
    """A bar and the case of the moment, redrawn by rich.

    Args:
        console: rich's, of the terminal.
    """

    def __init__(self, rounds: int, console: Any) -> None:
        from rich import progress

        super().__init__(rounds)
        columns: list[Any] = [progress.BarColumn(20)] if console.width >= _ROOM else []
        self._bar: Any = progress.Progress(
            *columns,
            progress.TextColumn("{task.percentage:>3.0f}%"),
            progress.TextColumn("{task.description}"),
            console=console,
            auto_refresh=False,  # nothing is drawn while a worker measures
        )
        self._id = self._bar.add_task("", total=1.0)
        self._start = time.monotonic() - 1e-9
        self._done = 0.0
        self._bar.start()

    def task(self, task: Task, *, position: tuple[int, int], estimate: str, left: Left) -> None:
        from rich.markup import escape

        line = escape(shown(_line(task, self._rounds, position, estimate, left)))
        elapsed = time.monotonic() - self._start
        self._done = max(self._done, elapsed / (elapsed + left.likely))  # it only grows
        self._bar.update(self._id, completed=self._done, description=line, refresh=True)

    def say(self, line: str) -> None:
        self._bar.console.print(shown(line), markup=False, highlight=False)

    def close(self) -> None:
        self._bar.update(self._id, visible=False)
        self._bar.stop()


def make_progress(rounds: int) -> Progress:
    """Live on a terminal that can move its cursor, with rich installed; plain otherwise."""
    if sys.stdout.isatty():
        try:
            from rich.console import Console
        except ImportError:
            return Progress(rounds)
        console = Console()
        if not console.is_dumb_terminal:
            return LiveProgress(rounds, console)
    return Progress(rounds)


def time_left(left: Left) -> str:
    """``1:30 left``, or ``0:40 to 3:10 left`` as long as the end is not known."""
    if left.most <= _NARROW * max(1.0, left.least):
        return f"{_clock(left.likely)} left"
    return f"{_clock(left.least)} to {_clock(left.most)} left"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _line(task: Task, rounds: int, position: tuple[int, int], estimate: str, left: Left) -> str:
    stage = f"round {task.round} of at most {rounds}" if task.round else "calibrating"
    index, total = position
    parts = [
        time_left(left),
        stage,
        f"case {index} of {total}",
        f"{task.case.id} on {task.arm}",
        estimate,
    ]
    return "  ".join(part for part in parts if part)
