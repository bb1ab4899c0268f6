"""Campaigns that need no measuring, and their site: rendered once for all tests of its pages."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pyconc import cli
from pyconc.store.suites import write_suites
from pyconc.suite import catalog
from pyconc.suite.case import INTERPRETER, Case

#: A name that ends tags, attributes and templates, and is not to be believed.
HOSTILE = """<script>harmed=1</script>"'><img src=x onerror=harmed=1>{{7*7}} {cost} `&amp;`"""
#: The same in a way that a file cannot be named.
OUTSIDE = "../../../harmed"

OLD, NEW, OTHER = "3.9.18", "3.14.10", "pypy3.11"
#: Families whose pages would be like others'.
_LEFT_OUT = (
    "condition", "event", "context_manager", "semaphore", "pipe", "ecosystem", "libraries",
    "joblib", "dispatch", "creation", "timed",
)  # fmt: skip
#: How dear everything is on each Python.
_SHARES = {OLD: 1.6, NEW: 1.0, OTHER: 0.5}

CampaignMaker = Callable[..., Path]


class Demonstration(NamedTuple):
    """The campaigns, the newest first: of one machine and, the last one, of another."""

    campaigns: list[Path]
    site: Path

    @property
    def pages(self) -> list[Path]:
        """Every page in every language."""
        return sorted(self.site.rglob("*.html"))

    @property
    def home(self) -> Path:
        return self.site / "index.html"


@cache
def demonstration(make: CampaignMaker, folder: Path) -> Demonstration:
    """The site in a folder, with the quick cases of most families on three Pythons."""
    cases = {case.id: case for case in catalog.load()}
    campaigns = [_newest(make, cases), _earlier(make, cases), elsewhere(make, cases)]
    site = folder / "alone" / "demonstration"  # what is written beside it is seen
    assert cli.main(["report", *map(str, campaigns), "-o", str(site)]) == 0
    return Demonstration(campaigns, site)


def _newest(make: CampaignMaker, cases: Mapping[str, Case]) -> Path:
    quick = [case for case in cases.values() if case.quick and case.family not in _LEFT_OUT]
    costs = {
        python: {case.id: cost(case, python) for case in quick if not _skipped(case, python)}
        for python in _SHARES
    }
    costs[NEW][f"lock.{HOSTILE}[thread-2]"] = 1e-6
    skipped = {case.id: f"needs Python 3.14+ {HOSTILE}" for case in quick if _skipped(case, OLD)}
    folder = make(
        costs,
        rounds=4,
        metrics={case.id: metrics(case, cases) for case in quick},
        started="2026-03-01T10:00:00+00:00",
        interpreters=[interpreter(python, skipped if python != NEW else {}) for python in costs],
        failures=[{"case": quick[0].id, "python": OLD, "reason": f"it hung: {HOSTILE}"}],
    )
    write_suites(folder)  # as a campaign that has ended has them
    return folder


def _earlier(make: CampaignMaker, cases: Mapping[str, Case]) -> Path:
    """Of the same machine, when locks were twice as dear."""
    costs = {
        OLD: {
            case.id: cost(case, OLD) * (2 if case.family == "lock" else 1)
            for case in cases.values()
            if case.quick and case.family in ("lock", "queue", "reference")
        }
    }
    return make(costs, rounds=4, started="2026-01-01T10:00:00+00:00")


def elsewhere(make: CampaignMaker, cases: Mapping[str, Case]) -> Path:
    """Of another machine, on which no name is to be believed."""
    costs = {
        f"{HOSTILE}{number}": {
            "lock.pair[thread-1]": 5e-8 * number,
            f"lock.{HOSTILE}[thread-2]": 1e-6,
            f"{HOSTILE}.{HOSTILE}[{HOSTILE}]": 1e-6,
            f"{OUTSIDE}.{OUTSIDE}[{OUTSIDE}]": 1e-6,
        }
        for number in (1, 2)
    }
    pair = cases["lock.pair[thread-1]"]
    said = {"host": HOSTILE, "platform": HOSTILE, "processor": HOSTILE, "cpus": 2}
    built = {"version": HOSTILE, "compiler": HOSTILE, "build": HOSTILE, "executable": HOSTILE}
    return make(
        costs,
        rounds=3,
        metrics={pair.id: {**metrics(pair, cases), "overlap": 0.5}},
        started="2026-02-01T10:00:00+00:00",
        machine=said,
        interpreters=[{**interpreter(python, {}), **built} for python in costs],
        left_out=[{"name": HOSTILE, "cause": HOSTILE}],
        failures=[{"case": HOSTILE, "python": HOSTILE, "reason": f"{HOSTILE}\n{HOSTILE}"}],
    )


def cost(case: Case, python: str) -> float:
    """Some cost of an operation: it differs from case to case, and processes are the dearest."""
    least = 2e-4 if "start_method" in case.parameters else 4e-8
    return _SHARES[python] * least * 10 ** (zlib.crc32(case.id.encode()) % 1000 / 1000)


def metrics(case: Case, cases: Mapping[str, Case]) -> dict[str, float | str]:
    """What a result says beside the cost: of the case, and what such a case finds out."""
    said: dict[str, float | str] = {
        name.removeprefix("pyconc_"): value for name, value in case.metadata().items()
    }
    twins = {role: catalog.twin(case, role, cases) for role in ("control", "floor")}
    said.update({role: twin.id for role, twin in twins.items() if twin})
    if case.contended:
        said.update(overlap=0.9, jain=0.97, min_share=0.9, max_share=1.1, cpu_seconds=1e-6)
    if observed := case.workload_class.observes:
        said.update({f"{observed}_histogram": "159:9 319:1", f"{observed}_max": 1.1e-3})
    if "tallied" in case.workload:
        said["lost_per_million"] = 1234.0
    if case.workload == "unlocked_program":
        said.update(nonzero=1.0, residual=-77.0)
    return said


def interpreter(python: str, skipped: Mapping[str, str]) -> dict[str, Any]:
    """A Python as `campaign.json` describes it; the newest has another build."""
    return {
        "label": python,
        "version": python.removeprefix("pypy"),
        "implementation": "PyPy" if python == OTHER else "CPython",
        "executable": f"/usr/bin/{python}",
        "compiler": "GCC 12.2.0",
        "gil": "on",
        "free_threaded": False,
        "optimized": python == NEW,
        "lto": False,
        "jit": "no",
        "debug": False,
        "start_method": "forkserver" if python == NEW else "fork",
        "switch_interval": 0.005,
        "skipped": dict(skipped),
    }


def _skipped(case: Case, python: str) -> bool:
    return python != NEW and case.parameters["backend"] == INTERPRETER
