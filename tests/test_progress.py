"""What a campaign shows while it runs, on terminals of all kinds and where there is none."""

from __future__ import annotations

import io
import sys

import pytest

from pyconc.measure.forecast import Left
from pyconc.measure.plan import Task
from pyconc.measure.progress import LiveProgress, make_progress, time_left
from pyconc.suite.case import Case

KNOWN, SOON, UNKNOWN = Left(80, 90, 100), Left(0, 1, 1), Left(40, 100, 190)


def task(cases: dict[str, Case]) -> Task:
    return Task(3, "3.14.1", cases["lock.pair[thread-1]"])


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (KNOWN, "1:30 left"),
        (SOON, "0:01 left"),
        (UNKNOWN, "0:40 to 3:10 left"),
        (Left(3500, 3600, 3700), "1:00:00 left"),
        (Left(60, 4000, 7300), "1:00 to 2:01:40 left"),
    ],
)
def test_the_time_left_is_a_range_until_it_is_known(left: Left, says: str) -> None:
    assert time_left(left) == says


def test_a_pipe_has_plain_lines(cases: dict[str, Case], capsys: pytest.CaptureFixture[str]) -> None:
    assert not isinstance(make_progress(12), LiveProgress)
    make_progress(12).task(task(cases), position=(7, 80), estimate="90.1 ns", left=UNKNOWN)
    assert capsys.readouterr().out == (
        "0:40 to 3:10 left  round 3 of at most 12  case 7 of 80  "
        "lock.pair[thread-1] on 3.14.1  90.1 ns\n"
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_that_cannot_move_its_cursor_has_plain_lines(
    monkeypatch: pytest.MonkeyPatch, cases: dict[str, Case]
) -> None:
    pytest.importorskip("rich")
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "dumb")
    assert not isinstance(make_progress(12), LiveProgress)
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(make_progress(12), LiveProgress)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_however_narrow_a_terminal_is_it_shows_how_far_it_is_and_the_time_left(
    width: int, cases: dict[str, Case]
) -> None:
    console = pytest.importorskip("rich.console").Console
    screen = Terminal()
    live = LiveProgress(12, console(file=screen, width=width, force_terminal=True))
    live.task(task(cases), position=(7, 80), estimate="90.1 ns", left=KNOWN)
    drawn = screen.getvalue()
    live.close()
    assert "%" in drawn
    assert "1:30 left" in drawn
    assert ("lock.pair" in drawn) == (width >= 80)


def test_the_bar_only_grows(cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    console = pytest.importorskip("rich.console").Console
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr("pyconc.measure.progress.time.monotonic", lambda: float(next(clock)))
    live = LiveProgress(12, console(file=Terminal(), width=100))
    shares = []
    for likely in (90.0, 40.0, 400.0, 300.0, 10.0, 5.0, 50.0, 1.0):
        live.task(
            task(cases), position=(7, 80), estimate="", left=Left(0, likely, 500)
        )  # fmt: skip
        shares.append(live._bar.tasks[0].completed)
    live.close()
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1
