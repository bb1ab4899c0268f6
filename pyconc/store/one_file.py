"""A single file of pyperf or pytest-benchmark, described as a campaign is, to be shown as one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyconc.errors import UsageError, brief
from pyconc.store.builds import recalled
from pyconc.store.documents import benchmarks
from pyconc.store.files import told_clearly
from pyconc.store.pytest_benchmark import SYSTEM, UNKNOWN, WRITTEN_BY, read_pyperf

#: What wrote a file, by its name.
PYPERF = "pyperf"

#: What a label may consist of.
_NOT_OF_LABELS = re.compile(r"[^A-Za-z0-9._+-]+")
#: As `platform.python_implementation` has it.
_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}


def read_one_file(path: Path) -> tuple[dict[str, Any], Any]:
    """What `campaign.json` would say of a file, or of a folder of saved runs; and its document.

    The document is pyperf's, and its metadata call the Python by the label of the description.

    Raises:
        UsageError: it cannot be read, holds no value, or is of several Pythons.
    """
    document = read_pyperf(path)
    with told_clearly(path):
        found = list(benchmarks(document))
        runs = [(each.said(run), run.values) for each in found for run in each.runs]
        if not any(values for _, values in runs):
            raise UsageError(f"{brief(path)} holds no value; measure it again")
        said = [metadata for metadata, _ in runs]
        label = _only_label(path, said)
        for benchmark in document["benchmarks"]:
            for run in benchmark["runs"]:
                run["metadata"] = {**run.get("metadata", {}), "pyconc_python": label}
        return _about(said, max(len(each.runs) for each in found), label), document


def _only_label(path: Path, said: Sequence[Mapping[str, Any]]) -> str:
    """That of the Python of all runs. A benchmark that runs a command does not tell which one that
    was: the Python of the others is meant.

    Raises:
        UsageError: there are several.
    """
    labels = dict.fromkeys(filter(None, map(_label, said)))
    if len(labels) > 1:
        raise UsageError(
            f"{brief(path)} is of several Pythons, {' and '.join(sorted(labels))}; "
            f"give a file of one"
        )
    return next(iter(labels), UNKNOWN)


def _label(metadata: Mapping[str, Any]) -> str | None:
    """As a campaign would call its Python; None where there is no word of it."""
    if said := metadata.get("pyconc_python"):
        return _NOT_OF_LABELS.sub("-", str(said))
    version = str(metadata.get("python_version") or "").split()
    if not version:
        return None
    implementation = str(metadata.get("python_implementation") or "cpython")
    prefix = "" if implementation == "cpython" else implementation
    return _NOT_OF_LABELS.sub("-", prefix + version[0])


def _about(said: Sequence[Mapping[str, Any]], rounds: int, label: str) -> dict[str, Any]:
    # Of each name, what the first run that has it says.
    told: dict[str, Any] = {}
    for metadata in reversed(said):
        told.update(metadata)
    dates = sorted(str(metadata["date"]) for metadata in said if "date" in metadata)
    tool, version = PYPERF, told.get("perf_version")
    if WRITTEN_BY in told:
        tool, version = "pytest-benchmark", told[WRITTEN_BY]
    interpreter = {"version": label, "compiler": None, "implementation": None, **recalled(told)}
    if label != UNKNOWN:
        implementation = str(interpreter["implementation"] or "CPython")
        interpreter["implementation"] = _IMPLEMENTATIONS.get(implementation, implementation)
    return {
        "pyconc": f"{tool} {version}" if version and version != UNKNOWN else tool,
        "started": dates[0] if dates else "",
        "finished": True,
        "failures": [],
        "profile": {"name": tool, "rounds": rounds},
        "seed": None,
        "cases": list(dict.fromkeys(str(metadata["name"]) for metadata in said)),
        "machine": {
            "host": told.get("hostname"),
            "platform": told.get("platform") or told.get(SYSTEM),
            "processor": told.get("cpu_model_name"),
            "cpus": told.get("cpu_count"),
        },
        "interpreters": [{**interpreter, "label": label, "skipped": {}}],
    }
