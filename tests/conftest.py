"""What several tests need: the misbehaving cases, and a small campaign that needs no measuring."""

from __future__ import annotations

import importlib.util
import itertools
import math
import os
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Callable

import hypothesis
import pyperf
import pytest

from pyconc.store.journal import Journal, Record
from pyconc.suite import catalog
from pyconc.suite.case import Case

#: Campaigns that are made differ in this, so that none is taken for another.
_SEEDS = itertools.count(1)
TOYS = Path(__file__).parent / "toys"
#: Files of tests that take longest: begun first, nothing waits for them at the end.
SLOWEST = (
    "test_site_browser.py", "test_safe.py", "test_valgrind.py", "test_campaign.py", "test_docs.py",
    "test_resume.py",
    "test_rendering.py", "test_pyperformance.py", "test_engines.py", "test_pytest_bridge.py",
    "test_packaging.py",
)  # fmt: skip

# Of this pytest: those that tests start are not in parallel with others, and may measure.
os.environ.pop("PYTEST_XDIST_WORKER", None)

if any(
    importlib.util.find_spec(name) is None for name in ("pandas", "scipy", "matplotlib", "rich")
):
    collect_ignore = [
        "test_estimate.py", "test_notes_checked.py", "test_findings.py", "test_report.py",
        "test_noise.py", "test_visible.py", "test_noise_report.py", "test_store.py",
        "test_formats.py", "test_formats_always.py", "test_thresholds.py", "test_compare.py",
        "test_confirm.py", "test_difference.py", "test_verdicts.py", "test_summary.py",
        "test_history.py", "test_matched.py", "test_promise.py", "test_study.py",
        "test_read_side.py",
        "test_fuzz.py", "test_exchange.py", "test_moderated.py", "test_serial.py",
        "test_one_figure.py", "test_bisect.py", "test_bisect_run.py", "test_services.py",
        "test_known_inputs.py", "test_pytest_benchmark.py",
        "test_page_notes.py", "test_ladder.py", "test_page_numbers.py", "test_page_scaling.py",
        "test_page_correctness.py", "test_steps.py", "test_modes.py",
        "test_downloads.py", "test_elsewhere.py", "test_reading.py", "test_show.py",
        "test_show_formats.py", "test_shorten.py", "test_rivals.py", "test_notebook.py",
        "test_family.py", "test_page_families.py", "test_page_versions.py", "test_page_history.py",
        "test_reported.py", "test_reports_seen.py", "test_page_reports.py",
        "test_clocks.py",
    ]  # fmt: skip

# However busy the machine is, no example takes too long; and no run is unlucky in what it draws.
hypothesis.settings.register_profile("pyconc", deadline=None, derandomize=True)
hypothesis.settings.load_profile("pyconc")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: SLOWEST.index(item.path.name) if item.path.name in SLOWEST else 99)


@pytest.fixture(scope="session")
def cases() -> dict[str, Case]:
    """The catalogue by id."""
    return {case.id: case for case in catalog.load()}


@pytest.fixture(scope="session")
def toys() -> dict[str, Case]:
    """The misbehaving cases by id."""
    return {case.id: case for case in catalog.load(TOYS)}


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither campaigns that this machine keeps nor settings above the working directory count."""
    monkeypatch.setenv("PYCONC_HISTORY", str(tmp_path / "history"))
    monkeypatch.chdir(tmp_path)


CampaignMaker = Callable[..., Path]


@pytest.fixture(scope="session")
def make_campaign(tmp_path_factory: pytest.TempPathFactory) -> CampaignMaker:
    """Writes a campaign folder whose rounds have given costs, with a little noise.

    Arguments: costs by case by Python, the number of rounds, and metrics by case. They are in
    seconds, or in instructions where the metrics name a counter.
    """

    def make(
        costs: Mapping[str, Mapping[str, float]],
        rounds: int = 5,
        metrics: Mapping[str, Mapping[str, float | str]] | None = None,
        **about: Any,
    ) -> Path:
        folder = tmp_path_factory.mktemp("campaign")
        ids = list(dict.fromkeys(case for by_case in costs.values() for case in by_case))
        journal = Journal.create(folder, {**_about(list(costs), ids, rounds), **about})
        noise = random.Random(1)
        for number in range(rounds + 1):
            for python, by_case in costs.items():
                for case, cost in by_case.items():
                    value = cost * math.exp(noise.gauss(0, 0.01))
                    beside = (metrics or {}).get(case, {})
                    suite = suite_of(case, number, value, beside)
                    journal.append(Record(case, python, number, 0.1, suite=suite))
        journal.close()
        return folder

    return make


@pytest.fixture(scope="session")
def everything(cases: dict[str, Case], make_campaign: CampaignMaker) -> Path:
    """A campaign of every case on two Pythons."""
    dear = {case: 1e-6 * (1 + 30 * ("process" in case) + 5 * ("fine" in case)) for case in cases}
    lost = {
        "counter.unlocked_program[thread-2]": {"nonzero": 0.0, "residual": 0.0},
        "counter.tallied[thread-2]": {"lost_per_million": 0.0, "overlap": 0.8},
        "counter.tallied_call[thread-2]": {"lost_per_million": 1234.0, "short_window": 1.0},
        "rlock.recursion[thread-1-1]": {"control": "rlock.empty_nest[thread-1-1]"},
        "lock.pair[thread-1]": {"floor": "floor.mutex_pair[thread-1]", "cpu_seconds": 1e-7},
        "lock.contended[thread-2]": {"jain": 0.9, "min_share": 0.7, "max_share": 1.3},
        "lock.handoff[thread-2]": {"handoff_histogram": "159:9 319:1", "handoff_max": 1.1e-3},
    }
    halved = {case: cost / 2 for case, cost in dear.items()}
    return make_campaign({"3.13.0": dear, "3.14.0": halved}, metrics=lost)


def suite_of(
    case: str, number: int, value: float = 1e-6, metrics: Mapping[str, float | str] | None = None
) -> Any:
    """The result of a round, as its worker leaves it."""
    unit = "integer" if "counter" in (metrics or {}) else "second"
    metadata: dict[str, Any] = {"name": case, "unit": unit, "loops": 1, "inner_loops": 1}
    metadata.update({f"pyconc_{key}": figure for key, figure in (metrics or {}).items()})
    if number == 0:
        metadata["calibrate_loops"] = 1
        run = pyperf.Run([], warmups=[(1, value)], metadata=metadata, collect_metadata=False)
    else:
        run = pyperf.Run([value, value * 1.01], metadata=metadata, collect_metadata=False)
    return pyperf.BenchmarkSuite([pyperf.Benchmark([run])])._as_json()


def _about(pythons: list[str], ids: list[str], rounds: int) -> dict[str, Any]:
    return {
        "pyconc": "0",
        "started": "2026-01-01T00:00:00+00:00",
        "finished": True,
        "failures": [],
        "profile": {"name": "quick", "rounds": rounds},
        "seed": next(_SEEDS),
        "cases": ids,
        "machine": {"host": "somewhere", "platform": "Linux", "processor": "x86", "cpus": 2},
        "interpreters": [interpreter(python) for python in pythons],
    }


def interpreter(label: str, **about: Any) -> dict[str, Any]:
    """A Python as a campaign describes it."""
    return {
        "label": label,
        "version": label,
        "implementation": "CPython",
        "compiler": "GCC",
        "gil": "on",
        "optimized": True,
        "lto": False,
        "debug": False,
        "start_method": "fork",
        "skipped": {},
        **about,
    }
