"""`git bisect run` finds the commit with which an interpreter's lock became dearer."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from documents import ROOT
from interpreters import interpreter, set_busy
from libraries import commit, git
from longest import only_if_asked
from waiting import PROGRAM_LIMIT

from pyconc.compare.for_git import ABORT
from pyconc.measure import interpreters
from pyconc.measure.gauges.gauge import INSTRUCTIONS, TIME

pytestmark = [
    pytest.mark.long,
    only_if_asked,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(os.name != "posix", reason="the steps are for a shell of POSIX"),
]
CASE = "lock.pair[thread-1]"
COMMITS, BROKEN, DEARER = 9, 4, 6
#: What is run in place of `pyconc`: its rounds are as many as are enough, and short.
SHORT = """
import sys
from pyconc import cli
from pyconc.compare import bisect

short = {"values": 6, "longest": 0, "steady": 0, "round_time": 0.05}
bisect._PROFILE = bisect._PROFILE._replace(**short)
sys.exit(cli.main())
"""
#: Whatever load does, it makes no commit good or bad: at most, nothing can be told, and then it is
#: asked again.
STEP = """
for again in 1 2 3 4 5; do
    pyconc bisect-step {options}
    status=$?
    [ $status = 125 ] || exit $status
done
exit 125
"""


class Repository(NamedTuple):
    folder: Path
    commits: list[str]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Interpreters, one of which does not run, and the dearer ones; the first one is kept."""
    folder = tmp_path / "interpreter"
    python = interpreter(folder, interpreters.this())
    leads_to = python.readlink()
    commits = []
    for number in range(COMMITS):
        (folder / "notes.txt").write_text(f"change {number}\n")
        set_busy(folder, 200 if number >= DEARER else 0)
        python.unlink()
        if number == BROKEN:
            python.write_text("#!/bin/sh\nexit 1\n")
            python.chmod(0o755)
        else:
            python.symlink_to(leads_to)
        commits.append(commit(folder, f"change {number}"))
    git(folder, "worktree", "add", "--quiet", "--detach", "../kept", commits[0])
    return Repository(folder, commits)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "short.py").write_text(SHORT)
    (scripts / "pyconc").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {scripts}/short.py "$@"\n'
    )
    (scripts / "pyconc").chmod(0o755)
    return {
        **os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }  # fmt: skip


def bisect(
    repository: Repository, env: dict[str, str], *options: str
) -> subprocess.CompletedProcess[str]:
    folder, commits = repository
    git(folder, "bisect", "start", commits[-1], commits[0])
    asked = ["-p", "bin/python", "--base", "../kept/bin/python", "--threshold", "50%", *options]
    return subprocess.run(
        ["git", "bisect", "run", "sh", "-c", STEP.format(options=shlex.join(asked))],
        cwd=folder, env=env, capture_output=True, text=True, timeout=3 * PROGRAM_LIMIT,
    )  # fmt: skip


@pytest.mark.parametrize("clock", [TIME, INSTRUCTIONS])
def test_the_commit_is_found_whatever_does_not_run_on_the_way(
    clock: str, repository: Repository, env: dict[str, str]
) -> None:
    """By several times what it cost, which no load hides."""
    if clock == INSTRUCTIONS and shutil.which("valgrind") is None:
        pytest.skip("valgrind is not installed")
    done = bisect(repository, env, CASE, "--clock", clock)
    assert done.returncode == 0, done.stdout + done.stderr
    assert git(repository.folder, "rev-parse", "bisect/bad") == repository.commits[DEARER]
    assert f"{repository.commits[DEARER]} is the first bad commit" in done.stdout
    assert "skip, as bin/python does not run as a Python" in done.stdout
    assert f"bad, as {CASE} is slower" in done.stdout


def test_a_search_with_bad_input_stops_where_it_is(
    repository: Repository, env: dict[str, str]
) -> None:
    done = bisect(repository, env, "lock.of_another_name")
    assert done.returncode != 0
    assert "is the first bad commit" not in done.stdout
    assert f"exit code {ABORT}" in done.stderr + done.stdout
    assert "unknown family, workload or case 'lock.of_another_name'" in done.stderr
    assert git(repository.folder, "rev-parse", "bisect/bad") == repository.commits[-1]
