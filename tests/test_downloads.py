"""The files behind the site: every number as JSON and CSV, and the pyperf files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pyconc.report import downloads
from pyconc.report.reading import read
from pyconc.store.suites import write_suites
from pyconc.suite.case import Case


@pytest.fixture(scope="module")
def folder(everything: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its downloads."""
    write_suites(everything)
    folder = tmp_path_factory.mktemp("downloads")
    written = list(downloads.write(read(everything), {"pyconc": "0"}, folder))
    assert sorted(written) == sorted(folder.iterdir())
    return folder


def read_report(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(
        (folder / "report.json").read_text("utf-8"), parse_constant=pytest.fail
    )
    return report


def test_report_json_has_every_case(folder: Path, cases: dict[str, Case]) -> None:
    rows = read_report(folder)["cases"]
    assert len(rows) == 2 * len(cases)
    [nest] = [r for r in rows if r["id"].startswith("rlock.recursion[thread-1-1]")
              and r["python"] == "3.13.0"]  # fmt: skip
    assert nest["control"] == "rlock.empty_nest[thread-1-1]"
    assert nest["net_seconds_low"] < nest["net_seconds"] < nest["net_seconds_high"]
    flagged = {row["id"] for row in rows if row["short_window"]}
    assert flagged == {"counter.tallied_call[thread-2]"}


def test_report_json_has_floors_and_metrics(folder: Path) -> None:
    rows = {row["id"]: row for row in read_report(folder)["cases"] if row["python"] == "3.13.0"}
    pair = rows["lock.pair[thread-1]"]
    assert pair["floor"] == "floor.mutex_pair[thread-1]"
    assert pair["floor_ratio_low"] < pair["floor_ratio"] < pair["floor_ratio_high"]
    assert pair["floor_ratio"] == pytest.approx(1, rel=0.03)  # of the synthetic costs
    assert pair["metrics"] == {"cpu_seconds": 1e-7}
    assert rows["lock.contended[thread-2]"]["metrics"]["min_share"] == 0.7
    handoff = rows["lock.handoff[thread-2]"]["metrics"]
    assert handoff["handoff_p50"] == pytest.approx(0.98e-6, rel=0.03)
    assert handoff["handoff_p99"] == pytest.approx(1e-3, rel=0.03)


def test_the_tables_say_the_same(folder: Path) -> None:
    rows = pd.read_csv(folder / "cases.csv")
    told = {(row["id"], row["python"]): row["seconds"] for row in read_report(folder)["cases"]}
    found = {(row.id, row.python): row.seconds for row in rows.itertuples()}
    assert found == pytest.approx(told)
    by_round = pd.read_csv(folder / "rounds.csv")
    assert len(by_round) == 5 * len(rows)
    assert set(by_round.columns) == {"case", "python", "round", "seconds"}


def test_the_pyperf_files_are_those_of_the_campaign(everything: Path, folder: Path) -> None:
    for label in ("3.13.0", "3.14.0"):
        name = f"python-{label}.json"
        assert (folder / name).read_bytes() == (everything / name).read_bytes()


def test_one_round_has_null_for_its_interval(
    make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    campaign = read(make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}}, rounds=1))
    assert len(list(downloads.write(campaign, {}, tmp_path / "data"))) == 3
    [row] = read_report(tmp_path / "data")["cases"]
    assert row["seconds_low"] is None
    assert row["seconds"] == pytest.approx(1e-6, rel=0.1)


def test_columns_are_named_after_the_unit(tmp_path: Path) -> None:
    benchmarks = [
        {"metadata": {"name": name, "unit": unit}, "runs": [{"values": [value]}] * 2}
        for name, unit, value in (("a", "second", 1e-6), ("b", "byte", 2048), ("c", "integer", 3))
    ]
    (tmp_path / "a.json").write_text(json.dumps({"version": "1.0", "benchmarks": benchmarks}))
    found = downloads.write(read(tmp_path / "a.json"), {}, tmp_path / "data")
    assert [path.name for path in found][-1] == "python-unknown.json"
    rows = {row["id"]: row for row in read_report(tmp_path / "data")["cases"]}
    assert rows["a"]["seconds"] == pytest.approx(1e-6)
    assert rows["b"]["bytes"] == pytest.approx(2048)
    assert rows["c"]["number"] == pytest.approx(3)
    assert "seconds" not in rows["b"]
    by_round = pd.read_csv(tmp_path / "data" / "rounds.csv")
    assert by_round["bytes"].dropna().tolist() == [2048.0, 2048.0]
