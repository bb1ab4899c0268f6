"""What was counted is never called time, nor compared with it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import CampaignMaker

from pyconc.cli import main
from pyconc.compare.noise_file import NOISE, read_noise_file
from pyconc.figures import amount
from pyconc.report.reading import read_campaigns
from pyconc.statistics.costs import Costs
from pyconc.store import campaigns
from pyconc.store.about import read_about
from pyconc.store.journal import CAMPAIGN
from pyconc.store.suites import write_suites
from pyconc.store.tidy import read_tidy
from pyconc.units import unit_of

VALGRIND = {"counter": "valgrind 3.19.0", "peak_rss": 7.0}
COSTS = {"lock.pair[thread-1]": 678.0, "queue.put_get[thread-1-Queue]": 10_776.0}
TIMES = {case: cost * 1e-9 for case, cost in COSTS.items()}
CLOCK = {"clock": "instructions", "counter": VALGRIND["counter"]}


def count(make: CampaignMaker, pythons: Mapping[str, Mapping[str, float]]) -> Path:
    """A campaign of what each Python takes, in three rounds."""
    return make(pythons, 3, dict.fromkeys(COSTS, VALGRIND), **CLOCK)


@pytest.fixture(scope="module")
def counted(make_campaign: CampaignMaker) -> Path:
    return count(make_campaign, {"3.14": COSTS})


@pytest.fixture
def twice(make_campaign: CampaignMaker) -> Path:
    """One Python that was counted twice."""
    folder = count(make_campaign, {"3.14": COSTS, "again": COSTS})
    about = read_about(folder)
    for interpreter in about["interpreters"]:
        interpreter.update(build="one", version="3.14.0")
    (folder / CAMPAIGN).write_text(json.dumps(about))
    return folder


@pytest.fixture(scope="module")
def timed(make_campaign: CampaignMaker) -> Path:
    return make_campaign({"3.14": TIMES}, 3)


def test_a_unit_is_what_counted_and_not_what_pyperf_calls_it() -> None:
    assert unit_of({"unit": "integer", "pyconc_counter": "perf"}) == "instruction"
    assert unit_of({"unit": "integer"}) == "integer"
    assert unit_of({}) == "second"


def test_few_instructions_have_a_decimal() -> None:
    assert amount(3.04, "instruction") == "3.0 instructions"
    assert amount(-10776.4, "instruction") == "-10,776 instructions"


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_show_says_instructions(
    form: str, counted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(counted), "--format", form]) == 0
    said = capsys.readouterr().out
    assert " instructions" in said
    assert " ns" not in said
    assert " µs" not in said


def test_one_case_is_told_in_instructions(
    counted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(counted), "lock"]) == 0
    assert " instructions (95 % interval " in capsys.readouterr().out


def test_data_name_their_column(counted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(counted), "--format", "csv"]) == 0
    headings = capsys.readouterr().out.splitlines()[0].split(",")
    assert "instructions" in headings
    assert "seconds" not in headings
    frame = read_tidy([counted])
    assert set(frame["unit"]) == {"instruction"}
    assert frame["instructions"].between(600, 12_000).all()


def test_the_memory_of_the_process_is_that_of_the_counter(counted: Path) -> None:
    """pyperf says how much it was."""
    rounds = campaigns.read(counted).rounds
    assert not any(each.metric("peak_rss") for each in rounds.values())


def test_compare_says_instructions(
    counted: Path, make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    again = count(make_campaign, {"3.14": COSTS})
    assert main(["compare", str(counted), str(again)]) == 0
    assert " instructions" in capsys.readouterr().out
    assert main(["compare", str(counted), str(again), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["unit"] for each in found["cases"]} == {"instruction"}


def test_instructions_do_not_compare_with_time(
    counted: Path, timed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(timed), str(counted)]) == 2
    assert capsys.readouterr().err == (
        "pyconc: BASE is measured by time, and HEAD by instructions, counted by valgrind 3.19.0; "
        "measure both by one clock\n"
    )


def test_what_different_counters_counted_does_not_compare(
    counted: Path, make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_campaign({"3.14": COSTS}, 3, {key: {"counter": "perf"} for key in COSTS}, **CLOCK)
    assert main(["compare", str(counted), str(other)]) == 2
    assert "measure both by one clock" in capsys.readouterr().err


def test_noise_of_instructions_is_not_kept_among_that_of_time(
    twice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = tmp_path / "history"
    assert main(["noise", "--of", str(twice), "--history", str(history)]) == 0
    assert "not kept: the history is of time, and this of instructions" in capsys.readouterr().out
    assert not history.exists()


def test_pages_keep_the_clocks_apart(counted: Path, timed: Path) -> None:
    shown = read_campaigns([counted, timed])
    assert len(shown) == 2
    assert not any(each.earlier for each in shown)


def test_what_pages_say_of_time_leaves_instructions_out(counted: Path) -> None:
    costs = Costs(campaigns.read(counted).rounds)
    assert costs.units() == dict.fromkeys(COSTS, "instruction")
    assert not costs.times().cases("3.14")


def test_the_same_counts_are_no_copies(
    counted: Path, make_campaign: CampaignMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    again = count(make_campaign, {"3.14": COSTS})
    assert main(["compare", str(counted), str(again), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["ratio"] for each in found["cases"]} == {1.0}
    assert not [each for each in found["confounds"] if "copies" in each]


def test_a_page_shows_both_clocks_and_where_they_disagree(
    make_campaign: CampaignMaker, tmp_path: Path
) -> None:
    """The lock takes as many instructions as before, and twice the time."""
    lock = next(iter(COSTS))
    slow = {**TIMES, lock: 2 * TIMES[lock]}
    timed = make_campaign({"3.13": TIMES, "3.14": slow}, 8)
    counted = count(make_campaign, {"3.13": COSTS, "3.14": COSTS})
    assert main(["report", str(timed), str(counted), "-o", str(tmp_path)]) == 0
    reports = [json.loads(path.read_text("utf-8")) for path in tmp_path.rglob("report.json")]
    (of_time,) = (each for each in reports if "counter" not in each["campaign"])
    families = {name.rpartition("-")[2]: each for name, each in of_time["pages"].items()}
    assert families["lock"]["cases"][lock]["3.14"]["instructions"]["value"] == pytest.approx(
        COSTS[lock], rel=0.05
    )
    (found,) = families["lock"]["clocks_disagree"]
    assert (found["case"], found["old"], found["new"]) == (lock, "3.13", "3.14")
    assert "clocks_disagree" not in families["queue"]


def test_a_campaign_of_instructions_alone_is_not_told_in_seconds(
    counted: Path, tmp_path: Path
) -> None:
    assert main(["report", str(counted), "-o", str(tmp_path)]) == 0
    (page,) = tmp_path.glob("family-lock-*.html")
    text = page.read_text("utf-8")
    assert " instructions" in text
    costs = text.partition('id="cases"')[2].partition("</table>")[0]
    assert not re.search(r"\d\s?(ns|µs)\b", costs)


def test_a_history_of_instructions_is_refused(
    counted: Path, timed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(write_suites(counted)[0], tmp_path / "kept.json")
    again = [str(timed), str(timed)]
    assert main(["compare", *again, "--history", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"pyconc: {tmp_path / 'kept.json'} holds instructions, and a history is of time; "
        f"remove it\n"
    )


def test_files_of_two_clocks_do_not_compare(
    counted: Path, timed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(write_suites(each)[0]) for each in (counted, timed)]
    assert main(["compare", *files]) == 2
    said = capsys.readouterr().err
    assert "measure both by one clock" in said
    assert len(said.splitlines()) == 1


def test_the_noise_of_instructions_is_told_in_them(
    twice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three rounds are enough for the gate."""
    assert main(["noise", "--of", str(twice)]) == 0
    said = capsys.readouterr().out
    assert "vary by at most 0.2% from round to round in the instructions that they take" in said
    assert "the gate raises no alarm\n" in said
    assert read_noise_file(twice / NOISE).is_counted


def test_three_rounds_of_instructions_are_not_called_too_few(
    make_campaign: CampaignMaker, tmp_path: Path
) -> None:
    dearer = {case: 1.5 * cost for case, cost in COSTS.items()}
    counted = count(make_campaign, {"3.13": COSTS, "3.14": dearer})
    assert main(["report", str(counted), "-o", str(tmp_path)]) == 0
    page = (tmp_path / "versions.html").read_text("utf-8")
    assert "nothing is claimed" not in page
    assert "nothing can be said" not in page
