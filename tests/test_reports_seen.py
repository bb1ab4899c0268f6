"""Whether a campaign shows what people report: seen, absent, unclear, or why it cannot be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import CampaignMaker, interpreter
from test_reported import written

from pyconc import cli
from pyconc.findings.reported import Report, read_reports
from pyconc.findings.reports_seen import Ground, Outcome, newest, outcomes, overall
from pyconc.statistics.costs import Costs
from pyconc.store import campaigns
from pyconc.words.languages import Words

ONE, EACH = "sharing.read[thread-2-one]", "sharing.read[thread-2-each]"
ALONE, BUSY = "gil.pipe[thread-1-0]", "gil.pipe[thread-1-1]"
CASES = (ONE, EACH, ALONE, BUSY)
ENTRY = """
[one]
address = "https://github.com/python/cpython/issues/1"
title = {{ en = "One", zh = "一" }}
seen = {{ en = "Slow.", zh = "慢。" }}
needs = {{ {needs} }}
shows = [{{ {shows} }}]
"""
#: Comparisons that are there where `ONE` costs three times what `EACH` costs.
AGAINST = f'case = "{ONE}", against = "{EACH}", at_least = 2'
SCALING = f'case = "{ONE}", against = "{EACH}", figure = "throughput", at_most = 0.5'
LIMIT = f'case = "{ONE}", at_least = 2e-6'
VERSIONS = f'case = "{ONE}", between = ["3.10", "3.11"], at_least = 2'
TWINS = f'case = "{ONE}", between = ["gil on", "gil off"], at_least = 2'
LATENCY = f'case = "{BUSY}", against = "{ALONE}", figure = "handoff_p99", at_least = 10'
#: Rounds that are enough.
ROUNDS = 10


def report(folder: Path, shows: str, needs: str = "") -> Report:
    [found] = read_reports(written(folder, ENTRY.format(shows=shows, needs=needs)), CASES)
    return found


def python(label: str, **about: Any) -> dict[str, Any]:
    """What a campaign says of it."""
    version = label.partition("+")[0].rstrip("t")
    return {**interpreter(label, version=version, free_threaded=False), **about}


def ground(folder: Path) -> Ground:
    about, measured, *_ = campaigns.read(folder)
    return Ground.of(about, Costs(measured))


def said(found: Outcome) -> str:
    return Words("en").say(found.why) if found.why else ""


def costs(ratio: float) -> dict[str, float]:
    return {ONE: ratio * 1e-6, EACH: 1e-6}


def by_version(ratio: float) -> dict[str, dict[str, float]]:
    return {"3.10.1": {ONE: 1e-6}, "3.11.2": {ONE: ratio * 1e-6}}


def waits(ratio: float) -> dict[str, dict[str, str | float]]:
    """Hand-offs of a microsecond, and of so many times as long: 16 buckets are a doubling."""
    buckets = {1: 160, 16: 160 + 4 * 16}
    return {
        ALONE: {"handoff_histogram": "160:99"},
        BUSY: {"handoff_histogram": f"{buckets[int(ratio)]}:99"},
    }


@pytest.mark.parametrize(
    ("shows", "ratio", "verdict"),
    [
        (AGAINST, 3, "seen"), (AGAINST, 1, "absent"), (AGAINST, 2, "unclear"),
        (SCALING, 3, "seen"), (SCALING, 1, "absent"), (SCALING, 2, "unclear"),
        (LIMIT, 3, "seen"), (LIMIT, 1, "absent"), (LIMIT, 2, "unclear"),
        (VERSIONS, 3, "seen"), (VERSIONS, 1, "absent"), (VERSIONS, 2, "unclear"),
    ],
)  # fmt: skip
def test_the_interval_alone_decides(
    tmp_path: Path, make_campaign: CampaignMaker, shows: str, ratio: float, verdict: str
) -> None:
    given = by_version(ratio) if shows == VERSIONS else {"3.14.0": costs(ratio)}
    [found] = outcomes(report(tmp_path, shows), ground(make_campaign(given, ROUNDS)))
    assert found.verdict == verdict
    assert found.pythons == tuple(given)
    assert found.estimate is not None
    if shows != LIMIT:
        factor = 1 / ratio if shows == SCALING else ratio
        assert found.estimate.value == pytest.approx(factor, rel=0.05)
    limit, estimate = found.comparison.limit, found.estimate
    assert (estimate.low < limit < estimate.high) == (verdict == "unclear")
    assert said(found) == ("the interval lies on both sides of the limit" * (verdict == "unclear"))


@pytest.mark.parametrize(("ratio", "verdict"), [(16, "seen"), (1, "absent")])
def test_what_is_observed_one_by_one_is_a_figure_too(
    tmp_path: Path, make_campaign: CampaignMaker, ratio: float, verdict: str
) -> None:
    folder = make_campaign({"3.14.0": {ALONE: 1e-6, BUSY: 1e-6}}, ROUNDS, waits(ratio))
    [found] = outcomes(report(tmp_path, LATENCY), ground(folder))
    assert found.verdict == verdict
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(ratio)
    alone = f'case = "{BUSY}", figure = "handoff_p50", at_least = 5e-6'
    [found] = outcomes(report(tmp_path, alone), ground(folder))
    assert found.verdict == verdict


def test_a_figure_that_no_round_has_is_unclear(
    tmp_path: Path, make_campaign: CampaignMaker
) -> None:
    folder = make_campaign({"3.14.0": {ALONE: 1e-6, BUSY: 1e-6}}, ROUNDS)
    [found] = outcomes(report(tmp_path, LATENCY), ground(folder))
    assert (found.verdict, found.estimate) == ("unclear", None)
    assert said(found) == "no round has it: hand-off, 99 %"


def test_a_figure_may_be_any_metric(tmp_path: Path, make_campaign: CampaignMaker) -> None:
    folder = make_campaign({"3.14.0": costs(1)}, ROUNDS, {ONE: {"jain": 0.5}})
    shows = f'case = "{ONE}", figure = "jain", at_most = 0.9'
    [found] = outcomes(report(tmp_path, shows), ground(folder))
    assert found.verdict == "seen"
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(0.5)


def test_the_same_build_with_and_without_its_gil_is_compared(
    tmp_path: Path, make_campaign: CampaignMaker
) -> None:
    free, twin = python("3.14.0t", gil="off", free_threaded=True), python("3.14.0t+gil")
    twin["free_threaded"] = True
    given = {"3.14.0": costs(9), "3.14.0t": costs(3), "3.14.0t+gil": costs(1)}
    folder = make_campaign(given, ROUNDS, interpreters=[python("3.14.0"), free, twin])
    [found] = outcomes(report(tmp_path, TWINS), ground(folder))
    assert found.pythons == ("3.14.0t+gil", "3.14.0t")
    assert found.verdict == "seen"
    assert found.is_pair


def test_versions_are_compared_with_their_own_kind(
    tmp_path: Path, make_campaign: CampaignMaker
) -> None:
    given = {**by_version(3), "pypy3.11": {ONE: 1e-6}}
    pythons = [python("3.10.1"), python("3.11.2"), python("pypy3.11", implementation="PyPy")]
    pythons[2]["version"] = "3.11.13"
    folder = make_campaign(given, ROUNDS, interpreters=pythons)
    [found] = outcomes(report(tmp_path, VERSIONS), ground(folder))
    assert found.pythons == ("3.10.1", "3.11.2")


def test_a_version_may_be_a_single_one(tmp_path: Path, make_campaign: CampaignMaker) -> None:
    shows = VERSIONS.replace('"3.10", "3.11"', '"3.15.0a1", "3.15.0a3"')
    given = {"3.15.0a1": costs(1), "3.15.0a2": costs(9), "3.15.0a3+": costs(3)}
    pythons = [python("3.15.0a1"), python("3.15.0a2"), python("3.15.0a3+", version="3.15.0a3+")]
    folder = make_campaign(given, ROUNDS, interpreters=pythons)
    [found] = outcomes(report(tmp_path, shows), ground(folder))
    assert (found.pythons, found.verdict) == (("3.15.0a1", "3.15.0a3+"), "seen")


@pytest.mark.parametrize(
    ("shows", "needs", "why"),
    [
        (AGAINST, 'gil = "off"', "no Python of the campaign runs without a GIL"),
        (AGAINST, "cores = 4", "seen from 4 cores on, and the machine has 2"),
        (VERSIONS, "", "the campaign has no Python 3.10 and 3.11 of one kind"),
        (TWINS, "", "the campaign has no free-threaded build with its GIL on and off"),
        (LATENCY, "", f"{BUSY} was not measured"),
    ],
)
def test_what_cannot_be_shown_says_why(
    tmp_path: Path, make_campaign: CampaignMaker, shows: str, needs: str, why: str
) -> None:
    folder = make_campaign({"3.14.0": costs(3)}, ROUNDS)
    [found] = outcomes(report(tmp_path, shows, needs), ground(folder))
    assert found.verdict == "cannot"
    assert said(found).startswith(why)


def test_the_gil_may_be_needed(tmp_path: Path, make_campaign: CampaignMaker) -> None:
    free = python("3.14.0t", gil="off", free_threaded=True)
    folder = make_campaign({"3.14.0t": costs(3)}, ROUNDS, interpreters=[free])
    [found] = outcomes(report(tmp_path, AGAINST, 'gil = "on"'), ground(folder))
    assert said(found) == "no Python of the campaign has the GIL on"


def test_a_gil_that_came_back_shows_nothing(tmp_path: Path, make_campaign: CampaignMaker) -> None:
    free = python("3.14.0t", gil="off", free_threaded=True)
    folder = make_campaign({"3.14.0t": costs(3)}, ROUNDS, {ONE: {"gil": "on"}}, interpreters=[free])
    [found] = outcomes(report(tmp_path, AGAINST, 'gil = "off"'), ground(folder))
    assert (found.verdict, said(found)) == (
        "cannot", f"something that {ONE} imports turned the GIL on again"
    )  # fmt: skip


def test_a_case_that_was_skipped_or_failed_says_so(
    tmp_path: Path, make_campaign: CampaignMaker
) -> None:
    pythons = [python("3.13.0", skipped={ONE: "needs the module joblib"}), python("3.14.0")]
    given = {"3.13.0": {EACH: 1e-6}, "3.14.0": {EACH: 1e-6}}
    failures = [{"case": ONE, "python": "3.14.0", "reason": "it hung"}]
    folder = make_campaign(given, ROUNDS, interpreters=pythons, failures=failures)
    first, second = outcomes(report(tmp_path, AGAINST), ground(folder))
    assert (first.pythons, said(first)) == (("3.13.0",), f"{ONE}: needs the module joblib")
    assert (second.pythons, said(second)) == (("3.14.0",), f"{ONE} failed")


def test_pythons_that_cannot_for_one_reason_are_told_together(
    tmp_path: Path, make_campaign: CampaignMaker
) -> None:
    folder = make_campaign({"3.13.0": {EACH: 1e-6}, "3.14.0": {EACH: 1e-6}}, ROUNDS)
    [found] = outcomes(report(tmp_path, AGAINST), ground(folder))
    assert found.pythons == ("3.13.0", "3.14.0")


@pytest.mark.parametrize("ratio", [1, 3])
def test_few_rounds_claim_nothing(
    tmp_path: Path, make_campaign: CampaignMaker, ratio: float
) -> None:
    folder = make_campaign({"3.14.0": costs(ratio)}, 7)
    [found] = outcomes(report(tmp_path, AGAINST), ground(folder))
    assert found.verdict == "unclear"
    assert said(found) == "7 rounds, and fewer than 8 claim nothing"
    assert found.estimate is not None


def test_absence_elsewhere_says_what_was_reported_of(
    tmp_path: Path, make_campaign: CampaignMaker
) -> None:
    here = ground(make_campaign({"3.13.2": costs(1), "3.14.0": costs(1)}, ROUNDS))
    of_versions = report(tmp_path, AGAINST, 'versions = ">=3.13,<3.14"')
    inside, outside = outcomes(of_versions, here)
    assert (inside.verdict, said(inside)) == ("absent", "")
    assert (outside.verdict, said(outside)) == ("absent", "reported of Python >=3.13,<3.14")
    [windows, _] = outcomes(report(tmp_path, AGAINST, 'system = "Windows"'), here)
    assert (windows.verdict, said(windows)) == ("absent", "reported of Windows")


@pytest.mark.parametrize(
    ("built", "remark"), [(False, "reported of builds with PGO"), (True, ""), (None, "")]
)
def test_absence_in_another_build_says_of_which(
    built: bool | None, remark: str, tmp_path: Path, make_campaign: CampaignMaker
) -> None:
    here = ground(make_campaign({"3.13.2": costs(1)}, ROUNDS))
    about = {label: {**each, "optimized": built} for label, each in here.pythons.items()}
    [found] = outcomes(report(tmp_path, AGAINST, "optimized = true"), here._replace(pythons=about))
    assert (found.verdict, said(found)) == ("absent", remark)


def test_what_is_seen_elsewhere_is_seen(tmp_path: Path, make_campaign: CampaignMaker) -> None:
    here = ground(make_campaign({"3.14.0": costs(3)}, ROUNDS))
    [found] = outcomes(report(tmp_path, AGAINST, 'versions = "<3.14", system = "Windows"'), here)
    assert found.verdict == "seen"


def test_what_was_seen_anywhere_was_seen(tmp_path: Path, make_campaign: CampaignMaker) -> None:
    given = {"3.12.0": costs(1), "3.13.0": costs(3), "3.14.0": {EACH: 1e-6}}
    found = outcomes(report(tmp_path, AGAINST), ground(make_campaign(given, ROUNDS)))
    assert [each.verdict for each in found] == ["absent", "seen", "cannot"]
    assert overall(found) == "seen"
    assert overall(found[::2]) == "absent"


def test_the_newest_campaign_that_can_show_it_counts(
    tmp_path: Path, make_campaign: CampaignMaker
) -> None:
    one = report(tmp_path, AGAINST)
    nothing = outcomes(one, ground(make_campaign({"3.14.0": {EACH: 1e-6}}, ROUNDS)))
    absent, seen = (
        outcomes(one, ground(make_campaign({"3.14.0": costs(ratio)}, ROUNDS))) for ratio in (1, 3)
    )
    assert newest([nothing, absent, seen]) == [(1, absent[0])]
    assert newest([nothing, nothing]) == [(0, nothing[0])]


def test_rounds_of_a_file_are_not_paired(tmp_path: Path, make_campaign: CampaignMaker) -> None:
    here = ground(make_campaign({"3.14.0": costs(3)}, ROUNDS))._replace(paired=False)
    [ratio] = outcomes(report(tmp_path, AGAINST), here)
    assert (ratio.verdict, ratio.estimate) == ("unclear", None)
    assert "no campaign" in said(ratio)
    [limit] = outcomes(report(tmp_path, LIMIT), here)
    assert limit.verdict == "seen"


# The command

POLLING = "interpreter.queue_handoff[interpreter-2]"
GATHER, AWAIT = "asyncio.gather[task-1-100]", "asyncio.one_by_one[task-1-100]"


@pytest.fixture(scope="module")
def campaign(make_campaign: CampaignMaker) -> Path:
    return make_campaign({"3.14.0": {POLLING: 1e-2, GATHER: 1e-6, AWAIT: 1e-6}}, ROUNDS)


def test_the_reports_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["reports"]) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split("  ")[0] == "report"
    [polling] = [line for line in lines if line.startswith("cpython-143017")]
    assert "interpreter.queue_handoff" in polling
    assert "Python 3.14+" in polling


def test_a_campaign_says_which_are_seen(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["reports", str(campaign)]) == 0
    lines = capsys.readouterr().out.splitlines()
    [polling] = [line for line in lines if line.startswith("cpython-143017")]
    assert "seen" in polling
    assert "at least 5.00 ms" in polling
    gather = next(line for line in lines if GATHER in line)
    assert "absent here" in gather
    assert lines[-1].endswith("cannot be shown here.")


def test_programs_read_the_same(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["reports", str(campaign), "--format", "json"]) == 0
    told = {each["id"]: each for each in json.loads(capsys.readouterr().out)["reports"]}
    polling = told["cpython-143017"]
    assert polling["verdict"] == "seen"
    [outcome] = polling["outcomes"]
    assert outcome["pythons"] == ["3.14.0"]
    assert outcome["found"]["low"] > outcome["at_least"] == 0.005
    assert told["cpython-157914"]["verdict"] == "cannot"
    assert "GIL" in told["cpython-157914"]["outcomes"][0]["remark"]
    assert cli.main(["reports", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)["reports"]
    assert [each["id"] for each in listed] == list(told)


def test_markdown_has_a_line_for_each_outcome(
    campaign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["reports", str(campaign), "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("### What people report, in ")
    assert "| cpython-143017 | seen |" in out


def test_what_is_no_campaign_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["reports", str(tmp_path / "nothing")]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "is not a folder" in line
