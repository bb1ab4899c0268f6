"""What is compared: a campaign, one Python of it, or a file of pyperf or pytest-benchmark."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyperf

from pyconc.errors import UsageError, brief
from pyconc.store.about import campaign_id, read_about
from pyconc.store.builds import recalled
from pyconc.store.documents import OF_ALL_RUNS, Benchmark, benchmarks
from pyconc.store.files import told_clearly
from pyconc.store.measured import Measured, Side
from pyconc.store.pytest_benchmark import holds_saved_runs, read_pyperf
from pyconc.store.recorded import MOST_ROUNDS
from pyconc.store.rounds import Rounds
from pyconc.store.suites import Document, document_of
from pyconc.units import unit_of

#: Metadata of pyperf by which machines are told apart.
_MACHINE = ("hostname", "cpu_model_name", "cpu_count")
#: What is known of an interpreter and is no scalar.
_TOLD = {"packages"}
#: More of them in one file are there to keep us busy: every benchmark has the metadata of the file.
_MOST_BENCHMARKS, _MOST_METADATA = 10_000, 1_000


def read_side(text: str) -> Side:
    """What ``CAMPAIGN``, ``CAMPAIGN@PYTHON``, ``FILE.json`` or a folder of saved runs names.

    Raises:
        UsageError: it is not there or damaged, has no such Python, or leaves open which one.
    """
    path, python = Path(text), None
    before, at, after = text.rpartition("@")
    try:
        if at and not path.exists() and Path(before).exists():
            path, python = Path(before), after
        is_folder = path.is_dir()
    except OSError as error:
        raise UsageError(f"cannot read {brief(text)}: {brief(error.strerror)}") from None
    if is_folder and not holds_saved_runs(path):
        return _of_campaign(text, path, python)
    if python is not None:
        raise UsageError(f"{brief(path)} is a file of one Python; give it without @{brief(python)}")
    document = read_pyperf(path)
    with told_clearly(path):
        return _of_measured(text, path, _in_document(document))


def _of_campaign(text: str, folder: Path, python: str | None) -> Side:
    about = read_about(folder)
    labels = [each["label"] for each in about["interpreters"]]
    label = _chosen(folder, labels, python)
    return side_of(text, folder, about, document_of(folder, label))


def side_of(name: str, folder: Path, about: Mapping[str, Any], found: Document) -> Side:
    """The side of one interpreter of a campaign that was read already.

    Args:
        name: how the side is called.
        about: what the campaign says of itself.

    Raises:
        UsageError: the document is damaged or holds no value.
    """
    label = found.label
    with told_clearly(found.path):
        side = _of_measured(name, folder, _in_document(found.content))
    interpreter = next(each for each in about["interpreters"] if each["label"] == label)
    profile = about["profile"].get("name") if isinstance(about["profile"], dict) else None
    return side._replace(
        label=label,
        campaign=side.campaign or campaign_id(about),
        profile=profile if isinstance(profile, str) else None,
        about={**_plain(interpreter), **{n: interpreter[n] for n in _TOLD & interpreter.keys()}},
    )


def _chosen(folder: Path, labels: Sequence[str], python: str | None) -> str:
    """The label that a Python names: the whole of it, or how a version begins."""
    if python is None:
        if len(labels) == 1:
            return labels[0]
        raise UsageError(
            f"{brief(folder)} holds {' and '.join(labels)}; "
            f"name one of them, {brief(folder)}@{labels[0]}"
        )
    found = [label for label in labels if label == python]
    found = found or [label for label in labels if label.startswith(f"{python}.")]
    if len(found) == 1:
        return found[0]
    what = "more than one" if found else "no"
    raise UsageError(
        f"{brief(folder)} has {what} Python {brief(python)}; it holds {', '.join(labels)}"
    )


def _of_measured(text: str, path: Path, benchmarks: Iterable[Measured | None]) -> Side:
    measured = {each.case: each for each in benchmarks if each is not None}
    if not measured:
        raise UsageError(f"{brief(text)} holds calibrations only, no value; measure it again")
    # Benchmarks that run a command do not say which Python it was; it is that of the others.
    every = [each.metadata for each in measured.values()]
    first = next((each for each in every if "python_version" in each), every[0])
    campaigns = {each.metadata.get("pyconc_campaign") for each in measured.values()}
    return Side(
        name=_printable(text),
        label=str(first.get("pyconc_python") or first.get("python_version") or "unknown"),
        campaign=str(campaigns.pop()) if len(campaigns) == 1 and None not in campaigns else None,
        profile=None,
        machine={name: first[name] for name in _MACHINE if name in first},
        about=recalled(first),
        measured=measured,
        path=path,
    )


def _in_document(document: Any) -> list[Measured | None]:
    """The benchmarks of a document, read without pyperf: it takes four times as long, for the
    metadata of every run.
    """
    of_suite = document.get("metadata") or {}
    if len(document["benchmarks"]) > _MOST_BENCHMARKS or len(of_suite) > _MOST_METADATA:
        raise ValueError("it has more benchmarks or metadata than any result")
    found: dict[str, Measured | None] = {}
    for benchmark in benchmarks(document):
        case, measured = _measured(benchmark)
        if case in found:
            raise ValueError(f"two benchmarks have the name {case}")
        found[case] = measured
    if not found:
        raise ValueError("it has no benchmark")
    return list(found.values())


def _measured(benchmark: Benchmark) -> tuple[str, Measured | None]:
    """A benchmark's name, and its rounds if it has any value."""
    shared, runs = benchmark
    metadata = _in_common([run.metadata for run in runs], shared)
    # pyperf says whether it could have written this.
    run = pyperf.Run([1.0], metadata=metadata, collect_metadata=False)
    metadata = _plain(run.get_metadata())
    case = run.get_metadata()["name"]  # as the file has it: who prints it, spells out what he must
    places = [place for place, each in enumerate(runs) if each.values]  # a calibration has none
    # What all runs agree on is in the metadata of the benchmark alone.
    of_all = shared.get("pyconc_round")
    said = [runs[place].metadata.get("pyconc_round", of_all) for place in places]
    rounds = {number: runs[place] for number, place in zip(_numbers(said, places), places)}
    measured = Rounds(unit_of(metadata), shared, rounds).as_measured(case)
    return case, measured._replace(metadata=metadata) if rounds else None


