"""One of something is no several: where figures are put into sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pyconc.figures import counted

ROOT = Path(__file__).resolve().parents[1]
#: A number before a plural; names in capitals are those of constants, which are known.
MANY = re.compile(r"[^A-Z_{]\} (rounds|cases|campaigns|comparisons|statements|cores|reasons)\b")


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ("case",), "0 cases"),
        (1, ("case",), "1 case"),
        (2, ("case",), "2 cases"),
        (1300, ("case",), "1,300 cases"),
        (1, ("family", "families"), "1 family"),
        (2, ("family", "families"), "2 families"),
    ],
)
def test_a_number_of_things(number: int, words: tuple[str, ...], said: str) -> None:
    assert counted(number, *words) == said


def test_what_is_counted_may_be_one() -> None:
    """`counted` says it; a plain place before a plural would say "1 cases"."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in (ROOT / "pyconc").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if MANY.search(line)
    ]
    assert found == []
