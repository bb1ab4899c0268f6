"""Campaigns for the report: from their files or their journal, and kept apart by machine."""

from __future__ import annotations

import gzip
import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import pyperf
import pytest

from pyconc.errors import UsageError
from pyconc.report.reading import read, read_campaigns
from pyconc.statistics.costs import Costs
from pyconc.store import campaigns
from pyconc.store.about import read_about
from pyconc.store.rounds import rounds_of
from pyconc.store.suites import documents_of, write_suites

CampaignMaker = Callable[..., Path]
COSTS = {
    "3.13.0": {"a.b[thread-1]": 1e-6, "a.c[thread-1]": 2e-6},
    "3.14.0": {"a.b[thread-1]": 3e-6},
}
METRICS = {"a.b[thread-1]": {"jain": 0.5, "control": "a.c[thread-1]"}}
ELSEWHERE = {"host": "elsewhere", "platform": "Linux", "processor": "x86", "cpus": 64}


def told(costs: Costs) -> dict[tuple[str, str], object]:
    """All that a campaign tells of each case on each Python, in its order."""
    return {
        (python, case): (
            costs.estimate(python, case),
            costs.net(python, case),
            costs.metrics(python, case),
            costs.metric(python, case, "control").to_dict(),
            costs.metric(python, case, "jain").to_dict(),
        )
        for python in costs.pythons
        for case in costs.cases(python)
    }


def test_a_campaign_is_the_same_from_its_files_as_from_its_journal(
    make_campaign: CampaignMaker,
) -> None:
    folder = make_campaign(COSTS, metrics=METRICS)
    from_journal = read(folder)
    write_suites(folder)
    (folder / "journal.jsonl").unlink()
    from_files = read(folder)
    assert told(from_files.costs) == told(from_journal.costs)
    assert from_files.pythons == from_journal.pythons == ["3.13.0", "3.14.0"]
    for label in COSTS:
        ours, theirs = from_files.sides[label], from_journal.sides[label]
        assert ours.has_same_costs_as(theirs)
        assert ours.campaign == theirs.campaign


def test_compressed_files_are_read(make_campaign: CampaignMaker) -> None:
    folder = make_campaign(COSTS)
    write_suites(folder)
    (folder / "journal.jsonl").unlink()
    for path in folder.glob("python-*.json"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    estimate = read(folder).costs.estimate("3.14.0", "a.b[thread-1]")
    assert estimate is not None
    assert estimate.value == pytest.approx(3e-6, rel=0.05)


def test_the_newest_campaign_of_each_machine_is_shown(make_campaign: CampaignMaker) -> None:
    old = make_campaign(COSTS, started="2026-01-01T00:00:00+00:00")
    new = make_campaign(COSTS, started="2026-03-01T00:00:00+00:00")
    other = make_campaign(COSTS, started="2026-02-01T00:00:00+00:00", machine=ELSEWHERE)
    here, elsewhere = read_campaigns([new, other, old])
    assert here.campaign.folder == new
    assert [each.folder for each in here.earlier] == [old]
    assert elsewhere.campaign.folder == other
    assert elsewhere.earlier == ()


def test_a_campaign_counts_once(make_campaign: CampaignMaker) -> None:
    folder = make_campaign(COSTS)
    with pytest.raises(UsageError, match="given twice"):
        read_campaigns([folder, folder / "."])


def test_an_interpreter_without_a_round_is_left_out(make_campaign: CampaignMaker) -> None:
    folder = make_campaign(COSTS)
    write_suites(folder)
    (folder / "journal.jsonl").unlink()
    (folder / "python-3.14.0.json").unlink()
    assert read(folder).pythons == ["3.13.0"]
    (folder / "python-3.13.0.json").unlink()
    with pytest.raises(UsageError, match="no finished round"):
        read(folder)


@pytest.mark.parametrize("name", ["profile", "machine"])
def test_a_campaign_that_says_too_little_of_itself(name: str, make_campaign: CampaignMaker) -> None:
    folder = make_campaign(COSTS)
    about = json.loads((folder / "campaign.json").read_text("utf-8"))
    (folder / "campaign.json").write_text(json.dumps({**about, name: {}}), "utf-8")
    with pytest.raises(UsageError, match=rf"campaign\.json is damaged \(\w+ of the {name} missing"):
        read(folder)


def test_of_an_interpreter_only_its_label_must_be_said(make_campaign: CampaignMaker) -> None:
    folder = make_campaign(COSTS, interpreters=[{"label": "3.13.0"}, {"label": "3.14.0"}])
    assert read(folder).about["interpreters"][1]["implementation"] is None
    folder = make_campaign(COSTS, interpreters=[{"label": "3.13.0"}, {}])
    with pytest.raises(UsageError, match="label of an interpreter missing"):
        read(folder)


def test_a_damaged_file_is_one_line(make_campaign: CampaignMaker, tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(make_campaign(COSTS), folder)
    write_suites(folder)
    (folder / "journal.jsonl").unlink()
    (folder / "python-3.13.0.json").write_text('{"version": "1.0", "benchmarks": [{}]}')
    with pytest.raises(UsageError, match=r"python-3\.13\.0\.json") as raised:
        read(folder)
    assert "\n" not in str(raised.value)


def test_a_row_is_a_round_however_many_values_it_has(make_campaign: CampaignMaker) -> None:
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}}, rounds=3)
    rounds = campaigns.read(folder).rounds["3.13.0", "a.b[thread-1]"]
    assert list(rounds.runs) == [1, 2, 3]  # round 0 calibrates, and has no value
    assert [len(run.values) for run in rounds.runs.values()] == [2, 2, 2]
    for number, cost in rounds.costs().items():
        assert cost == math.fsum(rounds.runs[number].values) / 2


