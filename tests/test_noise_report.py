"""The report of what a machine can see: its sentences, its chart, and damaged files."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_noise import TWICE

from pyconc import cli
from pyconc.report.site import render

HOSTILE = "<script>alert(1)</script>"


def read(site: Path) -> Any:
    """What `report.json` says of noise."""
    report = json.loads((site / "data" / "report.json").read_text("utf-8"))
    return report["pages"]["machine"]["noise"]


def machine_page(folder: Path, site: Path) -> str:
    """The page of the machine, in English."""
    return (render([folder], site).parent / "machine.html").read_text("utf-8")


@pytest.fixture(scope="module")
def measured_twice(make_campaign: Callable[..., Path]) -> Path:
    """A campaign of one Python that was measured twice, not yet judged."""
    costs = {f"lock.pair[thread-{workers}]": 1e-7 * workers for workers in (1, 2, 4)}
    return make_campaign({"3.13.0": costs, "again": costs}, rounds=12, interpreters=TWICE)


def test_a_python_measured_twice_shows_what_can_be_seen(
    measured_twice: Path, tmp_path: Path
) -> None:
    page = machine_page(measured_twice, tmp_path)
    assert "What this machine can see" in page
    assert "3 of 3 cases (100 %) have a noise of at most 3.0 % from round to round" in page
    assert "The gate raises 0 alarms, where none is right" in page
    assert "(lag-1 correlation)" in page
    assert 'aria-label="The share of the cases' in page
    assert "a slowdown of" in page
    found = read(tmp_path)
    assert [case["id"] for case in found["cases"]] == [f"lock.pair[thread-{n}]" for n in (1, 2, 4)]
    assert all(0 < case["smallest_effect"] < 0.1 for case in found["cases"])
    assert "among all cases" in page
    assert "<legend" not in page


def noise_document(**change: Any) -> dict[str, Any]:
    steady = {
        "id": f"a.{HOSTILE}", "rounds": 40, "noise": 0.01, "smallest_effect": 0.021,
        "smallest_effect_alone": 0.013, "ratio": 1.001, "ci_low": 0.995, "ci_high": 1.007,
    }  # fmt: skip
    few = {**steady, "id": "a.few", "rounds": 2, "smallest_effect": None,
           "smallest_effect_alone": None}  # fmt: skip
    return {
        "cases": [steady, few], "left_out": [{"id": "a.left", "reason": HOSTILE}],
        "false_alarms": 0.01, "power": 0.8, "steady": 1.0, "intervals_missed": 0,
        "false_verdicts": 0, "alarms": ["a.few"],
        "serial": {"correlation": 0.07, "p_value": 0.2}, **change,
    }  # fmt: skip


def test_what_was_judged_elsewhere_is_shown_too(
    make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}})
    (folder / "noise.json").write_text(json.dumps(noise_document()), "utf-8")
    page = machine_page(folder, tmp_path)
    assert "The gate raises 1 alarm, where none is right" in page
    assert "of the rounds before them by 0.07" in page
    assert "none up to 10x" in page
    assert "2.1 %" in page
    assert "a.left" in page
    assert HOSTILE not in page
    assert read(tmp_path) == noise_document()
    assert "visible in 1 of 2" in page


def test_a_campaign_in_which_nothing_can_be_seen(
    make_campaign: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}})
    nothing = noise_document(cases=noise_document()["cases"][1:])
    (folder / "noise.json").write_text(json.dumps(nothing), "utf-8")
    page = machine_page(folder, tmp_path)
    assert "no slowdown is found" in page
    assert "visible in 0 of 1" in page


def test_a_report_after_more_rounds_judges_them(measured_twice: Path, tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(measured_twice, folder)
    path = folder / "noise.json"
    path.write_text(json.dumps(noise_document()), "utf-8")
    render([folder], tmp_path / "report")
    assert len(read(tmp_path / "report")["cases"]) == 3


def test_one_round_measured_twice_is_an_ordinary_campaign(
    make_campaign: Callable[..., Path], measured_twice: Path, tmp_path: Path
) -> None:
    about = json.loads((measured_twice / "campaign.json").read_text("utf-8"))
    costs = {"lock.pair[thread-1]": 1e-7}
    folder = make_campaign(
        {"3.13.0": costs, "again": costs}, rounds=1, interpreters=about["interpreters"]
    )
    render([folder], tmp_path)
    assert read(tmp_path) is None


@pytest.mark.parametrize("text", ["{", "[]", "{}", json.dumps(noise_document(cases=[{}]))])
def test_damaged_noise_is_one_line_and_status_2(
    text: str, make_campaign: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_campaign({"3.13.0": {"a.b[thread-1]": 1e-6}})
    (folder / "noise.json").write_text(text, "utf-8")
    assert cli.main(["report", str(folder)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "noise.json is damaged" in err


def test_a_report_imports_nothing_that_measures() -> None:
    code = (
        "import sys, pyconc.report.site;"
        "print([name for name in sys.modules if name in"
        " ('pyconc.compare.noise', 'pyconc.measure.campaign', 'pyconc.measure.doctor')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
