"""How a comparison is shown: for people, in a pull request, and for programs."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from pyconc.compare import formats
from pyconc.compare.comparison import Comparison
from pyconc.statistics.difference import paired as of_pairs
from pyconc.statistics.difference import unpaired
from pyconc.statistics.estimate import Estimate
from pyconc.statistics.matched import LeftOut, MatchedCase
from pyconc.statistics.moderated import Variance
from pyconc.statistics.serial import Serial
from pyconc.statistics.summary import by_family, overall
from pyconc.statistics.verdicts import judge
from pyconc.store.measured import Side

THRESHOLD = 0.01
LONG = "context_manager.exit_stack_closing[interpreter-4-lock]"


def matched(
    case: str,
    log_ratio: float = 0.0,
    error: float = 0.001,
    *,
    rounds: tuple[int, int] = (40, 40),
    paired: bool = True,
    known: bool = True,
    unit: str = "second",
) -> MatchedCase:
    base, head = (
        Estimate(mean, mean * 0.99, mean * 1.01, count)
        for mean, count in zip((5e-8, 5e-8 * math.exp(min(log_ratio, 700))), rounds)
    )
    fewer = min(rounds)
    if not paired:
        within = [Variance(error**2 / 2, count - 1) for count in rounds]
        difference = unpaired(log_ratio, fewer, within)
        logs = {number: error * number for number in range(fewer)}
        return MatchedCase(case, base, head, difference, unit, logs=(logs, logs),
                        knows_campaigns=known)  # fmt: skip
    noise = stats.norm.ppf((np.arange(fewer) + 0.5) / fewer)
    noise *= error * math.sqrt(fewer) / (noise.std(ddof=1) if fewer > 1 else 1)
    ratios = log_ratio + np.random.default_rng(len(case)).permutation(noise)
    usual = Variance(error**2 * fewer, fewer - 1)
    by_round = dict(enumerate(ratios.tolist(), 1))
    return MatchedCase(case, base, head, of_pairs(ratios), unit, by_round, usual)


SLOWER = matched("lock.pair[thread-1]", 0.05)
FASTER = matched("lock.with[thread-1]", -0.3)
NOISY = matched("queue.put[thread-2]", 0.4, 0.3)
SAME = matched("queue.get[thread-1]", 0.0001)


def side(name: str, machine: dict[str, Any] | None = None) -> Side:
    return Side(name, "3.14.0", None, None, machine or {}, {}, {}, Path(name))


def comparison(
    matched_cases: Sequence[MatchedCase], left_out: Sequence[LeftOut] = (), **others: Any
) -> Comparison:
    families = by_family(matched_cases)
    return Comparison(
        side("campaign@base"),
        side("campaign@head"),
        sorted(
            judge(matched_cases, [THRESHOLD] * len(matched_cases)),
            key=lambda each: -abs(each.difference.log_ratio),
        ),
        list(left_out),
        families,
        overall(families),
        **{"confounds": [], "provisional": None, **others},
    )


def printed(form: Callable[[Comparison], None], compared: Comparison) -> str:
    with redirect_stdout(io.StringIO()) as out:
        form(compared)
    return out.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[Comparison, int], str]:
    def show(compared: Comparison, columns: int) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.delenv("NO_COLOR", raising=False)
        with redirect_stdout(Terminal()) as out:
            formats.as_table(compared)
        return out.getvalue()

    return show


def bare(text: str) -> str:
    """Without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def cells(row: str) -> int:
    """Of a row of a Markdown table, as GitHub counts them."""
    return len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) - 1


# What is said of one case


@pytest.mark.parametrize(
    ("figure", "unit", "said"),
    [
        (4.71e-8, "second", "47.1 ns"),
        (1e-13, "second", "1e-13 s"),
        (1e300, "second", "1e+300 s"),
        (1234567.0, "byte", "1.235e+06 byte"),
    ],
)
def test_a_cost_is_short_whatever_it_is(figure: float, unit: str, said: str) -> None:
    assert formats.cost(figure, unit) == said


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (1.0, "1.000"), (1.0512, "1.051"), (0.25, "0.250"), (9.9996, "10.0"), (1234.56, "1,234.6"),
        (0.0001234, "0.000123"), (1e9, "1e+09"),
    ],
)  # fmt: skip
def test_a_ratio_has_the_decimals_that_a_threshold_needs(figure: float, said: str) -> None:
    assert formats.ratio(figure) == said


