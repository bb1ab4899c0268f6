"""Whether a site is rendered again: by what it was made from, and by what is left of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pyconc.report.stamp import STAMP, clear, is_up_to_date, leave, state_of


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a page of ours and a file of somebody else's."""
    folder = tmp_path / "site"
    clear(folder)
    for name in ("index.html", "theirs.txt"):
        (folder / name).write_text(name, "utf-8")
    leave(folder, "state", [folder / "index.html"])
    return folder


def test_a_site_is_up_to_date_while_nothing_changes(site: Path) -> None:
    assert is_up_to_date(site, "state")
    assert not is_up_to_date(site, "another state")


def test_a_missing_page_is_written_again(site: Path) -> None:
    (site / "index.html").unlink()
    assert not is_up_to_date(site, "state")


@pytest.mark.parametrize("text", ["", "[]", '{"state": "state"}', '{"files": 3, "state": "state"}'])
def test_a_damaged_stamp_means_rendering(site: Path, text: str) -> None:
    (site / STAMP).write_text(text, "utf-8")
    assert not is_up_to_date(site, "state")
    clear(site)
    assert (site / "index.html").exists()


def test_only_our_own_files_are_removed(site: Path) -> None:
    clear(site)
    assert [path.name for path in site.iterdir()] == ["theirs.txt"]


def test_a_stamp_cannot_reach_out_of_the_folder(site: Path) -> None:
    outside = site.parent / "outside.txt"
    outside.write_text("", "utf-8")
    (site / STAMP).write_text(json.dumps({"state": "state", "files": ["../outside.txt"]}), "utf-8")
    clear(site)
    assert outside.exists()


def test_the_state_is_that_of_the_measurements(make_campaign: Callable[..., Path]) -> None:
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}})
    before = state_of([folder])
    (folder / "report").mkdir()
    (folder / "report" / "index.html").write_text("", "utf-8")
    assert state_of([folder]) == before
    about = (folder / "campaign.json").read_text("utf-8")
    (folder / "campaign.json").write_text(about + " ", "utf-8")
    assert state_of([folder]) != before


def test_the_state_of_a_file_is_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text("{}", "utf-8")
    before = state_of([path])
    path.write_text("{ }", "utf-8")
    assert state_of([path]) != before


@pytest.mark.parametrize("place", ["runs", "runs/Linux-CPython-3.13-64bit"])
def test_the_state_of_saved_runs_is_what_they_hold(place: str, tmp_path: Path) -> None:
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "0001_unversioned.json").write_text("{}", "utf-8")
    before = state_of([tmp_path / "runs"])
    (tmp_path / place / "0002_unversioned.json").write_text("{}", "utf-8")
    assert state_of([tmp_path / "runs"]) != before
