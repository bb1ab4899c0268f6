"""One campaign from start to end: choose, prepare, measure, and leave pyperf files behind."""

from __future__ import annotations

import datetime
import os
import platform
import random
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pyconc import __version__
from pyconc.errors import UsageError
from pyconc.measure.interpreters import Arm, arms, import_root
from pyconc.measure.journal import CAMPAIGN, Journal, Record, write_json
from pyconc.measure.plan import Plan, Profile, with_controls
from pyconc.measure.progress import make_progress
from pyconc.measure.scheduler import Scheduler, last_line, worker_environment
from pyconc.suite import catalog
from pyconc.suite.case import Case


class Outcome(NamedTuple):
    """How a campaign ended."""

    folder: Path
    failures: list[Record]
    interrupted: bool
    #: Of the wall time, the share inside timed regions or their warmups.
    timed_share: float


def choose(profile: Profile, names: Sequence[str], keywords: str | None) -> list[Case]:
    """The cases of a campaign: of those asked for, what belongs to the profile, and controls.

    A case that is named by its full id always belongs.

    Raises:
        UsageError: nothing matches.
    """
    cases = catalog.load()
    chosen = catalog.select(cases, names, keywords)
    if profile.quick:
        chosen = [case for case in chosen if case.quick or case.id in names]
    return with_controls(profile, cases, chosen)


def run(
    cases: Sequence[Case],
    profile: Profile,
    folder: Path,
    *,
    pythons: Sequence[str] = (),
    seed: int | None = None,
) -> Outcome:
    """Measure the cases on every Python.

    Raises:
        UsageError: no case can run, or the folder or a Python cannot be used.
    """
    root = import_root()
    benchmarks = root / catalog.benchmarks_folder().name
    taking_part = arms(pythons, benchmarks, worker_environment(root))
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    ids = [case.id for case in cases]
    runnable = {
        arm.label: [case for case in cases if case.id not in arm.skipped] for arm in taking_part
    }
    plan = Plan(profile, seed, runnable)
    if not any(runnable.values()):
        raise UsageError("none of these cases can run here; `pyconc list` gives the reasons")
    about = describe(plan, ids, taking_part)
    journal = Journal.create(folder, about)
    progress = make_progress(profile.rounds)
    _announce(plan, taking_part, ids, folder, progress.say)
    executables = {arm.label: arm.executable for arm in taking_part}
    scheduler = Scheduler(plan, journal, executables, root, benchmarks, progress)
    start = time.monotonic()
    interrupted = False
    on_term = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        scheduler.run()
    except KeyboardInterrupt:
        interrupted = True
    finally:
        signal.signal(signal.SIGTERM, on_term)
        progress.close()
        journal.close()
    took = time.monotonic() - start
    share = scheduler.timed / took
    about["finished"] = not interrupted
    about["failures"] = [
        {"case": record.case, "python": record.arm, "reason": last_line(record.error or "")}
        for record in scheduler.failures
    ]
    about["seconds"] = round(took, 3)
    about["timed_share"] = round(share, 4)
    write_json(folder / CAMPAIGN, about)
    return Outcome(folder, scheduler.failures, interrupted, share)


def describe(plan: Plan, ids: Sequence[str], taking_part: Sequence[Arm]) -> dict[str, Any]:
    """What a campaign's folder says of itself, as JSON."""
    return {
        "pyconc": __version__,
        "started": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "finished": False,
        "failures": [],
        "profile": plan.profile._asdict(),
        "seed": plan.seed,
        "cases": list(ids),
        "machine": describe_machine(),
        "interpreters": [
            {
                **arm.about,
                "label": arm.label,
                "skipped": {i: why for i, why in arm.skipped.items() if i in ids},
            }
            for arm in taking_part
        ],
    }


def describe_machine() -> dict[str, Any]:
    """What a reader must know of the machine to judge the figures."""
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return {
        "host": platform.node(),
        "platform": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cpus": os.cpu_count(),
        "usable_cpus": usable,
    }


def default_folder() -> Path:
    return Path("results") / datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")


def _announce(
    plan: Plan, taking_part: Sequence[Arm], ids: Sequence[str], folder: Path, say: Any
) -> None:
    pythons = ", ".join(arm.label for arm in taking_part)
    say(
        f"{len(ids)} cases on Python {pythons}: {plan.profile.rounds} rounds each, "
        f"profile {plan.profile.name}, into {folder}"
    )
    for arm in taking_part:
        for case_id in ids:
            if case_id in arm.skipped:
                say(f"skipped on {arm.label}: {case_id}: {arm.skipped[case_id]}")