@pytest.mark.parametrize(
    ("rounds", "paired", "said"),
    [
        ((40, 40), True, "40"),
        ((12, 40), True, "12"),
        ((12, 40), False, "12/40"),
        ((9, 9), False, "9"),
    ],
)
def test_rounds_are_those_of_both_sides_where_they_are_not_paired(
    rounds: tuple[int, int], paired: bool, said: str
) -> None:
    (judged,) = judge([matched("a.b", rounds=rounds, paired=paired)], [THRESHOLD])
    assert formats.rounds(judged) == said


def test_what_is_inconclusive_says_what_would_settle_it() -> None:
    single = matched("a.b", 0.1, 0.0, rounds=(1, 1))
    said = [formats.verdict(each, None) for each in judge([NOISY, single], [THRESHOLD] * 2)]
    assert re.fullmatch(r"inconclusive: ~\d+ rounds", said[0])
    assert said[1] == "inconclusive: one round"


def test_a_suspect_says_how_many_rounds_would_settle_it_where_rounds_would() -> None:
    few = matched("a.few", 0.1, rounds=(4, 4))
    unknown = matched("a.unknown", 0.1, paired=False, known=False)
    said = [formats.verdict(each, None) for each in judge([few, unknown], [THRESHOLD] * 2)]
    assert said == ["suspect: ~8 rounds", "suspect"]


# Over all of them


def test_an_alarm_is_named_first_with_its_ratio() -> None:
    said = formats.conclusion(comparison([SLOWER, FASTER, NOISY, SAME]))
    assert said == (
        "alarm: lock.pair[thread-1] (1.051); 1 slower, 1 faster, 1 inconclusive, 1 same"
    )


def test_many_alarms_are_counted() -> None:
    many = [matched(f"lock.case[{number}]", 0.05 + number / 1000) for number in range(8)]
    said = formats.conclusion(comparison(many))
    assert said.endswith("lock.case[3] (1.054) and 3 more; 8 slower")


def test_where_all_is_the_same_there_is_no_alarm() -> None:
    compared = comparison([SAME, matched("queue.put[thread-1]")])
    assert formats.conclusion(compared) == "no alarm: 2 same"
    shown = printed(formats.as_markdown, compared)
    assert shown.startswith("### no alarm: 2 same\n")
    assert "2 cases without a difference that counts" in shown


def test_what_is_left_out_is_counted_in_the_conclusion_and_named_in_every_format() -> None:
    compared = comparison([SAME], [LeftOut("pool.map", "only in BASE")])
    assert formats.conclusion(compared) == "no alarm: 1 same, 1 left out"
    assert "left out: pool.map: only in BASE" in printed(formats.as_table, compared)
    assert "| <code>pool.map</code> | only in BASE |" in printed(formats.as_markdown, compared)
    assert formats.document(compared)["left_out"] == [{"id": "pool.map", "reason": "only in BASE"}]


def test_what_is_provisional_is_said_before_the_table_and_after_it() -> None:
    compared = comparison([SLOWER], provisional="no history")
    lines = printed(formats.as_table, compared).splitlines()
    assert lines.index("provisional: no history") < lines.index("")
    assert lines[-1].endswith("1 slower (provisional)")
    markdown = printed(formats.as_markdown, compared).splitlines()
    assert "provisional" in markdown[0]
    assert markdown[2] == "> **provisional: no history**"
    assert formats.document(compared)["provisional"] == "no history"


def test_a_suspect_that_is_not_slower_again_is_not_confirmed() -> None:
    other = matched("lock.try[thread-1]", 0.08)
    again = comparison([matched(SLOWER.case, 0.001), other])
    compared = comparison([SLOWER, other, SAME], confirmation=again)
    assert formats.conclusion(compared).startswith(
        "alarm, confirmed for 1 of 2 doubtful cases: lock.try[thread-1] (1.083); "
    )
    for form in (formats.as_table, formats.as_markdown):
        first, measured_again = printed(form, compared).split("Measured again")
        measured_again = measured_again.split("Geometric means")[0]
        for said in (first, measured_again):
            assert said.count("slower, confirmed") == 1
        assert "slower, not confirmed" in first
        assert "same, not confirmed" in measured_again
        assert "alarm" not in measured_again  # that word is for what fails
    written = formats.document(compared)
    assert written["not_confirmed"] == [SLOWER.case]
    assert [each["id"] for each in written["confirmation"]] == [other.case, SLOWER.case]
    assert [each["alarm"] for each in written["confirmation"]] == [True, False]


def test_where_no_suspect_is_slower_again_there_is_no_alarm() -> None:
    compared = comparison([SLOWER], confirmation=comparison([matched(SLOWER.case)]))
    assert formats.conclusion(compared) == (
        "no alarm, as none of 1 doubtful case was confirmed: 1 slower"
    )


