"""A benchmark of the harness itself: ``python -m pyconc.trust harness``, `make bench-harness`.

Prints where a campaign's time goes, what starting a worker costs, how far our uncontended costs are
from those of ``pyperf timeit`` in the same minute, and whether net costs add up. Without a campaign
it measures a small one of its own; all of it takes about six minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import timeit
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pyperf

from pyconc.errors import UsageError
from pyconc.figures import amount, seconds
from pyconc.findings.linearity import LEAST_R2, SLOPE_TOLERANCE, linearity
from pyconc.measure import campaign
from pyconc.measure.copies import import_root
from pyconc.measure.launcher import ForkingLauncher, Launcher, PlainLauncher
from pyconc.measure.plan import PROFILES
from pyconc.measure.variables import worker_environment
from pyconc.statistics.costs import Costs
from pyconc.store import campaigns
from pyconc.store.about import read_about
from pyconc.store.journal import JOURNAL, read_journal

#: A sample of what there is: quiet and contended, threads and processes.
SAMPLE = ("counter", "lock", "queue", "barrier", "process", "reference")
#: Cases, and what ``pyperf timeit`` runs beside them: setup and statement.
STATEMENTS = {
    "lock.pair[thread-1]": (
        "import threading; lock = threading.Lock(); acquire, release = lock.acquire, lock.release",
        "acquire(); release()",
    ),
    "lock.with[thread-1]": ("import threading; lock = threading.Lock()", "with lock: pass"),
    "queue.put_get[thread-1-SimpleQueue]": (
        "import queue; q = queue.SimpleQueue(); put, get = q.put, q.get\n"
        "for item in (3, 0, 6, 1, 7, 4, 2, 5): put(item)",
        "put(get())",
    ),
    "rlock.pair[thread-1]": (
        "import threading; lock = threading.RLock(); acquire, release = lock.acquire, lock.release",
        "acquire(); release()",
    ),
    "reference.call[thread-1]": ("def function(): pass", "function()"),
}
_STARTS = 10
#: Of the cases that tell whether net costs add up: 3 % of one pair is little noise.
_ROUNDS = 25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("campaign", nargs="?", type=Path, help="default: a small one of its own")


def run(args: argparse.Namespace) -> int:
    """Measure, or read the campaign, and print all of it."""
    if args.campaign:
        return _report(args.campaign)
    with tempfile.TemporaryDirectory() as folder:
        profile = PROFILES["quick"]._replace(rounds=4, most_rounds=4)
        prepared = campaign.prepare(campaign.choose(profile, SAMPLE, None), profile)
        campaign.run(prepared, Path(folder) / "sample")
        return _report(Path(folder) / "sample")


def _report(folder: Path) -> int:
    for part in (shares(folder), starts(), net_costs(), agreement()):
        for line in part:
            print(line, flush=True)
    return 0


def shares(folder: Path) -> Iterator[str]:
    """Where the time of a campaign went: of workers, inside timed regions and warmups.

    Raises:
        UsageError: the campaign has no journal.
    """
    if not (folder / JOURNAL).exists():
        raise UsageError(f"{folder} has no {JOURNAL}, which tells the time of every worker")
    workers: dict[str, float] = defaultdict(float)
    timed: dict[str, float] = defaultdict(float)
    for record in read_journal(folder):
        if record.learned and "timed" in record.learned:
            family = record.case.partition(".")[0]
            workers[family] += record.seconds
            timed[family] += record.learned["timed"]
    about = read_about(folder)
    yield f"timed regions and warmups: {about['timed_share']:.1%} of the campaign's time"
    yield f"inside workers: {sum(timed.values()) / sum(workers.values()):.1%}; by family:"
    for family, took in workers.items():
        yield f"  {family:16} {timed[family] / took:6.1%} of {took:6.1f} s"


def starts() -> Iterator[str]:
    """What starting and ending a worker costs, that measures next to nothing."""
    env = worker_environment(import_root())
    command = [sys.executable, "-c", "import pyperf"]
    bare = _typical(lambda: subprocess.run(command, env=env, check=True))
    yield f"python -c 'import pyperf': {seconds(bare)}"
    yield f"a worker as a process of its own: {_worker(PlainLauncher(sys.executable, env), bare)}"
    yield f"a worker as a fork: {_worker(ForkingLauncher(sys.executable, env), bare)}"


def _worker(launcher: Launcher, bare: float) -> str:
    with tempfile.TemporaryDirectory() as folder:
        log, result = Path(folder) / "log", Path(folder) / "result.json"

        def one() -> None:
            launcher.start(
                ["--case", "reference.empty_loop[thread-1]", "--worker", "--quiet", "--loops=1",
                 "--warmups=0", "--values=1", "--result", str(result)], log,
            )  # fmt: skip
            launcher.turn(60)
            result.unlink()

        took = _typical(one)
    launcher.close()
    return f"{seconds(took)}, {took / bare:.2f} times that"


def _typical(action: Callable[[], object]) -> float:
    return sorted(timeit.repeat(action, number=1, repeat=_STARTS))[_STARTS // 2]


def net_costs() -> Iterator[str]:
    """Whether a pair done 1, 2, 4 and 8 times costs as many times one pair, in many rounds."""
    profile = PROFILES["quick"]._replace(rounds=_ROUNDS, most_rounds=_ROUNDS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "line"
        chosen = campaign.choose(profile, ["reference.pairs"], None)
        campaign.run(campaign.prepare(chosen, profile), folder)
        costs = Costs(campaigns.read(folder).rounds)
    for python in costs.pythons:
        if line := linearity(costs, python):
            verdict = "net costs add up" if line.holds else "NET COSTS DO NOT ADD UP"
            yield (
                f"on {python} {verdict}: one pair {amount(line.one, line.unit)}, "
                f"slope {amount(line.slope, line.unit)} "
                f"({line.deviation:+.1%}, at most {SLOPE_TOLERANCE:.0%}), "
                f"R2 {line.r2:.5f} (above {LEAST_R2})"
            )


def agreement() -> Iterator[str]:
    """Our costs beside those of ``pyperf timeit``, one right after the other."""
    for case, (setup, statement) in STATEMENTS.items():
        with tempfile.TemporaryDirectory() as folder:
            theirs, ours = Path(folder) / "theirs.json", Path(folder) / "ours.json"
            quiet = ["--quiet", "--processes=10"]
            timeit = ["-m", "pyperf", "timeit", *quiet, "-o", str(theirs), "-s", setup, statement]
            worker = ["-m", "pyconc.measure.worker", *quiet, "-o", str(ours), "--case", case]
            for command in (timeit, worker):
                done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
                if done.returncode:
                    raise UsageError(f"{case} cannot be measured: {done.stderr.strip()}")
            a, b = (pyperf.Benchmark.load(str(path)).mean() for path in (ours, theirs))
        yield f"{case}: {seconds(a)}, pyperf timeit {seconds(b)} ({a / b - 1:+.1%})"