def _in_common(owns: Sequence[Mapping[str, Any]], shared: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata that all runs agree on, calibrations too."""
    if not owns:
        raise ValueError("a benchmark has no run")
    common = dict(shared)
    for name, first in owns[0].items():
        if name not in shared or first != shared[name]:
            common.pop(name, None)
            if all(own.get(name) == first for own in owns):
                common[name] = first
    names = set().union(*owns)
    again = names & shared.keys()  # there are none in what pyperf writes
    if again:
        for own in owns:
            for name in own.keys() & again:
                if own[name] != common.get(name):
                    common.pop(name, None)
    differing = names.intersection(OF_ALL_RUNS) - common.keys()
    if differing:
        raise ValueError(f"the runs of a benchmark differ in {min(differing)}")
    return common


def _numbers(said: Sequence[Any], places: Sequence[int]) -> Sequence[int]:
    """The numbers of the rounds as the runs say them, if that is sound, so that they can be paired;
    else ones that pair with none of those.
    """
    sound = all(type(each) is int and 0 <= each <= MOST_ROUNDS for each in said)
    if sound and len(set(said)) == len(said):
        return said
    if all(each is None for each in said):
        return places
    return [-1 - place for place in places]


def _plain(said: Mapping[str, Any]) -> dict[str, Any]:
    """Texts, as they can be printed, and finite numbers; what else is said tells nothing."""
    return {
        name: _printable(value) if isinstance(value, str) else value
        for name, value in said.items()
        if isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))
    }


def _printable(text: str) -> str:
    """Without line breaks and what a terminal might obey; unlike texts stay unlike."""
    return text if text.isprintable() else repr(text)[1:-1]
