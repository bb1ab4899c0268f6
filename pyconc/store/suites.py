"""pyperf files: written from a campaign's journal, and read from anywhere with a clear word."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyperf

from pyconc.errors import UsageError, brief
from pyconc.store.about import campaign_id, read_about
from pyconc.store.builds import confounds
from pyconc.store.current import arm_file, records_of
from pyconc.store.documents import OF_ALL_RUNS, benchmarks
from pyconc.store.files import read_document, read_text, told_clearly
from pyconc.store.journal import JOURNAL, Record, latest
from pyconc.store.packages import as_text

#: What is said of a journal that cannot be read, and the remedy.
_DAMAGED = ("is damaged", "restore it, or measure again")


def write_suites(folder: Path) -> list[Path]:
    """One pyperf file for each interpreter of a campaign, whole or not at all.

    Returns:
        The files, in the order of the campaign's interpreters.

    Raises:
        UsageError: the folder is no campaign, its journal is damaged, or a file cannot be written.
    """
    paths = []
    for arm, suite in suites_of_journal(folder).items():
        path = folder / f"python-{arm}.json"
        beside = path.with_name(f".{path.name}")
        try:
            suite.dump(str(beside), replace=True)
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise UsageError(
                f"cannot write {path}: {error.strerror or error}; what is measured is safe: "
                f"make room, then `pyconc run --resume {folder}`"
            ) from None
        paths.append(path)
    return paths


def suites_of_journal(folder: Path) -> dict[str, pyperf.BenchmarkSuite]:
    """What a campaign has finished, by interpreter, as pyperf has it.

    Interpreters come in the order of the campaign and cases in that of the catalogue; those
    without a finished round are left out.

    Raises:
        UsageError: the folder is no campaign, or its journal is damaged.
    """
    with told_clearly(folder / JOURNAL, *_DAMAGED):
        return {
            arm: pyperf.BenchmarkSuite([_benchmark(records, beside) for records in finished])
            for arm, (finished, beside) in _finished(folder).items()
        }


def documents_of_journal(folder: Path) -> dict[str, Any]:
    """The same as pyperf's documents, made without pyperf.

    Raises:
        UsageError: the folder is no campaign, or its journal is damaged.
    """
    with told_clearly(folder / JOURNAL, *_DAMAGED):
        return {
            arm: {
                "version": "1.0",
                "benchmarks": [{"runs": _runs(records, beside)} for records in finished],
            }
            for arm, (finished, beside) in _finished(folder).items()
        }


def _finished(folder: Path) -> dict[str, tuple[list[list[Record]], dict[str, Any]]]:
    """By interpreter the records of each case, and what is said beside of all of them."""
    about = read_about(folder)
    campaign = campaign_id(about)
    runs: dict[str, dict[str, list[Record]]] = {
        interpreter["label"]: {case: [] for case in about["cases"]}
        for interpreter in about["interpreters"]
    }
    for record in latest(records_of(folder, about)):
        runs[record.arm][record.case].append(record)
    built = {each["label"]: _confounds(each) for each in about["interpreters"]}
    finished = {
        arm: [_alike(records) for records in by_case.values() if _measured(records)]
        for arm, by_case in runs.items()
    }
    return {
        arm: (cases, {"pyconc_campaign": campaign, "pyconc_python": arm, **built[arm]})
        for arm, cases in finished.items()
        if cases
    }


def _measured(records: list[Record]) -> bool:
    return any(record.round for record in records)


def _alike(records: list[Record]) -> list[Record]:
    """Raises ValueError if they cannot be in one benchmark of pyperf."""
    first: dict[str, Any] = {}
    for number, record in enumerate(records):
        [benchmark] = benchmarks(record.suite)
        said = benchmark.said(benchmark.runs[0])
        first = said if not number else first
        for name in OF_ALL_RUNS:
            if said.get(name) != first.get(name):
                raise ValueError(f"the rounds of {record.case} on {record.arm} differ in {name}")
    return records


def _confounds(interpreter: dict[str, Any]) -> dict[str, str | int | float]:
    """How an interpreter was built and what is installed for it, as metadata; nothing where it is
    not said.
    """
    if "build" not in interpreter:
        return {}
    said = confounds(interpreter)
    if "packages" in interpreter:
        said["packages"] = as_text(interpreter["packages"])
    texts = {name: " ".join(v.split()) for name, v in said.items() if isinstance(v, str)}
    return {f"pyconc_{name}": v for name, v in {**said, **texts}.items() if v != ""}


def _benchmark(records: list[Record], beside: dict[str, str | int | float]) -> pyperf.Benchmark:
    """The rounds of one case, in one benchmark, with metadata for all of them."""
    merged = None
    for record in records:
        one = pyperf.Benchmark.loads(json.dumps(record.suite, allow_nan=False))
        one.update_metadata({"pyconc_round": record.round, **beside})
        if merged is None:
            merged = one
        else:
            merged.add_runs(one)
    return merged


def _runs(records: list[Record], beside: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same as a document has them."""
    found = []
    for record in records:
        told = {**beside, "pyconc_round": record.round}
        for benchmark in benchmarks(record.suite):
            for run in benchmark.runs:
                metadata = {**benchmark.said(run), **told}
                found.append({"values": run.values, "metadata": metadata})
    return found


def read_suite(path: Path) -> pyperf.BenchmarkSuite:
    """A pyperf file, compressed or not.

    Raises:
        UsageError: it is missing, damaged or no pyperf file.
    """
    text = read_text(path)
    with told_clearly(path):
        suite = pyperf.BenchmarkSuite.load(io.StringIO(text))
        for bench in suite:
            _check(bench)
        return suite


def _check(bench: pyperf.Benchmark) -> None:
    """What pyperf lets pass and no cost can be."""
    if not isinstance(bench.get_name(), str):
        raise ValueError(f"a benchmark has the name {bench.get_name()!r}, which is no text")
    for value in bench.get_values():
        if isinstance(value, bool) or not math.isfinite(value):
            raise ValueError(f"{bench.get_name()} has a value of {value}")


def read_arm(folder: Path, label: str) -> pyperf.BenchmarkSuite:
    """The suite of one interpreter of a campaign: from its file where that is up to date.

    Raises:
        UsageError: the folder is no campaign, a file in it is damaged, or nothing was measured.
    """
    path = arm_file(folder, label)
    if path is not None:
        return read_suite(path)
    suite = suites_of_journal(folder).get(label) if (folder / JOURNAL).exists() else None
    if suite is None:
        raise UsageError(f"{brief(folder)} holds no finished round of {label}; measure again")
    return suite


def documents_of(folder: Path, about: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Each interpreter's document, and the file that it was read from: the journal where that is
    newer. Interpreters come in the order of the campaign; those without a finished round are left
    out.

    Raises:
        UsageError: a file is damaged, or nothing was measured.
    """
    labels = [interpreter["label"] for interpreter in about["interpreters"]]
    files = {label: arm_file(folder, label) for label in labels}
    newer = (folder / JOURNAL).exists() and None in files.values()
    written = documents_of_journal(folder) if newer else {}
    found = {label: path for label, path in files.items() if path or label in written}
    if not found:
        raise UsageError(f"{brief(folder)} holds no finished round; measure again")
    for label, path in found.items():
        yield (path, read_document(path)) if path else (folder / JOURNAL, written.pop(label))
