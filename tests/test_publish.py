"""What is published of a campaign: compressed, without its journal and without home folders."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pyconc.errors import UsageError
from pyconc.store import campaigns
from pyconc.store.about import read_about
from pyconc.store.publish import publish
from pyconc.store.suites import write_suites

CampaignMaker = Callable[..., Path]


@pytest.fixture
def campaign(make_campaign: CampaignMaker) -> Path:
    path = str(Path.home() / ".pyenv" / "python")
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}}, left_out=[[path, "too old"]])
    write_suites(folder)
    (folder / "statements.json").write_text("{}", "utf-8")
    return folder


def test_it_is_a_campaign_without_its_journal(campaign: Path, tmp_path: Path) -> None:
    paths = publish(campaign, tmp_path / "published")
    assert {path.name for path in paths} == {
        "campaign.json", "python-3.13.0.json.gz", "statements.json",
    }  # fmt: skip
    assert {path.name for path in (tmp_path / "published").iterdir()} == {p.name for p in paths}
    assert read_about(tmp_path / "published")["seed"] == read_about(campaign)["seed"]
    [rounds] = campaigns.read(tmp_path / "published").rounds.values()
    assert sum(len(run.values) for run in rounds.runs.values()) == 10


def test_nobody_learns_of_home_folders(campaign: Path, tmp_path: Path) -> None:
    publish(campaign, tmp_path)
    about = (tmp_path / "campaign.json").read_text("utf-8")
    assert str(Path.home()) not in about
    assert "~/.pyenv/python" in about
    packed = gzip.decompress((tmp_path / "python-3.13.0.json.gz").read_bytes())
    assert json.loads(packed)["version"]


def test_the_same_campaign_gives_the_same_bytes(campaign: Path, tmp_path: Path) -> None:
    first, second = (publish(campaign, tmp_path / name) for name in ("first", "second"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_campaign_that_goes_on_is_not_published(
    make_campaign: CampaignMaker, tmp_path: Path
) -> None:
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}})
    with pytest.raises(UsageError, match=r"no file of 3\.13\.0 that is up to date"):
        publish(folder, tmp_path)


@pytest.mark.parametrize("arguments", [[], ["nowhere", "there"]])
def test_bad_input_is_one_line_and_status_2(arguments: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pyconc.store.publish", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
