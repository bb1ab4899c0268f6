"""From campaigns to a site: the same bytes for the same data, machines apart, bad input told."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from demonstration import elsewhere as hostile
from pages import Html, astray, read

from pyconc import cli
from pyconc.store.suites import write_suites
from pyconc.suite.case import Case

#: A day that comes later than the one on which the tests' site was rendered.
LATER = "2191-08-07"
RENDER_LATER = f"""
import datetime, sys, types
from pyconc import cli
from pyconc.report import site
today = lambda: datetime.date.fromisoformat("{LATER}")
site.datetime = types.SimpleNamespace(date=types.SimpleNamespace(today=today))
sys.exit(cli.main(["report", *sys.argv[1:]]))
"""


def report(*folders: Path, into: Path) -> int:
    return cli.main(["report", *map(str, folders), "-o", str(into)])


def files(folder: Path) -> dict[str, Path]:
    return {str(p.relative_to(folder)): p for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_campaigns_give_the_same_bytes_but_for_the_date(
    small: Path, cases: dict[str, Case], make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    """In another process, whose sets and dicts of strings have another order."""
    campaigns, once = [small, hostile(make_campaign, cases)], tmp_path / "once"
    assert report(*campaigns, into=once) == 0
    words = [*map(str, campaigns), "-o", str(tmp_path / "again")]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", RENDER_LATER, *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, again = files(once), files(tmp_path / "again")
    assert first.keys() == again.keys()
    differing = [name for name in first if first[name].read_bytes() != again[name].read_bytes()]
    assert differing == [name for name in first if name.endswith(".html")]
    for name in differing:
        before, after = again[name].read_text("utf-8").split(LATER)
        text = first[name].read_text("utf-8")
        assert text.startswith(before), name
        assert text.endswith(after), name
        assert len(text) == len(before) + len(LATER) + len(after), name


@pytest.fixture
def small(make_campaign: Callable[..., Path]) -> Path:
    """A campaign of its own for each test, that may be changed."""
    costs = {"lock.pair[thread-1]": 5e-8, "lock.with[thread-1]": 4e-8}
    return make_campaign({"3.13.0": costs, "3.14.0": costs}, rounds=3)


@pytest.fixture
def elsewhere(make_campaign: Callable[..., Path]) -> Path:
    """The same of another machine, measured later."""
    return make_campaign(
        {"3.14.0": {"lock.pair[thread-1]": 1.5e-8}},
        rounds=3,
        started="2026-05-01T00:00:00+00:00",
        machine={"host": "elsewhere", "platform": "Linux", "processor": "arm", "cpus": 64},
    )


def test_what_has_changed_is_rendered_again_and_nothing_else(small: Path, tmp_path: Path) -> None:
    assert report(small, into=tmp_path) == 0
    before = {name: path.stat().st_mtime_ns for name, path in files(tmp_path).items()}
    assert report(small, into=tmp_path) == 0
    assert {name: path.stat().st_mtime_ns for name, path in files(tmp_path).items()} == before
    about = json.loads((small / "campaign.json").read_text("utf-8"))
    about["failures"] = [{"case": "lock.pair[thread-1]", "python": "3.13.0", "reason": "it hung"}]
    (small / "campaign.json").write_text(json.dumps(about), "utf-8")
    assert report(small, into=tmp_path) == 0
    assert "it hung" in (tmp_path / "machine.html").read_text("utf-8")


def test_machines_are_kept_apart(small: Path, elsewhere: Path, tmp_path: Path) -> None:
    assert report(small, elsewhere, into=tmp_path) == 0
    newest, other = tmp_path, tmp_path / "machine-2"
    named = [(newest, "elsewhere", "somewhere"), (other, "somewhere", "elsewhere")]
    for folder, ours, theirs in named:
        document = json.loads((folder / "data" / "report.json").read_text("utf-8"))
        assert document["campaign"]["machine"]["host"] == ours
        assert document["earlier"] == []
        for path in (folder / "index.html", folder / "zh" / "index.html"):
            assert not astray(Html(path), tmp_path)
            assert theirs in read(path).text, "no link to the other machine"
    assert "3.13.0" not in "".join(path.read_text("utf-8") for path in newest.glob("*.html"))


def test_campaigns_of_one_machine_are_one_site(
    small: Path, make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    later = make_campaign(
        {"3.14.0": {"lock.pair[thread-1]": 5e-7}}, started="2026-05-01T00:00:00+00:00"
    )
    assert report(later, small, into=tmp_path) == 0
    document = json.loads((tmp_path / "data" / "report.json").read_text("utf-8"))
    assert document["campaign"]["name"] == later.name
    assert [each["name"] for each in document["earlier"]] == [small.name]
    assert not list(tmp_path.glob("machine-*"))
    assert (tmp_path / "history.html").exists()


def test_what_is_no_longer_shown_is_removed(small: Path, elsewhere: Path, tmp_path: Path) -> None:
    assert report(small, elsewhere, into=tmp_path) == 0
    assert report(small, into=tmp_path) == 0
    assert not list(tmp_path.rglob("machine-2/*.html"))
    assert report(small, into=tmp_path / "fresh") == 0
    fresh = files(tmp_path / "fresh")
    assert {name for name in files(tmp_path) if not name.startswith("fresh")} == set(fresh)


def test_files_of_others_stay_where_they_are(small: Path, elsewhere: Path, tmp_path: Path) -> None:
    mine = [tmp_path / "mine.txt", tmp_path / "charts" / "mine.svg", tmp_path / "raw" / "a.json"]
    for path in mine:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine", "utf-8")
    assert report(small, into=tmp_path) == 0
    (tmp_path / "later.txt").write_text("mine", "utf-8")
    assert report(small, elsewhere, into=tmp_path) == 0
    for path in (*mine, tmp_path / "later.txt"):
        assert path.read_text("utf-8") == "mine"


def test_a_site_may_be_rendered_beside_its_campaigns(small: Path) -> None:
    into = small.parent / "site"
    raw = files(small)
    before = {name: path.read_bytes() for name, path in raw.items()}
    assert report(small, into=into) == 0
    assert report(small, into=small / "report") == 0
    assert {name: path.read_bytes() for name, path in raw.items()} == before


def test_a_slim_site_links_to_its_campaigns_and_has_compressed_tables(
    small: Path, elsewhere: Path, tmp_path: Path
) -> None:
    write_suites(small)  # as campaigns that have ended have them
    write_suites(elsewhere)
    into, moved = small.parent / "slim", small.parent / "further" / "slim"
    for site in (into, moved):
        assert cli.main(["report", str(small), str(elsewhere), "--slim", "-o", str(site)]) == 0
        below = [folder for folder in site.rglob("data") if folder.is_dir()]
        assert {path.name for folder in below for path in folder.iterdir()} == {
            "cases.csv.gz", "rounds.csv.gz", "report.json.gz",
        }  # fmt: skip
        for page in (site / "data.html", site / "zh/data.html", site / "machine-2/data.html"):
            assert not astray(read(page), small.parent)
        linked = {name for *_, name in read(site / "machine-2" / "data.html").links}
        assert any(name.endswith(f"{small.name}/python-3.13.0.json") for name in linked)
    plain = tmp_path / "plain"
    assert report(small, elsewhere, into=plain) == 0
    for name in ("cases.csv", "rounds.csv", "report.json"):
        packed = gzip.decompress((into / "data" / f"{name}.gz").read_bytes())
        assert packed == (plain / "data" / name).read_bytes()


def test_a_slim_site_is_rendered_again_where_its_campaigns_are_elsewhere(small: Path) -> None:
    write_suites(small)
    into = small.parent / "moving"
    assert cli.main(["report", str(small), "--slim", "-o", str(into)]) == 0
    (small.parent / "moved").mkdir(exist_ok=True)
    folder = small.rename(small.parent / "moved" / small.name)
    assert cli.main(["report", str(folder), "--slim", "-o", str(into)]) == 0
    assert not astray(Html(into / "data.html"), small.parent)


@pytest.mark.parametrize(
    ("costs", "rounds"),
    [
        ({"3.13.0": {"lock.pair[thread-1]": 5e-8}}, 1),
        ({"pypy3.11": {"scaling.strong[thread-1]": 1e-3, "scaling.strong[thread-2]": 2e-3}}, 2),
        ({"3.9.0": {"a.b[thread-1]": 1e-6}, "3.10.0": {"pool.no_pool[thread-1]": 1e-6}}, 2),
        ({"x": {"counter.unlocked_program[thread-2]": 1e-8, "floor.join[thread-1]": 2e-8}}, 1),
        ({f"3.{n}.1": {"thread.is_alive[thread-1]": 1e-7, "y.z": 0.1} for n in range(9, 17)}, 3),
    ],
    ids=["one round", "no CPython", "nothing shared", "two cases", "eight Pythons"],
)  # fmt: skip
def test_any_campaign_has_a_whole_site(
    costs: dict[str, dict[str, float]],
    rounds: int,
    make_campaign: Callable[..., Path],
    tmp_path: Path,
) -> None:
    assert report(make_campaign(costs, rounds=rounds), into=tmp_path) == 0
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) > 5
    found = [fault for path in pages for fault in astray(read(path), tmp_path)]
    assert not found, "\n".join(found)
    assert not [path.name for path in pages if re.search(r"\bnan\b|\binf\b", read(path).text)]


def spoil(folder: Path, **about: Any) -> Path:
    """A campaign whose description says something else."""
    path = folder / "campaign.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **about}), "utf-8")
    return folder


def _file(folder: Path) -> list[Path]:
    return [folder / "campaign.json"]


def _empty(folder: Path) -> list[Path]:
    (folder / "nothing").mkdir()
    return [folder / "nothing"]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (lambda folder: [folder / "missing"], "is not a folder"),
        (_file, "is not a pyperf file"),
        (_empty, "is not a campaign"),
        (lambda folder: [folder, folder], "given twice"),
        (lambda folder: [spoil(folder, interpreters=[{"label": 3}])], "is damaged"),
        (lambda folder: [spoil(folder, machine={})], "is damaged"),
        (lambda folder: [spoil(folder, started=7)], "is damaged"),
        (lambda folder: [spoil(folder, profile="quick")], "is damaged"),
        (lambda folder: [spoil(folder, failures=[7])], "is damaged"),
    ],
    ids=["none", "file", "empty", "twice", "python", "machine", "date", "profile", "failure"],
)  # fmt: skip
def test_bad_campaigns_are_one_line(
    bad: Callable[[Path], list[Path]],
    says: str,
    small: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert report(*bad(small), into=tmp_path / "site") == 2
    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert says in err
    assert not out


@pytest.mark.parametrize("place", ["file", "file/inside"])
def test_a_site_that_cannot_be_written_is_one_line(
    place: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    assert report(small, into=tmp_path / place) == 2
    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert "cannot write" in err
    assert not out
    assert (tmp_path / "file").read_text("utf-8") == "mine"
