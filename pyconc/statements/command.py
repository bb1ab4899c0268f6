"""`pyconc statements`: what each Python has to say to the statements of the notes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pyconc.figures import counted
from pyconc.screen import say
from pyconc.statements.answers import Answer, Answers
from pyconc.statements.asking import ask_each, chosen
from pyconc.statements.catalog import STATEMENTS
from pyconc.statements.store import write_answers


def show_statements(pythons: Sequence[str], output: Path | None) -> int:
    """Ask the named Pythons, print a table of their answers, and write them where it is said.

    Args:
        pythons: as `asking.chosen` knows them; this Python, where none is named.

    Raises:
        UsageError: a name means nothing, a Python cannot answer, or the file cannot be written.
    """
    answers: dict[str, dict[str, Answer]] = {}
    for label, given in ask_each(chosen(pythons or [sys.executable])):
        answers[label] = given
        say(f"{label}: {_count(given)}")
        sys.stdout.flush()
    if output:
        write_answers(output, answers)
    for line in table(answers):
        say(line)
    if output:
        say(f"answers: {output}")
    return 0


def _count(answers: Answers) -> str:
    held = sum(answer.holds is True for answer in answers.values())
    return f"{held} of {counted(len(answers), 'statement')} hold"


def table(answers: Mapping[str, Answers]) -> list[str]:
    """A line for each statement: its id, the answer of each Python, and what else was found."""
    widths = [max(len(python), len("deprecated")) for python in answers]
    names = max(len(each.id) for each in STATEMENTS)
    lines = [_line(names, "statement", zip(answers, widths), "found")]
    for each in STATEMENTS:
        given = [by_id.get(each.id, Answer(None)) for by_id in answers.values()]
        found = dict.fromkeys(answer.found for answer in given if answer.found)
        cells = zip(map(mark, given), widths)
        lines.append(_line(names, each.id, cells, "; ".join(found)))
    return lines


def mark(answer: Answer) -> str:
    if answer.holds is None:
        return "?"
    return "no" if not answer.holds else "deprecated" if answer.deprecated else "yes"


def _line(names: int, name: str, cells: Iterable[tuple[str, int]], found: str) -> str:
    columns = "  ".join(f"{text:{width}}" for text, width in cells)
    return f"{name:{names}}  {columns}  {found}".rstrip()
