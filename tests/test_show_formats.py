"""`pyconc show` at any width, in one line, and as Markdown, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from pyconc import cli
from pyconc.figures import amount, interval, times
from pyconc.report import downloads
from pyconc.report.reading import read
from pyconc.screen.shorten import stands_for
from pyconc.show.command import FORMATS
from pyconc.suite.case import Case

PAIR, WITH, LOOP = "lock.pair[thread-1]", "lock.with[thread-1]", "reference.empty_loop[thread-1]"
MUTEX = "floor.mutex_pair[thread-1]"
METRICS = {
    PAIR: {"floor": MUTEX, "control": LOOP, "cpu_seconds": 1e-7},
    "lock.contended[thread-2]": {"jain": 0.9, "min_share": 0.7, "max_share": 1.3, "overlap": 0.8},
    "lock.handoff[thread-2]": {"handoff_histogram": "159:9 319:1", "handoff_max": 1.1e-3},
    "counter.tallied_call[thread-2]": {
        "lost_per_million": 1234.0, "short_window": 1.0, "overlap": 0.4, "nonzero": 1.0,
    },
}  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def everything(cases: dict[str, Case], make_campaign: Callable[..., Path]) -> Path:
    """A campaign of every case on two Pythons, one with a long label."""
    dear = {case: 1e-6 * (1 + 30 * ("process" in case)) for case in cases}
    dear |= {LOOP: 1e-7, MUTEX: 5e-7}
    halved = {case: cost / 2 for case, cost in dear.items()}
    return make_campaign({"3.13.0": dear, "3.14.0+gil": halved}, metrics=METRICS)


def at_width(columns: int, *arguments: str) -> list[str]:
    """The lines that a terminal shows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        patch.setenv("NO_COLOR", "1")
        patch.setenv("TERM", "xterm")
        with redirect_stdout(Terminal()) as out:
            assert cli.main(["show", *arguments]) == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()).splitlines()


def printed(*arguments: str) -> str:
    with redirect_stdout(io.StringIO()) as out:
        assert cli.main(["show", *arguments]) == 0
    return out.getvalue()


def test_every_row_is_one_line_of_80_columns_and_no_figure_is_cut(
    everything: Path, cases: dict[str, Case]
) -> None:
    lines = at_width(80, str(everything))
    assert max(map(len, lines)) <= 80
    start = next(place for place, line in enumerate(lines) if line.startswith("case "))
    rows = lines[start + 1 :][: 2 * len(cases)]
    costs = read(everything).costs
    arms = [(python, case) for python in costs.pythons for case in costs.cases(python)]
    assert len({row.split()[0] for row in rows}) == len(cases)
    for row, (python, case) in zip(rows, arms):
        gross = costs.estimate(python, case)
        assert gross is not None
        assert stands_for(row.split()[0], case)
        assert f" {python} " in row
        assert amount(gross.value, "second") in row
        assert interval(gross) in row


def test_a_shortened_name_can_be_given(everything: Path) -> None:
    lines = at_width(80, str(everything), "pool")
    short = next(line.split()[0] for line in lines if "…" in line)
    found = json.loads(printed(str(everything), short, "--format", "json"))["cases"]
    assert {stands_for(short, each["id"]) for each in found} == {True}
    assert len({each["id"] for each in found}) == 1


def test_where_nothing_else_helps_rows_are_stacked_and_names_whole(everything: Path) -> None:
    lines = at_width(35, str(everything), "lock")
    assert "lock.contended[thread-2]" in lines
    assert "…" not in "".join(lines)


def test_what_is_no_terminal_has_whole_names(everything: Path) -> None:
    out = printed(str(everything))
    assert "pool.multiprocessing_pool_tasks[process-fork-2-10000]" in out
    assert "…" not in out


