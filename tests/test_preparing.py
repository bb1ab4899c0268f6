"""A campaign that is killed while it prepares leaves nothing that writes on or is half-made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from programs import ROOT
from test_leaving import knowing
from waiting import PROGRAM_LIMIT, wait_until

from pyconc.measure import kin
from pyconc.measure.guard import run_guarded

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")

#: Installs nothing: it writes into the environment without end, and has a daemon; or it says who
#: else is there.
UV = """#!PYTHON
import os, subprocess, sys, time
from pathlib import Path
folder = Path(sys.argv[sys.argv.index("--python") + 1]).parents[1]
place = Path("PLACE")
def others():
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if {b"SLOW=1", b"LEAVING=PLACE"} <= {*path.read_bytes().split(b"\\0")}:
                yield path.parent.name
        except OSError:
            pass
if os.environ["SLOW"] == "1":
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    while True:
        with (folder / "written").open("a") as file:
            file.write("more")
        (place / "writing").touch()
        time.sleep(0.001)
(place / "others").write_text(" ".join(others()))
"""
PREPARES = """
import sys
from pathlib import Path
from pyconc.measure.environments import prepare
from pyconc.measure.interpreters import find
from pyconc.measure.variables import worker_environment
environment = prepare(find(sys.executable), worker_environment(Path.cwd()), ["something"])
print(environment.executable, *environment.missing.values())
"""


def make_uv(place: Path) -> Path:
    """A folder with it."""
    (place / "bin").mkdir(parents=True)
    uv = place / "bin" / "uv"
    uv.write_text(UV.replace("PYTHON", sys.executable).replace("PLACE", str(place)))
    uv.chmod(0o755)
    return place


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return make_uv(tmp_path)


def start(place: Path, *, slow: bool) -> subprocess.Popen[str]:
    env = {
        **os.environ, "PATH": os.pathsep.join([str(place / "bin"), os.environ["PATH"]]),
        "XDG_CACHE_HOME": str(place), "LEAVING": str(place), "SLOW": str(int(slow)),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", PREPARES], cwd=ROOT, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def last_word(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=PROGRAM_LIMIT)
    return out.strip().splitlines()[-1]


@pytest.mark.parametrize("number", ["KILL", "TERM", "HUP", "QUIT", "INT"])
def test_a_killed_preparation_ends_before_the_next_one_begins(number: str, place: Path) -> None:
    killed_preparation(number, place)


def killed_preparation(number: str, place: Path) -> None:
    killed = start(place, slow=True)
    wait_until((place / "writing").exists)
    killed.send_signal(signal.Signals[f"SIG{number}"])
    executable = Path(last_word(start(place, slow=False)))
    assert (place / "others").read_text() == ""
    assert executable.exists()
    assert not (executable.parents[1] / "written").exists()
    killed.communicate(timeout=PROGRAM_LIMIT)
    wait_until(lambda: not knowing(place))


def guard_of(pid: int) -> int:
    [guard] = [each for each in kin.children(pid) if "guard" in kin.command_of(each)]
    return guard


@pytest.mark.parametrize("number", ["KILL", "TERM", "HUP", "QUIT", "INT", "STOP"])
def test_a_killed_guard_takes_all_with_it(number: str, place: Path) -> None:
    """One that is stopped does when the one that it guards ends."""
    process = start(place, slow=True)
    wait_until((place / "writing").exists)
    os.kill(guard_of(process.pid), signal.Signals[f"SIG{number}"])
    if number == "STOP":
        process.kill()
    out, _ = process.communicate(timeout=PROGRAM_LIMIT)
    wait_until(lambda: not knowing(place))
    assert number == "STOP" or "it ended with status" in out


def test_what_is_guarded_says_how_it_ended() -> None:
    done = run_guarded(["sh", "-c", "echo said; echo more >&2; exit 3"], None, PROGRAM_LIMIT)
    assert (done.returncode, done.stdout, done.stderr) == (3, "said\n", "more\n")
    done = run_guarded(["sh", "-c", "kill -KILL $$"], None, PROGRAM_LIMIT)
    assert done.returncode == 128 + signal.SIGKILL
    done = run_guarded(["/nowhere"], None, PROGRAM_LIMIT)
    assert done.stderr == "/nowhere does not run: No such file or directory\n"
    done = run_guarded(["env"], {"A": "1", "LC_ALL": "C"}, PROGRAM_LIMIT)
    assert {line.partition("=")[0] for line in done.stdout.splitlines()} == {
        "A",
        "LC_ALL",
        kin.MARK,
    }


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    env = {**os.environ, "LEAVING": str(tmp_path)}
    with pytest.raises(subprocess.TimeoutExpired):
        run_guarded(["sh", "-c", "trap '' TERM; sleep 600 & sleep 600"], env, 1.0)
    assert not knowing(tmp_path)