@pytest.mark.parametrize("has_ended", [True, False])
def test_no_object_of_pyperf_is_made_to_read_rounds(
    has_ended: bool, make_campaign: CampaignMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take longer to make than all that is read from them."""
    folder = make_campaign(COSTS, metrics=METRICS)
    if has_ended:
        write_suites(folder)
    for made in (pyperf.Run, pyperf.Benchmark, pyperf.BenchmarkSuite):
        monkeypatch.setattr(made, "__init__", lambda *_, **__: pytest.fail("made by pyperf"))
    assert len(campaigns.read(folder).rounds) == 3


def test_one_document_at_a_time_is_held(make_campaign: CampaignMaker) -> None:
    folder = make_campaign(COSTS)
    write_suites(folder)
    documents = documents_of(folder, read_about(folder))
    assert next(documents).path.name == "python-3.13.0.json"
    (folder / "python-3.14.0.json").write_text("{", "utf-8")
    with pytest.raises(UsageError, match=r"3\.14\.0\.json is not whole JSON"):
        next(documents)


@pytest.mark.parametrize("value", ["1", True, None, -1.0, 0, float("nan"), float("inf"), 10**400])
def test_what_is_no_cost_is_refused(value: object) -> None:
    document = {
        "version": "1.0",
        "benchmarks": [{"metadata": {"name": "a"}, "runs": [{"values": [1.0, value]}]}],
    }
    with pytest.raises(ValueError, match="a cost is a positive number"):
        rounds_of(document)


def test_formats_of_older_pyperfs_are_read() -> None:
    runs = [{"samples": [1.0, 3.0]}, {"samples": [2.0]}]
    said = {"name": "sort", "python_version": "3.6.0"}
    document = {"version": 5, "benchmarks": [{"common_metadata": said, "runs": runs}]}
    assert rounds_of(document)["3.6.0", "sort"].costs() == {0: 2.0, 1: 2.0}
    with pytest.raises(ValueError, match="version 4 not supported"):
        rounds_of({**document, "version": 4})


def test_runs_that_say_one_number_are_one_round() -> None:
    runs = [{"values": [1.0], "metadata": {"pyconc_round": 7}}] * 2
    document = {"version": "1.0", "benchmarks": [{"metadata": {"name": "a"}, "runs": runs}]}
    assert rounds_of(document)["unknown", "a"].costs() == {7: 1.0}
