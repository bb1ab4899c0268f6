"""pyperf files of a campaign: written from its journal, and read again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyperf

from pyconc.errors import UsageError, brief
from pyconc.store.about import campaign_id, read_about
from pyconc.store.builds import confounds
from pyconc.store.current import arm_file, records_of
from pyconc.store.documents import OF_ALL_RUNS, benchmarks
from pyconc.store.files import read_document, told_clearly
from pyconc.store.journal import JOURNAL, Record, latest
from pyconc.store.packages import as_text


class Document(NamedTuple):
    """What was measured of one interpreter of a campaign."""

    label: str
    #: The file that it was read from.
    path: Path
    #: As pyperf has it.
    content: Any


#: What is said of a journal that cannot be read, and the remedy.
_DAMAGED = ("is damaged", "restore it, or measure again")


def write_suites(folder: Path) -> list[Path]:
    """One pyperf file for each interpreter of a campaign, whole or not at all.

    Returns:
        The files, in the order of the campaign's interpreters.

    Raises:
        UsageError: the folder is no campaign, its journal is damaged, or a file cannot be written.
    """
    documents = documents_of_journal(folder)
    with told_clearly(folder / JOURNAL, *_DAMAGED):
        suites = {
            arm: pyperf.BenchmarkSuite.loads(json.dumps(document, allow_nan=False))
            for arm, document in documents.items()
        }
    paths = []
    for arm, suite in suites.items():
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


def documents_of_journal(folder: Path) -> dict[str, Any]:
    """What a campaign has finished, by interpreter: documents of pyperf, made without pyperf.

    Interpreters come in the order of the campaign and cases in that of the catalogue; those
    without a finished round are left out.

    Raises:
        UsageError: the folder is no campaign, or its journal is damaged.
    """
    with told_clearly(folder / JOURNAL, *_DAMAGED):
        about = read_about(folder)
        campaign = campaign_id(about)
        records: dict[str, dict[str, list[Record]]] = {
            interpreter["label"]: {case: [] for case in about["cases"]}
            for interpreter in about["interpreters"]
        }
        for record in latest(records_of(folder, about)):
            records[record.arm][record.case].append(record)
        documents = {}
        for interpreter in about["interpreters"]:
            arm = interpreter["label"]
            said = {"pyconc_campaign": campaign, "pyconc_python": arm, **_confounds(interpreter)}
            by_case = [each for each in records[arm].values() if any(one.round for one in each)]
            if by_case:
                found = [{"runs": _runs(each, said)} for each in by_case]
                documents[arm] = {"version": "1.0", "benchmarks": found}
        return documents


def _runs(records: Sequence[Record], beside: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rounds of one case, with what is said of all of them.

    Raises:
        ValueError: they cannot be in one benchmark of pyperf.
    """
    found: list[dict[str, Any]] = []
    for record in records:
        [benchmark] = benchmarks(record.suite)
        [run] = record.suite["benchmarks"][0]["runs"]
        said = {**benchmark.said(benchmark.runs[0]), **beside, "pyconc_round": record.round}
        found.append({**run, "metadata": said})
        for name in OF_ALL_RUNS:
            if said.get(name) != found[0]["metadata"].get(name):
                raise ValueError(f"the rounds of {record.case} on {record.arm} differ in {name}")
    return found


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


def documents_of(folder: Path, about: Mapping[str, Any]) -> Iterator[Document]:
    """What was measured of each interpreter, in the order of the campaign; those without a finished
    round are left out.

    Raises:
        UsageError: a file is damaged, or nothing was measured.
    """
    document = None
    for document in _found(folder, [interpreter["label"] for interpreter in about["interpreters"]]):
        yield document
    if document is None:
        raise UsageError(f"{brief(folder)} holds no finished round; measure again")


def document_of(folder: Path, label: str) -> Document:
    """The same of one interpreter.

    Raises:
        UsageError: a file is damaged, or nothing was measured.
    """
    for document in _found(folder, [label]):
        return document
    raise UsageError(f"{brief(folder)} holds no finished round of {label}; measure again")


def _found(folder: Path, labels: Sequence[str]) -> Iterator[Document]:
    """Each when it is asked for: from a result file, or from a journal that is newer."""
    files = {label: arm_file(folder, label) for label in labels}
    newer = (folder / JOURNAL).exists() and None in files.values()
    written = documents_of_journal(folder) if newer else {}
    for label, path in files.items():
        if path:
            yield Document(label, path, read_document(path))
        elif label in written:
            yield Document(label, folder / JOURNAL, written.pop(label))
