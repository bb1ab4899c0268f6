"""The report: every number in `report.json`, a page that escapes, charts for what was measured."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pyconc import cli
from pyconc.analysis.comparisons import compare
from pyconc.analysis.costs import Costs
from pyconc.analysis.effect import Estimate
from pyconc.analysis.notes import COMPARISONS, Comparison
from pyconc.analysis.numbers import interval, seconds
from pyconc.errors import UsageError
from pyconc.report.charts import CHARTS
from pyconc.report.site import render
from pyconc.store.frame import tidy
from pyconc.store.suites import read_campaign
from pyconc.suite.case import Case

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def everything(cases: dict[str, Case], make_campaign: Callable[..., Path]) -> Path:
    """A campaign of every case on two Pythons."""
    dear = {case: 1e-6 * (1 + 30 * ("process" in case) + 5 * ("fine" in case)) for case in cases}
    lost = {
        "counter.unlocked_program[thread-2]": {"nonzero": 0.0, "residual": 0.0},
        "counter.tallied[thread-2]": {"lost_per_million": 0.0, "overlap": 0.8},
        "counter.tallied_call[thread-2]": {"lost_per_million": 1234.0, "short_window": 1.0},
        "rlock.recursion[thread-1-1]": {"control": "rlock.empty_nest[thread-1-1]"},
        "lock.pair[thread-1]": {"floor": "floor.mutex_pair[thread-1]", "cpu_seconds": 1e-7},
        "lock.contended[thread-2]": {"jain": 0.9, "min_share": 0.7, "max_share": 1.3},
        "lock.handoff[thread-2]": {"handoff_histogram": "159:9 319:1", "handoff_max": 1.1e-3},
    }
    halved = {case: cost / 2 for case, cost in dear.items()}
    return make_campaign({"3.13.0": dear, "3.14.0": halved}, metrics=lost)


@pytest.fixture(scope="module")
def rendered(everything: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its report."""
    return render(everything, tmp_path_factory.mktemp("report")).parent