def test_a_suspect_that_is_slower_again_is_an_alarm() -> None:
    few = matched(SLOWER.case, 0.05, rounds=(4, 4))
    compared = comparison([few], confirmation=comparison([SLOWER]))
    assert [each.verdict for each in compared.judged] == ["suspect"]
    assert "suspect, confirmed" in printed(formats.as_table, compared)
    written = formats.document(compared)
    assert written["alarms"] == [SLOWER.case]
    assert written["suspects"] == []
    assert formats.document(compared._replace(confirmation=None))["suspects"] == [SLOWER.case]


def test_suspects_come_after_what_is_sure_and_the_legend_says_why_they_are_none_of_it() -> None:
    few = matched("a.few", 0.1, rounds=(4, 4))
    legend = list(formats.legend(comparison([few, SLOWER])))
    assert "suspect: seems different, but with fewer than 8 rounds nothing is claimed" in legend
    apart = comparison([matched("a.b", 0.1, paired=False, known=False)])
    said = "suspect: seems different, but nothing is claimed where it is not known how much"
    assert any(line.startswith(said) for line in formats.legend(apart))
    assert not any(line.startswith("suspect") for line in formats.legend(comparison([SLOWER])))
    for form in (formats.as_table, formats.as_markdown):
        shown = printed(form, comparison([few, SLOWER, SAME])).replace("\\", "")
        assert shown.index(few.case) > shown.index("| <code>" if "<code>" in shown else SLOWER.case)
        assert "suspect: ~8 rounds" in shown
    assert formats.conclusion(comparison([few, SLOWER])).endswith("1 slower, 1 suspect")


def test_what_seems_faster_is_no_suspect_to_programs() -> None:
    """Suspects are what may have to fail."""
    few = matched("a.few", -0.1, rounds=(4, 4))
    written = formats.document(comparison([few]))
    assert written["cases"][0]["verdict"] == "suspect"
    assert written["suspects"] == []


def test_json_has_the_correlation_from_round_to_round() -> None:
    assert formats.document(comparison([SAME]))["serial_correlation"] is None
    serial = Serial(0.3, 0.001)
    assert formats.document(comparison([SAME], serial=serial))["serial_correlation"] == 0.3


def test_the_legend_says_the_threshold_and_what_a_pair_of_rounds_is() -> None:
    legend = list(formats.legend(comparison([SAME])))
    assert "same: the interval is within 1 %" in legend
    assert not any("BASE/HEAD" in line for line in legend)
    uneven = comparison([matched("a.b", rounds=(12, 40), paired=False)])
    assert any(line.startswith("rounds: of BASE/HEAD") for line in formats.legend(uneven))
    various = comparison([SAME])._replace(judged=judge([SAME, SLOWER], [0.01, 0.02]))
    assert "same: the interval is within the threshold of the case" in formats.legend(various)


def test_without_any_interval_there_are_no_geometric_means() -> None:
    compared = comparison([matched("a.b", 0.1, 0.0, rounds=(1, 1))])
    for form in (formats.as_table, formats.as_markdown):
        shown = printed(form, compared)
        assert "Geometric means" not in shown
        assert "none" in shown
    written = formats.document(compared)
    assert written["overall"] is None
    assert written["cases"][0]["ci_low"] is None


# The table


def test_what_is_slower_comes_first_and_what_is_the_same_last() -> None:
    more = matched("lock.try[thread-1]", 0.1)
    shown = printed(formats.as_table, comparison([SAME, NOISY, FASTER, SLOWER, more]))
    places = [shown.index(each.case) for each in (more, SLOWER, FASTER, NOISY, SAME)]
    assert places == sorted(places)


def test_elsewhere_than_on_a_terminal_every_case_is_one_plain_line() -> None:
    shown = printed(formats.as_table, comparison([matched(LONG, 0.05), SAME]))
    assert "\x1b" not in shown
    (line,) = [line for line in shown.splitlines() if line.startswith(LONG)]
    assert line.split()[1:] == [
        "50.0", "ns", "52.6", "ns", "1.051", "1.049", "to", "1.053", "40", "slower,", "alarm",
    ]  # fmt: skip
    assert all(line == line.rstrip() for line in shown.splitlines())


@pytest.mark.parametrize(("columns", "lines"), [(80, 2), (150, 1)])
def test_a_terminal_is_not_overflowed(
    on_terminal: Callable[[Comparison, int], str], columns: int, lines: int
) -> None:
    compared = comparison([matched(LONG, 0.05), NOISY, SAME, matched("a.b")])
    shown = on_terminal(compared, columns)
    assert "\x1b[31m" in shown  # red
    rows = bare(shown).splitlines()
    table = rows[rows.index("") + 1 : rows.index("Geometric means") - 1]
    assert len(table) == 5 * lines
    assert max(map(len, table)) <= columns
    assert table[lines].startswith(LONG)
    assert table[2 * lines - 1].endswith("slower, alarm")


