"""Campaigns for the report: from their files or their journal, and kept apart by machine."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pyconc.errors import UsageError
from pyconc.report.reading import read, read_campaigns
from pyconc.store.suites import write_suites

CampaignMaker = Callable[..., Path]
COSTS = {
    "3.13.0": {"a.b[thread-1]": 1e-6, "a.c[thread-1]": 2e-6},
    "3.14.0": {"a.b[thread-1]": 3e-6},
}
METRICS = {"a.b[thread-1]": {"jain": 0.5, "control": "a.c[thread-1]"}}
ELSEWHERE = {"host": "elsewhere", "platform": "Linux", "processor": "x86", "cpus": 64}


def test_a_campaign_is_the_same_from_its_files_as_from_its_journal(
    make_campaign: CampaignMaker,
) -> None:
    folder = make_campaign(COSTS, metrics=METRICS)
    from_journal = read(folder)
    write_suites(folder)
    (folder / "journal.jsonl").unlink()
    from_files = read(folder)
    columns = ["case", "python", "round", "value", "seconds", "jain", "control"]
    pd.testing.assert_frame_equal(
        from_files.costs.frame[columns], from_journal.costs.frame[columns]
    )
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


def test_an_interpreter_of_which_too_little_is_said(make_campaign: CampaignMaker) -> None:
    folder = make_campaign(COSTS, interpreters=[{"label": "3.13.0"}, {"label": "3.14.0"}])
    with pytest.raises(UsageError, match="of an interpreter missing"):
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
