"""What costs are in, as results say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The unit of a benchmark that says none.
SECOND = "second"
#: pyperf has no word for it: such a benchmark has integers, and says what counted them.
INSTRUCTION, COUNTER = "instruction", "pyconc_counter"
_NUMBER = "integer"


def unit_of(said: Mapping[str, Any]) -> str:
    """The unit of a run, by its metadata."""
    unit = str(said.get("unit", SECOND))
    return INSTRUCTION if unit == _NUMBER and said.get(COUNTER) else unit


def clock_in_words(counter: object) -> str:
    """How a side was measured, by what counted for it."""
    return f"instructions, counted by {counter}" if counter else "time"


def column(unit: str) -> str:
    """The name of a column of costs in a unit."""
    return {_NUMBER: "number"}.get(unit, f"{unit}s")
