"""What pytest-benchmark wrote, read as the document of pyperf that says the same.

The unit of the statistics is the process. All rounds of pytest-benchmark are values of one process,
so that a file is a single round of each of its benchmarks: their mean, which is kept with and
without ``--benchmark-save-data``. A folder of saved files has as many rounds as files.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyconc.errors import UsageError, brief
from pyconc.store.files import read_document, told_clearly
from pyconc.store.journal import CAMPAIGN

#: In the metadata of every benchmark that was read from such a file: the version that wrote it.
WRITTEN_BY = "pytest_benchmark"
#: Of what there is no word: a version of a tool, or a Python.
UNKNOWN = "unknown"
#: Why nothing is certain where a side is a single file; the name of the side comes before it.
ONE_PROCESS = (
    "was measured by pytest-benchmark in one process, and how much processes differ cannot be seen "
    "in it; save several runs with --benchmark-autosave, and compare the folders that hold them"
)
#: How ``--benchmark-save`` and ``--benchmark-autosave`` call their files.
_SAVED = "[0-9][0-9][0-9][0-9]_*.json"
#: What its description of a machine is called in pyperf's metadata.
_MACHINE = {
    "hostname": "node",
    "python_version": "python_version",
    "python_implementation": "python_implementation",
    "python_compiler": "python_compiler",
}
_PROCESSOR = {"cpu_model_name": "brand_raw", "cpu_count": "count"}
_OURS = "pyconc_"
#: Of its system it says less than pyperf, which would take that for another platform.
SYSTEM = f"{_OURS}system"


def is_report(document: Any) -> bool:
    """Whether pytest-benchmark wrote a document."""
    return isinstance(document, dict) and {"benchmarks", "machine_info"} <= document.keys()


def holds_saved_runs(folder: Path) -> bool:
    """Whether a folder is no campaign, but one of saved runs or of such folders."""
    with told_clearly(folder):
        if (folder / CAMPAIGN).exists():
            return False
        return any(next(folder.glob(each), None) for each in (_SAVED, f"*/{_SAVED}"))


def read_pyperf(path: Path) -> Any:
    """The document of a file of pyperf or pytest-benchmark, or of a folder of saved runs.

    Raises:
        UsageError: it cannot be read, or the folder holds runs of more than one Python.
    """
    if not path.is_dir():
        document = read_document(path)
        return _converted({path: document}) if is_report(document) else document
    documents = {each: read_document(each) for each in saved_files(path)}
    for each, document in documents.items():
        if not is_report(document):
            raise UsageError(
                f"{brief(each)} is not of pytest-benchmark, as other files beside it are; "
                f"take it out of the folder, or give one file"
            )
    return _converted(documents)


def saved_files(folder: Path) -> list[Path]:
    """Those of the folder, or of the only one in it that has any: one is made for each Python."""
    saved = sorted(folder.glob(_SAVED))
    if saved:
        return saved
    places = sorted({path.parent for path in folder.glob(f"*/{_SAVED}")})
    if len(places) == 1:
        return sorted(places[0].glob(_SAVED))
    raise UsageError(
        f"{brief(folder)} holds runs of {brief(' and '.join(each.name for each in places))}; "
        f"name one of them, {brief(places[0])}"
    )


def _converted(documents: Mapping[Path, Any]) -> dict[str, Any]:
    """One run for each file that has the benchmark."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for path, document in documents.items():
        with told_clearly(path, "is not a file of pytest-benchmark", "write it again"):
            found = [_run(document, benchmark) for benchmark in document["benchmarks"]]
            by_name = {run["metadata"]["name"]: run for run in found}
            if len(by_name) < len(found):
                raise ValueError("two benchmarks have one name")
            for name, run in by_name.items():
                runs.setdefault(name, []).append(run)
    benchmarks = [{"metadata": {}, "runs": each} for each in runs.values()]
    return {"version": "1.0", "metadata": {}, "benchmarks": benchmarks}


def _run(document: Any, benchmark: Any) -> dict[str, Any]:
    """The process of a file, as a run of one benchmark. pyconc's own cases tell more of it."""
    extra = benchmark.get("extra_info") or {}
    ours = {name: value for name, value in extra.items() if name.startswith(_OURS)}
    case = ours.pop(f"{_OURS}case", None) or benchmark["fullname"]
    if not isinstance(case, str):
        raise ValueError("a benchmark has no name that is a text")
    said = {
        **_machine(document["machine_info"]),
        **ours,
        "name": case,
        "unit": "second",
        "date": document.get("datetime"),
        WRITTEN_BY: document.get("version") or UNKNOWN,
    }
    return {"values": [benchmark["stats"]["mean"]], "metadata": _scalars(said)}


def _machine(info: Any) -> dict[str, Any]:
    cpu = info.get("cpu") or {}
    said = {name: info.get(theirs) for name, theirs in _MACHINE.items()}
    said.update({name: cpu.get(theirs) for name, theirs in _PROCESSOR.items()})
    implementation = said["python_implementation"]
    if isinstance(implementation, str):
        said["python_implementation"] = implementation.lower()  # as pyperf has it
    system = [info.get(name) for name in ("system", "release", "machine")]
    said[SYSTEM] = "-".join(str(each) for each in system if each)
    return said


def _scalars(said: Mapping[str, Any]) -> dict[str, Any]:
    """What pyperf takes for metadata: finite numbers, and texts of one line."""
    return {
        name: " ".join(value.split()) if isinstance(value, str) else value
        for name, value in said.items()
        if (isinstance(value, str) and value.strip())
        or (type(value) in (int, float) and math.isfinite(value))
    }