def test_one_case_is_one_line_for_each_python(everything: Path) -> None:
    costs = read(everything).costs
    gross, net = costs.estimate("3.13.0", PAIR), costs.net("3.13.0", PAIR)
    distance = costs.distance("3.13.0", PAIR)
    assert gross is not None
    assert net is not None
    assert distance is not None
    lines = [line for line in at_width(80, str(everything), PAIR) if line.startswith(PAIR)]
    assert len(lines) == 2
    assert lines[0] == (
        f"{PAIR} on Python 3.13.0: {amount(gross.value, 'second')} (95 % interval "
        f"{interval(gross)}), net {amount(net.value, 'second')}, "
        f"{times(distance.value)} its floor, 5 rounds; CPU 100 ns"
    )


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("lock.contended[thread-2]",
         "overlap 0.80; Jain's index 0.900; least share 0.70; greatest share 1.30"),
        ("lock.handoff[thread-2]", "handoff p50 981 ns, p99 1.00 ms, max 1.10 ms"),
        ("counter.tallied_call[thread-2]",
         "overlap 0.40 (short); 1,234 of a million updates lost; not at 0 in 5 of 5 rounds"),
    ],
)  # fmt: skip
def test_the_line_of_a_case_has_all_that_is_known(everything: Path, case: str, said: str) -> None:
    line = next(each for each in printed(str(everything), case).splitlines() if case in each)
    assert line.endswith(said)


def test_json_is_what_the_report_has(everything: Path, tmp_path: Path) -> None:
    list(downloads.write(read(everything), {}, tmp_path / "data"))
    report = json.loads((tmp_path / "data" / "report.json").read_text("utf-8"))
    shown = json.loads(printed(str(everything), "--format", "json"), parse_constant=pytest.fail)
    assert shown["cases"] == report["cases"]
    assert shown["profile"] == "quick"
    strong = {(e["backend"], e["workers"]) for e in shown["scaling"] if e["speedup"] is not None}
    assert ("thread", 2) in strong


def test_json_of_some_cases_has_those(everything: Path) -> None:
    shown = json.loads(printed(str(everything), "lock.pair", "--format", "json"))
    assert [(each["id"], each["python"]) for each in shown["cases"]] == [
        (PAIR, "3.13.0"), (PAIR, "3.14.0+gil"),
    ]  # fmt: skip
    assert shown["scaling"] == shown["rivals"] == []


def test_csv_is_the_table_of_the_report(everything: Path, tmp_path: Path) -> None:
    list(downloads.write(read(everything), {}, tmp_path / "data"))
    written = (tmp_path / "data" / "cases.csv").read_text("utf-8")
    assert printed(str(everything), "--format", "csv") == written


def test_csv_has_the_unit_in_its_columns(everything: Path) -> None:
    (row, _) = csv.DictReader(io.StringIO(printed(str(everything), PAIR, "--format", "csv")))
    assert row["id"] == PAIR
    assert float(row["seconds_low"]) < float(row["seconds"]) < float(row["seconds_high"])
    assert float(row["cpu_seconds"]) == 1e-7


def test_markdown_is_tables(everything: Path) -> None:
    out = printed(str(everything), "lock", "--format", "markdown")
    assert "| case | python | cost | 95 % interval | net | of floor |" in out
    assert "| --- | --- | ---: | ---: | ---: | ---: |" in out
    assert r"<code>lock.pair\[thread-1\]</code>" in out
    widths = {line.count("|") for line in out.splitlines() if line.startswith("| ")}
    assert widths <= {5, 6, 7, 8}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_names_from_a_file_are_shown_whatever_they_are(
    form: str, encoding: str, tmp_path: Path
) -> None:
    names = ["b\x1b[31mred|`\u202e[x]", "é\ud800漢", "plain"]
    benchmarks = [{"metadata": {"name": each}, "runs": [{"values": [1e-6]}]} for each in names]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"version": "1.0", "benchmarks": benchmarks}), "ascii")
    raw = io.BytesIO()
    with redirect_stdout(io.TextIOWrapper(raw, encoding, newline="")) as out:
        assert cli.main(["show", str(path), "--format", form]) == 0
        out.flush()
        told = raw.getvalue().decode(encoding)
    if form == "json":
        assert {each["id"] for each in json.loads(told)["cases"]} == set(names)
    elif form == "bencher":
        assert set(json.loads(told)) == set(names)
    elif form == "github-action-benchmark":
        assert {each["name"] for each in json.loads(told)} == set(names)
    elif form != "csv":
        assert "\x1b" not in told
    assert "plain" in told
