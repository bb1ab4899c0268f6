"""`pyconc show`: costs and metrics as tables, and figures as people read them."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pyconc import cli
from pyconc.figures import amount, interval, percent, seconds
from pyconc.report.reading import read
from pyconc.statistics.estimate import Estimate


def test_show_is_a_table(everything: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(everything)]) == 0
    out = capsys.readouterr().out
    assert "barrier.crossing[thread-2]" in out
    assert "µs" in out


def test_show_has_the_metrics_beside_the_costs(
    everything: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", str(everything), "lock", "scaling", "-k", "not section"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"lock\.pair\[thread-1\].* 1\.0\dx", out)  # of its floor
    assert re.search(r"lock\.handoff\[thread-2\].*handoff.*98\d ns.*1\.0\d ms.*1\.10 ms.*50", out)
    assert re.search(r"lock\.contended\[thread-2\].*0\.900.*0\.70.*1\.30", out)
    assert "serial (Karp-Flatt)" in out
    assert "serial (Gustafson)" in out
    assert "barrier" not in out


def test_show_of_what_was_not_measured(
    everything: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", str(everything), "nothing"]) == 2
    assert "has no such case" in capsys.readouterr().err


def test_what_draws_and_renders_is_not_imported_to_show() -> None:
    code = "import sys, pyconc.show.command; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(ast.literal_eval(done.stdout))
    assert "pyconc.show.command" in imported
    assert not imported & {
        "matplotlib",
        "jinja2",
        "pyconc.store.read_side",
        "pyconc.measure.campaign",
    }


def test_names_from_a_file_do_not_steer_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "b\x1b[31mred\u202e[x]"
    path = tmp_path / "a.json"
    benchmark = {"metadata": {"name": name}, "runs": [{"values": [1e-6]}]}
    path.write_text(json.dumps({"version": "1.0", "benchmarks": [benchmark]}), "utf-8")
    assert cli.main(["show", str(path)]) == 0
    out = capsys.readouterr().out
    assert r"b\x1b[31mred\u202e[x]" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("unit", "text"), [("second", "2.00 s"), ("byte", "2.0 B"), ("integer", "2")]
)
def test_costs_are_shown_in_their_unit(
    unit: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.json"
    benchmark = {"metadata": {"name": "a", "unit": unit}, "runs": [{"values": [2]}]}
    path.write_text(json.dumps({"version": "1.0", "benchmarks": [benchmark]}), "utf-8")
    assert cli.main(["show", str(path)]) == 0
    assert capsys.readouterr().out == f"a on Python unknown: {text} (no interval), 1 round\n"


def test_a_column_that_holds_nothing_is_left_out(
    make_campaign: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    costs = {"a.b[thread-1]": 1e-6, "a.c[thread-1]": 1e-6}
    assert cli.main(["show", str(make_campaign({"3.13.0": costs, "3.14.0": costs}))]) == 0
    heading = capsys.readouterr().out.splitlines()[3]
    assert heading.split() == ["case", "python", "cost", "95", "%", "interval"]


def test_the_only_python_is_said_once(
    make_campaign: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    costs = {"a.b[thread-1]": 1e-6, "a.c[thread-1]": 1e-6}
    assert cli.main(["show", str(make_campaign({"3.13.0": costs}))]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].endswith(", profile quick, Python 3.13.0")
    assert out.count("3.13.0") == 1
    assert out.splitlines()[3].split() == ["case", "cost", "95", "%", "interval"]


def test_every_figure_is_that_of_costs(
    everything: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    costs = read(everything).costs
    assert cli.main(["show", str(everything), "lock.contended[thread-2]"]) == 0
    out = capsys.readouterr().out
    gross = costs.estimate("3.13.0", "lock.contended[thread-2]")
    assert gross is not None
    assert out.count(f"3.13.0: {seconds(gross.value)} (") == 1  # each thing is said once
    assert f"{costs.metrics('3.13.0', 'lock.contended[thread-2]')['jain']:.3f}" in out


@pytest.mark.parametrize("said", [{"profile": "quick"}, {"profile": {}}])
def test_a_damaged_description_is_one_line(
    said: dict[str, object],
    make_campaign: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}}, **said)
    assert cli.main(["show", str(folder)]) == 2
    assert re.fullmatch(r".*campaign\.json is damaged .*\n", capsys.readouterr().err)


@pytest.mark.parametrize("verb", ["report", "show"])
def test_a_bad_campaign_is_one_line_and_status_2(
    verb: str, make_campaign: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}})
    (folder / "journal.jsonl").unlink()
    (folder / "python-3.13.0.json").write_text('{"version": "1.0", ')
    assert cli.main([verb, str(folder)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "python-3.13.0.json is not whole JSON" in err


@pytest.mark.parametrize(
    ("figure", "text"),
    [(1.91, "1.91 s"), (0.11, "110 ms"), (25.198e-3, "25.2 ms"), (47.1e-9, "47.1 ns"),
     (3.2e-10, "0.32 ns"), (0.99996e-3, "1.00 ms"), (-3.2e-9, "-3.20 ns"), (0.0, "0.00 ns")],
)  # fmt: skip
def test_seconds_in_words(figure: float, text: str) -> None:
    assert seconds(figure) == text


def test_an_interval_in_words() -> None:
    assert interval(Estimate(2.0, 1.0, 3.0, 5)) == "1.00 to 3.00 s"
    assert interval(Estimate(1.0, 0.9, 1.1, 5)) == "900 ms to 1.10 s"
    assert interval(Estimate(1.0, 0.9, 1.1, 5), "{:.2f}".format) == "0.90 to 1.10"
    assert interval(Estimate(2.0, float("nan"), float("nan"), 1)) == "no interval"


@pytest.mark.parametrize(
    ("figure", "unit", "text"),
    [(0.5, "byte", "0.5 B"), (2048.0, "byte", "2.0 KiB"), (3.5 * 2**20, "byte", "3.5 MiB"),
     (2.0**31, "byte", "2.0 GiB"), (-2048.0, "byte", "-2.0 KiB"), (12.3456, "integer", "12.3"),
     (1234567.0, "integer", "1,234,567"), (1.91, "second", "1.91 s")],
)  # fmt: skip
def test_a_figure_in_its_unit_in_words(figure: float, unit: str, text: str) -> None:
    assert amount(figure, unit) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.973, "97 %"), (0.0321, "3.2 %"), (-0.004, "-0.4 %"), (1.5, "150 %")]
)
def test_a_share_in_words(share: float, text: str) -> None:
    assert percent(share) == text
