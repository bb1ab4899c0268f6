"""A single file of pyperf or pytest-benchmark, described as a campaign is, to be shown as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyconc.errors import UsageError, brief
from pyconc.measure.probe import recalled
from pyconc.store.pytest_benchmark import SYSTEM, WRITTEN_BY, read_pyperf
from pyconc.store.suites import told_clearly

#: What a label may consist of.
_NOT_OF_LABELS = re.compile(r"[^A-Za-z0-9._+-]+")
#: As `platform.python_implementation` has it.
_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}


def read_one_file(path: Path) -> tuple[dict[str, Any], Any]:
    """What `campaign.json` would say of a file, or of a folder of saved runs; and its document.

    The document is pyperf's, and its metadata call the Python by the label of the description.

    Raises:
        UsageError: it cannot be read, holds no value or no times, or is of several Pythons.
    """
    document = read_pyperf(path)
    with told_clearly(path):
        runs = list(_runs(document))
        label = _only_label(path, runs)
        for benchmark in document["benchmarks"]:
            for run in benchmark["runs"]:
                run["metadata"] = {**run.get("metadata", {}), "pyconc_python": label}
        return _about([metadata for metadata, _ in runs], document, label), document


def _runs(document: Any) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """All that is said of each run, and its values."""
    of_all = document.get("metadata") or {}
    for benchmark in document["benchmarks"]:
        shared = {**of_all, **benchmark.get("metadata", {})}
        for run in benchmark["runs"]:
            yield {**shared, **run.get("metadata", {})}, run.get("values", [])


def _only_label(path: Path, runs: Sequence[tuple[dict[str, Any], list[Any]]]) -> str:
    """That of the Python of all runs.

    Raises:
        UsageError: there are several, or no values, or these are no times.
    """
    if not any(values for _, values in runs):
        raise UsageError(f"{brief(path)} holds no value; measure it again")
    units = {str(metadata.get("unit", "second")) for metadata, _ in runs}
    if units != {"second"}:
        raise UsageError(
            f"{brief(path)} has figures in {brief(' and '.join(sorted(units)))}; "
            f"give a file of times"
        )
    labels = {_label(metadata) for metadata, _ in runs}
    if len(labels) > 1:
        raise UsageError(
            f"{brief(path)} is of several Pythons, {' and '.join(sorted(labels))}; "
            f"give a file of one"
        )
    return labels.pop()


def _label(metadata: Mapping[str, Any]) -> str:
    """As a campaign would call its Python."""
    if said := metadata.get("pyconc_python"):
        return _NOT_OF_LABELS.sub("-", str(said))
    version = str(metadata.get("python_version") or "unknown").split()[0]
    implementation = str(metadata.get("python_implementation") or "cpython")
    prefix = "" if implementation == "cpython" else implementation
    return _NOT_OF_LABELS.sub("-", prefix + version)


def _about(runs: list[dict[str, Any]], document: Any, label: str) -> dict[str, Any]:
    first = runs[0]
    dates = sorted(str(metadata["date"]) for metadata in runs if "date" in metadata)
    tool, version = "pyperf", first.get("perf_version")
    if WRITTEN_BY in first:
        tool, version = "pytest-benchmark", first[WRITTEN_BY]
    interpreter = {"version": label, "compiler": None, **recalled(first)}
    implementation = str(interpreter.get("implementation") or "CPython")
    interpreter["implementation"] = _IMPLEMENTATIONS.get(implementation, implementation)
    return {
        "pyconc": f"{tool} {version}" if version else tool,
        "started": dates[0] if dates else "",
        "finished": True,
        "failures": [],
        "profile": {
            "name": tool,
            "rounds": max(len(benchmark["runs"]) for benchmark in document["benchmarks"]),
        },
        "seed": 0,
        "cases": list(dict.fromkeys(str(metadata["name"]) for metadata in runs)),
        "machine": {
            "host": first.get("hostname", "unknown"),
            "platform": first.get("platform") or first.get(SYSTEM, "unknown"),
            "processor": first.get("cpu_model_name", "unknown"),
            "cpus": first.get("cpu_count", 0),
        },
        "interpreters": [{**interpreter, "label": label, "skipped": {}}],
    }
