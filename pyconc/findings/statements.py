"""The notes' statements, and since when they hold or no longer do: read off answers of Pythons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pyconc.statements.answers import Answer, Answers
from pyconc.statements.catalog import STATEMENTS
from pyconc.statements.statement import Statement
from pyconc.words.phrase import Phrase, phrase

#: Labels of CPython with its GIL, which make one line of versions.
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)\w*(?<!t)")


class Row(NamedTuple):
    """One statement, and what each Python has to say to it."""

    id: str
    section: Phrase
    #: What the notes say.
    says: Phrase
    #: What is so where it does not hold.
    instead: Phrase
    answers: dict[str, Answer]
    #: Sentences about versions.
    changes: tuple[Phrase, ...]
    #: What was found where it does not hold, or everywhere if it always does.
    found: tuple[str, ...]

    @property
    def broken(self) -> bool:
        """Whether it does not hold somewhere."""
        return any(answer.holds is False for answer in self.answers.values())

    @property
    def nowhere(self) -> bool:
        """Whether it holds on no Python that could check it."""
        told = [answer.holds for answer in self.answers.values() if answer.holds is not None]
        return bool(told) and not any(told)


def rows(answers: Mapping[str, Answers]) -> list[Row]:
    """Every statement that a Python has an answer to, in the order of the notes."""
    found = [_row(each, answers) for each in STATEMENTS]
    return [row for row in found if row.answers]


def summary(found: Sequence[Row]) -> Phrase:
    """How many hold everywhere, how many nowhere, and how many depend on the Python."""
    nowhere = sum(row.nowhere for row in found)
    broken = sum(row.broken for row in found)
    return phrase(
        "notes.statements.summary",
        count=len(found),
        everywhere=len(found) - broken,
        nowhere=nowhere,
        depending=broken - nowhere,
    )


def _row(statement: Statement, answers: Mapping[str, Answers]) -> Row:
    given = {
        python: by_id[statement.id] for python, by_id in answers.items() if statement.id in by_id
    }
    failing = [answer.found for answer in given.values() if answer.holds is False]
    found = failing or [answer.found for answer in given.values() if answer.holds]
    key = f"notes.statement.{statement.id}"
    return Row(
        id=statement.id,
        section=phrase(f"notes.section.{statement.section}"),
        says=phrase(f"{key}.says"),
        instead=phrase(f"{key}.instead"),
        answers=given,
        changes=tuple(_changes(given)),
        found=tuple(dict.fromkeys(filter(None, found))),
    )


def _changes(given: Mapping[str, Answer]) -> Iterator[Phrase]:
    """Between which versions of CPython it came or went, and since when it is deprecated."""
    line = [(python, given[python]) for python in versions(given)]
    told = [(python, answer) for python, answer in line if answer.holds is not None]
    for (before, old), (after, new) in zip(told, told[1:]):
        if old.holds != new.holds:
            key = "notes.statements.came" if new.holds else "notes.statements.went"
            yield phrase(key, before=before, after=after)
    warned = [python for python, answer in told if answer.holds and answer.deprecated]
    if warned:
        yield phrase("notes.statements.deprecated_from", python=warned[0])


def versions(pythons: Iterable[str]) -> list[str]:
    """The CPythons with a GIL among labels, from the oldest to the newest."""
    found = [match for python in pythons if (match := _VERSION.fullmatch(python))]
    return [m[0] for m in sorted(found, key=lambda m: tuple(map(int, m.groups())))]
