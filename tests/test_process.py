"""Workers end with everything that they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pyconc.measure import process
from pyconc.measure.process import run_alone

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


def gone_soon(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not alive(pid)


def test_status_and_output(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert run_alone(python("print('said'); raise SystemExit(3)"), log=log, timeout=30) == 3
    assert log.read_text() == "said\n"


def test_a_signal_is_a_negative_status(tmp_path: Path) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    assert run_alone(python(code), log=tmp_path / "log", timeout=30) == -11


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
@pytest.mark.parametrize("stubborn", [False, True], ids=["meek", "stubborn"])
def test_a_hang_is_cut_with_its_children(tmp_path: Path, stubborn: bool) -> None:
    pid_file = tmp_path / "pid"
    deaf = "import signal; signal.signal(15, signal.SIG_IGN);" if stubborn else ""
    say = f"open({str(pid_file)!r}, 'w').write(str(os.getpid()))"
    child = f"import os, time; {deaf} {say}; time.sleep(99)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with pytest.raises(subprocess.TimeoutExpired):
        run_alone(python(parent), log=tmp_path / "log", timeout=3)
    assert gone_soon(int(pid_file.read_text()))


def test_an_interrupt_while_a_process_starts_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = process.start

    def start_and_interrupt(*arguments: Any) -> subprocess.Popen[bytes]:
        started.append(start(*arguments))
        os.kill(os.getpid(), signal.SIGINT)
        return started[0]

    monkeypatch.setattr(process, "start", start_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_alone(python("import time; time.sleep(99)"), log=tmp_path / "log", timeout=30)
    assert started[0].poll() is not None


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_a_child_that_is_left_behind_is_ended(tmp_path: Path) -> None:
    child = "import time; time.sleep(99)"
    parent = (
        f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {child!r}]).pid)"
    )
    log = tmp_path / "log"
    assert run_alone(python(parent), log=log, timeout=30) == 0
    assert gone_soon(int(log.read_text()))
