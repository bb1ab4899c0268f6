"""pyperf files: written from a campaign's journal, and read from anywhere with a clear word."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pyperf

from pyconc.errors import UsageError
from pyconc.measure.journal import CAMPAIGN, JOURNAL, read_journal


def write_suites(folder: Path) -> list[Path]:
    """One pyperf file for each interpreter of a campaign, whole or not at all.

    Returns:
        The files, in the order of the interpreters; those without a finished round are left out.
    """
    suites: dict[str, pyperf.BenchmarkSuite] = {}
    for record in read_journal(folder):
        if record.error is not None:
            continue
        one = pyperf.BenchmarkSuite.loads(json.dumps(record.suite))
        beside = {"pyconc_round": record.round, "pyconc_python": record.arm}
        for bench in one:
            bench.update_metadata(beside)
        if record.arm in suites:
            suites[record.arm].add_runs(one)
        else:
            suites[record.arm] = one
    paths = []
    for arm, suite in suites.items():
        path = folder / f"python-{arm}.json"
        beside_it = path.with_name(f".{path.name}")
        suite.dump(str(beside_it), replace=True)
        os.replace(beside_it, path)
        paths.append(path)
    return paths


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


def read_campaign(folder: Path) -> tuple[dict[str, Any], list[pyperf.BenchmarkSuite]]:
    """What a campaign says of itself, and its suites, in the order of its interpreters.

    Raises:
        UsageError: the folder is no campaign, or a file in it is damaged.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; give one that `pyconc run` wrote")
    try:
        about = json.loads((folder / CAMPAIGN).read_text("utf-8"))
        labels = [interpreter["label"] for interpreter in about["interpreters"]]
    except OSError:
        raise UsageError(f"{folder} is not a campaign: it has no {CAMPAIGN}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{folder / CAMPAIGN} is damaged ({error})") from None
    if (folder / JOURNAL).exists():
        paths = write_suites(folder)
    else:
        paths = sorted(folder.glob("python-*.json*"))
    if not paths:
        raise UsageError(f"{folder} holds no finished round; measure again")
    suites = [read_suite(path) for path in paths]
    return about, sorted(suites, key=lambda suite: _place(suite, labels))


def _place(suite: pyperf.BenchmarkSuite, labels: list[str]) -> int:
    label = suite.get_metadata().get("pyconc_python")
    return labels.index(label) if label in labels else len(labels)
