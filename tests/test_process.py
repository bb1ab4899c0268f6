"""Workers end with everything that they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest
from waiting import LIMIT, sigint, wait_until

from pyconc.measure import process
from pyconc.measure.process import Watchdog, run_alone

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_status_and_output(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert run_alone(python("print('said'); raise SystemExit(3)"), log=log, timeout=LIMIT) == 3
    assert log.read_text() == "said\n"


def test_a_signal_is_a_negative_status(tmp_path: Path) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    assert run_alone(python(code), log=tmp_path / "log", timeout=LIMIT) == -11


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
@pytest.mark.parametrize("stubborn", [False, True], ids=["meek", "stubborn"])
def test_a_hang_is_cut_with_its_children(
    tmp_path: Path, stubborn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"

    class WhenItHangs(Watchdog):
        """It is enough as soon as the child has said that it is there."""

        def __init__(self, timeout: float, action: Callable[[], None]) -> None:
            said = lambda: pid_file.exists() and pid_file.read_text() != ""  # noqa: E731
            super().__init__(timeout, action, said)

    monkeypatch.setattr(process, "Watchdog", WhenItHangs)
    deaf = "import signal; signal.signal(15, signal.SIG_IGN);" if stubborn else ""
    say = f"open({str(pid_file)!r}, 'w').write(str(os.getpid()))"
    child = f"import os, time; {deaf} {say}; time.sleep(999)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with pytest.raises(subprocess.TimeoutExpired):
        run_alone(python(parent), log=tmp_path / "log", timeout=LIMIT)
    pid = int(pid_file.read_text())
    wait_until(lambda: not alive(pid))


Started = list["subprocess.Popen[bytes]"]


@pytest.fixture
def interrupted_starts(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Whatever is started, somebody presses Ctrl-C at that moment."""
    started: Started = []
    start = process.start

    def start_and_interrupt(*arguments: Any) -> subprocess.Popen[bytes]:
        started.append(start(*arguments))
        os.kill(os.getpid(), signal.SIGINT)
        return started[-1]

    monkeypatch.setattr(process, "start", start_and_interrupt)
    return started


def test_an_interrupt_while_a_process_starts_ends_it(
    interrupted_starts: Started, tmp_path: Path
) -> None:
    with sigint(ignored=False), pytest.raises(KeyboardInterrupt):
        run_alone(python("import time; time.sleep(999)"), log=tmp_path / "log", timeout=LIMIT)
    assert interrupted_starts[0].poll() is not None


@pytest.mark.usefixtures("interrupted_starts")
def test_an_interrupt_that_is_ignored_stays_so_while_a_process_starts(tmp_path: Path) -> None:
    with sigint(ignored=True):
        assert run_alone(python("pass"), log=tmp_path / "log", timeout=LIMIT) == 0
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_a_child_that_is_left_behind_is_ended(tmp_path: Path) -> None:
    child = "import time; time.sleep(999)"
    parent = (
        f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {child!r}]).pid)"
    )
    log = tmp_path / "log"
    assert run_alone(python(parent), log=log, timeout=LIMIT) == 0
    pid = int(log.read_text())
    wait_until(lambda: not alive(pid))
