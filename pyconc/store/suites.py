"""pyperf files: written from a campaign's journal, and read from anywhere with a clear word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyperf

from pyconc.errors import UsageError
from pyconc.measure.journal import CAMPAIGN, JOURNAL, Record, read_journal
from pyconc.measure.probe import confounds

#: What `campaign.json` must say.
_FIELDS = {
    "pyconc", "started", "finished", "profile", "seed", "cases", "machine", "interpreters",
    "failures",
}  # fmt: skip


def write_suites(folder: Path) -> list[Path]:
    """One pyperf file for each interpreter of a campaign, whole or not at all.

    Returns:
        The files, in the order of the campaign's interpreters.

    Raises:
        UsageError: the folder is no campaign, or its journal is damaged.
    """
    paths = []
    for arm, suite in suites_of_journal(folder).items():
        path = folder / f"python-{arm}.json"
        beside = path.with_name(f".{path.name}")
        suite.dump(str(beside), replace=True)
        beside.replace(path)
        paths.append(path)
    return paths


def suites_of_journal(folder: Path) -> dict[str, pyperf.BenchmarkSuite]:
    """What a campaign has finished, by interpreter.

    Interpreters come in the order of the campaign and cases in that of the catalogue; those
    without a finished round are left out.

    Raises:
        UsageError: the folder is no campaign, or its journal is damaged.
    """
    about = read_about(folder)
    campaign = campaign_id(about)
    runs: dict[str, dict[str, list[Record]]] = {
        interpreter["label"]: {case: [] for case in about["cases"]}
        for interpreter in about["interpreters"]
    }
    for record in read_journal(folder):
        if record.case not in runs.get(record.arm, ()):
            raise UsageError(
                f"{folder / JOURNAL}: {record.case} on {record.arm} is not of this campaign; "
                f"restore the file, or measure again"
            )
        if record.error is None:
            runs[record.arm][record.case].append(record)
    built = {each["label"]: _confounds(each) for each in about["interpreters"]}
    suites = {}
    for arm, by_case in runs.items():
        measured = [records for records in by_case.values() if _measured(records)]
        beside = {"pyconc_campaign": campaign, **built[arm]}
        benchmarks = [_benchmark(records, beside) for records in measured]
        if benchmarks:
            suites[arm] = pyperf.BenchmarkSuite(benchmarks)
    return suites


def _measured(records: list[Record]) -> bool:
    return any(record.round for record in records)


def _confounds(interpreter: dict[str, Any]) -> dict[str, str | int | float]:
    """How an interpreter was built, as metadata; nothing where it is not said."""
    if "build" not in interpreter:
        return {}
    return {f"pyconc_{name}": value for name, value in confounds(interpreter).items()}


def campaign_id(about: Mapping[str, Any]) -> str:
    """What tells one campaign from another, in every file of it."""
    return f"{about['started']} {about['seed']}"


def _benchmark(records: list[Record], beside: dict[str, str | int | float]) -> pyperf.Benchmark:
    """The rounds of one case, in one benchmark, with metadata for all of them."""
    merged = None
    for record in records:
        one = pyperf.Benchmark.loads(json.dumps(record.suite))
        one.update_metadata({"pyconc_round": record.round, "pyconc_python": record.arm, **beside})
        if merged is None:
            merged = one
        else:
            merged.add_runs(one)
    return merged


def read_suite(path: Path) -> pyperf.BenchmarkSuite:
    """A pyperf file, compressed or not.

    Raises:
        UsageError: it is missing, damaged or no pyperf file.
    """
    try:
        return pyperf.BenchmarkSuite.load(str(path))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except EOFError:
        raise UsageError(f"{path} is cut short; measure it again") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        cut = isinstance(error, json.JSONDecodeError)
        what = "is not whole JSON" if cut else "is not a pyperf file"
        raise UsageError(f"{path} {what} ({error}); give a file that pyperf wrote") from None


def read_about(folder: Path) -> dict[str, Any]:
    """What a campaign says of itself.

    Raises:
        UsageError: the folder is no campaign, or its description is damaged.
    """
    path = folder / CAMPAIGN
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; give one that `pyconc run` wrote")
    try:
        about: dict[str, Any] = json.loads(path.read_text("utf-8"))
        missing = _FIELDS - about.keys()
        labelled = [isinstance(each, dict) and "label" in each for each in about["interpreters"]]
        missing |= set() if all(labelled) else {"label of an interpreter"}
        if missing:
            raise KeyError(", ".join(sorted(missing)) + " missing")
    except OSError:
        raise UsageError(f"{folder} is not a campaign: it has no {CAMPAIGN}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is damaged ({error}); restore it, or measure again") from None
    return about


def read_arm(folder: Path, label: str) -> pyperf.BenchmarkSuite:
    """The suite of one interpreter of a campaign: from its file where that is up to date.

    Raises:
        UsageError: the folder is no campaign, a file in it is damaged, or nothing was measured.
    """
    journal = folder / JOURNAL
    for path in (folder / f"python-{label}.json", folder / f"python-{label}.json.gz"):
        if path.exists() and not (
            journal.exists() and journal.stat().st_mtime > path.stat().st_mtime
        ):
            return read_suite(path)
    suite = suites_of_journal(folder).get(label) if journal.exists() else None
    if suite is None:
        raise UsageError(f"{folder} holds no finished round of {label}; measure again")
    return suite


def read_campaign(folder: Path) -> tuple[dict[str, Any], list[pyperf.BenchmarkSuite]]:
    """What a campaign says of itself, and its suites, in the order of its interpreters.

    Raises:
        UsageError: the folder is no campaign, a file in it is damaged, or nothing was measured.
    """
    about = read_about(folder)
    if (folder / JOURNAL).exists():
        suites = list(suites_of_journal(folder).values())
    else:
        labels = [interpreter["label"] for interpreter in about["interpreters"]]
        paths = [
            folder / f"python-{label}.json{packed}" for label in labels for packed in ("", ".gz")
        ]
        suites = [read_suite(path) for path in paths if path.exists()]
    if not suites:
        raise UsageError(f"{folder} holds no finished round; measure again")
    return about, suites
