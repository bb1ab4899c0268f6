"""What holds for every comparison, whatever its names and figures are."""

from __future__ import annotations

import json
import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_formats import cells, comparison, printed, side

from pyconc.compare import formats
from pyconc.compare.comparison import Comparison
from pyconc.statistics.difference import paired, unpaired
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.matched import LeftOut, MatchedCase
from pyconc.statistics.moderated import Variance, variance

TEXTS = st.text(st.characters(), max_size=20)
ESTIMATES = st.tuples(
    st.floats(1e-300, 1e300), st.floats(1e-300, 1e300), st.floats(1e-300, 1e300),
    st.integers(1, 1000),
).map(lambda fields: Estimate(*fields))  # fmt: skip
#: Of few rounds and of many, as sides of one campaign or of two have them.
ROUNDS = st.lists(st.floats(-200, 200), min_size=1, max_size=12).map(np.array)


@st.composite
def matched_cases(draw: st.DrawFn) -> MatchedCase:
    case, base, head = draw(TEXTS), draw(ESTIMATES), draw(ESTIMATES)
    unit, ratios = draw(st.sampled_from(["second", "byte"])), draw(ROUNDS)
    by_round = dict(enumerate(ratios.tolist(), 1))
    if draw(st.booleans()):
        return MatchedCase(case, base, head, paired(ratios), unit, by_round, variance(ratios))
    within = [Variance(draw(st.floats(0, 9)), draw(st.integers(0, 99))) for _ in range(2)]
    difference = unpaired(float(ratios.mean()), draw(st.integers(1, 1000)), within)
    return MatchedCase(case, base, head, difference, unit, logs=(by_round, by_round),
                    knows_campaigns=draw(st.booleans()))  # fmt: skip


MATCHED_CASES = st.lists(matched_cases(), min_size=1, max_size=6)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    def one() -> Comparison:
        found = draw(MATCHED_CASES)
        return comparison(
            found,
            [LeftOut(*each) for each in draw(st.lists(st.tuples(TEXTS, TEXTS), max_size=2))],
            confounds=draw(st.lists(TEXTS, max_size=2)),
            provisional=draw(st.none() | TEXTS),
        )

    machine = draw(
        st.dictionaries(TEXTS, st.none() | st.floats() | st.integers() | TEXTS, max_size=3)
    )
    again = one() if draw(st.booleans()) else None
    return one()._replace(base=side(draw(TEXTS), machine), confirmation=again)


@settings(deadline=None, max_examples=60)
@given(comparisons())
def test_json_is_always_json(compared: Comparison) -> None:
    document = formats.document(compared)
    text = json.dumps(document, allow_nan=False)
    assert json.loads(text) == document
    assert len(document["cases"]) == len(compared.judged)


@settings(deadline=None, max_examples=60)
@given(comparisons())
def test_every_row_of_a_markdown_table_has_as_many_cells_as_its_heading(
    compared: Comparison,
) -> None:
    width, rows = 0, 0
    for line in printed(formats.as_markdown, compared).split("\n"):
        if not line.startswith("|"):
            width = 0
            continue
        width = width or cells(line)
        assert cells(line) == width
        rows += 1
    assert rows >= len(compared.judged)


@settings(deadline=None, max_examples=60)
@given(comparisons())
def test_a_table_has_one_line_for_every_case(compared: Comparison) -> None:
    lines = printed(formats.as_table, compared).split("\n")
    start = next(place for place, line in enumerate(lines) if line.startswith("case "))
    table = lines[start + 1 :][: len(compared.judged)]
    assert len(table) == len(compared.judged)
    assert all(re.search(r"(slower|faster|suspect|same|inconclusive)", line) for line in table)
