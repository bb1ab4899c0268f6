"""pyperf files: written from a campaign's journal, and read from anywhere with a clear word."""

from __future__ import annotations

import gzip
import io
import json
import math
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyperf

from pyconc.errors import UsageError, brief
from pyconc.measure.journal import CAMPAIGN, JOURNAL, Record, read_journal
from pyconc.measure.packages import as_text
from pyconc.measure.probe import confounds
from pyconc.store.documents import benchmarks

#: What `campaign.json` must say.
_FIELDS = {
    "pyconc", "started", "finished", "profile", "seed", "cases", "machine", "interpreters",
    "failures",
}  # fmt: skip
#: A larger file is no result: that of a campaign of 250 cases and 40 rounds has some 10 MB.
MOST_BYTES = 128 << 20
_GZIP = b"\x1f\x8b"
#: What is said of a journal that cannot be read, and the remedy.
_DAMAGED = ("is damaged", "restore it, or measure again")
#: What pyperf, json and our own reading raise for a file that is damaged, or made to do harm.
_DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip


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
    for record in read_journal(folder):
        if record.case not in runs.get(record.arm, ()):
            raise UsageError(
                f"{folder / JOURNAL}: {record.case} on {record.arm} is not of this campaign; "
                f"restore the file, or measure again"
            )
        if record.error is None:
            runs[record.arm][record.case].append(record)
    built = {each["label"]: _confounds(each) for each in about["interpreters"]}
    finished = {
        arm: [records for records in by_case.values() if _measured(records)]
        for arm, by_case in runs.items()
    }
    return {
        arm: (cases, {"pyconc_campaign": campaign, "pyconc_python": arm, **built[arm]})
        for arm, cases in finished.items()
        if cases
    }


def _measured(records: list[Record]) -> bool:
    return any(record.round for record in records)


def _confounds(interpreter: dict[str, Any]) -> dict[str, str | int | float]:
    """How an interpreter was built and what is installed for it, as metadata; nothing where it is
    not said.
    """
    if "build" not in interpreter:
        return {}
    said = confounds(interpreter)
    if "packages" in interpreter:
        said["packages"] = as_text(interpreter["packages"])
    return {f"pyconc_{name}": value for name, value in said.items()}


def campaign_id(about: Mapping[str, Any]) -> str:
    """What tells one campaign from another, in every file of it."""
    return f"{about['started']} {about['seed']}"


def _benchmark(records: list[Record], beside: dict[str, str | int | float]) -> pyperf.Benchmark:
    """The rounds of one case, in one benchmark, with metadata for all of them."""
    merged = None
    for record in records:
        one = pyperf.Benchmark.loads(json.dumps(record.suite))
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
    text = _text(path)
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


def read_document(path: Path) -> Any:
    """The JSON of a file, compressed or not, whatever is in it.

    Raises:
        UsageError: it is missing, too large, cut short or not JSON.
    """
    text = _text(path)
    with told_clearly(path):
        return json.loads(text)


@contextmanager
def told_clearly(
    path: Path,
    what: str = "is not a pyperf file",
    remedy: str = "give a file that pyperf wrote",
) -> Iterator[None]:
    """One line in place of whatever a damaged file makes the body raise.

    Raises:
        UsageError: the body raised what damaged files lead to.
    """
    try:
        yield
    except OSError as error:
        raise UsageError(f"cannot read {brief(path)}: {brief(error.strerror or error)}") from None
    except _DAMAGE as error:
        if isinstance(error, json.JSONDecodeError):
            what = "is not whole JSON"
        raise UsageError(f"{brief(path)} {what} ({_why(error)}); {remedy}") from None


def _why(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, MemoryError):
        return "it needs more memory than there is"
    if isinstance(error, KeyError):
        return f"it has no {brief(error)}"
    return brief(error) or type(error).__name__


def _text(path: Path) -> str:
    """What is in a file, unpacked where it is packed, whatever its name says."""
    content = _content(path)
    if content.startswith(_GZIP):
        content = _unpacked(path, content)
    if not content.strip():
        raise UsageError(f"{brief(path)} is empty; give a file that pyperf wrote")
    with told_clearly(path):
        return content.decode("utf-8-sig")


def _content(path: Path) -> bytes:
    """Only of regular files: a pipe or a device may never end."""
    try:
        about = path.stat()
        if stat.S_ISREG(about.st_mode) and about.st_size <= MOST_BYTES:
            return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot read {brief(path)}: {brief(reason)}") from None
    if stat.S_ISREG(about.st_mode):
        raise _too_large(path)
    raise UsageError(f"{brief(path)} is not a regular file; give a file that pyperf wrote")


def _unpacked(path: Path, packed: bytes) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            while chunk := file.read(1 << 20):
                size += len(chunk)
                if size > MOST_BYTES:
                    raise _too_large(path)
                chunks.append(chunk)
    except EOFError:
        raise UsageError(f"{brief(path)} is cut short; measure it again") from None
    except (OSError, ValueError, zlib.error) as error:
        raise UsageError(f"{brief(path)} is damaged ({brief(error)}); measure it again") from None
    return b"".join(chunks)


def _too_large(path: Path) -> UsageError:
    return UsageError(
        f"{brief(path)} has more than {MOST_BYTES >> 20} MB, which no result has; "
        f"give a file that pyperf wrote"
    )


def read_about(folder: Path) -> dict[str, Any]:
    """What a campaign says of itself.

    Raises:
        UsageError: the folder is no campaign, or its description is damaged.
    """
    path = folder / CAMPAIGN
    with told_clearly(folder, "cannot be read", "give a folder that `pyconc run` wrote"):
        if not folder.is_dir():
            raise UsageError(f"{brief(folder)} is not a folder; give one that `pyconc run` wrote")
        if not path.exists():
            raise UsageError(f"{brief(folder)} is not a campaign: it has no {CAMPAIGN}")
    content = _content(path)
    try:
        about: dict[str, Any] = json.loads(content.decode("utf-8"))
        missing = _missing(about)
        if missing:
            raise ValueError(", ".join(sorted(missing)) + " missing")
    except _DAMAGE as error:
        raise UsageError(
            f"{brief(path)} is damaged ({_why(error)}); restore it, or measure again"
        ) from None
    return about


def _missing(about: Mapping[str, Any]) -> set[str]:
    """What a description must say and does not, or not as it must."""
    missing = _FIELDS - about.keys()
    if missing:
        return missing
    interpreters, cases = about["interpreters"], about["cases"]
    labels = [each["label"] for each in interpreters if isinstance(each, dict) and "label" in each]
    if not labels or len(labels) < len(interpreters) or not _all_texts(labels):
        missing.add("label of an interpreter")
    elif not all(_are_packages(each.get("packages", {})) for each in interpreters):
        missing.add("version of a package")
    if not isinstance(cases, list) or not _all_texts(cases):
        missing.add("id of a case")
    return missing


def _are_packages(said: object) -> bool:
    return isinstance(said, dict) and _all_texts([*said, *said.values()])


def _all_texts(said: list[Any]) -> bool:
    return all(isinstance(each, str) and each.isprintable() for each in said)


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


def arm_file(folder: Path, label: str) -> Path | None:
    """The result file of one interpreter of a campaign; None where its journal is newer."""
    journal = folder / JOURNAL
    with told_clearly(folder):
        for path in (folder / f"python-{label}.json", folder / f"python-{label}.json.gz"):
            if path.exists() and not (
                journal.exists() and journal.stat().st_mtime > path.stat().st_mtime
            ):
                return path
    return None


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