def read(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(
        (folder / "report.json").read_text("utf-8"), parse_constant=pytest.fail
    )
    return report


def test_report_json_has_the_comparisons(rendered: Path) -> None:
    comparisons = {each["id"]: each for each in read(rendered)["comparisons"]}
    assert set(comparisons) == {
        "lock-granularity", "rlock-eval", "shared-dict", "barrier", "pool", "unlocked-counter",
    }  # fmt: skip
    shared = comparisons["shared-dict"]
    assert shared["notes"]["slow_s"] == 0.025198221207
    assert shared["notes"]["fast_s"] == 0.000921726227
    assert shared["notes"]["ratio"] == pytest.approx(27.3, abs=0.05)
    assert [each["python"] for each in shared["measured"]] == ["3.13.0", "3.14.0"]
    for measured in shared["measured"]:
        assert measured["ci_low"] < measured["ratio"] < measured["ci_high"]
        assert measured["ratio"] == pytest.approx(31, rel=0.03)
        assert measured["slow_case"] == "shared_state.fill_program[process-fork-10]"
        assert measured["fast_case"] == "shared_state.fill_program[thread-10]"
        assert {other["name"] for other in measured["others"]} == {
            "forkserver", "spawn", "one store alone",
        }  # fmt: skip
    assert comparisons["unlocked-counter"]["notes"]["ratio"] is None
    [first, _] = comparisons["unlocked-counter"]["measured"]
    assert first["unlocked"]["lost_per_million_of_calls"] == pytest.approx(1234)


def test_report_json_has_every_case(rendered: Path, cases: dict[str, Case]) -> None:
    rows = read(rendered)["cases"]
    assert len(rows) == 2 * len(cases)
    [nest] = [r for r in rows if r["id"].startswith("rlock.recursion[thread-1-1]")
              and r["python"] == "3.13.0"]  # fmt: skip
    assert nest["control"] == "rlock.empty_nest[thread-1-1]"
    assert nest["net_seconds_low"] < nest["net_seconds"] < nest["net_seconds_high"]
    flagged = {row["id"] for row in rows if row["short_window"]}
    assert flagged == {"counter.tallied_call[thread-2]"}


def test_report_json_has_floors_and_metrics(rendered: Path) -> None:
    rows = {row["id"]: row for row in read(rendered)["cases"] if row["python"] == "3.13.0"}
    pair = rows["lock.pair[thread-1]"]
    assert pair["floor"] == "floor.mutex_pair[thread-1]"
    assert pair["floor_ratio_low"] < pair["floor_ratio"] < pair["floor_ratio_high"]
    assert pair["floor_ratio"] == pytest.approx(1, rel=0.03)  # of the synthetic costs
    assert pair["metrics"] == {"cpu_seconds": 1e-7}
    assert rows["lock.contended[thread-2]"]["metrics"]["min_share"] == 0.7
    handoff = rows["lock.handoff[thread-2]"]["metrics"]
    assert handoff["handoff_p50"] == pytest.approx(0.98e-6, rel=0.03)
    assert handoff["handoff_p99"] == pytest.approx(1e-3, rel=0.03)


def test_report_json_has_the_topics(rendered: Path) -> None:
    topics = {topic["id"]: topic for topic in read(rendered)["topics"]}
    assert set(topics) == {"waiting", "break-even", "scaling"}
    assert all(topic["sentences"] for topic in topics.values())


class Page(HTMLParser):
    """Collects what a page refers to and the words of its images."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.alternatives: list[str] = []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.scripts += tag == "script"
        self.targets += [v for k, v in attributes if k in ("href", "src", "srcset") and v]
        if identity := given.get("id"):
            self.ids.add(identity)
        if tag == "img":
            self.alternatives.append(given.get("alt") or "")


def test_every_link_of_the_page_resolves_inside_the_folder(rendered: Path) -> None:
    page = Page((rendered / "index.html").read_text("utf-8"))
    assert len(page.targets) > 20
    for target in page.targets:
        path, _, fragment = target.partition("#")
        assert not re.match(r"\w+:|//", target), "the page asks another host"
        assert not path or (rendered / path).is_file(), target
        assert not fragment or fragment in page.ids, target
    assert len(page.alternatives) == 10
    assert all(len(words) > 40 for words in page.alternatives)


def test_the_page_says_what_the_data_say(rendered: Path) -> None:
    text = (rendered / "index.html").read_text("utf-8")
    words = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    assert "their own figures say 27x" in words
    assert "lost 1,234 of a million updates" in words
    assert "(short window)" in words


def test_charts_are_svg_and_png_in_light_and_dark(rendered: Path) -> None:
    folder = rendered / "charts"
    assert {path.stem for path in folder.glob("*.png")} == set(CHARTS)
    for name in CHARTS:
        light, dark = folder / f"{name}.svg", folder / f"{name}-dark.svg"
        assert light.read_text().startswith("<?xml")
        assert light.read_bytes() != dark.read_bytes()
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert "3.13.0" in light.read_text()


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda each: each.id)
def test_a_chart_makes_do_with_one_pair(
    comparison: Comparison, make_campaign: Callable[..., Path]
) -> None:
    for pair in (comparison.written, *comparison.others):
        campaign = make_campaign({"3.13.0": {pair.slow: 2e-6, pair.fast: 1e-6}}, rounds=1)
        costs = Costs(tidy(read_campaign(campaign)[1]))
        figure = CHARTS[comparison.id](costs, compare(costs))
        assert figure.axes
        figure.canvas.draw()


def test_rendering_again_gives_the_same_bytes(
    rendered: Path, everything: Path, tmp_path: Path
) -> None:
    render(everything, tmp_path)
    files = [path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")]
    assert len(files) > 20
    for path in files:
        assert (tmp_path / path).read_bytes() == (rendered / path).read_bytes(), path


def test_names_from_outside_are_escaped(make_campaign: Callable[..., Path], tmp_path: Path) -> None:
    machine = {"host": HOSTILE, "platform": HOSTILE, "processor": HOSTILE, "cpus": 2}
    folder = make_campaign({"3.13.0": {f"a.{HOSTILE}[thread-1]": 1e-6}}, machine=machine)
    text = render(folder, tmp_path / "report").read_text("utf-8")
    assert HOSTILE not in text
    assert text.count("&lt;script&gt;") >= 2
    assert Page(text).scripts == 0


def test_failures_are_on_the_page(make_campaign: Callable[..., Path], tmp_path: Path) -> None:
    failure = {"case": "a.dead[thread-2]", "python": "3.13.0", "reason": "it hung"}
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}}, failures=[failure])
    text = render(folder, tmp_path / "report").read_text("utf-8")
    assert "a.dead[thread-2]</code> on Python 3.13.0: it hung" in text


def test_an_interpreter_of_which_too_little_is_said(
    make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}}, interpreters=[{"label": "3.13.0"}])
    with pytest.raises(UsageError, match=r"campaign\.json is damaged"):
        render(folder, tmp_path / "report")


def test_a_campaign_of_one_round_has_null_intervals(
    make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    costs = {"3.13.0": {"barrier.program[process-fork-4]": 8e-3, "barrier.program[thread-4]": 4e-4}}
    render(make_campaign(costs, rounds=1), tmp_path / "report")
    [barrier] = read(tmp_path / "report")["comparisons"]
    assert barrier["measured"][0]["ci_low"] is None
    assert barrier["measured"][0]["ratio"] == pytest.approx(20, rel=0.1)


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
    assert "barrier" not in out


def test_show_of_what_was_not_measured(
    everything: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", str(everything), "nothing"]) == 2
    assert "has no such case" in capsys.readouterr().err


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


def test_a_report_that_cannot_be_written(
    everything: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert cli.main(["report", str(everything), "-o", str(tmp_path / "file" / "r")]) == 2
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("figure", "text"),
    [(1.91, "1.91 s"), (0.11, "110 ms"), (25.198e-3, "25.2 ms"), (47.1e-9, "47.1 ns"),
     (3.2e-10, "0.32 ns"), (0.99996e-3, "1.00 ms"), (-3.2e-9, "-3.20 ns"), (0.0, "0.00 ns")],
)  # fmt: skip
def test_seconds_in_words(figure: float, text: str) -> None:
    assert seconds(figure) == text


def test_an_interval_in_words() -> None:
    assert interval(Estimate(2.0, 1.0, 3.0, 5)) == "1.00 s to 3.00 s"
    assert interval(Estimate(2.0, float("nan"), float("nan"), 1)) == "no interval"


def test_other_campaigns_say_nothing_of_noise(rendered: Path) -> None:
    assert read(rendered)["noise"] is None
    assert "What this machine can see" not in (rendered / "index.html").read_text("utf-8")
    assert not (rendered / "charts" / "noise.svg").exists()
