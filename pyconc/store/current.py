"""Which of a campaign's files counts: the rounds in them decide that, never their times, which a
copy or a clock that was set back changes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pyconc.errors import UsageError, brief
from pyconc.screen import say_once
from pyconc.store.about import campaign_id, read_about
from pyconc.store.documents import benchmarks
from pyconc.store.files import read_document, told_clearly
from pyconc.store.journal import CAMPAIGN, JOURNAL, Record, latest, read_journal

#: What was measured, as a number for its values, by the case and the round; calibrations apart.
Content = Mapping[tuple[str, object], int]


class Found(NamedTuple):
    """What is in a result file."""

    path: Path
    content: Content
    #: The campaigns that it says it is of; older files do not say it.
    campaigns: frozenset[object]


def arm_file(folder: Path, label: str) -> Path | None:
    """The result file of one interpreter of a campaign; None where there is none, or its journal
    has a round that the file lacks.

    Raises:
        UsageError: the folder is no campaign, or a file in it is damaged.
    """
    found = result_file(folder, label)
    written = in_journal(folder).get(label, {})
    if found is None or not written:
        return found.path if found else None
    if found.campaigns - {campaign_id(read_about(folder))}:
        say_once(f"{brief(found.path)} is of another campaign and does not count")
        return None
    if found.content.items() >= written.items():
        return found.path
    if found.content.keys() - written.keys():
        say_once(
            f"{brief(found.path)} and the journal beside it each have rounds that the other lacks; "
            f"the journal counts"
        )
    return None


def result_file(folder: Path, label: str) -> Found | None:
    """The file of an interpreter with the most rounds, packed or not, whatever the journal has.

    Raises:
        UsageError: a file is damaged.
    """
    with told_clearly(folder):
        paths = [folder / f"python-{label}.json{packed}" for packed in ("", ".gz")]
        there = [path for path in paths if path.exists()]
    found = [_in_file(path, *_stamp(path)) for path in there]
    return max(found, key=lambda each: len(each.content), default=None)


def records_of(folder: Path, about: Mapping[str, Any]) -> Iterator[Record]:
    """The records of a campaign's journal, failures too.

    Raises:
        UsageError: the journal is damaged, or has what is not of the campaign.
    """
    cases, labels = set(about["cases"]), {each["label"] for each in about["interpreters"]}
    for record in read_journal(folder):
        if record.case not in cases or record.arm not in labels:
            raise UsageError(
                f"{brief(folder / JOURNAL)}: {brief(record.case)} on {brief(record.arm)} is not of "
                f"this campaign; restore the file, or measure again"
            )
        yield record


def records_to_go_on(folder: Path, about: Mapping[str, Any], *, may_lack: int) -> list[Record]:
    """The records of a campaign, without their suites.

    Args:
        may_lack: so many rounds of the result files may be in a line that was torn.

    Raises:
        UsageError: rounds are in its result files that are not in its journal, which would be lost
            when the files are written again.
    """
    records = latest(each._replace(suite=None) for each in records_of(folder, about))
    known = {record.key for record in records}
    lacking = [
        (case, label, number)
        for label in (each["label"] for each in about["interpreters"])
        if (found := result_file(folder, label))
        for case, number in found.content
        if (case, label, number) not in known
    ]
    if len(lacking) > may_lack or (about["finished"] and not known):
        raise UsageError(
            f"{brief(folder)} has results that its {JOURNAL} lacks, as a published campaign does; "
            f"bring the journal back, or measure again into another folder"
        )
    return records


def in_journal(folder: Path) -> Mapping[str, Content]:
    """What the journal of a campaign has, by interpreter; nothing where there is none.

    Raises:
        UsageError: it is damaged.
    """
    path = folder / JOURNAL
    with told_clearly(folder):
        there = path.exists()
    return _in_journal(folder, *_stamp(path), *_stamp(folder / CAMPAIGN)) if there else {}


def _stamp(path: Path) -> tuple[object, ...]:
    """Of a file that is read once, as long as it stays what it is."""
    with told_clearly(path):
        about = path.stat()
        return about.st_ino, about.st_size, about.st_mtime_ns


@functools.lru_cache(maxsize=8)
def _in_journal(folder: Path, *_: object) -> Mapping[str, Content]:
    found: dict[str, dict[tuple[str, object], int]] = {}
    for record in latest(records_of(folder, read_about(folder))):
        if record.round:
            [benchmark] = benchmarks(record.suite)
            values = hash(tuple(benchmark.runs[0].values))
            found.setdefault(record.arm, {})[record.case, record.round] = values
    return found


@functools.lru_cache(maxsize=64)
def _in_file(path: Path, *_: object) -> Found:
    content: dict[tuple[str, object], int] = {}
    campaigns = set()
    document = read_document(path)
    with told_clearly(path):
        for benchmark in benchmarks(document):
            for run in benchmark.runs:
                said = benchmark.said(run)
                campaigns.add(said.get("pyconc_campaign"))
                if run.values:
                    content[said["name"], said.get("pyconc_round")] = hash(tuple(run.values))
    return Found(path, content, frozenset(campaigns - {None}))