def test_colours_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with redirect_stdout(Terminal()) as out:
        formats.as_table(comparison([SLOWER]))
    assert "\x1b[31m" not in out.getvalue()


def test_hundreds_of_cases_are_all_there() -> None:
    many = [matched(f"lock.case[thread-{number}]", number / 1e5) for number in range(300)]
    compared = comparison(many)
    for form in (formats.as_table, formats.as_markdown):
        shown = re.sub(r"\\", "", printed(form, compared))
        assert len(re.findall(r"lock\.case\[thread-\d+\]", shown)) >= 300
    assert len(formats.document(compared)["cases"]) == 300


# Names that would be something else

ODD = "[red]a[/red]:bug:|`b`|\n<b>*c*</b>\\|\x1b[31m\t\u2028\u202e\ud800 @someone #1 é"


def test_a_name_cannot_steer_the_terminal(
    on_terminal: Callable[[Comparison, int], str],
) -> None:
    compared = comparison([matched(ODD, 0.05), SAME])
    spelled = r"[red]a[/red]:bug:|`b`|\n<b>*c*</b>\|\x1b[31m\t\u2028\u202e\ud800 @someone #1 é"
    plain = printed(formats.as_table, compared)
    assert sum(line.startswith(spelled) for line in plain.splitlines()) == 1
    assert "\x1b" not in plain
    assert spelled in bare(on_terminal(compared, 400))


def test_a_name_is_text_in_markdown() -> None:
    shown = printed(formats.as_markdown, comparison([matched(ODD, 0.05)]))
    (row,) = [line for line in shown.splitlines() if "someone" in line and line.startswith("|")]
    assert cells(row) == 7
    assert "&lt;b&gt;\\*c\\*&lt;/b&gt;" in row
    assert "\\[red\\]a\\[/red\\]" in row
    assert "<code>" in row


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("form", [formats.as_table, formats.as_markdown, formats.as_json])
def test_every_encoding_can_hold_it(form: Callable[[Comparison], None], encoding: str) -> None:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding=encoding) as out, redirect_stdout(out):
        form(comparison([matched(ODD, 3.0), matched("a.µ", 10)]))
        out.flush()
        assert "someone" in raw.getvalue().decode(encoding)


# JSON


def test_json_says_everything_of_a_case() -> None:
    faster = matched(FASTER.case, -0.3, paired=False)
    compared = comparison([matched("a.b", 0.05, rounds=(12, 40), paired=False), faster])
    written = json.loads(printed(formats.as_json, compared))
    case = next(each for each in written["cases"] if each["id"] == "a.b")
    assert case.pop("ratio") == pytest.approx(math.exp(0.05))
    assert 1.04 < case.pop("ci_low") < 1.05 < case.pop("ci_high") < 1.06
    assert case.pop("base") == pytest.approx(5e-8)
    assert case.pop("head") == pytest.approx(5e-8 * math.exp(0.05))
    assert case == {
        "id": "a.b", "against": None, "unit": "second", "rounds": 12, "base_rounds": 12,
        "head_rounds": 40,
        "threshold": 0.01, "verdict": "slower", "rounds_needed": None, "alarm": True,
        "crowded": False,
    }  # fmt: skip
    assert written["alarm"] is True
    assert written["alarms"] == ["a.b"]
    assert written["improvements"] == [FASTER.case]
    assert [each["family"] for each in written["families"]] == ["a", "lock"]
    assert written["overall"]["cases"] == 2


def test_json_has_null_for_what_is_no_number() -> None:
    odd = {"cpu_count": math.nan, "cpu_model_name": math.inf, "hostname": "a"}
    compared = comparison([SAME])._replace(base=side("x", odd))
    machine = json.loads(printed(formats.as_json, compared))["base"]["machine"]
    assert machine == {"cpu_count": None, "cpu_model_name": None, "hostname": "a"}


def test_every_field_is_documented() -> None:
    """In docs/ci.md, in the rows of its tables."""
    compared = comparison([SLOWER, SAME], [LeftOut("a", "b")], confirmation=comparison([SLOWER]))
    written = formats.document(compared)
    fields = {*written, *written["cases"][0], *written["families"][0], *written["base"]}
    text = (Path(__file__).parents[1] / "docs" / "ci.md").read_text("utf-8")
    assert {field for field in fields if f"`{field}`" not in text} == set()
