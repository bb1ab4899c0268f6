"""The statements checked on this Python, each in a process of its own that may hang or die."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pyconc.measure.process import run_alone
from pyconc.statements.catalog import STATEMENTS
from pyconc.statements.statement import DECLARED, Found, Statement
from pyconc.suite.machine import usable_cores

#: Seconds that a check may take; it is bounded itself, and ends long before as a rule.
LIMIT = 120.0


#: What one Python has to say to a statement.
Answer = Found
Answers = Mapping[str, Answer]


def answer_all(statements: Sequence[Statement] = STATEMENTS) -> dict[str, Answer]:
    """The answers of this Python by the statement's id."""
    pool = ThreadPoolExecutor(min(usable_cores(), 4))
    try:
        return dict(zip((each.id for each in statements), pool.map(_answer_apart, statements)))
    finally:
        pool.shutdown(cancel_futures=True)


def _answer_apart(statement: Statement) -> Answer:
    """Checked in a process whose whole group is ended afterwards."""
    with tempfile.TemporaryDirectory() as name:
        answer, log = Path(name) / "answer", Path(name) / "log"
        command = [sys.executable, "-m", "pyconc.statements", statement.id, str(answer)]
        try:
            status = run_alone(command, log=log, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return Answer(None, f"no answer within {LIMIT:g} s")
        if status or not answer.exists():
            return Answer(None, f"ended with status {status}")
        return Answer(**json.loads(answer.read_text("utf-8")))


def answer_here(name: str) -> Answer:
    """The answer of this Python, checked in this process.

    Raises:
        KeyError: there is no such statement.
    """
    check = DECLARED[name].check
    try:
        return check()
    except Exception as error:
        return Answer(None, f"{type(error).__name__}: {error}")


def to_json(answers: Answers) -> dict[str, Any]:
    return {name: answer._asdict() for name, answer in answers.items()}
