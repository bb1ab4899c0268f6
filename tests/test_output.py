"""What cannot be printed ends nothing, and the exit status tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from waiting import PROGRAM_LIMIT

from pyconc.measure import campaign
from pyconc.measure.plan import PROFILES, Plan
from pyconc.measure.scheduler import Scheduler
from pyconc.measure.state import State
from pyconc.store.journal import CAMPAIGN, Journal, read_journal
from pyconc.store.suites import write_suites
from pyconc.suite.own import Own

ROOT = Path(__file__).resolve().parents[1]
CASE = "thread.get_ident[thread-1]"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="uses a shell")


def shell(command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Bash with `pyconc`; its status is that of the first that fails in a pipe."""
    name = f'pyconc() {{ {sys.executable} -m pyconc "$@"; }}; set -o pipefail; '
    return subprocess.run(
        ["bash", "-c", name + command], cwd=cwd, capture_output=True, text=True,
        timeout=PROGRAM_LIMIT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("into", "status"),
    [("| head -1", 3), ("| true", 3), ("> /dev/full", 3), (">&-", 3), (">&- 2>&- <&-", 3),
     ("> /dev/null 2> /dev/full", 0)],
)  # fmt: skip
def test_a_campaign_goes_on_without_its_output(into: str, status: int, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    done = shell(f"pyconc run {CASE} --profile smoke -o {folder} {into}")
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    rounds = {(record.case, record.round) for record in read_journal(folder)}
    assert {number for case, number in rounds if case == CASE} == {0, 1, 2}
    assert json.loads((folder / CAMPAIGN).read_text("utf-8"))["finished"] is True
    assert list(folder.glob("python-*.json"))


def test_what_an_encoding_lacks_is_spelled_out(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    run = f"PYTHONIOENCODING=ascii PYTHONUTF8=0 pyconc run {CASE} --profile smoke -o {folder}"
    assert shell(run).returncode == 0
    shown = shell(f"PYTHONIOENCODING=ascii PYTHONUTF8=0 pyconc show {folder}")
    assert shown.returncode == 0, shown.stderr


@pytest.mark.parametrize("into", ["| head -1", "| true", "> /dev/full", ">&-"])
def test_a_gate_is_closed_even_if_its_output_is(
    into: str, make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    sides = []
    for cost in (1e-6, 2e-6):
        [path] = write_suites(make_campaign({"3.13.0": {"a.x[thread-1]": cost}}, rounds=12))
        sides.append(str(path))
    gate = f"PYCONC_HISTORY={tmp_path} pyconc compare {' '.join(sides)} --fail-on suspect"
    assert shell(f"{gate} {into}", tmp_path).returncode == 1
    assert shell(gate, tmp_path).returncode == 1


@pytest.mark.parametrize(
    "command", ["list", "--version", "--help", "list --json", "run --dry-run reference"]
)
def test_what_was_asked_for_and_not_printed_is_no_success(command: str) -> None:
    full = shell(f"pyconc {command} > /dev/full")
    assert full.returncode == 3
    assert full.stderr == "pyconc: what was to be printed is lost: No space left on device\n"
    gone = shell(f"pyconc {command} | true")
    assert (gone.returncode, gone.stderr) in ((3, ""), (0, ""))  # it may be done before the reader


def test_whatever_ends_a_campaign_early_it_is_not_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Scheduler) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(Scheduler, "run", fail)
    journal = Journal.create(tmp_path / "c", {})
    prepared = campaign.Prepared(
        Plan(PROFILES["smoke"], 1, {}, 1.0), [], [], [], {}, (), Own()
    )  # fmt: skip
    with pytest.raises(RuntimeError, match="of ours"):
        campaign._measure(prepared, State(), journal, {"finished": False})
    assert json.loads((tmp_path / "c" / CAMPAIGN).read_text("utf-8"))["finished"] is False
