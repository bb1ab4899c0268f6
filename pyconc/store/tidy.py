"""Everything that was measured as one tidy frame: a row is a value."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pyconc.errors import UsageError, brief
from pyconc.store import campaigns
from pyconc.store.rounds import PREFIX, PYPERFS, Arm, Rounds
from pyconc.units import INSTRUCTION, column

#: What a row begins with; the cost comes next, in a column that is named after its unit.
FIRST = ("source", "case", "python", "round", "value", "unit")
#: The columns of costs in the units that there are.
_COSTS = tuple(map(column, ("second", "byte", "integer", INSTRUCTION)))
#: Durations as texts, which are no column to calculate with.
_LEFT_OUT = "_histogram"


def read_tidy(paths: Sequence[str | os.PathLike[str]]) -> pd.DataFrame:
    """All values of some campaigns and files, one below the other.

    Raises:
        UsageError: one of them cannot be read, or nothing was measured.
    """
    return pd.concat([_frame(os.fspath(path)) for path in paths], ignore_index=True)


def _frame(source: str) -> pd.DataFrame:
    measured = campaigns.read(Path(source)).rounds
    if not measured:
        raise UsageError(f"{brief(source)} holds no finished round; measure again")
    rows, values = zip(*_rounds(source, measured))
    by_round = pd.DataFrame.from_records(rows)
    counts = list(map(len, values))
    frame = by_round.loc[by_round.index.repeat(counts)].reset_index(drop=True)
    frame["value"] = [place for each in values for place in range(len(each))]
    costs = pd.Series([float(cost) for each in values for cost in each])
    units = [column(unit) for unit in dict.fromkeys(frame["unit"])]
    for name in units:
        frame[name] = costs.where(frame["unit"].map(column) == name)
    first = [*FIRST, *units]
    return frame[[*first, *(name for name in frame if name not in first)]]


def _rounds(
    source: str, measured: Mapping[Arm, Rounds]
) -> Iterator[tuple[dict[str, Any], Sequence[float]]]:
    """What is said of each round, and its values."""
    for (python, case), rounds in measured.items():
        for number, run in sorted(rounds.runs.items()):
            said = {**rounds.shared, **run.metadata}
            beside = {_named(name): each for name, each in said.items() if _is_told(name)}
            about = {"source": source, "case": case, "python": python, "round": number}
            yield {**about, "unit": rounds.unit, **beside}, run.values


def _is_told(name: str) -> bool:
    """The Python and the round have columns already."""
    return name not in (f"{PREFIX}python", f"{PREFIX}round") and not name.endswith(_LEFT_OUT)


def _named(metadata: str) -> str:
    """A parameter or metric by our name for it; in full where a column has that name."""
    ours = {theirs: name for name, theirs in PYPERFS.items()}
    name = ours.get(metadata, metadata.removeprefix(PREFIX))
    return metadata if name in (*FIRST, *_COSTS) else name
