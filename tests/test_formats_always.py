"""What holds for every comparison, whatever its names and figures are."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from test_formats import cells, comparison, printed, side

from pyconc.compare import formats
from pyconc.compare.comparison import Comparison
from pyconc.statistics.contrast import Contrast, LeftOut
from pyconc.statistics.difference import Difference, Location

TEXTS = st.text(st.characters(), max_size=20)
DIFFERENCES = st.tuples(
    st.floats(-200, 200),
    st.floats(0.001, 5),
    st.one_of(st.just(0), st.floats(1, 1e6)),
    st.integers(1, 1000),
    st.booleans(),
).map(lambda fields: Difference(*fields))
LOCATIONS = st.tuples(st.floats(-700, 700), st.just(0.01), st.just(3), st.integers(1, 1000)).map(
    lambda fields: Location(*fields)
)
CONTRASTS = st.lists(
    st.tuples(TEXTS, LOCATIONS, LOCATIONS, DIFFERENCES, st.sampled_from(["second", "byte"])).map(
        lambda fields: Contrast(*fields)
    ),
    min_size=1,
    max_size=6,
)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    def one() -> Comparison:
        found = draw(CONTRASTS)
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
    assert all(re.search(r"(slower|faster|same|inconclusive)", line) for line in table)
